"""Sends what a plan says: once, whatever fails.

    while another run is at it: wait, look, plan again
    prepare one pending review with all comments: it is the lock
    look again: what another run told meanwhile is not told again
    the summary, under the lock, so that there is one; then show the review
    put away what is gone, and what the new comments follow

A run that breaks off between summary and review leaves its pending review, and the next one knows
by it that what the summary says may not be so. What GitHub will not do becomes a note, never an
error: whoever called has annotations and the job summary to tell it by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from indict_review.errors import HostError, Refused, Unsure
from indict_review.github.interface import Check, Comment, NewCheck, NewRemark, Submission
from indict_review.patches.quoting import shown
from indict_review.publishers import markers
from indict_review.publishers.history import is_ours, look, submitted
from indict_review.publishers.interface import History, Post, Posted
from indict_review.publishers.lock import Busy, Desk, Lock, Taken
from indict_review.publishers.markers import Run
from indict_review.publishers.once import once

Plan = Callable[[History], Post]
"""See `planning.Plan`. Asked after each step: what has been done is not left to do."""

_WAITS = (2.0, 4.0, 8.0, 16.0, 30.0, 60.0)
"""Seconds: two minutes in all."""


def send(
    plan: Plan,
    history: History,
    desk: Desk,
    *,
    clock: Callable[[], datetime],
    nonce: Callable[[], str],
    wait: Callable[[float], None],
) -> Posted:
    """Post what is left to say, one write at a time. No `HostError` comes of it.

    `clock` gives UTC; `nonce` gives 16 hexadecimal digits of chance, others each time.
    """
    sending = _Sending(plan, desk, Lock(desk, history.me, clock, nonce), wait)
    try:
        sending.converse(history)
    except HostError as e:
        sending.note(str(e))
    if check := plan(history).check:
        sending.check(check)
    return sending.posted


@dataclass
class _Sending:
    plan: Plan
    desk: Desk
    lock: Lock
    wait: Callable[[float], None]
    posted: Posted = field(default_factory=Posted)
    """So far."""

    def note(self, text: str) -> None:
        self.posted = replace(self.posted, notes=(*self.posted.notes, shown(text, 400)))

    def converse(self, history: History) -> None:
        """All but the check. Raises `HostError`."""
        if not _says_something(post := self.plan(history)):
            return
        # Where there will be a lock, that is when to look: nothing is told before.
        if not _needs_lock(post, history) and self._has_moved(post):
            return
        for pause in _WAITS:
            post = self.plan(history)
            if not _needs_lock(post, history):
                self._put_away(post, history, self._tell(history, post))
                return
            try:
                again = self._post(history, post)
            except Busy:
                self.wait(pause)
                again = look(history, self.desk)
            if again is None or self._has_moved(post):
                return
            history = again
        raise Busy("another run is posting on this pull request: it is left to that one")

    def _has_moved(self, post: Post) -> bool:
        head = self.desk.pull().head.sha
        if moved := head != post.head:
            self.note(
                f"the head moved from {post.head[:12]} to {head[:12]} during the review: "
                "its comments are left to a review of that one"
            )
        return moved

    def _put_away(self, post: Post, history: History, summary: Comment | None) -> None:
        """Last: what follows an outdated comment stands by now, and the head is still the same."""
        self._take_back(post)
        if not post.gone:
            return
        try:
            done = self.desk.put_away(post.gone, post.settled)
            # Folding takes a while: a run of a newer head may have told its own by now.
            if summary and done.folded and not self._has_moved(post):
                text = markers.folding(summary.body, history.folded | done.folded)
                once(lambda: self.desk.edit(summary.id, text))
        except HostError as e:
            self.note(f"what is gone could not be put away: {e}")
            return
        for text in done.errors:
            why = "to resolve a thread takes `contents: write`" if "FORBIDDEN" in text else text
            self.note(f"not all that is gone could be put away: {why}")

    def _take_back(self, post: Post) -> None:
        try:
            for submission in post.take_back:
                self.desk.dismiss(submission, "Nothing blocks any more.")
        except HostError as e:  # the next run sees whether it still stands
            self.note(f"a request for changes could not be taken back: {e}")

    def _post(self, history: History, post: Post) -> History | None:
        """The review and the summary; or what is to be planned with again. Raises `Busy`."""
        try:
            remarks = [NewRemark(comment.anchor, comment.body) for comment in post.comments]
            pending, run = self.lock.take(post.head, post.told, remarks)
        except Taken as e:
            return replace(look(history, self.desk), blocked=str(e))
        except Refused as e:
            if e.status != 422 or not post.comments:
                raise
            return replace(submitted(history, self.desk), refused=f"GitHub refused it ({e.reason})")
        except Unsure as e:  # no review, and so all of it in the summary
            self.note(str(e))
            return replace(look(history, self.desk), blocked=str(e))
        try:
            now = look(history, self.desk)
            moved = self._has_moved(post)
        except (HostError, KeyboardInterrupt):
            self.lock.release(pending.id)
            raise
        if moved:
            self.lock.release(pending.id)
            return None
        left = self.plan(now)
        if _keys(left) != _keys(post):
            self.lock.release(pending.id)
            return now
        summary = self._tell(now, left)
        if _is_review(left):
            self._show(pending, run, left, replace(now, summary=summary))
        else:
            self.lock.release(pending.id)
        self._put_away(left, now, summary)
        return None

    def _show(self, pending: Submission, run: Run, post: Post, history: History) -> None:
        event = "REQUEST_CHANGES" if post.request_changes else "COMMENT"
        try:
            self.lock.show(pending.id, event, f"{run}\n{post.body}")
        except HostError as e:
            # Before the lock goes: whoever comes next must not believe in these comments.
            blocked = replace(history, blocked=str(e))
            self._tell(blocked, self.plan(blocked))
            self.lock.release(pending.id)
            raise
        self.posted = replace(self.posted, comments=len(post.comments), review=True)

    def _tell(self, history: History, post: Post) -> Comment | None:
        """The summary, posted or edited."""
        text, before = post.summary, history.summary
        if not text:
            return before
        if before is None:
            made = once(lambda: self.desk.comment(text), lambda: bool(self._sticky(history.me)))
            self.posted = replace(self.posted, summary="posted")
            return made or self._sticky(history.me)
        once(lambda: self.desk.edit(before.id, text))
        self.posted = replace(self.posted, summary=self.posted.summary or "edited")
        return replace(before, body=text)

    def _sticky(self, me: str) -> Comment | None:
        me = me or self.desk.me()
        found = (c for c in self.desk.comments() if markers.is_summary(c.body) and is_ours(c, me))
        return next(found, None)

    def check(self, check: NewCheck) -> None:
        """Unless the newest one on that head says the same already."""
        newest = self._newest(check)
        if newest is not None and _is_anothers(newest, check):
            check = replace(
                check,
                conclusion="neutral",
                title=f"Not green, by another pull request of this commit. {check.title}"[:255],
            )
        known = newest is not None and _is_same(newest, check)
        try:
            if not known:
                once(lambda: self.desk.check(check), lambda: self._is_checked(check))
        except HostError as e:  # that of its annotations comes when the check itself is there
            self.note(f"the check run: {e}")
            known = not isinstance(e, Refused) and self._is_checked(check)
        else:
            known = True
        self.posted = replace(self.posted, check=known)

    def _newest(self, check: NewCheck) -> Check | None:
        """None too if that cannot be read: better the same check twice than none."""
        try:
            return next(iter(self.desk.checks(check.head, check.name)), None)
        except HostError:
            return None

    def _is_checked(self, check: NewCheck) -> bool:
        newest = self._newest(check)
        return newest is not None and _is_same(newest, check)


def _is_same(there: Check, check: NewCheck) -> bool:
    return (there.external_id, there.conclusion) == (check.external_id, check.conclusion)


def _is_anothers(there: Check, check: NewCheck) -> bool:
    """Whether green would cover what another pull request of the same commit came to.

    Checks are a commit's. Anybody may open a second one of it, against a base that has it all.
    """
    number = check.external_id.partition(":")[0]
    is_ours = there.external_id.partition(":")[0] == number
    return check.conclusion == "success" and there.conclusion != "success" and not is_ours


def _says_something(post: Post) -> bool:
    return bool(_is_review(post) or post.summary or post.gone or post.take_back)


def _is_review(post: Post) -> bool:
    return bool(_keys(post) or post.request_changes)


def _keys(post: Post) -> set[str]:
    """What the review tells, at lines or in its body."""
    return {comment.key for comment in post.comments} | set(post.told)


def _needs_lock(post: Post, history: History) -> bool:
    """For a review, and to be the only one who begins a summary."""
    begins = bool(post.summary) and history.summary is None
    return not history.blocked and (_is_review(post) or begins)
