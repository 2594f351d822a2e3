"""What `git commit` would commit: the index, whatever lies in the work tree."""

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
from indict_review.sources.merging import with_merged
from indict_review.sources.moved import change_of
from indict_review.sources.stores import Stored
from indict_review.workspace import MAX_FILE


@dataclass(frozen=True)
class StagedSource:
    """Reads objects of git only. All that it raises is a `ConfigError`."""

    repo: Path
    """The repository, or any folder in it."""
    task: str | None
    environ: Mapping[str, str]
    """Of it GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE are heard, as git sets them for hooks."""

    @cached_property
    def repository(self) -> git.Repository:
        """Where it is."""
        return git.located(self.repo, self.environ)

    @property
    def base(self) -> Store:
        """See `Source.base`: HEAD; nothing before the first commit."""
        return self._head

    @cached_property
    def project(self) -> Store:
        """See `Source.project`: what HEAD would be after the commit."""
        gone = {move.old.path: None for move in self._moves if move.old}
        there = {move.new.path: move.new for move in self._moves if move.new}
        return Stored(self._objects, self.repository.head, {**gone, **there})

    @property
    def root(self) -> str:
        """See `Source.root`: the work tree's top."""
        return os.fspath(self.repository.top)

    @property
    def folder(self) -> Path:
        """See `Source.folder`."""
        return self.repository.folder

    def collect(self) -> Change:
        """See `Source.collect`. A change without files: nothing is staged."""
        try:
            contents = Contents(self._objects)
            change = change_of("staged", self._moves, contents)
            others = [Stored(self._objects, parent) for parent in git.merging(self.repository)]
            change = with_merged(change, self._moves, others, contents)
        except ToolError as e:
            raise ConfigError(str(e), HINT) from e
        return replace(change, task=self.task, base=self.repository.head)

    @cached_property
    def _head(self) -> Stored:
        return Stored(self._objects, self.repository.head)

    @cached_property
    def _objects(self) -> git.Objects:
        return git.Objects(self.repository)

    @cached_property
    def _moves(self) -> tuple[git.Move, ...]:
        try:
            return git.staged(self._objects, MAX_FILE)
        except ToolError as e:
            raise ConfigError(str(e), HINT) from e
