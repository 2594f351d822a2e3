"""Which paths a patch may name. Every path that comes from a change passes here first."""

import re
import unicodedata
from collections.abc import Iterable

from indict_review.errors import PatchError
from indict_review.patches.quoting import shown

LONGEST_PATH = 4096
"""Bytes; what Linux takes."""

_DRIVE = re.compile(r"[A-Za-z]:")
_HINT = "A patch may only name files below the directory it is for, relative to it."


def safe_path(path: str) -> str:
    """The path itself, if it stays below the directory and out of git's own folder.

    Raises `PatchError`. Whether the path goes through a symbolic link only the file system
    can tell: `workspace.read_tree` does.
    """
    wrong = _fault(path)
    if wrong:
        raise PatchError(f'the patch names "{shown(path)}", which {wrong}', _HINT)
    return path


def _fault(path: str) -> str | None:
    parts = path.split("/")
    if not path:
        return "is empty"
    if len(path.encode("utf-8", "surrogateescape")) > LONGEST_PATH:
        return f"is longer than {LONGEST_PATH} bytes"
    if any(unicodedata.category(char) == "Cc" for char in path):
        return "has a control character in it"
    if path.startswith("/") or "\\" in path or _DRIVE.match(path):
        return "is absolute or written for Windows"
    if ".." in parts:
        return "leaves the directory"
    if "" in parts or "." in parts:
        return "has an empty part in it"
    if any(_is_git_folder(part) for part in parts):
        return "is in git's own folder"
    return None


def _is_git_folder(part: str) -> bool:
    """Whether some file system takes it for `.git`.

    Windows drops trailing dots and spaces, streams after a colon, and knows the short name
    `git~1`; macOS ignores characters that cannot be seen.
    """
    return _plain(part) in {".git", "git~1"}


def _plain(part: str) -> str:
    seen = "".join(char for char in part if unicodedata.category(char) != "Cf")
    return seen.partition(":")[0].rstrip(" .").lower()


def check_together(paths: Iterable[str]) -> None:
    """Raise `PatchError` if one path is a directory of another: they cannot both be files."""
    files = set(paths)
    for path in files:
        parts = path.split("/")
        for end in range(1, len(parts)):
            folder = "/".join(parts[:end])
            if folder in files:
                raise PatchError(
                    f"{shown(folder)} would be a file and a directory at once",
                    f"{shown(path)} needs it to be a directory.",
                )


def check_no_repository(paths: Iterable[str], touched: Iterable[str]) -> None:
    """Raise `PatchError` if something touched is in a folder that git takes for its own.

    It needs no `.git` for that: `HEAD`, with `objects` and `refs` or a `commondir` that says where
    they are, is a bare repository. `paths`: all that there will be, as far as they are known.
    """
    heads: dict[str, set[str]] = {}
    plain = {_plain_path(path) for path in paths}
    for path in plain:
        folder, _, name = path.rpartition("/")
        if name == "head":
            heads[folder] = set()
    for path in plain if heads else ():
        parts = path.split("/")
        for end, part in enumerate(parts):
            if part in REPOSITORY and (folder := "/".join(parts[:end])) in heads:
                heads[folder].add(part)
    made = [_plain_path(path) for path in touched]
    for folder, has in heads.items():
        is_own = {"objects", "refs"} <= has or "commondir" in has
        if is_own and any(not folder or path.startswith(f"{folder}/") for path in made):
            raise PatchError(
                f"{shown(folder or '.')} would be a git repository: it has HEAD and "
                + " and ".join(sorted(has)),
                "The next git command in it would run what its config says.",
            )


REPOSITORY = frozenset({"objects", "refs", "commondir"})
"""Beside `HEAD`, by these, in lower case, git knows a repository."""


def _plain_path(path: str) -> str:
    return "/".join(map(_plain, path.split("/")))
