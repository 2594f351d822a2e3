"""What reading a form takes. A new one is a module with a `Form`, and a line in `reading.FORMS`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indict_review.patches.interface import Block, FilePatch


@dataclass(frozen=True)
class Run:
    """How edits stand in a reply without a fence."""

    starts: Callable[[Sequence[str], int], bool]
    """Whether they begin at this line."""
    end: Callable[[Sequence[str], int], int]
    """One past the last line of what begins there; the end of the text if nothing ends it."""
    sealed: bool = False
    """Whether only a line of their own ends them, so that a fence within is their text."""


@dataclass(frozen=True)
class Form:
    """One way to write edits down."""

    recognises: Callable[[Block], bool]
    """Whether the block is written in this form, well or badly. Asked in the table's order."""
    read: Callable[[Block], Sequence[FilePatch]]
    """The edits of a block that is. Raises `PatchError`, with the line, if it is written badly."""
    run: Run | None = None
    """None: only a fence holds them."""
    inherits: bool = False
    """Whether a block that names no file is for the file of the one before it."""
