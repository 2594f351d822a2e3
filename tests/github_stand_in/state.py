"""What a GitHub has in its memory. Values are frozen: a change puts another in the place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.github_stand_in.differences import DiffFile, difference, parting
from tests.github_stand_in.git import GitRepository


@dataclass(frozen=True)
class Person:
    login: str
    permission: str = "read"
    """Of the repositories: `admin`, `write`, `read`."""
    is_bot: bool = False

    @property
    def may_write(self) -> bool:
        return self.permission in {"admin", "write"}


@dataclass(frozen=True)
class Token:
    value: str
    login: str
    scopes: frozenset[str]
    """What it may write: `pull_requests`, `checks`, `contents`."""
    is_app: bool = False
    """GITHUB_TOKEN is one of an installed App."""


@dataclass(frozen=True)
class Note:
    """A comment in the conversation."""

    id: int
    author: str | None
    body: str
    created: str


@dataclass(frozen=True)
class Remark(Note):
    """A comment on lines."""

    review: int
    path: str
    side: str
    line: int | None
    """As it was made; in `View`, where it is now. None: outdated there, or about a file."""
    start_line: int | None
    commit: str
    base: str
    """Where the two branches parted then."""
    reply_to: int | None = None
    hunk: str = ""


@dataclass(frozen=True)
class Review:
    id: int
    author: str
    body: str
    state: str
    commit: str
    created: str


@dataclass(frozen=True)
class CheckRun:
    id: int
    name: str
    head: str
    status: str
    conclusion: str | None
    external_id: str
    title: str
    summary: str
    text: str
    annotations: tuple[dict[str, Any], ...]
    app: str = "github-actions"


@dataclass
class Repository:
    name: str
    git: GitRepository
    default_branch: str = "main"
    checks: dict[int, CheckRun] = field(default_factory=dict)


@dataclass
class Issue:
    number: int
    repository: Repository
    title: str
    body: str | None
    author: str
    is_open: bool = True
    labels: tuple[str, ...] = ()
    comments: dict[int, Note] = field(default_factory=dict)


@dataclass
class Pull(Issue):
    base: str = "main"
    """The branch."""
    head: str = ""
    fork: Repository | None = None
    """Where the head is; None: deleted."""
    base_sha: str = ""
    heads: list[str] = field(default_factory=list)
    """All that were seen; the last one is the present one."""
    remarks: dict[int, Remark] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)
    minimized: dict[int, str] = field(default_factory=dict)
    """Why, by the id of the comment."""
    resolved: set[int] = field(default_factory=set)
    """The remarks that began the threads."""

    @property
    def git(self) -> GitRepository:
        return self.repository.git

    @property
    def head_sha(self) -> str:
        return self.heads[-1]

    def look(self) -> None:
        """See whether somebody pushed."""
        if not self.is_open:
            return
        self.base_sha = self.git.branch(self.base) or self.base_sha
        sha = self.fork and self.fork.git.branch(self.head)
        if sha and self.heads[-1:] != [sha]:
            if self.fork.git.path != self.git.path:
                where = f"+refs/heads/{self.head}:refs/pull/{self.number}/head"
                self.git.run("fetch", "--quiet", "--no-tags", str(self.fork.git.path), where)
            self.heads.append(sha)

    def parted(self, head: str | None = None) -> str:
        """The merge base."""
        return parting(self.git.path, self.base_sha, head or self.head_sha) or self.base_sha

    def files(self, head: str | None = None) -> tuple[DiffFile, ...]:
        head = head or self.head_sha
        return difference(self.git.path, self.parted(head), head)

    def is_shown(self, remark: Remark, login: str | None = None) -> bool:
        """Whether this account sees it: a pending review is its author's alone."""
        review = self.reviews[remark.review]
        return review.state != "PENDING" or review.author == login
