"""Which lines a comment can stand at: GitHub refuses a whole review for one wrong line.

They are lines of one hunk: on the RIGHT what was added and what stands around it, on the LEFT what
was deleted.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from indict_review.evidence import Side
from indict_review.github.interface import Anchor, PullFile

_HEADER = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A line that a comment can stand at."""

    side: Side
    number: int
    changed: bool
    """False: it only stands around what was changed."""


Hunk = tuple[Row, ...]


def anchored(
    path: str, start: int, end: int, side: Side, files: Mapping[str, PullFile]
) -> Anchor | None:
    """The lines, or the part of them that stands in one hunk; None if none of them does.

    Of several hunks, the first that changes one of the lines. `path` is the one in the head for
    the RIGHT, in the base for the LEFT; `files` are by the one in the head.
    """
    file = _file(path, side, files)
    if file is None or file.patch is None:
        return None
    parts = [
        [row for row in hunk if row.side is side and start <= row.number <= end]
        for hunk in hunks(file.patch)
    ]
    changed = (part for part in parts if any(row.changed for row in part))
    part = next(changed, None) or next(filter(None, parts), None)
    return Anchor(file.path, part[0].number, part[-1].number, side.value) if part else None


def _file(path: str, side: Side, files: Mapping[str, PullFile]) -> PullFile | None:
    if side is Side.LEFT:
        # Before the file that took the old name: nothing of that one was deleted.
        renamed = (file for file in files.values() if file.old_path == path)
        return next(renamed, None) or files.get(path)
    return files.get(path)


@lru_cache(maxsize=256)
def hunks(patch: str) -> tuple[Hunk, ...]:
    """What GitHub's `patch` of a file shows, without the hunks that are not as their `@@` says."""
    return tuple(hunk for hunk in map(_hunk, _parts(patch)) if hunk)


def _parts(patch: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Each `@@` line, and the lines beneath it. Only a line feed ends a line."""
    header: re.Match[str] | None = None
    body: list[str] = []
    for line in patch.split("\n"):
        if found := _HEADER.match(line):
            if header:
                yield header, body
            header, body = found, []
        else:
            body.append(line)
    if header:
        yield header, body


def _hunk(part: tuple[re.Match[str], list[str]]) -> Hunk | None:
    header, body = part
    first_left, lefts, first_right, rights = (int(n) if n else 1 for n in header.groups())
    left, right = first_left, first_right
    rows = []
    for sign in (line[:1] for line in body):
        if sign == "-":
            rows.append(Row(Side.LEFT, left, True))
        elif sign in {"+", " "}:
            rows.append(Row(Side.RIGHT, right, sign == "+"))
        left += sign in {"-", " "}
        right += sign in {"+", " "}
    whole = (left - first_left, right - first_right) == (lefts, rights)
    return tuple(rows) if whole else None
