"""How git is started: with a fixed environment, and with settings that no repository can change."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from indict_review.errors import ToolError
from indict_review.patches.quoting import shown

TIMEOUT = 60
"""Seconds."""

NOBODYS: Mapping[str, str] = {}

# A repository's own settings can name programs to run (hooks, monitors, filters, drivers).
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    f"core.excludesFile={os.devnull}",
    "core.fsmonitor=",  # before git 2.36 it is a command, and `false` would be one
    "core.untrackedCache=false",
    "core.commitGraph=false",  # git believes what it says of parents
    "core.pager=cat",
    "core.quotePath=true",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "diff.external=",
    "protocol.allow=never",
    "credential.helper=",
    "gc.auto=0",
    "safe.directory=*",  # heard on a command line since git 2.38
)


def run(
    arguments: Sequence[str],
    root: Path,
    text: bytes = b"",
    *,
    at: Mapping[str, str] = NOBODYS,
    user: Mapping[str, str] | None = None,
    upwards: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end. Raises `ToolError` if it cannot be run; a failure is the caller's.

    `at` are the variables that say which repository. With `user`, an environment, the user's own
    settings are read as well, and none of ours: for questions about them only. `upwards` lets git
    look for a repository in the folders above.
    """
    settings = () if user is not None else _flags()
    try:
        return subprocess.run(
            ["git", *settings, *arguments],  # noqa: S607 (the user's git, wherever it is)
            cwd=root,
            input=text,
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
            env=_environment(None if upwards or at else root, at, user),
        )
    except FileNotFoundError as e:
        raise ToolError("git is not installed, or the directory is gone") from e
    except (OSError, ValueError, subprocess.TimeoutExpired) as e:
        raise ToolError(f"git could not be run: {shown(str(e))}") from e


def start(arguments: Sequence[str], root: Path, at: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start it for a conversation. Raises `ToolError`."""
    try:
        return subprocess.Popen(
            ["git", *_flags(), *arguments],  # noqa: S607 (as above)
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(None, at),
        )
    except FileNotFoundError as e:
        raise ToolError("git is not installed, or the directory is gone") from e
    except OSError as e:
        raise ToolError(f"git could not be run: {shown(str(e))}") from e


def said(ran: subprocess.CompletedProcess[bytes]) -> str:
    """Git's own reason for a failure, on one line."""
    lines = ran.stderr.decode("utf-8", "surrogateescape").splitlines()
    reason = next((line for line in lines if line.startswith(("error:", "fatal:"))), "")
    return shown(reason.partition(": ")[2] or reason or "no reason given", 200)


def version() -> str:
    """Git's version, e.g. `2.39.5`. Raises `ToolError` if git cannot be run."""
    return run(["version"], Path.cwd()).stdout.decode().split()[2]


def _flags() -> list[str]:
    return ["--no-pager", *(part for setting in _SETTINGS for part in ("-c", setting))]


def _environment(
    ceiling: Path | None, at: Mapping[str, str], user: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What git needs and nothing more: no GIT_*, no home, no settings of user or system."""
    found = os.environ if user is None else user
    kept = {name: found[name] for name in ("PATH", "TMPDIR") if name in found}
    # A relative folder would be one of the repository.
    folders = kept.get("PATH", os.defpath).split(os.pathsep)
    kept["PATH"] = os.pathsep.join(filter(os.path.isabs, folders))
    return {
        **kept,
        **(_isolated() if user is None else _theirs(user)),
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        # A partial clone fetches what it lacks from wherever its settings say. Git before 2.45
        # knows no way to leave that, but may use no transport for it.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
        # In a subdirectory of a repository, `git apply` passes over files without a word.
        **({"GIT_CEILING_DIRECTORIES": str(ceiling.resolve().parent)} if ceiling else {}),
        **at,
    }


def _isolated() -> dict[str, str]:
    return {
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
    }


def _theirs(user: Mapping[str, str]) -> dict[str, str]:
    names = (
        "HOME",
        "XDG_CONFIG_HOME",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_GLOBAL",
    )
    return {name: user[name] for name in names if name in user}
