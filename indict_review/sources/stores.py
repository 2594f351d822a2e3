"""Where the files of a project are kept: a folder, or a tree of git's objects."""

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
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

_LINK, _SUBMODULE = 0o120000, 0o160000


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
    """See `Store`: a tree of git's objects, whatever lies on the disk."""

    repo: Path
    listed: tuple[git.Entry, ...]
    """Its files, links and submodules: of a commit (`git.tree`) or of the index (`git.index`)."""
    has_git: bool = True

    @cached_property
    def _by_path(self) -> dict[str, git.Entry]:
        return {e.path: e for e in self.listed if e.mode != _SUBMODULE}

    def paths(self) -> list[str]:
        """See `Store.paths`. Submodules are left out: their files are another repository's."""
        return _counted(sorted(self._by_path))

    def entries(self, paths: Iterable[str]) -> dict[str, File | str]:
        """See `Store.entries`. One git for all of them."""
        wanted = [self._by_path[path] for path in paths if path in self._by_path]
        contents = git.blobs(self.repo, [entry.oid for entry in wanted], MAX_ENTRY)
        found: dict[str, File | str] = {}
        for entry, content in zip(wanted, contents, strict=True):
            if content is None:
                raise ToolError(f"git has no content for {shown(entry.path)}, or it is too large")
            link = entry.mode == _LINK
            found[entry.path] = os.fsdecode(content) if link else File(content, entry.mode)
        return found


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
