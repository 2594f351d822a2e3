"""What is asked of GitHub, in plain types: nothing outside of `github` sees its JSON.

All text in here was written by anybody: authors, commenters, bots. It is data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from indict_review.change import File

Json = Any
"""What GitHub answered. It goes no further than the function that reads it."""


@dataclass(frozen=True)
class Answer:
    """Of GraphQL: it can succeed in parts, and says so with status 200."""

    data: Json
    errors: tuple[str, ...] = ()
    """`TYPE: message` of each."""


class Api(Protocol):
    """GitHub's REST and GraphQL, one request at a time.

    Each verb raises `Refused` for an answer that says no, and `HostError` if nobody answers.
    """

    def get(self, path: str, **query: str | int) -> Json:
        """Read one thing. Tried again where GitHub fails, and when its limits say when."""

    def pages(self, path: str, **query: str | int) -> Iterator[Json]:
        """Read a list, whole, a hundred to a page. `path` answers with an array."""

    def send(self, verb: str, path: str, body: Mapping[str, Json] | None = None) -> Json:
        """Write something: once. Tried again only if it certainly did not happen (a rate limit).

        Raises `Unsure` if it may have happened: look before you send it again.
        """

    def graphql(self, query: str, variables: Mapping[str, Json]) -> Answer:
        """Ask, or change, by GraphQL: a `mutation` is sent as `send` does, all else as `get`."""


@dataclass(frozen=True)
class Target:
    """A pull request by name, and where its GitHub is."""

    repository: str
    """`octo/demo`."""
    number: int
    api: str = "https://api.github.com"
    """The base address of the REST API, without a slash at the end."""


@dataclass(frozen=True)
class Account:
    """Who wrote something."""

    login: str
    """`octocat`, `github-actions[bot]`; `ghost` for somebody who left."""
    is_bot: bool = False


@dataclass(frozen=True)
class Branch:
    """One end of a pull request."""

    sha: str
    name: str
    repository: str | None
    """`octo/demo`; None if that fork was deleted."""


@dataclass(frozen=True)
class Pull:
    """A pull request."""

    number: int
    title: str
    body: str
    author: Account
    url: str
    """For people."""
    base: Branch
    """Its `sha` is that of the base branch, not where the two part."""
    head: Branch
    is_open: bool = True

    @property
    def is_from_fork(self) -> bool:
        """Whether the head is in another repository, or nobody knows."""
        return self.head.repository is None or self.head.repository != self.base.repository


@dataclass(frozen=True)
class PullFile:
    """A file of the pull request, as GitHub shows its difference."""

    path: str
    old_path: str | None
    patch: str | None
    """Hunks, each from its `@@` line on. None: too large, or binary, so nothing can be anchored."""


@dataclass(frozen=True)
class Comment:
    """In the conversation of the pull request."""

    id: int
    node: str
    """Its id in GraphQL."""
    author: Account
    body: str
    url: str
    """For people."""
    created: str
    """`2026-11-22T06:00:00Z`."""


@dataclass(frozen=True)
class Remark(Comment):
    """A comment on a line."""

    path: str
    line: int | None
    """None: outdated, the line is not in the difference any more."""
    reply_to: int | None
    """The id of the remark that began the thread."""


@dataclass(frozen=True)
class Submission:
    """A review, in GitHub's sense: a body, and remarks that came with it."""

    id: int
    node: str
    author: Account
    body: str
    state: str
    """`PENDING`, `COMMENTED`, `CHANGES_REQUESTED`, `APPROVED`, `DISMISSED`."""
    commit: str | None


@dataclass(frozen=True)
class Check:
    """A check run that is there."""

    id: int
    conclusion: str | None
    external_id: str
    """Ours: the number of the pull request, and a digest of what it says."""


