"""What `indict-review pr` does, in order: read, review, post."""

import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from indict_review.config import Config, Flags
from indict_review.errors import ConfigError, HostError, Refused, ReviewError
from indict_review.events import Ended, Listener, Started
from indict_review.github.api import GithubApi
from indict_review.github.branches import RepositoryBranches
from indict_review.github.conversation import Conversation
from indict_review.github.event import Wanted
from indict_review.github.interface import Pull, Target
from indict_review.output import masked
from indict_review.publishers import history
from indict_review.publishers.check import not_reviewed
from indict_review.publishers.interface import History, Posted
from indict_review.publishers.planning import Plan, base_key
from indict_review.publishers.posting import send
from indict_review.publishers.revision_branch import Pushed, push
from indict_review.publishers.summary import Told
from indict_review.review import Review
from indict_review.reviewing import Terms, reviewed
from indict_review.sources.pull_request import PullRequestSource


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line, besides settings."""

    repo: Path
    post: bool
    full: bool
    push_revision: bool
    task: str | None
    record: Path | None
    reported: tuple[str, ...]
    """What a fork's own workflow says of its tests."""


@dataclass(frozen=True)
class Outcome:
    """What came of it. No secret is in the review any more."""

    review: Review
    config: Config
    posted: Posted | None
    """None: it was not to be posted."""
    notes: tuple[str, ...]


def review_pull(
    desk: Conversation,
    wish: Wish,
    flags: Flags,
    environ: Mapping[str, str],
    listen: Listener,
    notes: tuple[str, ...],
    *,
    has_token: bool,
) -> Outcome:
    """Read what is there, review, say what is new."""
    opened = _opened(desk)
    notes += () if opened.is_open else ("this pull request is closed",)
    source = PullRequestSource(desk.api, opened, wish.repo, wish.task, environ)
    before = history.read(desk) if has_token else History("")
    # Critics' word is good for the branch that it was given against.
    base = base_key(opened.base.name)
    argued = before.reviewed if before.base == base and not wish.full else None
    fresh = source.fresh(argued)
    # Before the review, which may cost money: what cannot be read ends it here.
    files = {file.path: file for file in desk.files()} if wish.post else {}
    terms = Terms(record=wish.record, replies=before.dismissed, fresh=fresh)
    made = reviewed(source, flags, terms, listen)
    raw, config = made.review, made.config
    pushed = _pushed(raw, opened, desk) if wish.post and wish.push_revision else Pushed()
    review, notes = masked(raw), (*notes, *pushed.notes)
    if not wish.post:
        return Outcome(review, config, None, (*notes, *before.notes))
    if config.request_changes and not before.me:
        before = replace(before, me=desk.me())  # nobody may ask themselves
    plan = Plan(
        review,
        config.fail_on,
        files,
        fresh,
        unproven_inline=config.unproven == "inline",
        request_changes=config.request_changes,
        number=opened.number,
        base=base,
        author=opened.author.login,
        paths=config.paths,
        url=opened.url,
        told=Told(
            since=argued if fresh is not None else None,
            revision_url=pushed.url,
            reported=wish.reported,
            notes=notes,
        ),
    )
    posted = _posted(plan, before, desk, listen)
    return Outcome(review, config, posted, (*notes, *before.notes, *posted.notes))


def _opened(desk: Conversation) -> Pull:
    try:
        return desk.pull()
    except Refused as e:
        if e.status != 404:
            raise
        raise ConfigError(
            f"{desk.repository} has no pull request {desk.number}, or this token may not see it",
            "Check the number; of a private repository a token is needed that may read it.",
        ) from e


def _pushed(review: Review, pull: Pull, desk: Conversation) -> Pushed:
    return push(review, pull, RepositoryBranches(desk.api, desk.repository))


def _posted(plan: Plan, before: History, desk: Conversation, listen: Listener) -> Posted:
    began = time.monotonic()
    listen(Started("posting"))
    posted = send(
        plan,
        before,
        desk,
        clock=lambda: datetime.now(timezone.utc),
        nonce=lambda: secrets.token_hex(8),
        wait=time.sleep,
    )
    listen(Ended("posting", time.monotonic() - began, "done"))
    return posted


def say_why_not(api: GithubApi, meant: Target | Wanted, why: str) -> None:
    """Not green: a commit that could not be reviewed must not look like one that nobody asked of.

    What was posted before is of another head, and says so. Where not even this can be said, the
    error that `why` tells is raised all the same.
    """
    with suppress(HostError, ReviewError):
        number = 0 if isinstance(meant, Wanted) else meant.number
        desk = Conversation(api, meant.repository, number)
        head = meant.sha if isinstance(meant, Wanted) else desk.pull().head.sha
        desk.check(not_reviewed(head, why, number))
