"""A project that is not here: its files are read from GitHub, the few that are asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from indict_review.change import File
from indict_review.errors import ToolError
from indict_review.git import Entry, Move
from indict_review.github.objects import GithubObjects
from indict_review.patches.quoting import shown
from indict_review.sources.stores import MOST_FILES
from indict_review.workspace import MAX_FILE

MOST_READ = 400
"""Files of a project that are read: all of a small one, of a large one settings and rules."""


@dataclass(frozen=True)
class Remote:
    """See `Store`: the files of a commit on GitHub."""

    objects: GithubObjects
    commit: str
    has_git: bool = True
    _read: set[str] = field(default_factory=set, repr=False)

    def paths(self) -> list[str]:
        """See `Store.paths`. Submodules are left out."""
        everything = changed(self.objects, None, self.commit)
        found = sorted(move.path for move in everything if not move.has_submodule)
        if len(found) > MOST_FILES:
            raise ToolError(f"the project has more than {MOST_FILES:,} files")
        return found

    def entries(self, paths: Iterable[str]) -> dict[str, File | str]:
        """See `Store.entries`. Raises `ToolError` for more than `MOST_READ` in all."""
        found = {path: entry for path in paths if (entry := self.find(path)) is not None}
        wanted = {p: e for p, e in found.items() if not e.is_folder and not e.is_submodule}
        self._read.update(wanted)
        if len(self._read) > MOST_READ:
            raise ToolError(
                f"the project is not checked out here, and over {MOST_READ} files are not read "
                f"from GitHub: run this in a clone that has the commit {self.commit[:12]}"
            )
        oids = [entry.oid for entry in wanted.values()]
        for path, fact in zip(wanted, self.objects.facts(oids), strict=True):
            if fact is None or fact.size > MAX_FILE:
                raise ToolError(f"{shown(path)} is too large to be read from GitHub")
        read: dict[str, File | str] = {}
        contents = self.objects.contents(oids)
        for (path, entry), content in zip(wanted.items(), contents, strict=True):
            if content is None:
                raise ToolError(f"{shown(path)}: {self.objects.lacking(entry.oid)}")
            read[path] = os.fsdecode(content) if entry.is_link else File(content, entry.mode)
        return read

    def find(self, path: str) -> Entry | None:
        """What stands there, not read. Raises `ToolError`."""
        *above, name = path.split("/")
        inside = self.objects.folder(self.commit)
        for part in above:
            entry = inside.get(part)
            if entry is None or not entry.is_folder:
                return None
            inside = self.objects.folder(entry.oid)
        return inside.get(name)


def changed(objects: GithubObjects, old: str | None, new: str) -> Iterator[Move]:
    """What one commit has otherwise than another, renamed files not joined. Raises `ToolError`.

    Only folders that differ are looked into. Not by recursion: a path may have 2,000 of them.
    """
    folders: list[tuple[str, str | None, str | None]] = [("", old, new)]
    while folders:
        where, old_oid, new_oid = folders.pop()
        before = objects.folder(old_oid) if old_oid else {}
        after = objects.folder(new_oid) if new_oid else {}
        for name in {**before, **after}:
            a, b = before.get(name), after.get(name)
            if a == b:
                continue
            folder_a, folder_b = _folder(a), _folder(b)
            if folder_a or folder_b:
                folders.append((f"{where}{name}/", folder_a, folder_b))
            file_a, file_b = _file(a, where), _file(b, where)
            if file_a or file_b:
                yield Move(file_a, file_b)


def _folder(entry: Entry | None) -> str | None:
    return entry.oid if entry is not None and entry.is_folder else None


def _file(entry: Entry | None, folder: str) -> Entry | None:
    """By its whole path; submodules and links are among them."""
    if entry is None or entry.is_folder:
        return None
    return Entry(folder + entry.path, entry.mode, entry.oid)
