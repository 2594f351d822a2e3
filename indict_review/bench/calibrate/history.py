"""The last commits of a repository, read from git's objects: the work tree is not looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review import git
from indict_review.bench.calibrate.interface import Commit
from indict_review.bench.calibrate.mutations import is_mutable
from indict_review.change import Change, File, Tree
from indict_review.errors import ConfigError, PatchError, ToolError
from indict_review.patches.paths import safe_path
from indict_review.patches.render import unified_diff
from indict_review.sources.commits import CommitsSource
from indict_review.sources.contents import HINT
from indict_review.sources.stores import Stored

MOST_FILES = 100
"""Files of code in a commit: with more, it is an import of something that was made elsewhere."""

NOTHING = "nothing"
"""What the folder of no commit is called: the first one is a change to that."""

_AT_ONCE = 256
"""Files that are in memory at the same time."""


@dataclass(frozen=True)
class History:
    """What was looked at."""

    commits: tuple[Commit, ...]
    """Those that touch code; the newest first."""
    seen: int
    """All that were looked at."""
    large: int = 0
    """Of them, those with too many files."""


def read(repository: git.Repository, head: str, most: int, environ: Mapping[str, str]) -> History:
    """The last commits that merge nothing. Raises `ConfigError` if git cannot tell."""
    try:
        listed = git.unmerged(repository, head, most)
    except ToolError as e:
        raise ConfigError(str(e), HINT) from e
    if repository.is_shallow:  # what a clone was cut off at looks like a first commit
        listed = [(own, parent) for own, parent in listed if parent]
    found: list[Commit] = []
    large = 0
    for own, parent in listed:
        change = _texts(_source(repository, own, parent, environ).collect())
        code = sum(map(is_mutable, change.files))
        large += code > MOST_FILES
        if 0 < code <= MOST_FILES:
            found.append(Commit(own, parent, change))
    return History(tuple(found), len(listed), large)


def _source(
    repository: git.Repository, own: str, parent: str | None, environ: Mapping[str, str]
) -> CommitsSource:
    if parent is None:
        return CommitsSource.whole(repository.top, own, None, environ)
    return CommitsSource(repository.top, f"{parent}..{own}", None, environ)


def _texts(change: Change) -> Change:
    """Without what no patch can carry: binary files, links, submodules."""
    bad = {p for t in (change.before, change.after) for p, f in t.files.items() if not _is_text(f)}
    kept = tuple(
        f
        for f in change.files
        if not {f.path, f.base_path} & bad
        and {f.path, f.base_path} & {*change.before.files, *change.after.files}
    )
    renames = {f.path: f.old_path for f in kept if f.old_path}
    before = _only(change.before, {f.base_path for f in kept})
    after = _only(change.after, {f.path for f in kept})
    patch = unified_diff(before, after, renames)
    return replace(change, before=before, after=after, files=kept, patch=patch)


def _is_text(file: File) -> bool:
    return file.mode >> 12 == 0o10 and not file.is_binary


def _only(tree: Tree, paths: set[str]) -> Tree:
    return Tree({p: f for p, f in tree.files.items() if p in paths})


@contextmanager
def laid_out(objects: git.Objects, name: str) -> Iterator[Path]:
    """The files of a commit, or of `NOTHING`, in a folder called like it; removed afterwards.

    Trust ends here: the paths are data. Links are left out, and what could be git's own. Raises
    `ToolError`.
    """
    with TemporaryDirectory(prefix="indict-bench-") as above:
        root = Path(above) / name
        root.mkdir()
        store = Stored(objects, None if name == NOTHING else name)
        paths = list(filter(_is_safe, store.paths()))
        for start in range(0, len(paths), _AT_ONCE):
            for path, entry in store.entries(paths[start : start + _AT_ONCE]).items():
                if isinstance(entry, File):
                    _write(root / path, entry)
        yield root


def _is_safe(path: str) -> bool:
    try:
        return bool(safe_path(path))
    except PatchError:
        return False


def _write(target: Path, file: File) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode & 0o777)
        with open(made, "wb") as stream:
            stream.write(file.content)
    except OSError as e:
        raise ToolError(f"the commit cannot be laid out: {e.strerror}") from e
