"""Library use: the public names, their documentation, and the examples as programs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import indict_review
from indict_review import library

ROOT = Path(__file__).parent.parent


def python(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=cwd, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", library.__all__)
def test_every_public_name_can_be_imported_from_the_package(name):
    assert getattr(indict_review, name) is getattr(library, name)


def test_every_public_name_is_documented_and_nothing_else_is():
    table = (ROOT / "docs" / "library.md").read_text("utf-8").partition("|---|")[2]
    cells = (line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    documented = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]

    assert sorted(documented) == sorted(library.__all__)


def test_other_names_are_no_attributes_and_load_nothing():
    asked = (
        "import sys, indict_review\n"
        "for name in ('nothing', '_FORMATS', 'os'):\n"
        "    assert not hasattr(indict_review, name)\n"
        "from indict_review import git, finding\n"
        "assert 'indict_review.library' not in sys.modules\n"
    )

    assert python("-c", asked).returncode == 0


def test_the_gate_example_rejects_the_demo_reply():
    ran = python("examples/library/gate.py", "examples/stock.md", "examples/stock")

    assert ran.returncode == 1, ran.stderr
    assert "SQL injection at stock.py:" in ran.stdout
    assert ran.stdout.endswith("gate: rejected\n")


def test_the_gate_example_refuses_what_is_no_patch(tmp_path):
    (tmp_path / "reply.md").write_text("I would rather not.\n")

    ran = python(ROOT / "examples/library/gate.py", "reply.md", cwd=tmp_path)

    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 2
    assert "Traceback" not in ran.stderr


def test_the_analyzer_example_sees_what_its_change_brought_in():
    ran = python("examples/library/own_analyzer.py")

    assert (ran.returncode, ran.stdout) == (0, "Print left in: shop.py:2\ngate: rejected\n")
