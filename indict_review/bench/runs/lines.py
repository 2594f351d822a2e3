"""Files that are whole whenever the program is killed, and a disk that may be full."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indict_review.errors import Unwritable


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What cannot be written there is said: raises `Unwritable`."""
    try:
        yield
    except OSError as e:
        raise Unwritable(
            f"{folder} cannot be written: {e.strerror}",
            "What is there is whole: make room, and the same call goes on.",
        ) from e


def append(path: Path, lines: str) -> None:
    """Add them with one write and bring them to the disk. If that fails, none is added."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        length = os.fstat(descriptor).st_size
        try:
            _write(descriptor, lines.encode("ascii"))
        except OSError:
            os.ftruncate(descriptor, length)
            raise
    finally:
        os.close(descriptor)


def mend(path: Path) -> None:
    """Cut off a last line that has no end: a kill left it."""
    with suppress(FileNotFoundError), path.open("rb+") as file:
        content = file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            file.truncate(whole)
            os.fsync(file.fileno())


def place(path: Path, text: str) -> None:
    """Make it the content of a file: all of it, or what was there before.

    After a power cut it may be torn all the same: it is not brought to the disk at once, which
    would cost more than all else that we do for it.
    """
    made = path.with_suffix(".new")
    try:
        made.write_text(text, "ascii")
        os.replace(made, path)
    except OSError:
        with suppress(OSError):
            made.unlink()
        raise


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
    os.fsync(descriptor)
