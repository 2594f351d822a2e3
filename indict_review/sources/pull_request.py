"""A pull request: what its head has since it left the base branch.

All is read by the names of commits, so a branch that moves meanwhile changes nothing: the review
is of one state. Whose clone they are in does not matter either, for a name is a hash of what is
named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from indict_review.change import Change
from indict_review.errors import ConfigError, ToolError
from indict_review.github.conversation import Conversation
from indict_review.github.interface import Api, Pull
from indict_review.github.objects import GithubObjects
from indict_review.sources.interface import Store
from indict_review.sources.places import Found, Hosted, in_clone
from indict_review.sources.stated import stated

_HINT = "See that the token may read the repository, or run this in a clone that has the commits."
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class PullRequestSource:
    """Reads objects of git: of a clone that has the commits, else GitHub's. Nothing is fetched.

    All that it raises is a `ConfigError`; its stores are as `Store` says.
    """

    api: Api
    pull: Pull
    repo: Path
    """A repository, or any folder: it may have the commits."""
    task: str | None
    """None: what the pull request says."""
    environ: Mapping[str, str]
    """As for `StagedSource`."""

    @cached_property
    def base(self) -> Store:
        """See `Source.base`: the tip of the base branch, not where the two parted.

        A maintainer's newest decision counts, and no branch that is behind brings old ones back.
        """
        return self._found.place.store(self.pull.base.sha)

    @cached_property
    def project(self) -> Store:
        """See `Source.project`: the head."""
        return self._found.place.store(self.pull.head.sha)

    @property
    def root(self) -> str:
        """See `Source.root`: the clone's top, or the folder that is none. Nothing is read there."""
        repository = self._found.repository
        return os.fspath(self.repo if repository is None else repository.top)

    @property
    def folder(self) -> Path | None:
        """See `Source.folder`."""
        repository = self._found.repository
        return None if repository is None else repository.folder

    def collect(self) -> Change:
        """See `Source.collect`. A change without files: the base branch has it all."""
        return self._change

    def fresh(self, reviewed: str | None) -> frozenset[str] | None:
        """Which files of the change are otherwise than in a commit that was reviewed before.

        None if that cannot be told: then all of them may be.
        """
        if reviewed is None or not _COMMIT.fullmatch(reviewed):
            return None
        paths = [file.path for file in self._change.files]
        head = self._found.place.store(self.pull.head.sha)
        # After a forced push a clone may lack what GitHub still has.
        for place in dict.fromkeys((self._found.place, self._hosted)):
            before = place.store(reviewed)
            try:
                return frozenset(p for p in paths if before.find(p) != head.find(p))
            except ToolError:
                continue
        return None

    @cached_property
    def _change(self) -> Change:
        found = self._found
        try:
            change = found.place.change(found.parted, self.pull.head.sha)
        except ToolError as e:
            raise ConfigError(str(e), _HINT) from e
        task, notes = self.task, found.notes
        if task is None:
            conversation = Conversation(self.api, self._repository, self.pull.number)
            task, more = stated(self.pull, conversation.issue)
            notes += more
        return replace(
            change,
            task=task,
            base=found.parted,
            head=self.pull.head.sha,
            notes=(*notes, *change.notes),
        )

    @cached_property
    def _found(self) -> Found:
        for end in (self.pull.base, self.pull.head):
            if not _COMMIT.fullmatch(end.sha):
                raise ConfigError(f"{end.sha!a} is no commit", "GitHub named it so.")
        try:
            return in_clone(self.pull, self.repo, self.environ, lambda: self._parted)
        except ConfigError:
            if not self.repo.is_dir():
                raise
            notes: tuple[str, ...] = ()  # there is no clone, and nobody need read where
        except ToolError as e:
            notes = (f"read from GitHub, not from the clone: {e}",)
        try:
            return Found(self._hosted, self._parted, notes=notes)
        except ToolError as e:
            raise ConfigError(str(e), _HINT) from e

    @cached_property
    def _hosted(self) -> Hosted:
        return Hosted(GithubObjects(self.api, self._repository))

    @cached_property
    def _parted(self) -> str:
        return self._hosted.objects.parting(self.pull.base.sha, self.pull.head.sha)

    @property
    def _repository(self) -> str:
        """The base's: a head from a fork is in it as well, by its name."""
        return self.pull.base.repository or ""
