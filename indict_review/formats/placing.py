"""Where a viewer that knows only the head shows what stands in the base, or nowhere."""

from dataclasses import dataclass

from indict_review.change import Change
from indict_review.evidence import Location, Side
from indict_review.formats.safe_text import lines_of


@dataclass(frozen=True)
class Place:
    """Lines of the head."""

    path: str
    start_line: int
    end_line: int
    said: str = ""
    """Where it really stands, if that is in the base."""


def in_head(location: Location, change: Change) -> Place:
    """The lines themselves; for lines of the base, the one that stands nearest in the head."""
    start = max(location.start_line, 1)
    if location.side is Side.RIGHT:
        return Place(location.path, start, max(start, location.end_line))
    said = f"before the change, line {start}"
    path = next((f.path for f in change.files if f.base_path == location.path), location.path)
    line = _moved(
        start, lines_of(change.before.text(location.path)), lines_of(change.after.text(path))
    )
    return Place(path, line, line, said)


def _moved(line: int, before: list[str], after: list[str]) -> int:
    """Exact where the line is still there; where it is not, the place it was taken out of."""
    shorter = min(len(before), len(after))
    same = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    rest = shorter - same
    tail = next((i for i in range(rest) if before[-1 - i] != after[-1 - i]), rest)
    if line <= same:
        return line
    if line > len(before) - tail:
        return max(1, line + len(after) - len(before))
    text = before[line - 1]
    if after.count(text) == 1:
        return after.index(text) + 1
    return max(1, min(same + 1, len(after)))


def anywhere(change: Change) -> str:
    """A path for what stands nowhere, since some formats accept nothing without one."""
    return next((f.path for f in change.files), ".indict-review.yaml")
