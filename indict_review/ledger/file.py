"""The ledger as a file of the working tree: read and written where no link leads elsewhere."""

import os
import secrets
from pathlib import Path

from indict_review.errors import ConfigError, PatchError
from indict_review.ledger.entries import LEDGER
from indict_review.workspace import read_tree

_FOLDER, _NAME = LEDGER.split("/")


def read(top: Path) -> bytes:
    """Its content; empty if there is none. Raises `ConfigError`, for a link too."""
    try:
        tree = read_tree(top, [LEDGER])
    except PatchError as e:
        raise ConfigError(f"the ledger cannot be read: {e}", _HINT) from e
    return tree.files[LEDGER].content if LEDGER in tree.files else b""


def write(top: Path, content: bytes) -> None:
    """All of it or nothing: written beside the place and moved there. Raises `ConfigError`."""
    try:
        (top / _FOLDER).mkdir(exist_ok=True)
        folder = os.open(top / _FOLDER, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _replace(folder, content)
        finally:
            os.close(folder)
    except OSError as e:
        raise ConfigError(f"{LEDGER} cannot be written: {e.strerror}", _HINT) from e


_HINT = f"{LEDGER} is a file in a folder, neither of them a link; see that you may write there."


def _replace(folder: int, content: bytes) -> None:
    name = f".{_NAME}.{secrets.token_hex(4)}"
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=folder)
    try:
        with open(file, "wb") as stream:
            stream.write(content)
        os.rename(name, _NAME, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        os.unlink(name, dir_fd=folder)
        raise
