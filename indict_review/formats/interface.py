"""What every format does, and how it is to look."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TextIO

from indict_review.evidence import Severity
from indict_review.finding import Suggestion
from indict_review.review import Review


@dataclass(frozen=True)
class Look:
    """How a review is to be shown. A format takes of it what it needs."""

    fail_on: Severity = Severity.HIGH
    width: int = 100
    """Columns."""
    colour: bool = False
    """Whether escape sequences may be used."""
    unicode: bool = True
    """Whether the stream can show more than ASCII."""


class Format(Protocol):
    """Renders a review. Pure: it reads nothing and prints nothing."""

    def __call__(self, review: Review, look: Look, /) -> str:
        """The whole output, its last newline included."""


def look_at(stream: TextIO, environ: Mapping[str, str], fail_on: Severity) -> Look:
    """What fits a stream: colour on a terminal, unless NO_COLOR or TERM=dumb forbids it."""
    return Look(
        fail_on,
        width=_columns(stream),
        colour=_has_colour(stream, environ),
        unicode=(stream.encoding or "").lower().replace("-", "") in {"utf8", "utf8sig"},
    )


def is_live(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether a line can be drawn over: on a terminal that can, and not in CI."""
    return stream.isatty() and not environ.get("CI") and environ.get("TERM") != "dumb"


def _has_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    # https://no-color.org: set and not empty, whatever its value.
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return stream.isatty() or bool(environ.get("FORCE_COLOR"))


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 100
    except (OSError, ValueError):  # no terminal; ValueError: no file at all
        return 100


def is_harmful(review: Review) -> bool:
    """Whether both critics hold the task to be harmful: then no code is offered, in any format."""
    return review.task_assessment is not None and review.task_assessment.harmful


def offered(review: Review, suggestion: Suggestion | None) -> Suggestion | None:
    """The suggestion, unless the task is harmful."""
    return None if is_harmful(review) else suggestion
