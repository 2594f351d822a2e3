"""The sticky comment: everything about the review that stands at no line.

It is edited in place, so that it always tells the whole: every open finding, posted now or before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from indict_review.critique import ClaimStatus
from indict_review.evidence import Severity
from indict_review.formats import markdown_parts as parts
from indict_review.formats import words
from indict_review.formats.interface import is_harmful
from indict_review.formats.markdown_findings import in_room, table
from indict_review.formats.markup import Pen, folded, listed
from indict_review.publishers import markers, revised
from indict_review.review import Review

ROOM = 64_000
"""Characters. GitHub takes 65,536."""
_ROOM_FOR_TALK = 8_000
_ROOM_FOR_EARLIER = 12_000
_DISMISS = (
    "To keep a finding as it is, whoever may push replies `/indict dismiss reason` to its comment. "
    "Of one without a comment, write `/indict dismiss fingerprint reason` here: the 16 digits "
    "beside it. It counts from the next run on: after a push, or when the job is run again."
)


@dataclass(frozen=True)
class Told:
    """What the sticky comment has to know besides the review."""

    comments: Mapping[str, str | None] = field(default_factory=dict)
    """Where each finding's comment is, by fingerprint; None: its address is not known yet.
    What is not in here has no comment, and stands in full in the summary."""
    since: str | None = None
    """The head that the dialogue began at, if it looked only at what is new."""
    earlier: str = ""
    """What critics said of the rest, as an earlier summary of ours has it: Markdown."""
    new: frozenset[str] = frozenset()
    """Fingerprints of findings that this run is the first to see."""
    resolved: int = 0
    """Findings of earlier runs that are gone."""
    notes: tuple[str, ...] = ()
    """What publishing has to say: what could not be done, what does not count."""
    revision_url: str | None = None
    """A pull request with the revision."""
    reported: tuple[str, ...] = ()
    """What the pull request's own workflow says of its tests. Nobody vouches for it."""


def summary(review: Review, fail_on: Severity, told: Told) -> str:
    """Markdown, its marker first; empty if there is nothing to say.

    `review` is one that `output.masked` returned, for what is posted is read by everybody.
    """
    if not _says_something(review, told):
        return ""
    pen = Pen()
    above = [part for part in _above(review, fail_on, told, pen) if part]
    below = [part for part in _below(review, told, pen) if part]
    end = [part for part in _end(review, pen) if part]
    unproven = parts.unproven(review, pen)
    room = ROOM - sum(len(part) + 2 for part in (*above, *below, unproven, *end))
    alone = [f for f in words.worst_first(review.findings) if f.fingerprint not in told.comments]
    findings = [*in_room(alone, review, fail_on, pen, room)]
    room -= sum(len(part) + 2 for part in findings)
    argued = [part for part in (unproven, *_argued(review, told, pen, room - 300)) if part]
    said = [markers.of_argued("\n\n".join(argued))] if argued else []
    return "\n\n".join((*above, *findings, *below, *said, *end))


def _argued(review: Review, told: Told, pen: Pen, room: int) -> Iterator[str]:
    """What critics said: of what is new, and before of the rest."""
    talk = parts.dialogue(review, pen, min(room, _ROOM_FOR_TALK))
    yield talk
    if told.earlier:
        before = folded("What critics said before, of what did not change since", told.earlier)
        fits = len(before) <= min(room - len(talk), _ROOM_FOR_EARLIER)
        yield before if fits else "What critics said before is left out for want of room."


def _says_something(review: Review, told: Told) -> bool:
    return bool(
        review.findings
        or review.skipped
        or review.dismissed
        or told.resolved
        or told.earlier
        or is_harmful(review)
        or any(claim.status is ClaimStatus.UNPROVEN for claim in review.claims)
        or revised.offered(review)
    )


def _above(review: Review, fail_on: Severity, told: Told, pen: Pen) -> Iterator[str]:
    yield markers.of_summary()
    yield f"## indict-review: {review.verdict(fail_on).value}"
    yield " ".join((parts.headline(review, fail_on, pen), *_since(review, told, pen)))
    notes = [*words.notes(review), *told.notes]
    yield listed(f"Note: {pen.prose(note, 400)}" for note in notes)
    yield from parts.harm(review, pen)
    yield table(words.worst_first(review.findings), review, pen, told.comments, told.new)


def _since(review: Review, told: Told, pen: Pen) -> Iterator[str]:
    """Of which commit it is, and what became of it from run to run."""
    if review.change.head:
        yield f"Reviewed at {pen.code(review.change.head[:12])}."
    if told.resolved:
        yield f"{words.plural(told.resolved, 'earlier finding')} resolved."
    if told.since:
        seen = pen.code(told.since[:12])
        yield f"Critics looked at what is new since {seen}, tools at all of it."


def _below(review: Review, told: Told, pen: Pen) -> Iterator[str]:
    yield parts.skipped(review, pen)
    yield parts.not_reviewed(review, pen)
    yield parts.not_covered(review, pen)
    yield parts.dismissed(review, pen)
    yield from revised.shown(review, told.revision_url, pen)
    yield listed((f"Reported: {pen.prose(line, 300)}" for line in told.reported), "### Tests")


def _end(review: Review, pen: Pen) -> Iterator[str]:
    yield parts.usage(review, pen)
    if review.findings:
        yield _DISMISS
