"""What is to be said, given what was said: pure, so that it can be asked again after each step.

    comments   findings in what is new, where no comment of ours stands; at most a hundred
    summary    all findings, always: with the address of their comment, or in full
    gone       comments of ours whose finding is no more: only a review without skips knows that

A comment that is outdated, or that we folded, does not stand any more: a finding that is back gets
a new one if its file is new to us, and else is in full in the summary. What was told of the same
head is not told again, though a later run may have less to tell: nothing was new to its critics.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from indict_review.critique import Claim, ClaimStatus
from indict_review.evidence import Severity
from indict_review.formats.interface import is_harmful
from indict_review.formats.markup import Pen, capital
from indict_review.formats.words import counts, plural, worst_first
from indict_review.github.interface import Anchor, NewCheck, PullFile, Remark
from indict_review.publishers import markers
from indict_review.publishers.check import check
from indict_review.publishers.comments import claim_key, claimed, inline
from indict_review.publishers.interface import History, Inline, Post
from indict_review.publishers.summary import Told, summary
from indict_review.review import Review, Verdict
from indict_review.scope import EVERYTHING, Paths

MOST = 100
"""Comments in one review."""
_ROOM_FOR_TEXTS = 60_000
"""Characters of a review's body: GitHub takes 65,536."""
_BODY = "The summary on this page has all of it, and what stands at no line."
_NOTHING = "\n\n## indict-review: pass\n\nNo findings at `%s`."


@dataclass(frozen=True)
class Plan:
    """Plans what one review has to say."""

    review: Review
    fail_on: Severity
    files: Mapping[str, PullFile]
    """The difference that GitHub shows, by path in the head."""
    fresh: frozenset[str] | None = None
    """Files that comments may be new in; None: all."""
    unproven_inline: bool = False
    request_changes: bool = False
    """Whether a review that fails asks for changes; GitHub lets nobody ask themselves."""
    number: int = 0
    base: str = ""
    """The branch that it is against, as `base_key` has it."""
    author: str = ""
    """Who opened the pull request."""
    paths: Paths = EVERYTHING
    """What the settings leave out."""
    url: str = ""
    """Of the pull request, for people."""
    told: Told = field(default_factory=Told)
    """What the summary tells besides: `since`, `revision_url`, `reported`, `notes`."""

    @property
    def head(self) -> str:
        """The commit that was reviewed."""
        return self.review.change.head or ""

    def __call__(self, history: History) -> Post:
        """What is left to say."""
        outcome = self._outcome(history)
        is_told = outcome == history.outcome
        wanted = [] if is_told and not self.review.dialogue else [*self._wanted(history)]
        comments = () if history.blocked or history.refused else tuple(wanted[:MOST])
        # What a mail begins with.
        lead = f"**{capital(counts(self.review.findings))}.** {_BODY}"
        body, told = _in_body(lead, wanted[:MOST]) if history.refused else (lead, ())
        gone = (*self._gone(history), *_outlived(comments, history))
        spare = (c for c in (*history.older, *history.spare) if c.id not in history.folded)
        verdict = self.review.verdict(self.fail_on)
        asks = self.request_changes and verdict is Verdict.FAIL and history.me != self.author
        return Post(
            self.head,
            comments,
            body,
            self._summary(history, outcome, comments, len(wanted) - MOST),
            told=told,
            gone=(*spare, *gone),
            settled=tuple(remark for remark in gone if self._is_settled(remark, history)),
            request_changes=asks and not (history.requests or is_told or history.blocked),
            take_back=history.requests * (self.request_changes and verdict is Verdict.PASS),
            check=self._check(),
        )

    def _check(self) -> NewCheck:
        made = check(self.review, self.fail_on, self.paths)
        return replace(made, external_id=f"{self.number}:{_digest(self._told())}")

    def _told(self) -> tuple[object, ...]:
        """What is the same in a later run on the same head: not what it cost, nor what was argued
        when its code was new."""
        return (
            self.head,
            self.base,
            self.review.change.base,
            sorted((path, how.value) for path, how in self.review.coverage.items()),
            self.review.verdict(self.fail_on).value,
            sorted((f.fingerprint, f.severity.value) for f in self.review.findings),
            sorted((d.finding.fingerprint, d.decision.reason) for d in self.review.dismissed),
            sorted((s.step, s.reason) for s in self.review.skipped),
        )

    def _outcome(self, history: History) -> str:
        besides = (self.told.revision_url, self.told.reported, history.notes)
        return _digest((*self._told(), *besides, bool(history.blocked)))

    def _wanted(self, history: History) -> Iterator[Inline]:
        """Comments for what has none, worst first; claims behind all findings."""
        for finding in worst_first(self.review.findings):
            if self._is_new(finding.fingerprint, finding.location.path, history):
                if found := inline(finding, self.review, self.fail_on, self.files):
                    yield found
        for claim in self._claims() if self.unproven_inline else ():
            path = claim.location.path if claim.location else ""
            if self._is_new(claim_key(claim), path, history):
                if found := claimed(claim, self.files):
                    yield found

    def _claims(self) -> list[Claim]:
        return [c for c in self.review.claims if c.status is ClaimStatus.UNPROVEN]

    def _is_new(self, key: str, path: str, history: History) -> bool:
        if self.fresh is not None and path not in self.fresh:
            return False
        return key not in history.told and _standing(key, history) is None

    def _gone(self, history: History) -> Iterator[Remark]:
        """Those about nothing that is there, and not folded yet."""
        there = {f.fingerprint for f in self.review.findings} | set(map(claim_key, self._claims()))
        for key, remark in history.posted.items():
            if remark.id in history.folded or key in there:
                continue
            if markers.is_claim(remark.body):
                is_gone = self._was_argued(remark)
            else:
                is_gone = not self.review.skipped or key in self._dismissed
            if is_gone:
                yield remark

    def _was_argued(self, remark: Remark) -> bool:
        """Whether critics would have claimed it again, if it still were so."""
        looked = self.fresh is None or remark.path in self.fresh
        return remark.line is None or (looked and bool(self.review.dialogue))

    def _is_settled(self, remark: Remark, history: History) -> bool:
        """A thread that somebody wrote in is theirs; but a dismissal is what settles it."""
        key = markers.key(remark.body)
        return key not in history.answered or key in self._dismissed

    @property
    def _dismissed(self) -> frozenset[str]:
        return frozenset(d.finding.fingerprint for d in self.review.dismissed)

    def _summary(
        self, history: History, outcome: str, comments: Sequence[Inline], over: int
    ) -> str:
        """The sticky comment; empty if it stays as it is, or there is to be none."""
        before = markers.summary(history.summary.body) if history.summary else None
        if before and outcome == history.outcome and not self.review.dialogue:
            text = before[1]
        else:
            told = self._telling(history, comments, over)
            text = summary(self.review, self.fail_on, told)
            if not text and before is None:
                return ""
            # Somebody has read the old one, so that it is not left as it was.
            text = (markers.summary(text) or ("", _NOTHING % self.head[:12]))[1]
        reviewed, base = history.reviewed, history.base
        if self._has_all_been_argued(history):
            reviewed, base = self.head, self.base
        said = f"{markers.Summary(reviewed, base, outcome)}{text}"
        said = markers.folding(said, history.folded)
        return "" if history.summary and said == history.summary.body else said

    def _has_all_been_argued(self, history: History) -> bool:
        """Whether critics need not look at this head again, after the next push.

        They do if they took no part, or if something of it only they would see again: a later
        push would turn green what nobody mended.
        """
        took_part = bool(self.review.accounts.models)
        proven = any({e.tool for e in f.evidence} == {"interpreter"} for f in self.review.findings)
        amiss = self.review.skipped or history.blocked or is_harmful(self.review)
        return took_part and not (proven or amiss)

    def _telling(self, history: History, comments: Sequence[Inline], over: int) -> Told:
        before = history.summary
        there = {finding.fingerprint for finding in self.review.findings} | self._dismissed
        stand = {key: r.url for key in there if (r := _standing(key, history))}
        coming = {comment.key: self._address(comment.anchor) for comment in comments}
        resolved = (
            key
            for key, remark in history.posted.items()
            if key not in there and not markers.is_claim(remark.body)
        )
        return replace(
            self.told,
            comments=stand | coming,
            earlier=markers.argued(before.body) if before and self.fresh is not None else "",
            new=frozenset(coming) if history.summary else frozenset(),
            resolved=0 if self.review.skipped else len(list(resolved)),
            notes=(*self.told.notes, *history.notes, *_limits(history, over)),
        )

    def _address(self, anchor: Anchor) -> str | None:
        """Of the line among the pull request's files: the comment has no address yet."""
        if not self.url:
            return None
        name = hashlib.sha256(anchor.path.encode("utf-8", "surrogateescape")).hexdigest()
        return f"{self.url}/files#diff-{name}{anchor.side[0]}{anchor.line}"


