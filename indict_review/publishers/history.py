"""What stands on the pull request already: ours by author and marker, people's by what is left.

Accounts are shared: a workflow's with other workflows, a person's own token with that person. So
ours is what our account wrote *and* what opens with a marker; all else is somebody else's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indict_review.github.interface import Comment, Reading, Remark, Submission
from indict_review.publishers import markers, replies
from indict_review.publishers.interface import History


def read(desk: Reading) -> History:
    """All of it. Raises `HostError`."""
    remarks, comments = desk.remarks(), desk.comments()
    history = _introduced(History(""), (*remarks, *comments), desk)
    history = _commented(_remarked(history, remarks), comments)
    kept = markers.summary(history.summary.body) if history.summary else None
    if kept is not None:
        said = kept[0]
        history = replace(history, reviewed=said.reviewed, base=said.base, outcome=said.outcome)
    if history.posted or history.summary:
        history = submitted(history, desk)
    dismissed, notes = replies.read(remarks, comments, history.me, desk)
    return replace(history, dismissed=dismissed, notes=notes)


def look(history: History, desk: Reading) -> History:
    """What another run posted meanwhile. Its comments count; what its summary says of them not."""
    comments = desk.comments()
    history = _commented(_introduced(history, comments, desk), comments)
    # Whoever posts begins with a summary: as long as there is none, there is nothing else.
    return _remarked(history, desk.remarks()) if history.summary else history


def submitted(history: History, desk: Reading) -> History:
    """With what the reviews tell that we submitted, or left behind."""
    mine = [s for s in desk.submissions() if s.author.login == history.me]
    runs = [(s, run) for s in mine if (run := markers.run(s.body))]
    history = replace(
        history,
        told=frozenset(key for s, run in runs if s.state != "PENDING" for key in run.told),
        requests=tuple(s.id for s, _ in runs if s.state == "CHANGES_REQUESTED"),
    )
    if any(s.state == "PENDING" for s, _ in runs):
        # A run broke off after its summary, or is at it: the comments it speaks of may never come.
        return replace(history, reviewed=None, base=None, outcome=None)
    return history


def is_ours(comment: Comment, me: str) -> bool:
    """Whether this program wrote it."""
    said = markers.key(comment.body) or markers.is_summary(comment.body)
    return bool(said) and comment.author.login == me


def ours_pending(submissions: Sequence[Submission], me: str) -> Submission | None:
    """The review that nobody sees yet, by whoever writes with our account; there can be one."""
    pending = (s for s in submissions if s.state == "PENDING" and s.author.login == me)
    return next(pending, None)


def _introduced(history: History, comments: Sequence[Comment], desk: Reading) -> History:
    """With our name, if there is anything that may be ours: it costs a request."""
    marked = any(markers.key(c.body) or markers.is_summary(c.body) for c in comments)
    return replace(history, me=desk.me()) if marked and not history.me else history


def _remarked(history: History, remarks: Sequence[Remark]) -> History:
    me = history.me
    begun = [r for r in remarks if r.reply_to is None and is_ours(r, me)]
    posted = {key: r for r in begun if (key := markers.key(r.body))}
    replied = {r.reply_to for r in remarks if not is_ours(r, me)}
    answered = frozenset(key for key, remark in posted.items() if remark.id in replied)
    newest = {remark.id for remark in posted.values()}
    older = tuple(remark for remark in begun if remark.id not in newest)
    return replace(history, posted=posted, answered=answered, older=older)


def _commented(history: History, comments: Sequence[Comment]) -> History:
    ours = [c for c in comments if markers.is_summary(c.body) and is_ours(c, history.me)]
    kept = markers.summary(ours[0].body) if ours else None
    folded = history.folded | frozenset(kept[0].folded if kept else ())
    return replace(
        history,
        summary=ours[0] if ours else None,
        spare=tuple(ours[1:]),
        folded=folded,
    )
