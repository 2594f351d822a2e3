"""The lock: GitHub lets an account have one pending review on a pull request, seen by nobody.

Whoever has prepared theirs may post; all others are refused, and wait. A run that broke off leaves
its own behind: it says when it was made, and after ten minutes anybody may take it away. One that
does not open with our mark is a person's, who writes with the same account: it is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Protocol

from indict_review.errors import HostError, Refused, Unsure
from indict_review.github.interface import NewRemark, Reading, Submission, Writing
from indict_review.publishers import markers
from indict_review.publishers.history import ours_pending
from indict_review.publishers.once import TRIES, once

_STALE = timedelta(minutes=10)
_AT = "%Y-%m-%dT%H:%M:%SZ"


class Desk(Reading, Writing, Protocol):
    """A pull request, to read and to write on."""


class Taken(HostError):
    """A person's own pending review is there."""


class Busy(HostError):
    """Another run is posting."""


@dataclass(frozen=True)
class Lock:
    """Prepares, shows and withdraws the one review."""

    desk: Desk
    me: str
    """Empty: to be asked."""
    clock: Callable[[], datetime]
    """Now, in UTC."""
    nonce: Callable[[], str]
    """16 hexadecimal digits of chance, others each time."""
    made: set[str] = field(default_factory=set)
    """Nonces of ours: what carries one is not another run's."""

    def take(
        self, head: str, told: Sequence[str], remarks: Sequence[NewRemark]
    ) -> tuple[Submission, markers.Run]:
        """Prepare it. Raises `Taken`, `Busy`, or what GitHub says of the remarks as `Refused`."""
        for _ in range(TRIES):
            run = markers.Run(self.nonce(), self.clock().strftime(_AT), tuple(told))
            self.made.add(run.nonce)
            try:
                return self.desk.prepare(head, f"{run}\n", remarks), run
            except Unsure as e:
                trouble: HostError = e
            except Refused as e:
                if e.status != 422 or "pending review" not in e.reason.lower():
                    raise
                trouble = e
            if found := self._in_the_way(run, head):
                return found, run
        raise trouble

    def _in_the_way(self, run: markers.Run, head: str) -> Submission | None:
        """Make way, or find that the review is there after all."""
        pending = ours_pending(self.desk.submissions(), self.me or self.desk.me())
        if pending is None:
            return None
        theirs = markers.run(pending.body)
        if theirs is None:
            raise Taken("this account has a review pending that a person began")
        if theirs.nonce == run.nonce:
            return pending
        is_left = theirs.nonce in self.made or self._is_stale(theirs)
        if not is_left and not self._is_of_before(pending, head):
            raise Busy("another run is posting on this pull request")
        self.release(pending.id)
        return None

    def _is_of_before(self, pending: Submission, head: str) -> bool:
        """Whether its head was pushed over: a run of that one was ended, or is about to see it."""
        if pending.commit in {None, head}:
            return False
        return self.desk.pull().head.sha == head

    def _is_stale(self, run: markers.Run) -> bool:
        try:
            at = datetime.strptime(run.at, _AT).replace(tzinfo=timezone.utc)
        except ValueError:
            return True
        return abs(self.clock() - at) > _STALE

    def show(self, submission: int, event: str, body: str) -> None:
        """Let people see it."""

        def is_shown() -> bool:
            found = next((s for s in self.desk.submissions() if s.id == submission), None)
            if found is None:
                raise HostError("the review was withdrawn by another run")
            return found.state != "PENDING"

        once(lambda: self.desk.submit(submission, event, body), is_shown)

    def release(self, submission: int) -> None:
        """Withdraw it, if it is still there."""
        try:
            once(lambda: self.desk.withdraw(submission))
        except Refused as e:
            if e.status != 404:
                raise
