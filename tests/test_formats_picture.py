"""The README's picture."""

import re
import subprocess
import sys
from pathlib import Path

from indict_review.evidence import Severity
from indict_review.formats import terminal
from tests.samples import blocking

SCRIPT = Path(__file__).parents[1] / "docs" / "picture.py"


def test_the_picture_shows_the_run_and_pulls_nothing_from_the_network():
    ansi = terminal.render(blocking(), Severity.HIGH, width=100, colour=True)

    svg = subprocess.run(
        [sys.executable, SCRIPT], input=ansi.encode(), capture_output=True, check=True
    ).stdout.decode()

    assert "Command&#160;injection" in svg
    assert "@font-face" not in svg
    assert not re.search(r"(url\(|href=)[\"']?(?!#)", svg)
