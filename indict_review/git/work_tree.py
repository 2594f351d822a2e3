"""What git says of files on the disk."""

from pathlib import Path

from indict_review.errors import PatchError, ToolError
from indict_review.git.running import run, said


def apply_check(root: Path, patch: str) -> None:
    """Ask git whether the patch applies to the files below `root`, which need be no repository.

    Raises `PatchError` with git's own reason, `ToolError` if git cannot be run.
    """
    text = patch.encode("utf-8", "surrogateescape")
    ran = run(["apply", "--check", "--whitespace=nowarn", "-"], root, text)
    if ran.returncode != 0:
        raise PatchError(
            f"git does not apply the patch: {said(ran)}",
            "Make the patch again from the code as it is now.",
        )


def listed(folder: Path) -> list[str]:
    """The files below a directory that are tracked, or could be: none that is ignored.

    Some may be gone from the disk. Raises `ToolError` if git cannot tell.
    """
    ran = run(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], folder)
    if ran.returncode != 0:
        raise ToolError("git cannot list the files of the project")
    names = ran.stdout.decode("utf-8", "surrogateescape").split("\0")
    return sorted(set(filter(None, names)))


def is_work_tree(path: Path) -> bool:
    """Whether it lies in a git work tree, with or without a commit. Raises `ToolError`."""
    ran = run(["rev-parse", "--is-inside-work-tree"], path)
    return ran.returncode == 0 and ran.stdout.strip() == b"true"


def is_repository(path: Path) -> bool:
    """Whether the directory lies in a git work tree that has a commit. Raises `ToolError`."""
    return run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], path).returncode == 0
