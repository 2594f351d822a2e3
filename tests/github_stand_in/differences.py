"""The difference of a pull request as GitHub cuts it: three dots, three lines of context."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.github_stand_in.git import GitRepository

_HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed"}


@dataclass(frozen=True)
class Row:
    """A line of a hunk: its number before and after."""

    left: int | None
    right: int | None
    text: str


@dataclass(frozen=True)
class Hunk:
    header: str
    rows: tuple[Row, ...]

    def find(self, side: str, line: int) -> int | None:
        """Where the line is, if it may bear a comment: LEFT deletions, RIGHT all the others."""
        for at, row in enumerate(self.rows):
            number = row.right if side == "RIGHT" else row.left if row.right is None else None
            if number == line:
                return at
        return None


@dataclass(frozen=True)
class DiffFile:
    path: str
    old_path: str
    status: str
    sha: str
    patch: str | None
    """None: binary, or nothing but a name or a mode changed."""
    hunks: tuple[Hunk, ...]

    @property
    def added(self) -> int:
        return sum(row.left is None for hunk in self.hunks for row in hunk.rows)

    @property
    def deleted(self) -> int:
        return sum(row.right is None for hunk in self.hunks for row in hunk.rows)


@lru_cache(maxsize=4096)
def parting(path: Path, one: str, other: str) -> str | None:
    """The merge base of two commits."""
    return GitRepository(path).merge_base(one, other)


@lru_cache(maxsize=4096)
def blob_at(path: Path, commit: str, file: str) -> str | None:
    return GitRepository(path).file(commit, file)


@lru_cache(maxsize=512)
def difference(path: Path, base: str, head: str) -> tuple[DiffFile, ...]:
    """Of two commits in the repository at `path`."""
    git = GitRepository(path)
    options = (
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-abbrev",
        "--full-index",
        "-M",
        "-U3",
    )
    words = git.run("diff", *options, "--raw", "-z", base, head).decode(errors="replace")
    text = git.run("diff", *options, "-p", base, head).decode(errors="replace")
    # No line inside of a hunk begins like this.
    sections = re.split(r"^diff --git ", text, flags=re.M)[1:]
    return tuple(_files(words.split("\0"), sections))


def _files(words: list[str], sections: list[str]):
    words, sections = iter(words), iter(sections)
    for about in words:
        if not about:
            return
        _, _, before, after, status = about.split()
        old = next(words)
        new = next(words) if status[0] in "RC" else old
        section = next(sections)
        if status[0] == "T":  # Shown as one file that goes and another that comes.
            next(sections)
            section = ""
        patch = section[at:].removesuffix("\n") if (at := section.find("\n@@ ") + 1) else None
        sha = before if status == "D" else after
        yield DiffFile(new, old, _STATUS[status[0]], sha, patch, tuple(_hunks(patch or "")))


def _hunks(patch: str):
    header, rows, left, right = "", [], 0, 0
    for line in patch.split("\n") if patch else ():
        if found := _HEADER.match(line):
            if rows:
                yield Hunk(header, tuple(rows))
            header, rows, left, right = line, [], int(found[1]), int(found[3])
            continue
        if line.startswith("\\"):
            continue
        before, after = not line.startswith("+"), not line.startswith("-")
        rows.append(Row(left if before else None, right if after else None, line))
        left, right = left + before, right + after
    if rows:
        yield Hunk(header, tuple(rows))


@lru_cache(maxsize=512)
def _moves(path: Path, old: str, new: str) -> tuple[tuple[int, int, int], ...]:
    """`(first line, lines before, lines after)` of each place where two blobs differ."""
    text = GitRepository(path).run("diff", "--no-color", "-U0", old, new).decode(errors="replace")
    found = [m for m in map(_HEADER.match, text.split("\n")) if m]
    return tuple((int(m[1]), int(m[2] or 1), int(m[4] or 1)) for m in found)


def carried(path: Path, old: str, new: str, line: int) -> int | None:
    """Where a line of one blob is in another; None: it was changed, or is gone."""
    shift = 0
    for first, before, after in () if old == new else _moves(path, old, new):
        if line < first or (line == first and before == 0):
            break
        if line < first + before:
            return None
        shift += after - before
    return line + shift
