"""The faults that could be planted in what a commit added: one at a time, and only where it did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indict_review import languages, syntax
from indict_review.bench.calibrate.interface import Candidate, Commit, Edit, Mutation
from indict_review.bench.calibrate.kinds import KINDS, LANGUAGES
from indict_review.change import FileChange, Status
from indict_review.patches.differences import differences
from indict_review.syntax.pieces import whole
from indict_review.tools.novelty import added_lines
from indict_review.tools.touched import is_test

LARGEST = 200_000
"""Bytes of a file that faults are planted in; longer ones are made by tools."""

NEAR = 2
"""Lines: a fault this near to a changed line is seen by whoever reads the change."""


def planted_in(commit: Commit, kinds: Sequence[str]) -> Iterator[Mutation]:
    """All of them, file by file, in an order that is always the same."""
    for file in commit.change.files:
        if is_mutable(file):
            old = commit.change.before.text(file.base_path)
            new = commit.change.after.text(file.path)
            yield from _of_file(file.path, old, new, kinds)


def is_mutable(file: FileChange) -> bool:
    """Whether it is code that we know how to break. A fault in a test is none in the project."""
    known = languages.of_path(file.path) in LANGUAGES
    return known and file.status is not Status.DELETED and not is_test(file.path)


def _of_file(path: str, old: str, new: str, kinds: Sequence[str]) -> Iterator[Mutation]:
    language = languages.of_path(path)
    if language is None or len(new) > LARGEST or not _is_utf8(new):
        return
    file = whole(language, new)
    if file is None:
        return
    added = added_lines(old.split("\n"), new.split("\n"))
    for kind in kinds:
        for edit in sorted(KINDS[kind](language, file), key=lambda e: (e.start, e.end)):
            made = _made(kind, path, new.encode(), edit)
            if made.line in added:
                yield made


def _is_utf8(text: str) -> bool:
    """Places are counted in bytes, and a byte that is no UTF-8 has no place in a `str`."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _made(kind: str, path: str, content: bytes, edit: Edit) -> Mutation:
    """The edit as whole lines."""
    start = content.rfind(b"\n", 0, edit.start) + 1
    end = edit.end
    if content[end - 1 : end] != b"\n":
        end = content.find(b"\n", end) + 1 or len(content)
    before = content[start:end].decode()
    after = content[start : edit.start].decode() + edit.text + content[edit.end : end].decode()
    return Mutation(kind, path, content.count(b"\n", 0, start) + 1, start, before, after)


def is_sound(candidate: Candidate) -> bool:
    """Whether the fault still parses, and the change with it still has something there.

    Where all that a commit added was the check, nothing is left of it to be reviewed.
    """
    change, made = candidate.commit.change, candidate.mutation
    new, broken = change.after.text(made.path), candidate.tree.text(made.path)
    language = languages.of_path(made.path)
    if language is None or len(syntax.errors(language, broken)) > len(syntax.errors(language, new)):
        return False
    file = next(f for f in change.files if f.path == made.path)
    return any(
        span.j1 + 1 - NEAR <= made.end_line and made.line <= span.j2 + NEAR
        for span in differences(change.before.text(file.base_path).split("\n"), broken.split("\n"))
    )
