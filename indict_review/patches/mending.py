"""What a hunk puts in a place that differs from it by white space.

Lines that it keeps are taken from the file, not from the hunk. Its new lines are written as the
file writes those around them; where that cannot be told for certain, there is no answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indict_review.patches.differences import differences
from indict_review.patches.interface import Hunk
from indict_review.patches.target import body, line_end, with_ends
from indict_review.patches.tolerance import BLANK, Rule


@dataclass(frozen=True)
class Mended:
    """A hunk as it fits at one place."""

    lines: tuple[str, ...]
    """What takes the place of the file's."""
    notes: tuple[str, ...] = ()


def mended(there: Sequence[str], hunk: Hunk, rule: Rule, file_end: str | None) -> Mended | None:
    """What takes the place of these lines of the file. None if that cannot be told."""
    before, after = list(map(body, hunk.before)), list(map(body, hunk.after))
    forth, mirrored = _kept(before, after), _kept(before[::-1], after[::-1])
    back = [None if i is None else len(before) - 1 - i for i in mirrored[::-1]]
    lines, others = (
        _ended(there, _written(there, hunk.after, kept, rule), hunk, file_end)
        for kept in (forth, back)
    )
    if lines is None or lines != others:
        return None  # it would be a guess which of several equal lines is kept
    return Mended(lines, tuple(_notes(there, hunk, rule)))


def in_file_ends(lines: Sequence[str], end: str | None) -> Mended:
    """Lines that replace nothing they could be compared with, ended as all of the file's are."""
    ended = tuple(with_ends(line, end) if end else line for line in lines)
    return Mended(ended, () if ended == tuple(lines) else (said_of_ends(end),))


def said_of_ends(end: str | None) -> str:
    """The note that line ends are the file's."""
    return f"taken with the file's line ends, {'LF' if end == chr(10) else 'CRLF'}"


LAST_END = "taken without a newline at the end of the file"


def _kept(before: Sequence[str], after: Sequence[str]) -> list[int | None]:
    """For each line after, which of those before it is; None for a new one."""
    kept: list[int | None] = []
    i = 0
    for i1, i2, j1, j2 in differences(before, after):
        kept += range(i, i1)
        kept += [None] * (j2 - j1)
        i = i2
    return [*kept, *range(i, len(before))]


class _Line(NamedTuple):
    text: str
    end: str
    """As the file has it; empty for a new line."""
    own: str
    """As the hunk has it."""


def _written(
    there: Sequence[str], after: Sequence[str], kept: Sequence[int | None], rule: Rule
) -> list[_Line] | None:
    lines: list[_Line] = []
    for line, i in zip(after, kept, strict=True):
        if i is not None:
            lines.append(_Line(body(there[i]), line_end(there[i]), line_end(line)))
            continue
        new = rule.write(body(line)) if line.strip(BLANK) else body(line)
        if new is None:
            return None
        lines.append(_Line(new, "", line_end(line)))
    return lines


def _ended(
    there: Sequence[str], lines: Sequence[_Line] | None, hunk: Hunk, file_end: str | None
) -> tuple[str, ...] | None:
    ends = {line_end(line) for line in there if line.endswith("\n")} or {file_end or ""}
    if lines is None or (len(ends) > 1 and not all(line.end for line in lines)):
        return None
    default = min(ends)
    ended = [line.text + (line.end or default or line.own or "\n") for line in lines]
    if ended and (not hunk.after[-1].endswith("\n") or _lacks_last_end(there, hunk)):
        ended[-1] = body(ended[-1])
    return tuple(ended)


def _lacks_last_end(there: Sequence[str], hunk: Hunk) -> bool:
    return not there[-1].endswith("\n") and hunk.before[-1].endswith("\n")


def _notes(there: Sequence[str], hunk: Hunk, rule: Rule) -> list[str]:
    pairs = list(zip(there, hunk.before, strict=True))
    ends = {line_end(a) for a, b in pairs if line_end(a) != line_end(b)} - {""}
    notes = [said_of_ends(end) for end in sorted(ends)]
    if _lacks_last_end(there, hunk):
        notes.append(LAST_END)
    if rule.said:
        notes.append(rule.said)
    if any(_tail(a) != _tail(b) for a, b in pairs):
        notes.append("taken though white space at the ends of its lines differs")
    return notes


def _tail(line: str) -> str:
    return body(line)[len(line.rstrip(BLANK)) :]
