"""A change: two states of the files it touches, and what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


@dataclass(frozen=True)
class File:
    """One file in one state."""

    content: bytes
    mode: int = 0o100644
    """Git's file mode; 0o100755 is executable."""

    @property
    def is_binary(self) -> bool:
        """Git's own rule: a NUL byte among the first 8000."""
        return b"\0" in self.content[:8000]


@dataclass(frozen=True)
class Tree:
    """The touched files in one state, by path. In memory: nothing in it can reach outside."""

    files: Mapping[str, File] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))

    def text(self, path: str) -> str:
        """The file as text, undecodable bytes as surrogates. Empty if there is no such file."""
        file = self.files.get(path)
        return "" if file is None else file.content.decode("utf-8", "surrogateescape")

    def with_text(self, path: str, text: str) -> "Tree":
        """The same tree with one file's text replaced; its mode stays."""
        mode = self.files[path].mode if path in self.files else 0o100644
        file = File(text.encode("utf-8", "surrogateescape"), mode)
        return Tree({**self.files, path: file})


class Status(str, Enum):
    """What became of a file."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


class Coverage(str, Enum):
    """Whether a file was looked at."""

    REVIEWED = "reviewed"
    NOT_APPLICABLE = "not_applicable"
    """No configured tool covers it: binary, generated, a language without rules. Not a skip."""
    SKIPPED = "skipped"


@dataclass(frozen=True)
class FileChange:
    """One touched file."""

    path: str
    """Its path in the head; for a deleted file, in the base."""
    old_path: str | None
    """Its path in the base when it was renamed, else None."""
    status: Status
    language: str | None
    """As `languages.of_path` names it (`python`, `csharp`, …), or None."""
    added: int
    deleted: int
    binary: bool = False

    @property
    def base_path(self) -> str:
        """Where the file is in the base tree."""
        return self.old_path or self.path


@dataclass(frozen=True)
class Change:
    """What an actor, a person or an AI, wants done to the code. All of it is untrusted."""

    source: str
    """`patch`, `staged`, `commits`, …"""
    before: Tree
    after: Tree
    files: tuple[FileChange, ...]
    patch: str
    """A unified diff, as `git apply` takes it."""
    task: str | None = None
    """What was asked for."""
    account: str | None = None
    """What the actor says it did: a claim to check, not a fact."""
    base: str | None = None
    head: str | None = None
    notes: tuple[str, ...] = ()
    """What was repaired while reading, for the user."""
    merged: tuple[Tree, ...] = ()
    """The touched files on the other parents of a merge: what was there is not new either."""
    unread: tuple[tuple[str, str], ...] = ()
    """Listed files whose content was not read: the path, and why."""