class Reading(Protocol):
    """Reads a pull request. All raise `HostError`."""

    def me(self) -> str:
        """The login that this token writes as."""

    def pull(self) -> Pull:
        """As it is now."""

    def files(self) -> tuple[PullFile, ...]:
        """Its files, at most 3,000: GitHub lists no more."""

    def remarks(self) -> tuple[Remark, ...]:
        """All comments on lines, the oldest first; those of pending reviews are not among them."""

    def comments(self) -> tuple[Comment, ...]:
        """All of the conversation, the oldest first."""

    def submissions(self) -> tuple[Submission, ...]:
        """All reviews; one's own pending one is among them."""

    def issue(self, number: int) -> tuple[str, str]:
        """Title and body of an issue of the repository."""

    def may_write(self, login: str) -> bool:
        """Whether this account may push. False for one that is not known."""

    def checks(self, sha: str, name: str) -> tuple[Check, ...]:
        """The check runs of a commit by this name, the newest first."""


@dataclass(frozen=True)
class Anchor:
    """Lines of the pull request's difference, all of one hunk and one side."""

    path: str
    start_line: int
    line: int
    """The last one."""
    side: str = "RIGHT"
    """`LEFT`: deleted lines."""


@dataclass(frozen=True)
class NewRemark:
    """A comment on lines, to be posted."""

    anchor: Anchor
    body: str


@dataclass(frozen=True)
class Annotation:
    """A line of a check run."""

    path: str
    start_line: int
    end_line: int
    level: str
    """`notice`, `warning`, `failure`."""
    title: str
    message: str


@dataclass(frozen=True)
class NewCheck:
    """A check run, to be posted. All limits of size are kept by whoever makes it."""

    name: str
    head: str
    conclusion: str
    """`success`, `neutral`, `failure`."""
    title: str
    summary: str
    text: str
    annotations: tuple[Annotation, ...]
    external_id: str


@dataclass(frozen=True)
class PutAway:
    """What became of comments that were to be put away."""

    folded: frozenset[int] = frozenset()
    """Their ids."""
    errors: tuple[str, ...] = ()
    """What GitHub would not do."""


class Writing(Protocol):
    """Writes on a pull request. All raise `HostError`; `Unsure` if it may have happened."""

    def prepare(self, head: str, body: str, remarks: Sequence[NewRemark]) -> Submission:
        """A pending review: nobody sees it. GitHub lets each account have one."""

    def submit(self, submission: int, event: str, body: str) -> None:
        """Show it: `COMMENT` or `REQUEST_CHANGES`."""

    def withdraw(self, submission: int) -> None:
        """Delete a pending review, with its remarks."""

    def dismiss(self, submission: int, message: str) -> None:
        """Take back a request for changes."""

    def comment(self, body: str) -> Comment:
        """Add to the conversation."""

    def edit(self, comment: int, body: str) -> None:
        """Put another text in a comment's place."""

    def put_away(self, gone: Sequence[Comment], settled: Sequence[Remark]) -> PutAway:
        """Fold `gone` as resolved, and resolve the threads that begin with `settled`.

        A token may not be allowed to: then the answer says so.
        """

    def check(self, check: NewCheck) -> None:
        """Post a check run, with all its annotations: 50 to a request."""


@dataclass(frozen=True)
class Offered:
    """A pull request that offers a branch."""

    url: str
    """For people."""
    base: str
    """The branch it is meant for."""
    is_open: bool


class Branches(Protocol):
    """Puts commits on branches of their own. All raise `HostError`; `Unsure` as `Writing` does.

    It never moves a branch that is there.
    """

    def tip(self, branch: str) -> str | None:
        """Its commit; None if there is no such branch."""

    def between(self, base: str, commit: str) -> Mapping[str, str | None]:
        """The files that differ: their blobs in `commit` by path, None for those deleted."""

    def grow(self, parent: str, files: Mapping[str, File | None], message: str) -> str:
        """A commit on `parent` with these files put in, or taken away. On no branch yet."""

    def create(self, branch: str, commit: str) -> None:
        """A new branch."""

    def offers(self, branch: str) -> tuple[Offered, ...]:
        """The pull requests of it, closed ones too."""

    def offer(self, branch: str, base: str, title: str, body: str) -> str:
        """Open one; its address for people."""
