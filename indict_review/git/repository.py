"""Which repository is meant, and where its things are."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from subprocess import CompletedProcess

from indict_review.errors import ConfigError, NoRepository, ToolError
from indict_review.git.running import run, said
from indict_review.patches.quoting import shown

_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
"""What git tells its hooks; nothing else of GIT_* is heard."""

# A git that does not know SHA-256 prints the first question as it stands.
_QUESTIONS = (
    "--show-object-format", "--is-bare-repository", "--is-inside-work-tree",
    "--absolute-git-dir", "--show-toplevel", "--revs-only", "HEAD",
)  # fmt: skip


@dataclass(frozen=True)
class Repository:
    """A repository with a work tree. All that is asked of it is asked of this one."""

    top: Path
    """The work tree's top folder."""
    folder: Path
    """Git's own folder; of a linked work tree, the part that is its own."""
    head: str | None
    """HEAD's commit; None before the first one."""
    long_names: bool = False
    """Whether objects are named by SHA-256."""
    index: str | None = None
    """The index that is meant, where it is not the usual one. Relative to `top`."""

    @property
    def no_files(self) -> str:
        """The name of the tree that has none: git knows it without an object."""
        if self.long_names:
            return "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
        return "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

    @cached_property
    def common(self) -> Path:
        """What linked work trees share."""
        try:
            told = (self.folder / "commondir").read_bytes()
        except OSError:
            return self.folder
        return (self.folder / os.fsdecode(told).rstrip("\n")).resolve()

    @property
    def is_shallow(self) -> bool:
        """Whether its history was cut off."""
        return (self.common / "shallow").exists()

    @property
    def is_partial(self) -> bool:
        """Whether it may lack the content of some files."""
        return any((self.common / "objects" / "pack").glob("*.promisor"))

    @property
    def at(self) -> dict[str, str]:
        """The variables that name it to git. With them it does not look for itself."""
        index = {} if self.index is None else {"GIT_INDEX_FILE": self.index}
        return {
            "GIT_DIR": os.fspath(self.folder),
            "GIT_WORK_TREE": os.fspath(self.top),
            **index,
        }

    def run(self, *arguments: str) -> CompletedProcess[bytes]:
        """A plumbing command. Raises `ToolError` if it cannot be run."""
        return run(arguments, self.top, at=self.at)


def located(repo: Path, environ: Mapping[str, str]) -> Repository:
    """The repository that a folder is in, or that `environ` names as git does for hooks.

    Raises `NoRepository` if there is none, `ConfigError` if it has no work tree or its settings
    lead elsewhere.
    """
    if not repo.is_dir():
        raise ConfigError(
            f"{shown(str(repo))} is no directory", "--repo names the repository, or a folder in it."
        )
    named = {name: environ[name] for name in _OF_HOOKS if environ.get(name)}
    try:
        ran = run(["rev-parse", *_QUESTIONS], repo, at=named, upwards=True)
    except ToolError as e:
        raise ConfigError(str(e), "Install git; `indict-review doctor` looks for it.") from e
    answers = os.fsdecode(ran.stdout).split("\n")[:-1]
    if ran.returncode != 0 or len(answers) not in {5, 6}:
        raise _unusable(repo, ran, answers)
    names, _, _, folder, top = answers[:5]
    head = answers[5] if len(answers) == 6 else None
    if head is not None and not re.fullmatch(r"[0-9a-f]{40,64}", head):
        raise _unusable(repo, ran, answers)
    found = Repository(
        Path(top), Path(folder), head, names == "sha256", named.get("GIT_INDEX_FILE")
    )
    if "GIT_WORK_TREE" not in named and not _belong(found, repo, named="GIT_DIR" in named):
        raise ConfigError(
            f"the repository's own settings say that its files are in {shown(top)}",
            "Remove core.worktree from them, or set GIT_WORK_TREE if that is right.",
        )
    return found


def top(repo: Path, environ: Mapping[str, str]) -> Path:
    """The work tree's top folder. Raises `ConfigError` as `located` does."""
    return located(repo, environ).top


def folder(repo: Path, environ: Mapping[str, str]) -> Path:
    """Git's own folder, of this work tree. Raises `ConfigError` as `located` does."""
    return located(repo, environ).folder


def _unusable(repo: Path, ran: CompletedProcess[bytes], answers: list[str]) -> ConfigError:
    where, reason = shown(str(repo.absolute())), said(ran)
    if answers[1:2] == ["true"]:
        return ConfigError(
            f"{where} is a bare repository: nothing is staged or checked out there",
            "Name a work tree with --repo.",
        )
    if answers[2:3] == ["false"]:
        return ConfigError(f"{where} is git's own folder", "Name the work tree with --repo.")
    if "not a git repository" in reason:
        return NoRepository(
            f"{where} is in no git repository", "Go to one, or name one with --repo."
        )
    if "ownership" in reason or "unsafe repository" in reason:
        return ConfigError(
            f"git does not open {where}: it belongs to somebody else",
            "Run this as its owner, or with git 2.38 or newer.",
        )
    if ran.returncode == 0:
        return ConfigError(
            "the path of the repository has a line break in it", "Rename that folder."
        )
    return ConfigError(
        f"git cannot use the repository: {reason}", "See that `git status` works there."
    )


def _belong(found: Repository, repo: Path, *, named: bool) -> bool:
    """Whether the work tree is the one that led to git's folder.

    A repository can set core.worktree: to somebody's home, say.
    """
    if named and found.top.samefile(repo):
        return True
    link = found.top / ".git"
    try:
        if link.is_dir():
            return link.samefile(found.folder)
        with link.open("rb") as file:
            target = file.read(2**13).removeprefix(b"gitdir:").strip()
        return (found.top / os.fsdecode(target)).samefile(found.folder)
    except (OSError, ValueError):
        return False
