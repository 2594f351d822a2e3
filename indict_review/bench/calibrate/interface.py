"""What calibrating is made of: edits, mutations, commits, proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from indict_review.change import Change, Tree
from indict_review.syntax.pieces import Piece


@dataclass(frozen=True)
class Edit:
    """One replacement, in bytes of a file."""

    start: int
    end: int
    text: str


Mutator = Callable[[str, Piece], Iterator[Edit]]
"""Of a language and a file: every place where it could plant its kind of fault."""


@dataclass(frozen=True)
class Mutation:
    """One fault, planted in one file."""

    kind: str
    """Of `kinds.KINDS`."""
    path: str
    line: int
    """From 1, in the file with the fault: where it is, or where what is gone was."""
    start: int
    """Where that line begins in the file, in bytes."""
    before: str
    """The lines that it takes the place of."""
    after: str
    """The lines that stand there instead; empty: they are gone."""

    def planted(self, text: str) -> str:
        """The file with the fault."""
        content, end = text.encode(), self.start + len(self.before.encode())
        return (content[: self.start] + self.after.encode() + content[end:]).decode()

    @property
    def shift(self) -> int:
        """By how many lines all that is below it has moved."""
        return self.after.count("\n") - self.before.count("\n")

    @property
    def end_line(self) -> int:
        """The last line of it."""
        return self.line + max(self.after.count("\n") - 1, 0)


@dataclass(frozen=True)
class Commit:
    """One commit of the user's own. Its texts are data all the same."""

    ident: str
    parent: str | None
    """None: it is the first one."""
    change: Change
    """Of text files only; the task is its message."""


@dataclass(frozen=True)
class Candidate:
    """A fault that could be planted in a commit."""

    commit: Commit
    mutation: Mutation

    @property
    def ident(self) -> str:
        """The same in every run; of the path and the code it shows nothing."""
        told = "\0".join((self.mutation.path, str(self.mutation.start), self.mutation.after))
        digest = hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:10]
        return f"{self.commit.ident[:12]}/{self.mutation.kind}/{digest}"

    @property
    def tree(self) -> Tree:
        """What the commit touched, with the fault."""
        tree, path = self.commit.change.after, self.mutation.path
        return tree.with_text(path, self.mutation.planted(tree.text(path)))


class By(str, Enum):
    """What proves a fault."""

    TESTS = "tests"
    """Tests of the project that pass on the commit and fail with the fault."""
    RULE = "rule"
    """A static analyzer that speaks up there, and did not before: one of the reviewer's own."""
    NOTHING = "nothing"
    """It may be no fault at all, so it is not used."""


@dataclass(frozen=True)
class Proof:
    """Whether a candidate is a fault."""

    by: By
    told: str = ""
    """The tests or rules that say so; of an unproven one, why nothing could."""
    skipped: bool = False
    """Whether something could not look, so that it may be a fault, or a better proven one."""


@dataclass(frozen=True)
class Fault:
    """A candidate that is proven."""

    candidate: Candidate
    proof: Proof
