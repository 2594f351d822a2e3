"""Data that are folders. What is not there is said by its name; no link in them is followed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from indict_review.bench.suites.reading import misread
from indict_review.errors import ConfigError, PatchError
from indict_review.patches import reading
from indict_review.patches.quoting import shown
from indict_review.sources.stores import MADE_BY_TOOLS
from indict_review.workspace import read_tree

MOST_FILES = 5_000
"""Of one folder of a case."""


def folders_in(data: Path) -> list[Path]:
    """Those right in it, by name. Raises `ConfigError` if it is no folder."""
    if not data.is_dir():
        raise misread(data, "it is no folder")
    found = [p for p in data.iterdir() if _is_there(p) and p.is_dir() and p.name[0] != "."]
    return sorted(found, key=lambda p: p.name)


def check_there(case: Path, *names: str) -> None:
    """Raises `ConfigError` that names what the folder lacks."""
    missing = [name for name in names if not _is_there(case / name)]
    if missing:
        raise misread(case.parent, f"{shown(case.name)} has no {' and no '.join(missing)}")


def _is_there(path: Path) -> bool:
    """Itself: a link may lead out of the data."""
    return path.exists() and not path.is_symlink()


def text_in(case: Path, name: str) -> str:
    """A file as text. Raises `ConfigError`."""
    try:
        return bytes_in(case, name).decode("utf-8")
    except UnicodeDecodeError as e:
        raise misread(case.parent, f"{shown(name)} of {shown(case.name)} is not UTF-8") from e


def bytes_in(case: Path, name: str) -> bytes:
    """A file. Raises `ConfigError`."""
    check_there(case, name)
    try:
        return read_tree(case, [name]).files[name].content
    except PatchError as e:
        raise misread(case.parent, f"{shown(case.name)}: {e}") from e


def texts_below(folder: Path) -> dict[str, str]:
    """All files of a folder by path, without what tools left there. Raises `ConfigError`.

    Undecodable bytes are surrogates: not all of them are text.
    """
    paths = list(_paths(folder))
    if len(paths) > MOST_FILES:
        raise misread(folder, f"it has more than {MOST_FILES:,} files")
    try:
        tree = read_tree(folder, paths)
    except PatchError as e:
        raise misread(folder, str(e)) from e
    return {path: tree.text(path) for path in tree.files}


def _paths(folder: Path) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - MADE_BY_TOOLS)
        for name in sorted(files):
            path = Path(here, name)
            if not path.is_symlink():
                yield path.relative_to(folder).as_posix()


def touched_by(case: Path, patch: bytes) -> tuple[str, ...]:
    """The paths that a patch is for. Raises `ConfigError` if it is none."""
    try:
        return tuple(dict.fromkeys(each.path for each in reading.read(patch).patches))
    except PatchError as e:
        raise ConfigError(
            f"the patch.diff of {shown(case.name)} cannot be read: {e}",
            "It has to be a unified diff for the folder beside it.",
        ) from e


def names_in(patch: bytes) -> frozenset[str]:
    """All that a patch is about, old names too. Raises `PatchError` if it is none."""
    named = (
        name for each in reading.read(patch).patches for name in (each.old_path, each.new_path)
    )
    return frozenset(filter(None, named))
