"""Where the files of a project are kept: a folder, or a tree of git's objects."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from indict_review import git
from indict_review.change import File
from indict_review.errors import PatchError, ToolError
from indict_review.patches.quoting import shown
from indict_review.workspace import MAX_ENTRY, read_entry

MOST_FILES = 100_000

MADE_BY_TOOLS = frozenset(
    {".git", ".hg", ".svn", ".tox", ".nox", ".venv", "__pycache__", ".mypy_cache", "node_modules"}
    | {".pytest_cache", ".ruff_cache", ".hypothesis"}
)
"""Folders that are left out where no git says what is ignored."""


@dataclass(frozen=True)
class Folder:
    """See `Store`: the files as they lie on the disk. What git ignores is not among them."""

    root: Path

    @cached_property
    def has_git(self) -> bool:
        """See `Store.has_git`."""
        return git.is_work_tree(self.root)

    def paths(self) -> list[str]:
        """See `Store.paths`."""
        found = git.listed(self.root) if self.has_git else sorted(_walk(self.root))
        return _counted(found)

    def entries(self, paths: Iterable[str]) -> dict[str, File | str]:
        """See `Store.entries`. No link is followed."""
        found = {}
        for path in paths:
            try:
                entry = read_entry(self.root, path)
            except PatchError as e:
                raise ToolError(f"the project cannot be read: {e}") from e
            if entry is not None:
                found[path] = entry
        return found


@dataclass(frozen=True)
class Stored:
    """See `Store`: a tree of git's objects, whatever lies on the disk.

    A few names are looked up folder by folder; all of them are listed only when asked for.
    """

    objects: git.Objects
    commit: str | None
    """None: it has no files."""
    staged: Mapping[str, git.Entry | None] = field(default_factory=dict)
    """What stands elsewhere in its place; None: nothing does."""
    has_git: bool = True
    _folders: dict[str, Mapping[str, git.Entry]] = field(default_factory=dict, repr=False)

    @cached_property
    def _listed(self) -> dict[str, git.Entry]:
        entries = git.tree(self.objects.repository, self.commit) if self.commit else ()
        found: dict[str, git.Entry | None] = {e.path: e for e in entries}
        return {p: e for p, e in {**found, **self.staged}.items() if e and not e.is_submodule}

    def paths(self) -> list[str]:
        """See `Store.paths`. Submodules are left out: their files are another repository's."""
        return _counted(sorted(self._listed))

    def entries(self, paths: Iterable[str]) -> dict[str, File | str]:
        """See `Store.entries`."""
        found = {path: entry for path in paths if (entry := self.find(path)) is not None}
        wanted = {p: e for p, e in found.items() if not e.is_folder and not e.is_submodule}
        facts = self.objects.facts([entry.oid for entry in wanted.values()])
        for path, fact in zip(wanted, facts, strict=True):
            if fact is None or fact.size > MAX_ENTRY:
                raise ToolError(f"git has no content for {shown(path)}, or it is too large")
        contents = self.objects.contents([entry.oid for entry in wanted.values()])
        read: dict[str, File | str] = {}
        for (path, entry), content in zip(wanted.items(), contents, strict=True):
            if content is None:
                raise ToolError(f"git has no content for {shown(path)}")
            read[path] = os.fsdecode(content) if entry.is_link else File(content, entry.mode)
        return read

    def find(self, path: str) -> git.Entry | None:
        """What stands there, not read. Raises `ToolError`."""
        if path in self.staged:
            return self.staged[path]
        *above, name = path.split("/")
        inside = self._folder("", f"{self.commit}^{{tree}}" if self.commit else None)
        for depth, part in enumerate(above, start=1):
            entry = inside.get(part)
            oid = entry.oid if entry is not None and entry.is_folder else None
            inside = self._folder("/".join([*above[:depth], ""]), oid)
        return inside.get(name)

    def _folder(self, path: str, name: str | None) -> Mapping[str, git.Entry]:
        """What it has, by bare names; `path` ends with a slash, but for the top's, and `name` is
        git's, or None if it is not there.
        """
        if path not in self._folders:
            self._folders[path] = self.objects.folder(name) if name else {}
        return self._folders[path]


def _counted(paths: list[str]) -> list[str]:
    if len(paths) > MOST_FILES:
        raise ToolError(f"the project has more than {MOST_FILES:,} files")
    return paths


def _walk(root: Path, without: Collection[str] = MADE_BY_TOOLS) -> Iterator[str]:
    """Every file and link below a folder, none followed."""
    count = 0
    for folder, folders, files in os.walk(root, followlinks=False):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(set(folders) - set(without) - set(links))
        for name in (*files, *links):
            yield os.path.relpath(os.path.join(folder, name), root)
            count += 1
            if count > MOST_FILES:  # the caller says so
                return
