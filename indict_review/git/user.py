"""What the user's own settings say. These questions, and no others, are asked with them."""

import os
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

from indict_review.errors import ConfigError, ToolError
from indict_review.git.repository import located
from indict_review.git.running import NOBODYS, run, said


def hooks_folder(repo: Path, environ: Mapping[str, str]) -> Path:
    """Where git looks for hooks, by the settings of user and repository. It need not be there.

    Raises `ConfigError` as `located` does, and if git cannot tell.
    """
    found = located(repo, environ)
    ran = _asked(["rev-parse", "--git-path", "hooks"], found.top, environ, found.at)
    if ran.returncode != 0:
        raise ConfigError(
            f"git cannot tell where its hooks are: {said(ran)}", "See core.hooksPath."
        )
    return found.top / os.fsdecode(ran.stdout.removesuffix(b"\n"))


def identity(repo: Path, environ: Mapping[str, str]) -> str:
    """Who commits here, `NAME <EMAIL>`, by the user's own settings.

    Raises `ConfigError` if they do not say.
    """
    ran = _asked(["config", "-z", "--get-regexp", r"^user\.(name|email)$"], repo, environ)
    told = ran.stdout.decode("utf-8", "replace").split("\0")
    pairs = (line.partition("\n") for line in told)
    known = {key: " ".join(value.split()) for key, _, value in pairs}
    if not known.get("user.name") or not known.get("user.email"):
        raise ConfigError(
            "git does not know who you are",
            "Tell it: `git config --global user.name NAME`, and user.email.",
        )
    return f"{known['user.name']} <{known['user.email']}>"


def _asked(
    arguments: list[str],
    root: Path,
    user: Mapping[str, str],
    at: Mapping[str, str] = NOBODYS,
) -> CompletedProcess[bytes]:
    """Nothing that git could start a program for."""
    try:
        return run(arguments, root, at=at, user=user, upwards=True)
    except ToolError as e:
        raise ConfigError(str(e), "Install git; `indict-review doctor` looks for it.") from e
