"""The project as it is before the change: read when somebody asks, and once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from indict_review.change import File, Tree
from indict_review.sources.interface import Store

LARGEST = 4 * 2**20
"""Bytes of a file that is read."""


@dataclass(eq=False)
class Shelf:
    """The files of a store, each read once: verification looks again and again."""

    store: Store
    read: dict[str, str] = field(default_factory=dict)

    @cached_property
    def paths(self) -> frozenset[str]:
        """All of them. Raises `ToolError`."""
        return frozenset(self.store.paths())

    def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """The text of each; of links, what is binary or very large, none. Raises `ToolError`."""
        wanted = list(paths)
        for path, entry in self.store.entries(p for p in wanted if p not in self.read).items():
            self.read[path] = _text(entry) if isinstance(entry, File) else ""
        return {path: self.read.get(path, "") for path in wanted}


@dataclass(frozen=True, eq=False)
class Around:
    """The same, with the files that a change touches as the base has them."""

    shelf: Shelf
    before: Tree
    touched: frozenset[str]
    """What the change touches, on either side."""

    @cached_property
    def paths(self) -> frozenset[str]:
        """All files. Raises `ToolError`."""
        return (self.shelf.paths - self.touched) | self.before.files.keys()

    @cached_property
    def names(self) -> frozenset[str]:
        """See `names`. Raises `ToolError`."""
        return names(self.paths)

    def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """As `Shelf.texts`, of those that have any."""
        wanted = list(paths)
        found = self.shelf.texts(path for path in wanted if path not in self.touched)
        touched = (path for path in wanted if path in self.before.files)
        found |= {path: _text(self.before.files[path]) for path in touched}
        return {path: found[path] for path in wanted if found.get(path)}


def names(paths: Iterable[str]) -> frozenset[str]:
    """The names of files and folders, without what follows a dot."""
    return frozenset(part.partition(".")[0] for path in paths for part in path.split("/"))


def _text(file: File) -> str:
    if file.is_binary or len(file.content) > LARGEST:
        return ""
    return file.content.decode("utf-8", "surrogateescape")
