"""The only module that runs git, in an environment where nobody's settings reach it."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.errors import PatchError, ToolError
from indict_review.patches.quoting import shown

TIMEOUT = 60
"""Seconds."""

# A repository's own settings can name programs to run (hooks, monitors, filters, drivers).
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    f"core.excludesFile={os.devnull}",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.pager=cat",
    "core.quotePath=true",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "diff.external=",
    "protocol.allow=never",
    "credential.helper=",
    "gc.auto=0",
    "safe.directory=*",
)


def version() -> str:
    """Git's version, e.g. `2.39.5`. Raises `ToolError` if git cannot be run."""
    return _run(["version"], Path.cwd()).stdout.decode().split()[2]


def apply_check(root: Path, patch: str) -> None:
    """Ask git whether the patch applies to the files below `root`, which need be no repository.

    Raises `PatchError` with git's own reason, `ToolError` if git cannot be run.
    """
    text = patch.encode("utf-8", "surrogateescape")
    ran = _run(["apply", "--check", "--whitespace=nowarn", "-"], root, text)
    if ran.returncode != 0:
        reasons = ran.stderr.decode("utf-8", "surrogateescape").splitlines()
        reason = next((r for r in reasons if r.startswith(("error:", "fatal:"))), "no reason given")
        raise PatchError(
            f"git does not apply the patch: {shown(reason.partition(': ')[2] or reason, 200)}",
            "Make the patch again from the code as it is now.",
        )


@dataclass(frozen=True)
class Entry:
    """One file, link or submodule of a tree or of the index."""

    path: str
    mode: int
    oid: str
    """The name of the object that has its content."""


def tree(repo: Path, revision: str) -> tuple[Entry, ...]:
    """All files of a commit. Raises `ToolError` if there is none of that name."""
    ran = _run(["ls-tree", "-r", "-z", revision], repo)
    if ran.returncode != 0:
        raise ToolError(f"git cannot list the files of {shown(revision)}")
    entries = []
    for line in ran.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, _, path = line.partition("\t")
        mode, _, oid = facts.split()
        entries.append(Entry(path, int(mode, 8), oid))
    return tuple(entries)


def blobs(repo: Path, oids: Sequence[str], most: int) -> list[bytes | None]:
    """The content of each object, in order; None for one that is not there or above `most` bytes.

    Raises `ToolError` if git cannot be run.
    """
    if not oids:
        return []
    ran = _run(["cat-file", "--batch"], repo, "".join(f"{oid}\n" for oid in oids).encode())
    found: list[bytes | None] = []
    at = 0
    for _ in oids:
        end = ran.stdout.index(b"\n", at)
        facts = ran.stdout[at:end].split()
        at = end + 1
        if len(facts) != 3:
            found.append(None)
            continue
        size = int(facts[2])
        found.append(ran.stdout[at : at + size] if size <= most else None)
        at += size + 1
    return found


def listed(folder: Path) -> list[str]:
    """The files below a directory that are tracked, or could be: none that is ignored.

    Some may be gone from the disk. Raises `ToolError` if git cannot tell.
    """
    ran = _run(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], folder)
    if ran.returncode != 0:
        raise ToolError("git cannot list the files of the project")
    names = ran.stdout.decode("utf-8", "surrogateescape").split("\0")
    return sorted(set(filter(None, names)))


def is_work_tree(path: Path) -> bool:
    """Whether it lies in a git work tree, with or without a commit. Raises `ToolError`."""
    ran = _run(["rev-parse", "--is-inside-work-tree"], path)
    return ran.returncode == 0 and ran.stdout.strip() == b"true"


def is_repository(path: Path) -> bool:
    """Whether the directory lies in a git work tree that has a commit. Raises `ToolError`."""
    return _run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], path).returncode == 0


def _run(
    arguments: Sequence[str], root: Path, text: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    try:
        return subprocess.run(
            ["git", *settings, *arguments],  # noqa: S607 (the user's git, wherever it is)
            cwd=root,
            input=text,
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
            env=_environment(root),
        )
    except FileNotFoundError as e:
        raise ToolError("git is not installed, or the directory is gone") from e
    except (OSError, subprocess.TimeoutExpired) as e:
        raise ToolError(f"git could not be run: {shown(str(e))}") from e


def _environment(root: Path) -> dict[str, str]:
    """What git needs and nothing more: no GIT_*, no home, no settings of user or system."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        # In a subdirectory of a repository, `git apply` passes over files without a word.
        "GIT_CEILING_DIRECTORIES": str(root.resolve().parent),
    }
