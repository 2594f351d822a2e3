"""What tells the content of a folder from any other, wherever it lies."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from indict_review.errors import ConfigError
from indict_review.sources.stores import MADE_BY_TOOLS


@lru_cache(maxsize=4096)
def of_folder(folder: Path) -> str:
    """SHA-256 of its files by path, without what tools left there; of links, where they point to.

    One that is not there is an empty one. Raises `ConfigError` for what cannot be read.
    """
    told = hashlib.sha256()
    try:
        for path in _paths(folder):
            is_link = path.is_symlink()
            name = os.fsencode(path.relative_to(folder))
            told.update(b"%d %d %s " % (is_link, len(name), name))
            told.update(_target(path) if is_link else _content(path))
    except OSError as e:
        raise ConfigError(f"{folder} cannot be read: {e.strerror}", "May you read it?") from e
    return told.hexdigest()


def _target(path: Path) -> bytes:
    return hashlib.sha256(os.fsencode(os.readlink(path))).digest()


def _content(path: Path) -> bytes:
    """Its digest, which is always as long: none runs into the next."""
    told = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            told.update(block)
    return told.digest()


def _paths(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        links = [name for name in folders if Path(here, name).is_symlink()]
        folders[:] = sorted(set(folders) - MADE_BY_TOOLS - set(links))
        for name in sorted([*files, *links]):
            path = Path(here, name)
            if path.is_symlink() or path.is_file():  # no pipe: it would never end
                yield path
