"""Where the commits of a pull request are read: in a clone, or from GitHub. The same comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from indict_review import git
from indict_review.change import Change
from indict_review.errors import ToolError
from indict_review.git.renames import with_renames
from indict_review.github.interface import Pull
from indict_review.github.objects import GithubObjects
from indict_review.sources.contents import Contents
from indict_review.sources.interface import Store
from indict_review.sources.moved import change_of, code_first
from indict_review.sources.remote import Remote, changed
from indict_review.sources.stores import Stored
from indict_review.workspace import MAX_FILE

_SOURCE = "pull_request"
_UNTOLD = "\N{REPLACEMENT CHARACTER}"


class Findable(Store, Protocol):
    """The files of a commit, which can be compared without being read."""

    def find(self, path: str) -> git.Entry | None:
        """What stands there. Raises `ToolError`."""


class Place(Protocol):
    """It has commits, which are named by their hashes."""

    def store(self, commit: str) -> Findable:
        """The files of one. They raise `ToolError` if it is not there."""

    def change(self, base: str, head: str) -> Change:
        """What one has otherwise than another. Raises `ToolError`."""


@dataclass(frozen=True, eq=False)
class Clone:
    """See `Place`: objects of git. What lies in the work tree is not looked at."""

    objects: git.Objects

    def store(self, commit: str) -> Stored:
        """See `Place.store`."""
        return Stored(self.objects, commit)

    def change(self, base: str, head: str) -> Change:
        """See `Place.change`."""
        moves = git.between(self.objects, base, head, MAX_FILE)
        return change_of(_SOURCE, moves, Contents(self.objects))


@dataclass(frozen=True, eq=False)
class Hosted:
    """See `Place`: objects on GitHub."""

    objects: GithubObjects

    def store(self, commit: str) -> Remote:
        """See `Place.store`."""
        return Remote(self.objects, commit)

    def change(self, base: str, head: str) -> Change:
        """See `Place.change`."""
        contents = Contents(self.objects, self.objects.lacking)

        def content(entry: git.Entry) -> bytes | None:
            file = contents.file(entry)
            return None if file is None else file.content

        plain = tuple(changed(self.objects, base, head))
        contents.take([move.texts for move in code_first(plain)])
        change = change_of(_SOURCE, with_renames(plain, content, MAX_FILE), contents)
        count = sum(_UNTOLD in f.path or _UNTOLD in f.base_path for f in change.files)
        note = f"as GitHub tells them, the names of {count:,} files have unreadable characters"
        return replace(change, notes=(*change.notes, *([note] if count else [])))


@dataclass(frozen=True)
class Found:
    """Where a pull request is read."""

    place: Place
    parted: str
    """The commit where head and base branch parted."""
    repository: git.Repository | None = None
    """The clone's."""
    notes: tuple[str, ...] = ()


def in_clone(
    pull: Pull, repo: Path, environ: Mapping[str, str], parted: Callable[[], str]
) -> Found:
    """The clone that `repo` is in, if it has all of the pull request; nothing is fetched.

    Raises `ToolError`, or `ConfigError`, with the reason why it cannot be used. `parted` is what
    GitHub says of where the branches parted.
    """
    repository = git.located(repo, environ)
    if repository.is_partial:
        raise ToolError("this one is partial, and may lack the content of files")
    base, head = pull.base.sha, pull.head.sha
    for sha, ref in ((base, base), (head, f"pull/{pull.number}/head")):
        if git.commit(repository, sha) != sha:
            raise ToolError(f"{sha[:12]} is not in this one (`git fetch origin {ref}` gets it)")
    # Where the history is cut off, an earlier commit may look like the one where they parted.
    parting = parted() if repository.is_shallow else git.merge_base(repository, base, head)
    if parting is None or git.commit(repository, parting) != parting:
        raise ToolError(
            "this one does not have the commit where the branches parted "
            "(`git fetch --unshallow origin` gets it)"
        )
    return Found(Clone(git.Objects(repository)), parting, repository)
