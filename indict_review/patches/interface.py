"""What every patch format is read into. A format is one function: text -> tuple[FilePatch, …]."""

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

    def __post_init__(self) -> None:
        for lines in (self.before, self.after):
            if any(not line.endswith("\n") for line in lines[:-1]):
                raise PatchError(
                    "a hunk goes on after the end of the file",
                    "`\\ No newline at end of file` may only follow the last line of a file.",
                )


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
    hunks: tuple[Hunk, ...] = ()

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


def split_lines(text: str) -> list[str]:
    """Lines with their ends. Only `\\n` ends one; for `str.splitlines` also `\\f` and others."""
    *lines, rest = text.split("\n")
    ended = [line + "\n" for line in lines]
    return [*ended, rest] if rest else ended
