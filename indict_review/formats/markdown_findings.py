"""Many findings in Markdown: a table of them, and as much of each as there is room for."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from indict_review.evidence import Severity
from indict_review.finding import Finding
from indict_review.formats import words
from indict_review.formats.interface import offered
from indict_review.formats.markdown_finding import brief, full
from indict_review.formats.markup import Pen, linked
from indict_review.review import Review

_ROOM_FOR_A_TABLE = 9_000
"""Characters."""


def table(
    findings: Sequence[Finding],
    review: Review,
    pen: Pen,
    links: Mapping[str, str | None] = MappingProxyType({}),
    new: frozenset[str] = frozenset(),
) -> str:
    """A line for each, linked to what is said of it elsewhere; nothing for none."""
    rows = ["| Severity | Finding | Where | Fix |", "| --- | --- | --- | --- |"]
    room = _ROOM_FOR_A_TABLE
    for number, finding in enumerate(findings):
        severity = f"**{finding.severity.value}**"
        severity += ", new" if finding.fingerprint in new else ""
        where = pen.code(_cell(words.lines(finding)))
        where = linked(where, links.get(finding.fingerprint))
        fix = "verified" if offered(review, finding.suggestion) else ""
        what = pen.prose(_cell(words.named(finding)), 120)
        row = f"| {severity} | {what} | {where} | {fix} |"
        room -= len(row) + 1
        if room < 0:
            left = words.plural(len(findings) - number, "more finding")
            rows.append(f"| | ... and {left}, left out for want of room | | |")
            break
        rows.append(row)
    return "\n".join(rows) if findings else ""


def _cell(text: str) -> str:
    """A bar ends a cell even in a code span, and readers differ on how to escape it."""
    return text.replace("|", "<U+007C>")


def in_room(
    findings: Sequence[Finding], review: Review, fail_on: Severity, pen: Pen, room: int
) -> Iterator[str]:
    """Worst first: in full while there is room, then in brief, then only counted."""
    room -= 100  # for the count
    left_out = 0
    for finding in findings:
        forms = (form(finding, review, fail_on, pen) for form in (full, brief) if room > 0)
        shown = next((form for form in forms if len(form) + 2 <= room), "")
        if shown:
            yield shown
            room -= len(shown) + 2
        else:
            left_out += 1
            room = 0  # what is worse comes first: nothing after it takes its place
    if left_out:
        yield f"**... and {words.plural(left_out, 'more finding')}, left out for want of room.**"
