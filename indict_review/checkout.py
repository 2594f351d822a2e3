"""The project around a change, for what runs the code: a copy, never the user's own files.

What git ignores stays out (of a plain folder: what is known to be made by tools), and so does
`.git`: where there was one, an empty one takes its place, with none of its settings.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import IO

from indict_review.change import Change, File, Tree
from indict_review.errors import ToolError
from indict_review.sandbox.box import member, symlink
from indict_review.sources.interface import Store

MOST_BYTES = 512 * 2**20
"""Of all files together."""

_PIECE = 2**20
_LINK = 0o120000
_AT_ONCE = 256
"""Files that are in memory at the same time."""

_EMPTY_GIT = {
    "HEAD": b"ref: refs/heads/main\n",
    "config": b"[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
}


@dataclass
class Checkout:
    """See `Project`. The untouched files are read and packed once, when first needed."""

    store: Store
    touched: frozenset[str]
    """What the change touches, on either side: not read from the store."""
    _packed: IO[bytes] | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @staticmethod
    def of(change: Change, store: Store) -> "Checkout":
        """The project around a change to it."""
        return Checkout(store, frozenset({*change.before.files, *change.after.files}))

    @cached_property
    def paths(self) -> frozenset[str]:
        """See `Project.paths`."""
        return frozenset(self.store.paths())

    def read(self, path: str) -> File | None:
        """See `Project.read`."""
        entry = self.store.entries([path]).get(path)
        return entry if isinstance(entry, File) else None

    def contents(self, tree: Tree) -> "Packed":
        """See `Project.contents`."""
        with self._lock:  # base and change are run at the same time
            if self._packed is None:
                # A file without a name: nothing is left behind, however this ends.
                packed = tempfile.TemporaryFile(prefix="indict-review-")
                try:
                    self._pack(packed)
                except OSError as e:
                    packed.close()
                    raise ToolError(f"the project cannot be copied: {e.strerror}") from e
                except BaseException:
                    packed.close()
                    raise
                self._packed = packed
            return Packed(self._packed, tree)

    def close(self) -> None:
        """Give the copy back."""
        if self._packed is not None:
            self._packed.close()
            self._packed = None

    def _pack(self, packed: IO[bytes]) -> None:
        packed.write(member("work", None))
        if self.store.has_git:
            for name in (".git", ".git/objects", ".git/refs"):
                packed.write(member(f"work/{name}", None))
            for name, content in _EMPTY_GIT.items():
                packed.write(member(f"work/.git/{name}", content))
        untouched = sorted(self.paths - self.touched)
        for start in range(0, len(untouched), _AT_ONCE):
            for path, entry in self.store.entries(untouched[start : start + _AT_ONCE]).items():
                if isinstance(entry, str):
                    packed.write(symlink(f"work/{path}", entry))
                else:
                    packed.write(_file(path, entry))
                if packed.tell() > MOST_BYTES:
                    raise ToolError(f"the project has more than {MOST_BYTES // 2**20} MiB")
        packed.flush()


@dataclass(frozen=True)
class Packed:
    """See `Contents`: the untouched files, packed, and those of one tree after them."""

    rest: IO[bytes]
    tree: Tree

    def members(self) -> Iterator[bytes]:
        """See `Contents.members`."""
        descriptor, at = self.rest.fileno(), 0
        while piece := os.pread(descriptor, _PIECE, at):  # several may read it at once
            at += len(piece)
            yield piece
        for path, file in self.tree.files.items():
            yield _file(path, file)


def _file(path: str, file: File) -> bytes:
    if file.mode == _LINK:
        return symlink(f"work/{path}", os.fsdecode(file.content))
    return member(f"work/{path}", file.content, file.mode & 0o777)
