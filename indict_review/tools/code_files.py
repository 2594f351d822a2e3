"""The code around a change: of what the change touches the head, of the rest what is there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from indict_review.change import Change, File
from indict_review.errors import ToolError
from indict_review.languages import of_path
from indict_review.sources.interface import Store
from indict_review.sources.stores import MADE_BY_TOOLS
from indict_review.syntax import has_grammar
from indict_review.tools.frameworks.layout import FOREIGN

MOST_READ = 3_000
"""Files that are looked through."""
MOST_BYTES = 8 * 2**20
"""Of all of them."""
LARGEST = 2**18
"""Bytes of one: what is larger was not written by hand."""
_AT_ONCE = 64
_LINK = 0o120000


@dataclass
class CodeFiles:
    """The project's own code, nearest to the change first. Read when first asked for, and once."""

    store: Store
    change: Change
    unread: int = field(default=0, init=False)
    """Files that may matter and were not looked through; known once `texts` was asked for."""

    @cached_property
    def texts(self) -> dict[str, str]:
        """By path, within the limits. Raises `ToolError` if the project cannot be listed."""
        found: dict[str, str] = {}
        left = MOST_BYTES
        paths = self._paths()
        self.unread = max(0, len(paths) - MOST_READ)
        for path, file in self._read(paths[:MOST_READ]):
            if file is None or len(file.content) > min(LARGEST, left):
                self.unread += 1
            elif file.mode != _LINK and not file.is_binary:
                found[path] = file.content.decode("utf-8", "replace")
                left -= len(file.content)
        return found

    def _paths(self) -> list[str]:
        """What the change deletes is not there any more; what it adds is."""
        gone = self.change.before.files.keys() - self.change.after.files.keys()
        there = {*self.store.paths(), *self.change.after.files} - gone
        folders = {PurePosixPath(file.path).parent.parts for file in self.change.files}
        languages = {file.language for file in self.change.files}

        def order(path: str) -> tuple[bool, bool, int, str]:
            parts = PurePosixPath(path).parent.parts
            distance = min((_distance(parts, of) for of in folders), default=0)
            touched = path in self.change.after.files
            return not touched, of_path(path) not in languages, distance, path

        return sorted(filter(_is_own_code, there), key=order)

    def _read(self, paths: Sequence[str]) -> Iterator[tuple[str, File | None]]:
        """None for what cannot be read; links, which lead anywhere, are left out."""
        after = self.change.after.files
        for start in range(0, len(paths), _AT_ONCE):
            some = paths[start : start + _AT_ONCE]
            read = _entries(self.store, [path for path in some if path not in after])
            for path in some:
                entry = after[path] if path in after else read.get(path)
                if not isinstance(entry, str):
                    yield path, entry


def _entries(store: Store, paths: Sequence[str]) -> dict[str, File | str]:
    """One that cannot be read costs none of the others."""
    try:
        return dict(store.entries(paths))
    except ToolError:
        if len(paths) == 1:
            return {}
    return {path: entry for one in paths for path, entry in _entries(store, [one]).items()}


def _is_own_code(path: str) -> bool:
    foreign = not (FOREIGN | MADE_BY_TOOLS).isdisjoint(PurePosixPath(path).parts[:-1])
    return has_grammar(of_path(path)) and not foreign


def _distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Steps between two folders."""
    shared = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        shared += 1
    return len(a) + len(b) - 2 * shared
