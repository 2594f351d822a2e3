"""What the gate lets through: as files, as a patch, and in the working tree.

tree = result(review, fail_on)             the change's head, or its verified revision
text = output_patch(review, fail_on)       from the base to that, for `git apply`
paths = land(review, fail_on, root)        written: all of it, or nothing
"""

import re
from pathlib import Path

from indict_review import git
from indict_review.change import Change, File, FileChange, Status, Tree
from indict_review.errors import ConfigError, NoRepository, ToolError
from indict_review.evidence import Severity
from indict_review.formats import words
from indict_review.patches.quoting import shown
from indict_review.patches.render import unified_diff
from indict_review.replacing import replace_all
from indict_review.review import Gate, Review
from indict_review.sources.stores import Stored

_BINARY = re.compile(r"(?m)^Binary files .*$")
"""No line of a file's own begins so: it has a sign before it."""


def result(review: Review, fail_on: Severity) -> Tree:
    """The change's files as they may land. Those of `change.before` that it lacks are to go.

    `review` is as it was made: `masked` puts other words in the place of secrets. Raises
    `ConfigError` where the gate lets nothing through, or nobody knows what it would be.
    """
    if review.digests:
        raise ValueError("this review is masked: its code is not what was reviewed")
    check_known(review.change)
    gate = review.gate(fail_on)
    if gate in {None, Gate.REJECTED}:
        why = words.gate(review, fail_on) or "its change is no patch that waits to land"
        raise ConfigError(f"nothing of it may land: {why}", "See what the review says.")
    made = review.verified
    return made.tree if gate is Gate.REVISED and made else review.change.after


def output_patch(review: Review, fail_on: Severity) -> str:
    """A diff from the change's base to its `result`; empty if they are the same.

    Bytes that are not UTF-8 are surrogates in it. Raises `ConfigError` as `result` does, and for a
    binary file: a diff has no words for what is in it.
    """
    before, tree = review.change.before, result(review, fail_on)
    renames = {f.path: f.old_path for f in review.change.files if f.old_path is not None}
    diff = unified_diff(before, tree, renames)
    if binary := _BINARY.search(diff):
        raise ConfigError(
            f"no diff can hold it: {shown(binary[0])}",
            "Have it written into the working tree instead.",
        )
    return diff


def land(review: Review, fail_on: Severity, root: Path) -> tuple[str, ...]:
    """Write the `result` into `root`, the folder that its paths are relative to. Returns which.

    All of it or nothing, and never into git's index. Raises `ConfigError` as `result` and
    `check_clean` do, and if a file was changed meanwhile or cannot be written; `PatchError` for a
    path that leads elsewhere by now.
    """
    before, tree = review.change.before, result(review, fail_on)
    check_clean(root, before, tree)
    return replace_all(root, before, tree)


def check_known(change: Change) -> None:
    """Raise `ConfigError` if the change does not say what becomes of one of its files."""

    def is_told(file: FileChange) -> bool:
        side = change.before if file.status is Status.DELETED else change.after
        return file.path in side.files

    unread = [path for path, _ in change.unread]
    opaque = [file.path for file in change.files if not is_told(file)]
    for path in (*unread, *opaque):
        raise ConfigError(
            f"the change does not say what becomes of {shown(path)}",
            "Leave it out, or make a patch with all of its text.",
        )


def check_clean(root: Path, old: Tree, new: Tree) -> None:
    """Raise `ConfigError` if a file that differs in the two trees is not as HEAD has it.

    What a person did and did not commit could not be told from the change any more. `old` is what
    lies in `root`. A folder without git has no HEAD: there, nothing is asked.
    """
    repository = repository_of(root)
    if repository is None:
        return
    touched = sorted(p for p in {*old.files, *new.files} if old.files.get(p) != new.files.get(p))
    paths = {_above(repository, root) + path: path for path in touched}
    objects = git.Objects(repository)
    try:
        moves = git.staged(objects, 0)
        head = Stored(objects, repository.head).entries(paths)
    except ToolError as e:
        raise ConfigError(
            f"what is committed cannot be read: {e}", "Nothing was written. See `git fsck`."
        ) from e
    staged = {side.path for move in moves for side in (move.old, move.new) if side is not None}
    for full, path in paths.items():
        if full in staged or not _is_committed(old.files.get(path), head.get(full)):
            what = "has changes that are not committed" if full in head else "is not committed"
            raise ConfigError(
                f"refused: {shown(path)} {what}, and would be written over",
                "Nothing was written. Commit it, or put it aside (`git stash -u`); then again.",
            )


def repository_of(root: Path) -> git.Repository | None:
    """The repository that the folder is in, if any. Raises `ConfigError` if git cannot use it."""
    try:
        return git.located(root, {})
    except NoRepository:
        here = root.resolve()
        if any((folder / ".git").exists() for folder in (here, *here.parents)):
            raise  # one that is broken is not the same as none
        return None


def _above(repository: git.Repository, root: Path) -> str:
    """What the paths of `root` begin with in the repository: nothing, or folders and a slash."""
    inside = root.resolve().relative_to(repository.top.resolve()).as_posix()
    return "" if inside == "." else f"{inside}/"


def _is_committed(ours: File | None, theirs: File | str | None) -> bool:
    """Whether the file on the disk is HEAD's, as git would check it out."""
    if ours is None or not isinstance(theirs, File):
        return ours is theirs
    # Settings may have git write `\r\n` for `\n`; and a file's mode stays, whatever is written.
    return ours.content.replace(b"\r\n", b"\n") == theirs.content.replace(b"\r\n", b"\n")
