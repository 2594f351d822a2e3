"""What people decided on the pull request: `/indict dismiss reason`, and `/indict undo`.

In the thread of one of our comments it is about that; in the conversation it names the finding:
`/indict dismiss 3f1c0a92e7d45b68 reason`, all of its fingerprint: to what begins alike,
somebody may write code. It counts if a person says it who may push; the last word holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indict_review.decision import DecidedIn, Decision
from indict_review.errors import HostError
from indict_review.github.interface import Comment, Reading, Remark
from indict_review.ledger.entries import has_reason
from indict_review.patches.quoting import shown
from indict_review.publishers import markers

_COMMAND = re.compile(r"/indict[ \t]+(dismiss|undo)\b[ \t]*(.*)")
_NAMED = re.compile(r"`?([0-9a-f]{16})`?(?:[ \t]+(.*))?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST = 400
"""Characters of a first line that are read."""
_MOST_NOTES = 10
_MOST_ASKED = 100
"""Accounts whose permission is looked up."""


@dataclass(frozen=True)
class _Said:
    """One command."""

    by: str
    when: str
    """As GitHub has it: in the order of time, as text."""
    key: str
    """The fingerprint."""
    reason: str | None
    """None: it takes a dismissal back."""


def read(
    remarks: Sequence[Remark], comments: Sequence[Comment], me: str, desk: Reading
) -> tuple[dict[str, Decision], tuple[str, ...]]:
    """The decisions by fingerprint; and what does not count, with why."""
    decided: dict[str, Decision] = {}
    notes: list[str] = []
    asked: dict[str, str] = {}
    for said in sorted((*_replied(remarks, me), *_called(comments)), key=lambda s: s.when):
        word = "dismiss" if said.reason is not None else "undo"
        if objection := _objection(said, asked, desk):
            notes.append(f"`/indict {word}` by {shown(said.by)} does not count: {objection}")
        elif said.reason is None:
            decided.pop(said.key, None)
        else:
            on = said.when[:10] if _DAY.match(said.when) else None
            decided[said.key] = Decision(DecidedIn.REPLY, said.reason, said.by, on)
    notes = list(dict.fromkeys((*notes, *_not_understood(remarks, comments, me))))
    if len(notes) > _MOST_NOTES:
        more = len(notes) - _MOST_NOTES
        notes[_MOST_NOTES:] = [f"{more} more commands do not count, for reasons as above"]
    return decided, tuple(notes)


def _replied(remarks: Sequence[Remark], me: str) -> Iterator[_Said]:
    begun = {
        r.id: key
        for r in remarks
        if r.author.login == me and r.reply_to is None and (key := markers.key(r.body))
    }
    for remark in remarks:
        if remark.reply_to in begun and (command := _command(remark)):
            word, rest = command
            reason = rest if word == "dismiss" else None
            yield _Said(remark.author.login, remark.created, begun[remark.reply_to], reason)


def _called(comments: Sequence[Comment]) -> Iterator[_Said]:
    for comment in comments:
        if (command := _command(comment)) and (named := _NAMED.fullmatch(command[1])):
            reason = named[2] or "" if command[0] == "dismiss" else None
            yield _Said(comment.author.login, comment.created, named[1], reason)


def _not_understood(
    remarks: Sequence[Remark], comments: Sequence[Comment], me: str
) -> Iterator[str]:
    """What looks like a command and is none: nobody should wait for it to count."""
    begun = {r.id for r in remarks if r.author.login == me and markers.key(r.body)}
    in_threads = [(r, False) for r in remarks if r.reply_to in begun]
    for comment, must_name in (*in_threads, *((c, True) for c in comments)):
        first = comment.body[:_LONGEST].strip().split("\n", 1)[0]
        if comment.author.is_bot or first.lower().split(" ")[0] != "/indict":
            continue
        command = _command(comment)
        if command is None or (must_name and not _NAMED.fullmatch(command[1])):
            how = "`/indict dismiss reason` in a finding's thread, or with its 16 digits elsewhere"
            yield f"`{shown(first, 60)}` by {shown(comment.author.login)} is not understood: {how}"


def _command(comment: Comment) -> tuple[str, str] | None:
    """The word and what follows it. Not of a bot: what it writes, it may only quote.

    What we write opens with a marker, so that it is never one.
    """
    if comment.author.is_bot or not comment.body.startswith("/indict"):
        return None
    first = comment.body[:_LONGEST].split("\n", 1)[0].strip()
    found = _COMMAND.fullmatch(first)
    return (found[1], " ".join(found[2].split())) if found else None


def _objection(said: _Said, asked: dict[str, str], desk: Reading) -> str:
    if said.reason is not None and not has_reason(said.reason):
        return "it gives no reason"
    if said.by not in asked:
        if len(asked) >= _MOST_ASKED:
            return f"more than {_MOST_ASKED} accounts have said one"
        asked[said.by] = _without_access(said.by, desk)
    return asked[said.by]


def _without_access(login: str, desk: Reading) -> str:
    try:
        return "" if desk.may_write(login) else "it takes write access to the repository"
    except HostError as e:
        return f"whether they have write access could not be looked up ({e})"
