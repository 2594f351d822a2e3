"""A range of commits: two states that git has, and the messages between them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from indict_review import git
from indict_review.change import Change
from indict_review.errors import ConfigError, ToolError
from indict_review.sources.contents import HINT, Contents
from indict_review.sources.interface import Store
from indict_review.sources.messages import task_of
from indict_review.sources.moved import change_of
from indict_review.sources.ranges import Ends, ends
from indict_review.sources.stores import Stored
from indict_review.workspace import MAX_FILE


@dataclass(frozen=True)
class CommitsSource:
    """Reads objects of git only. All that it raises is a `ConfigError`."""

    repo: Path
    """The repository, or any folder in it."""
    range: str | None
    """`A..B`, `A...B`, `A`; None: what the branch has that its upstream does not."""
    task: str | None
    """None: the messages of the commits."""
    environ: Mapping[str, str]
    """As for `StagedSource`."""
    from_nothing: bool = False
    """See `whole`."""

    @classmethod
    def whole(
        cls, repo: Path, revision: str, task: str | None, environ: Mapping[str, str]
    ) -> "CommitsSource":
        """All that a revision has, as if there had been nothing before."""
        return cls(repo, revision, task, environ, from_nothing=True)

    @cached_property
    def repository(self) -> git.Repository:
        """Where it is."""
        return git.located(self.repo, self.environ)

    @cached_property
    def base(self) -> Store:
        """See `Source.base`: the commit that the range starts from."""
        return Stored(self._objects, self._ends.base)

    @cached_property
    def project(self) -> Store:
        """See `Source.project`: the commit that it ends with."""
        return Stored(self._objects, self._ends.head)

    @property
    def root(self) -> str:
        """See `Source.root`: the work tree's top, though nothing is read there."""
        return os.fspath(self.repository.top)

    @property
    def folder(self) -> Path:
        """See `Source.folder`."""
        return self.repository.folder

    def collect(self) -> Change:
        """See `Source.collect`. A change without files: both ends have the same."""
        base, head = self._ends.base, self._ends.head
        try:
            moves = git.between(self._objects, base, head, MAX_FILE)
            change = change_of("commits", moves, Contents(self._objects))
            task = self.task
            if task is None:
                task = task_of(self._objects, self._ends.since, head)
        except ToolError as e:
            raise ConfigError(str(e), HINT) from e
        notes = (*self._ends.notes, *change.notes)
        return replace(change, task=task, base=base, head=head, notes=notes)

    @cached_property
    def _ends(self) -> Ends:
        try:
            return ends(self.repository, self.range, from_nothing=self.from_nothing)
        except ToolError as e:
            raise ConfigError(str(e), HINT) from e

    @cached_property
    def _objects(self) -> git.Objects:
        return git.Objects(self.repository)
