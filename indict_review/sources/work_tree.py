"""What is in the work tree and not in HEAD: staged or not, and files that git never saw."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from indict_review import git
from indict_review.change import Change
from indict_review.errors import ConfigError, ToolError
from indict_review.git.uncommitted import uncommitted
from indict_review.sources.contents import HINT, Contents
from indict_review.sources.interface import Store
from indict_review.sources.moved import change_of
from indict_review.sources.stores import Folder, Stored

_SOURCE = "work_tree"
_HERE = "here:"
"""Ahead of the path of a file on the disk: no object of git has such a name."""
_OTHER = "it is another repository: review it there, or have git ignore it"
_NEITHER = "it is neither a file nor a link"


@dataclass(frozen=True)
class WorkTreeSource:
    """Reads the work tree as it lies there, and HEAD from git's objects. No filter is run."""

    repo: Path
    """The repository, or any folder in it."""
    only: frozenset[str] | None = None
    """The paths that are meant, be they ignored, or another repository's; None: all that git knows
    or would take."""
    task: str | None = None
    account: str | None = None
    """See `Change.account`."""

    @cached_property
    def repository(self) -> git.Repository:
        """Where it is."""
        return git.located(self.repo, {})

    @cached_property
    def base(self) -> Store:
        """See `Source.base`: HEAD; nothing before the first commit."""
        return self._head

    @cached_property
    def project(self) -> Store:
        """See `Source.project`."""
        return Folder(self.repository.top)

    @property
    def root(self) -> str:
        """See `Source.root`: the work tree's top."""
        return os.fspath(self.repository.top)

    folder = None
    """See `Source.folder`: nothing is kept of what may be otherwise in a moment."""

    def collect(self) -> Change:
        """See `Source.collect`. Raises `ConfigError` if git cannot tell, or a file be read."""
        try:
            found = uncommitted(self.repository)
            paths = found.files if self.only is None else self._meant(self.only, found.files)
            moves = [move for path in sorted(paths) if (move := self._move(path))]
            objects = _Either(self._head.objects, Folder(self.repository.top))
            change = change_of(_SOURCE, moves, Contents(objects))
        except ToolError as e:
            raise ConfigError(str(e), HINT) from e
        # Of some, only the times were other ones.
        before, after = change.before.files, change.after.files
        same = {path for path, file in before.items() if after.get(path) == file}
        files = tuple(file for file in change.files if file.path not in same)
        unread = dict.fromkeys(found.repositories if self.only is None else (), _OTHER)
        for path in paths - {move.path for move in moves}:
            if os.path.lexists(self.repository.top / path):
                unread[path] = _NEITHER
        return replace(
            change,
            files=files,
            task=self.task,
            account=self.account,
            base=self.repository.head,
            unread=tuple(sorted({**dict(change.unread), **unread}.items())),
        )

    def _meant(self, only: frozenset[str], found: frozenset[str]) -> frozenset[str]:
        """Without those that are as HEAD has them."""
        return frozenset(p for p in only if p in found or self._head.find(p) is None)

    @cached_property
    def _head(self) -> Stored:
        return Stored(git.Objects(self.repository), self.repository.head)

    def _move(self, path: str) -> git.Move | None:
        old = self._head.find(path)
        if old is not None and old.is_submodule:
            return git.Move(old, old)  # listed, and not read
        new = _entry(self.repository.top, path)
        return git.Move(old, new) if old or new else None


def _entry(top: Path, path: str) -> git.Entry | None:
    """A file or a link; what is neither is no part of a commit."""
    try:
        mode = os.lstat(top / path).st_mode
    except OSError:
        return None
    if stat.S_ISLNK(mode):
        return git.Entry(path, 0o120000, _HERE + path)
    if stat.S_ISREG(mode):
        return git.Entry(path, 0o100755 if mode & stat.S_IXUSR else 0o100644, _HERE + path)
    return None


@dataclass(frozen=True)
class _Either:
    """See `contents.Objects`: git's, and files of the disk by the names that `_entry` gives."""

    objects: git.Objects
    disk: Folder

    def facts(self, names: Sequence[str]) -> list[git.Facts | None]:
        """See `contents.Objects.facts`."""
        stored = iter(self.objects.facts([n for n in names if not n.startswith(_HERE)]))
        return [self._size(n) if n.startswith(_HERE) else next(stored) for n in names]

    def contents(self, oids: Sequence[str]) -> list[bytes | None]:
        """See `contents.Objects.contents`."""
        stored = iter(self.objects.contents([n for n in oids if not n.startswith(_HERE)]))
        return [self._content(n) if n.startswith(_HERE) else next(stored) for n in oids]

    def _size(self, name: str) -> git.Facts | None:
        try:
            size = os.lstat(self.disk.root / name.removeprefix(_HERE)).st_size
        except OSError:
            return None
        return git.Facts(name, "blob", size)

    def _content(self, name: str) -> bytes | None:
        path = name.removeprefix(_HERE)
        found = self.disk.entries([path]).get(path)
        if isinstance(found, str):
            return os.fsencode(found)
        return None if found is None else found.content
