"""The user's files, read once and never written; and the throwaway copies everything else uses."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from indict_review.change import File, Tree
from indict_review.errors import PatchError
from indict_review.patches.interface import REGULAR_MODES
from indict_review.patches.paths import check_together, safe_path
from indict_review.patches.quoting import shown

MAX_FILE = 16 * 2**20
"""Bytes of one file that a change touches."""
MAX_TREE = 64 * 2**20
"""Bytes of all of them together."""
MAX_ENTRY = 256 * 2**20
"""Bytes of one file that no change touches, and that is only copied."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a named pipe waits for somebody to write to it.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def read_tree(repo: Path, paths: Iterable[str]) -> Tree:
    """The files of the directory at these paths; one that is not there is left out.

    Raises `PatchError` for a path that leaves the directory, goes through a symbolic link or is
    none of a regular file, and for files above `MAX_FILE` or `MAX_TREE`.
    """
    files: dict[str, File] = {}
    total = 0
    for path in sorted(set(paths)):
        file = _read(repo, safe_path(path))
        if file is not None:
            files[path] = file
            total += len(file.content)
        if total > MAX_TREE:
            raise PatchError(
                f"the files of the change have more than {MAX_TREE // 2**20} MiB together",
                "Split the change.",
            )
    return Tree(files)


def _read(repo: Path, path: str) -> File | None:
    with _folder_of(repo, path) as (folder, name):
        if folder is None:
            return None
        _refuse_link(name, folder, path)
        return _open_file(name, folder, path, MAX_FILE)


def read_entry(repo: Path, path: str) -> File | str | None:
    """What stands there: a file, or a symbolic link as the text of it, which is not followed.

    None for anything else, or nothing. Raises `PatchError` if it cannot be read, is too large, or
    can only be reached through a link.
    """
    with _folder_of(repo, safe_path(path)) as (folder, name):
        if folder is None:
            return None
        try:
            kind = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
            if stat.S_ISLNK(kind):
                return os.fsdecode(os.readlink(name, dir_fd=folder))
        except OSError:
            return None
        # Should it become a link just now, it is not followed.
        return _open_file(name, folder, path, MAX_ENTRY) if stat.S_ISREG(kind) else None


@contextmanager
def _folder_of(repo: Path, path: str) -> Iterator[tuple[int | None, bytes]]:
    """The opened folder of a file, reached without following a link, and its name there."""
    *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
    with ExitStack() as opened:
        here = _open_root(repo)
        opened.callback(os.close, here)
        for folder in folders:
            _refuse_link(folder, here, path)
            try:
                here = os.open(folder, _FOLDER, dir_fd=here)
            except FileNotFoundError:
                yield None, name
                return
            except OSError as e:
                raise _unreadable(path, e) from e
            opened.callback(os.close, here)
        yield here, name


def _open_file(name: bytes, folder: int, path: str, most: int) -> File | None:
    try:
        file = os.open(name, _FILE, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as e:
        raise _unreadable(path, e) from e
    try:
        return _read_regular(file, path, most)
    finally:
        os.close(file)


def _open_root(repo: Path) -> int:
    try:
        return os.open(repo, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as e:
        raise PatchError(
            f"{shown(str(repo))} is no directory that can be read",
            "Name the directory that the patch applies to.",
        ) from e


def _refuse_link(name: bytes, folder: int, path: str) -> None:
    """For the message only: O_NOFOLLOW is what holds."""
    try:
        linked = stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return
    if linked:
        raise PatchError(
            f"{shown(path)} is a symbolic link or goes through one",
            "A patch may only change regular files that are inside the directory themselves.",
        )


def _read_regular(file: int, path: str, most: int) -> File:
    info = os.fstat(file)
    if not stat.S_ISREG(info.st_mode):
        raise PatchError(f"{shown(path)} is no regular file", "A patch may only change files.")
    with open(file, "rb", closefd=False) as stream:
        # Not st_size: the file may grow meanwhile.
        content = stream.read(most + 1)
    if len(content) > most:
        raise PatchError(
            f"{shown(path)} has more than {most // 2**20} MiB",
            "Leave it out of the patch.",
        )
    return File(content, 0o100755 if info.st_mode & stat.S_IXUSR else 0o100644)


def _unreadable(path: str, cause: OSError) -> PatchError:
    return PatchError(
        f"{shown(path)} cannot be read: {cause.strerror}",
        "Is each part of its path a directory, and may you read it?",
    )


@contextmanager
def laid_out(tree: Tree) -> Iterator[Path]:
    """The tree as files in a fresh directory only this user can enter; removed afterwards.

    Raises `PatchError` for a tree whose paths or modes are not safe to write.
    """
    check_together(tree.files)
    for path, file in tree.files.items():
        safe_path(path)
        if file.mode not in REGULAR_MODES:
            raise PatchError(f"{shown(path)} is no regular file", "Only regular files are taken.")
    with tempfile.TemporaryDirectory(prefix="indict-review-") as name:
        root = Path(name).resolve()
        for path, file in tree.files.items():
            _write(root, path, file)
        yield root


def _write(root: Path, path: str, file: File) -> None:
    target = os.path.join(os.fsencode(root), path.encode("utf-8", "surrogateescape"))
    try:
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        written = os.open(target, _NEW, 0o700 if file.mode & 0o100 else 0o600)
        with open(written, "wb") as stream:
            stream.write(file.content)
    except OSError as e:
        raise PatchError(
            f"{shown(path)} cannot be written to a temporary directory: {e.strerror}",
            "Is there room, and does the file system take such a name?",
        ) from e
