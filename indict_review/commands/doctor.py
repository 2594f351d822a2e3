"""`indict-review doctor`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from indict_review.doctor import Part
    from indict_review.formats.interface import Look


@click.command("doctor")
@options.repo
def command(repo: Path) -> int:
    """Say what a review can do on this machine, and in this repository.

    Each part is tried; what is lacking comes with what to do. Exits with 3 if git or semgrep cannot
    be used.
    """
    from indict_review.config import environment
    from indict_review.doctor import NEEDED, examine
    from indict_review.evidence import Severity
    from indict_review.formats.interface import look_at

    look = look_at(sys.stdout, environment(), Severity.HIGH)
    missing = set(NEEDED)
    for part in examine(repo, environment()):
        if part.usable:
            missing.discard(part.name)
        for line in _lines(part, look):
            click.echo(line, color=look.colour)
    return 3 if missing else 0


def _lines(part: "Part", look: "Look") -> Iterator[str]:
    from indict_review.formats.safe_text import visible

    mark, colour = ("ok   ", "green") if part.usable else ("lacks", "yellow")
    detail = visible(part.detail, ascii_only=not look.unicode)
    yield f"{click.style(mark, fg=colour)}  {part.name:<20}  {detail}"
    if part.remedy:
        arrow = "→" if look.unicode else "->"
        yield f"{'':29}{arrow} {visible(part.remedy, ascii_only=not look.unicode)}"
