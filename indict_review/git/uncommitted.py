"""What of the work tree may be otherwise than HEAD has it: names only, and nothing is run."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from indict_review.errors import ToolError
from indict_review.git.repository import Repository
from indict_review.git.running import NOBODYS, run, said

_COMPARE = (
    # Who can write the repository's settings could have changes pass that are seen by time alone.
    "-c", "core.trustctime=true", "-c", "core.checkStat=default",
    # Without looking for renames: for that git would read all that came and went.
    "diff-index", "--name-only", "-z", "--no-renames", "--no-ext-diff",
    "--ignore-submodules=dirty",
)  # fmt: skip


@dataclass(frozen=True)
class Uncommitted:
    """What git's ignore files name is not in it, unless git has it all the same."""

    files: frozenset[str]
    """Paths that differ, or look so to git, which goes by their times; and files it never saw."""
    repositories: frozenset[str]
    """Folders that are other ones, and no submodules. They end with a slash."""


def uncommitted(repository: Repository) -> Uncommitted:
    """Raises `ToolError`."""
    since = repository.head or repository.no_files
    changed = _names(repository, *_COMPARE, since, "--", at=_without_filters(repository))
    others = _names(repository, "ls-files", "-z", "--others", "--exclude-standard")
    repositories = frozenset(name for name in others if name.endswith("/"))
    files = frozenset({*changed, *others, *_unwatched(repository)}) - repositories
    return Uncommitted(files, repositories)


def _unwatched(repository: Repository) -> set[str]:
    """Files that are there, and that git was told not to compare."""
    tagged = (name.split(" ", 1) for name in _names(repository, "ls-files", "-z", "-v"))
    hidden = (path for tag, path in tagged if tag.islower() or tag == "S")
    return {path for path in hidden if os.path.lexists(repository.top / path)}


def _names(repository: Repository, *command: str, at: Mapping[str, str] = NOBODYS) -> list[str]:
    ran = run(command, repository.top, at={**repository.at, **at})
    if ran.returncode != 0:
        raise ToolError(f"git cannot tell what is not committed yet: {said(ran)}")
    return ran.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _without_filters(repository: Repository) -> dict[str, str]:
    """Variables that switch off the programs that the repository's settings name for files.

    Of a file as young as its index git compares the content, through them.
    """
    asked = repository.run("config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    keys = sorted(set(asked.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]))
    off = {f"GIT_CONFIG_KEY_{n}": key for n, key in enumerate(keys)}
    values = {
        f"GIT_CONFIG_VALUE_{n}": "false" if key.endswith(".required") else ""
        for n, key in enumerate(keys)
    }
    return {**off, **values, "GIT_CONFIG_COUNT": str(len(keys))}
