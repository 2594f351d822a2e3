"""What every form of a patch is read into. A form is one function: Block -> tuple[FilePatch, …]."""

from dataclasses import dataclass

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.paths import safe_path
from indict_review.patches.quoting import shown

REGULAR_MODES = {0o100644, 0o100755}


@dataclass(frozen=True)
class Hunk:
    """Some lines that take the place of others.

    Every line keeps its own end (`\\n`, `\\r\\n`); only the last line of a file may have none.
    Bytes that are not UTF-8 are kept as surrogates.
    """

    before: tuple[str, ...]
    """As they stand in the file, context included. Empty: nothing is replaced, only put in."""
    after: tuple[str, ...]
    hint: int | None = None
    """How many lines of the file come before it, as the patch says; None if it does not say."""
    anchors: tuple[str, ...] = ()
    """Lines above it that say where it is, outermost first, e.g. `class A`; as `@@` names them in
    apply_patch's form."""
    at_end: bool = False
    """Whether it ends where the file ends."""

    def __post_init__(self) -> None:
        for lines in (self.before, self.after):
            if any(not line.endswith("\n") for line in lines[:-1]):
                raise PatchError(
                    "a hunk goes on after the end of the file",
                    "`\\ No newline at end of file` may only follow the last line of a file.",
                )


@dataclass(frozen=True)
class Quote:
    """Text, wherever in a line it begins and ends, that other text takes the place of."""

    old: str
    """It stands in the file once. Empty: the file is new, or empty."""
    new: str
    every: bool = False
    """Whether it may stand there several times, and is replaced at each."""


@dataclass(frozen=True)
class Numbered:
    """Lines by their numbers in the file as it is before any edit."""

    first: int
    """From 1."""
    last: int
    """Included. `first - 1`: nothing is replaced, the lines are put in before `first`."""
    after: tuple[str, ...]
    """With their ends, as in `Hunk`."""
    before: tuple[str, ...] | None = None
    """What stands there, where the edit says so."""


@dataclass(frozen=True)
class Whole:
    """All of the file, as it is to be."""

    text: str
    title: str = ""
    """A first line that names the file, and may be there for that alone: it counts only where the
    file as it is begins with it too."""


Piece = Hunk | Quote | Numbered | Whole
"""One edit of one file. All of a file's are about the file as it is before any of them."""


@dataclass(frozen=True)
class FilePatch:
    """What a patch does to one file. Raises `PatchError` for paths and modes no patch may have."""

    old_path: str | None
    """None for a new file, unless it starts as a copy of this one."""
    new_path: str | None
    """None for a deleted file."""
    status: Status
    old_mode: int | None = None
    new_mode: int | None = None
    """None: as it was, and 0o100644 for a new file."""
    binary: bool = False
    """The patch says that the file changes, not how."""
    pieces: tuple[Piece, ...] = ()
    sure: bool = False
    """Whether the user named the form: a file that looks like a part of one is meant as it is."""
    unified: bool = False
    """Read from a unified diff: its hunks are in the file's order, where they are not as it says
    is told, and to delete a file it names every line. Without, a deletion has no pieces."""
    example: bool = False
    """Whether it stands beside edits in another form, and may only show what a call looks like:
    no file is made of it."""

    def __post_init__(self) -> None:
        # Trust ends here: no format can bring in a path or a mode that was not looked at.
        for path in filter(None, (self.old_path, self.new_path)):
            safe_path(path)
        for mode in (self.old_mode, self.new_mode):
            if mode is not None and mode not in REGULAR_MODES:
                raise PatchError(
                    f"{shown(self.path)} has mode {mode:06o} in the patch",
                    "Only regular files are taken: no symbolic links, no submodules.",
                )

    @property
    def path(self) -> str:
        """The path in the head; for a deleted file, in the base."""
        return self.new_path or self.old_path or ""


@dataclass(frozen=True)
class Block:
    """A part of a reply that may hold an edit: what a fence encloses, or a run of lines."""

    lines: tuple[str, ...]
    """With their ends; the fence's own are not among them."""
    line: int
    """Where in the reply the first of them is, from 1: for messages."""
    label: str | None = None
    """The file that the reply names right above it, or in the fence's first line."""
    above: str = ""
    """The line above it, empty ones left out, if no other block is between."""
    info: str | None = None
    """What stands behind the opening fence, e.g. `python`; None: it is not fenced."""
    sure: bool = False
    """See `FilePatch.sure`."""
    last: bool = False
    """Whether the reply ends with it, so that more of it may be lost."""


def split_lines(text: str) -> list[str]:
    """Lines with their ends. Only `\\n` ends one; for `str.splitlines` also `\\f` and others."""
    *lines, rest = text.split("\n")
    ended = [line + "\n" for line in lines]
    return [*ended, rest] if rest else ended
