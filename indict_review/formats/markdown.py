"""The review for a job summary, a check run or a wiki: GitHub's Markdown.

Whatever the change says stays text: see `markup`. Our own words are ASCII, and so is all of it
where the stream asks for that. The whole fits into a comment; what finds no room is counted.
"""

from collections.abc import Iterator

from indict_review.evidence import Severity
from indict_review.formats import markdown_parts as parts
from indict_review.formats import offering, words
from indict_review.formats.interface import Look
from indict_review.formats.markdown_findings import in_room, table
from indict_review.formats.markup import Pen, listed
from indict_review.review import Review

ROOM = 64_000
"""Characters. A comment may have 65,536, a publisher wants a few, and secrets become names.
Eight lists, a table and a diff leave findings 12,000 at the least."""
_FEW = 3
"""Findings that are seen at a glance, without a table."""


def render(review: Review, look: Look) -> str:
    """See `Format`."""
    return within(ROOM, review, look)


def within(room: int, review: Review, look: Look) -> str:
    """The same, with less room for findings if `room` is less than `ROOM`."""
    pen = Pen(ascii_only=not look.unicode)
    above = [part for part in _above(review, look.fail_on, pen) if part]
    below = [part for part in _below(review, pen) if part]
    room -= sum(len(part) + 2 for part in (*above, *below))
    findings = in_room(words.worst_first(review.findings), review, look.fail_on, pen, room)
    return "\n\n".join((*above, *findings, *below)) + "\n"


def _above(review: Review, fail_on: Severity, pen: Pen) -> Iterator[str]:
    yield f"## indict-review: {review.verdict(fail_on).value}"
    yield parts.headline(review, fail_on, pen)
    yield parts.gate(review, fail_on)
    yield listed(f"Note: {pen.prose(note, 400)}" for note in words.notes(review))
    yield from parts.harm(review, pen)
    if len(review.findings) > _FEW:
        yield table(words.worst_first(review.findings), review, pen)


def _below(review: Review, pen: Pen) -> Iterator[str]:
    yield from parts.revision(review, pen)
    yield parts.skipped(review, pen)
    yield parts.not_reviewed(review, pen)
    yield parts.unproven(review, pen)
    yield parts.dismissed(review, pen)
    yield parts.not_covered(review, pen)
    yield parts.usage(review, pen)
    if offering.can_be_applied(review):
        yield f"`{offering.GET_IT}` puts the verified code into your working tree."
