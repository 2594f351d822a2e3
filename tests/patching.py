"""Real git for the tests of patches, away from the machine's settings."""

import os
import subprocess
from pathlib import Path

from indict_review.errors import PatchError

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "LC_ALL": "C",
}


def git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    ran = subprocess.run(
        ["git", *arguments], cwd=root, input=stdin, capture_output=True, env=ENVIRONMENT
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


def write(root: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def repository(root: Path, files: dict[str, bytes]) -> Path:
    """A repository with these files committed."""
    root.mkdir(exist_ok=True)
    git(root, "init", "-q")
    write(root, files)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "start")
    return root


def attempt(action):
    """What the action gives, or the `PatchError` it raises. Anything else is a failure."""
    try:
        return action()
    except PatchError as e:
        return e


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below the directory, git's own left out, with its mode."""
    return {
        os.path.relpath(os.path.join(folder, name), root): (
            Path(folder, name).read_bytes(),
            Path(folder, name).lstat().st_mode,
        )
        for folder, _, names in os.walk(root)
        for name in names
        if ".git" not in Path(folder).parts
    }
