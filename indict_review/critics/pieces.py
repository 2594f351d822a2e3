"""The patch of one file in pieces, each with a header that says where it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 40
"""Lines of one piece: a new file is one hunk, however long it is."""

_HUNK = re.compile(r"^@@ -(\d+),(\d+) \+(\d+),(\d+) @@.*\n", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """A hunk, or a part of a long one."""

    text: str
    first: int
    last: int
    """Its lines in the head, counted from 1; without any, `last` is the smaller one."""
    added: tuple[str, ...]


def pieces(patch: str) -> tuple[str, tuple[Piece, ...]]:
    """What stands above the hunks of a file's patch, and its pieces in order."""
    hunks = list(_HUNK.finditer(patch))
    head = patch[: hunks[0].start()] if hunks else patch
    ends = [*(hunk.start() for hunk in hunks[1:]), len(patch)]
    return head, tuple(
        piece for hunk, end in zip(hunks, ends, strict=False) for piece in _cut(patch, hunk, end)
    )


def _cut(patch: str, hunk: re.Match[str], end: int) -> Iterator[Piece]:
    lines = patch[hunk.end() : end].removesuffix("\n").split("\n")
    old, olds, new, news = map(int, hunk.groups())
    i, j = old - (olds > 0), new - (news > 0)  # an empty range names the line above it
    for start in range(0, len(lines), LONGEST):
        part = lines[start : start + LONGEST]
        olds, news = _count(part, " -"), _count(part, " +")
        header = f"@@ -{i + (olds > 0)},{olds} +{j + (news > 0)},{news} @@"
        added = tuple(line[1:] for line in part if line.startswith("+"))
        yield Piece("\n".join((header, *part, "")), j + 1, j + news, added)
        i, j = i + olds, j + news


def _count(lines: Sequence[str], signs: str) -> int:
    return sum(line[:1] in signs for line in lines if line)
