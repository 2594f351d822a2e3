"""Writes files of a folder: all of them, or none.

The new content is written beside each file first, and so is the old one; then they are renamed into
place. If a rename fails, what was renamed is put back. No link is followed, whoever makes one
meanwhile: every folder is opened from the one above it.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from indict_review.change import File, Tree
from indict_review.errors import ConfigError
from indict_review.patches.paths import check_together, safe_path
from indict_review.patches.quoting import shown
from indict_review.workspace import read_tree

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_all(root: Path, old: Tree, new: Tree) -> tuple[str, ...]:
    """Make the files of `old`, as they were read from `root`, those of `new`. Returns which.

    Raises `ConfigError` if a file is otherwise by now or cannot be written: then all are as they
    were. Raises `PatchError` for an unsafe path.
    """
    check_together(new.files)
    either = sorted({*old.files, *new.files})
    paths = tuple(path for path in either if old.files.get(path) != new.files.get(path))
    with ExitStack() as stack:
        laid = (_laid(root, safe_path(p), old.files.get(p), new.files.get(p)) for p in paths)
        places = [stack.enter_context(each) for each in laid]
        now = read_tree(root, paths)
        for path in paths:
            if now.files.get(path) != old.files.get(path):
                raise ConfigError(
                    f"refused: {shown(path)} was changed meanwhile",
                    "Nothing was written. Apply it again.",
                )
        _swap(places)
    return paths


@dataclass
class _Place:
    """One file, and what lies beside it for the moment."""

    path: str
    folder: int
    name: bytes
    new: bytes | None
    """Where its new content is; None: it goes."""
    old: bytes | None
    """Where a copy of its old content is; None: there was no such file."""
    stuck: bool = False
    """Whether that copy is all that is left of it."""

    def put(self) -> None:
        with _told(self.path):
            self._take(self.new)

    def back(self) -> None:
        """As it was, if `put` was done: then what it renamed is not there any more."""
        if _is_there(self.new or self.name, self.folder):
            return
        self.stuck = True
        self._take(self.old)
        self.stuck = False

    def _take(self, content: bytes | None) -> None:
        if content is None:
            os.unlink(self.name, dir_fd=self.folder)
        else:
            os.replace(content, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)

    def clear(self) -> None:
        for name in (self.new, None if self.stuck else self.old):
            if name is not None:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=self.folder)


def _swap(places: Sequence[_Place]) -> None:
    try:
        for place in places:
            place.put()
    except BaseException as e:  # an interrupt, too, must not leave half of it
        for place in places:
            with suppress(OSError):
                place.back()
        if stuck := [place for place in places if place.stuck]:
            beside = os.fsdecode(stuck[0].old or stuck[0].name)
            raise ConfigError(
                f"{shown(stuck[0].path)} could not be put back as it was",
                f"What it was is beside it: {shown(beside)}.",
            ) from e
        raise


@contextmanager
def _laid(root: Path, path: str, old: File | None, new: File | None) -> Iterator[_Place]:
    """Both contents beside the file; what is left of them is removed afterwards."""
    *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
    beside = b".%s.indict-%s" % (name[:200], secrets.token_hex(4).encode())
    with ExitStack() as stack:
        with _told(path):
            folder = _opened(root, folders, stack)
            place = _Place(
                path,
                folder,
                name,
                beside + b".new" if new else None,
                beside + b".old" if old else None,
            )
            stack.callback(place.clear)
            mode = None
            if old and place.old:
                mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode & 0o777
                _write(place.old, folder, old, mode)
            if new and place.new:
                same = old is not None and old.mode == new.mode
                _write(place.new, folder, new, mode if same else None)
        yield place


def _opened(root: Path, folders: Sequence[bytes], stack: ExitStack) -> int:
    """The folder at the end, reached without a link. One that had to be made goes if not used."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    stack.callback(os.close, folder)
    for part in folders:
        if not _is_there(part, folder):
            os.mkdir(part, dir_fd=folder)
            stack.callback(_remove_if_empty, part, folder)
        folder = os.open(part, _FOLDER, dir_fd=folder)
        stack.callback(os.close, folder)
    return folder


def _write(name: bytes, folder: int, file: File, mode: int | None) -> None:
    """A fresh file; without a mode, with what the user's umask leaves of git's."""
    handle = os.open(name, _NEW, 0o777 if file.mode & 0o100 else 0o666, dir_fd=folder)
    with open(handle, "wb") as stream:
        stream.write(file.content)
        if mode is not None:
            os.fchmod(handle, mode)


def _remove_if_empty(name: bytes, folder: int) -> None:
    with suppress(OSError):
        os.rmdir(name, dir_fd=folder)


def _is_there(name: bytes, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


@contextmanager
def _told(path: str) -> Iterator[None]:
    """An error of the system as one for people."""
    try:
        yield
    except OSError as e:
        raise ConfigError(
            f"{shown(path)} cannot be written: {e.strerror}",
            "Nothing was changed. See that you may write to its folder.",
        ) from e
