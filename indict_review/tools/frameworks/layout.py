"""Where a project keeps things, by its paths alone."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import PurePosixPath

FOREIGN = frozenset({"node_modules", "vendor", "third_party", "venv", "env", "build", "dist"})
"""Folders of other people's code, or of what tools made."""

_PYTHON_TEST = re.compile(r"(?:test_[^/]*|[^/]*_test|tests?)\.py")


def own(path: str) -> bool:
    """Whether it is the project's own: in no folder of others', and in no hidden one."""
    folders = PurePosixPath(path).parts[:-1]
    return not any(part in FOREIGN or part.startswith(".") for part in folders)


def folder(path: str) -> str:
    """Its folder; empty for the workspace itself."""
    return path.rpartition("/")[0]


def inside(path: str, of: str) -> bool:
    """Whether a path is this folder, or in it."""
    return not of or path == of or path.startswith(f"{of}/")


def join(of: str, name: str) -> str:
    """A file in a folder."""
    return f"{of}/{name}" if of else name


def called(paths: Iterable[str], *names: str) -> list[str]:
    """The project's own files of these names, the shallowest first."""
    found = [p for p in paths if PurePosixPath(p).name in names and own(p)]
    return sorted(found, key=lambda p: (p.count("/"), p))


@lru_cache(maxsize=8)  # several frameworks ask, about the same thousands of paths
def python_tests(paths: frozenset[str]) -> tuple[str, ...]:
    """The files that Python's runners take for tests, the shallowest first."""
    found = [p for p in paths if _PYTHON_TEST.fullmatch(PurePosixPath(p).name) and own(p)]
    return tuple(sorted(found, key=lambda p: (p.count("/"), p)))


def expanded(pattern: str, paths: frozenset[str]) -> list[str]:
    """The paths that a shell would put in the place of a pattern with `**`, `*` and `?`."""
    parts = pattern.removeprefix("./").split("/")
    return sorted(path for path in paths if _fits(parts, path.split("/")))


def _fits(parts: list[str], names: list[str]) -> bool:
    # No regular expression of the whole: the pattern may be the change's, and made to be slow.
    ends = {0}
    for part in parts:
        if part == "**":
            ends = set(range(min(ends), len(names) + 1))
        else:
            ends = {at + 1 for at in ends if at < len(names) and fnmatchcase(names[at], part)}
        if not ends:
            return False
    return len(names) in ends