def base_key(branch: str) -> str:
    """A branch's name, made fit for a marker: critics' word is good for one base only."""
    return _digest(branch)


def _standing(key: str, history: History) -> Remark | None:
    """Our comment about it, if people still see it at its line."""
    remark = history.posted.get(key)
    if remark is None or remark.line is None or remark.id in history.folded:
        return None
    return remark


def _outlived(comments: Sequence[Inline], history: History) -> Iterator[Remark]:
    """Outdated ones that a new one follows: a later push may bring their line back."""
    for comment in comments:
        remark = history.posted.get(comment.key)
        if remark is not None and remark.id not in history.folded:
            yield remark


def _in_body(lead: str, wanted: Sequence[Inline]) -> tuple[str, tuple[str, ...]]:
    """What was to stand at lines, one below the other, and the keys of all of it."""
    pen, room, parts = Pen(), _ROOM_FOR_TEXTS, [lead]
    for each in wanted:
        where = pen.code(f"{each.anchor.path}:{each.anchor.line}")
        part = f"{where}\n\n{each.body}"
        if (room := room - len(part) - 2) < 0:
            break
        parts.append(part)
    if left := len(wanted) - len(parts) + 1:
        parts.append(f"{plural(left, 'more finding')}: in the summary, in full.")
    return "\n\n".join(parts), tuple(each.key for each in wanted)


def _limits(history: History, over: int) -> Iterator[str]:
    if history.blocked or history.refused:
        why = history.blocked or history.refused
        yield f"no comment could be posted at its lines, so all is told here: {why}"
    elif over > 0:
        yield (
            f"{plural(over, 'more comment')} would not fit: a review has {MOST} here at most, "
            "and the rest is told below"
        )


def _digest(said: object) -> str:
    return hashlib.sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()[:16]
