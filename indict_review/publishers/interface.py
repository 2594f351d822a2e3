"""What a publisher of pull requests works with: what was said before, and what is to be said.

    history = what we said on it, by author and marker; what people answered
    post    = plan(review, history, the difference that GitHub shows)       pure: nothing is sent
    posted  = send(post)                                                    once, whatever fails

A marker may hold back a post, never a finding: the verdict is that of the whole review.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indict_review.decision import Decision
from indict_review.github.interface import Anchor, Comment, NewCheck, Remark


@dataclass(frozen=True)
class History:
    """What stands on the pull request already."""

    me: str
    """The login that we write as; empty: nothing here can be ours, so nobody asked."""
    posted: Mapping[str, Remark] = field(default_factory=dict)
    """Our remarks, by what they are about: the key of their marker. The newest of each."""
    answered: frozenset[str] = frozenset()
    """Keys of those that somebody else replied to: their threads are people's."""
    summary: Comment | None = None
    """Our sticky comment."""
    reviewed: str | None = None
    """The head that critics looked at last, completely; None: none that we know of."""
    base: str | None = None
    """The key of the branch that this was against."""
    outcome: str | None = None
    """A digest of what our sticky comment tells, and of which head."""
    folded: frozenset[int] = frozenset()
    """Ids of ours that were folded, as the sticky comment keeps them."""
    older: tuple[Remark, ...] = ()
    """Remarks of ours that are about the same as a newer one."""
    spare: tuple[Comment, ...] = ()
    """Sticky comments of ours beyond the first."""
    told: frozenset[str] = frozenset()
    """Keys of what stands in the body of a review of ours, since it could stand at no line."""
    requests: tuple[int, ...] = ()
    """Reviews of ours that ask for changes, still."""
    blocked: str = ""
    """Why no review can be sent now; empty: nothing is in the way."""
    refused: str = ""
    """Why GitHub would not have the remarks at their lines; empty: it was not so."""
    dismissed: Mapping[str, Decision] = field(default_factory=dict)
    """What people with write access dismissed by a reply, by fingerprint."""
    notes: tuple[str, ...] = ()
    """What does not count, and why: a dismissal by somebody without write access, …"""


@dataclass(frozen=True)
class Inline:
    """A comment on lines of the difference, ready to be sent."""

    key: str
    """A fingerprint of a finding, or of a claim: 16 hexadecimal digits."""
    anchor: Anchor
    body: str
    """Markdown, its marker first."""


@dataclass(frozen=True)
class Post:
    """All that is to be said. Text that came from anywhere is made fit for Markdown already."""

    head: str
    comments: tuple[Inline, ...] = ()
    body: str = ""
    """Of the review that the comments come with."""
    summary: str = ""
    """The sticky comment, its marker first; empty: it stays as it is, or there is none."""
    told: tuple[str, ...] = ()
    """Keys of what `body` tells in the place of comments."""
    gone: tuple[Comment, ...] = ()
    """Ours, about what is not there any more: to be folded."""
    settled: tuple[Remark, ...] = ()
    """Of those, the ones whose thread nobody else wrote in: to be resolved."""
    request_changes: bool = False
    take_back: tuple[int, ...] = ()
    """Reviews of ours that ask for changes that are made."""
    check: NewCheck | None = None


@dataclass(frozen=True)
class Posted:
    """What became of it."""

    comments: int = 0
    review: bool = False
    summary: str = ""
    """`posted`, `edited`, or nothing."""
    check: bool = False
    """Whether a check run tells the outcome."""
    notes: tuple[str, ...] = ()
    """What could not be done, and why; nothing of it is lost: each says where it is told."""
