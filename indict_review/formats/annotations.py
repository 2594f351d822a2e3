"""Workflow commands: annotations at the lines of a pull request, without any token.

GitHub shows ten errors, ten warnings and ten notices of a step. More are not printed but counted,
in the last notice. Every line but the first is a command of ours: of what a change says, no line
break and no `::` gets to where it could start another.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from indict_review.evidence import Severity
from indict_review.finding import Finding
from indict_review.formats import words
from indict_review.formats.interface import Look
from indict_review.formats.placing import Place, in_head
from indict_review.formats.remarks import remarks
from indict_review.formats.safe_text import flat, visible
from indict_review.review import Review

MOST = 10
"""Of each level."""
Level = Literal["error", "warning", "notice"]


@dataclass(frozen=True)
class Annotation:
    """Something to be shown at a line, or nowhere."""

    level: Level
    title: str
    message: tuple[str, ...]
    """Lines."""
    place: Place | None = None


def render(review: Review, look: Look) -> str:
    """See `Format`. Its first line is for the log: what came out, in our own words."""
    wanted = [*_remarks(review), *of_findings(review, look.fail_on)]
    shown, left = _parted(wanted, last=bool(review.dismissed))
    lines = [f"indict-review {review.verdict(look.fail_on).value}: {words.summary(review)}"]
    lines += [_command(each, look) for each in (*shown, *_told(review, left))]
    return "\n".join(lines) + "\n"


def _remarks(review: Review) -> Iterator[Annotation]:
    for remark in remarks(review):
        level: Level = "error" if remark.severity is Severity.CRITICAL else "warning"
        yield Annotation(level, remark.title, (remark.message,))


def of_findings(review: Review, fail_on: Severity) -> Iterator[Annotation]:
    """One for each, worst first. Raw text: whoever shows it makes it fit."""
    for finding in words.worst_first(review.findings):
        place = in_head(finding.location, review.change)
        said = (f"({place.said})",) if place.said else ()
        message = (finding.message, *said, *_more(finding))
        level = _level(finding, blocks=review.blocks(finding, fail_on))
        yield Annotation(level, words.named(finding), message, place)


def _level(finding: Finding, *, blocks: bool) -> Level:
    if blocks:
        return "error"
    return "warning" if finding.severity.rank >= Severity.MEDIUM.rank else "notice"


def _more(finding: Finding) -> Iterator[str]:
    if finding.remedy:
        yield f"Remedy: {finding.remedy}"
    tools = ", ".join(dict.fromkeys(seen.tool for seen in finding.evidence))
    yield f"Seen by {tools}. Fingerprint {finding.fingerprint}"


def _parted(wanted: list[Annotation], *, last: bool) -> tuple[list[Annotation], list[Annotation]]:
    """Those shown and those left out; one place is kept if there will be a last notice."""
    levels = [each.level for each in wanted]
    last = last or any(levels.count(level) > MOST for level in set(levels))
    room = {"error": MOST, "warning": MOST, "notice": MOST - last}
    shown: list[Annotation] = []
    left: list[Annotation] = []
    for each in wanted:
        room[each.level] -= 1
        (shown if room[each.level] >= 0 else left).append(each)
    return shown, left


def _told(review: Review, left: list[Annotation]) -> Iterator[Annotation]:
    """The last notice: how many are left out, and what was dismissed."""
    said = []
    if levels := [each.level for each in left]:
        counts = ", ".join(
            words.plural(levels.count(level), level) for level in dict.fromkeys(levels)
        )
        said.append(f"not shown: {counts}, for GitHub shows {MOST} of each in a step")
    said += [
        f"dismissed: {words.named(d.finding)} in {words.lines(d.finding)} ({words.decided(d)})"
        for d in review.dismissed[:MOST]
    ]
    if len(review.dismissed) > MOST:
        said.append(f"and {len(review.dismissed) - MOST:,} more dismissed")
    if said:
        yield Annotation("notice", f"indict-review: {words.summary(review)}", tuple(said))


def _command(annotation: Annotation, look: Look) -> str:
    def text(value: str, limit: int) -> str:
        return _escaped(visible(flat(value, limit), ascii_only=not look.unicode))

    at = {}
    if place := annotation.place:
        path = visible(place.path, ascii_only=not look.unicode)
        at = {"file": _escaped(path), "line": place.start_line, "endLine": place.end_line}
    properties = {**at, "title": text(annotation.title, 200)}
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    # A line break that is escaped is one in what GitHub shows, and none in the log.
    message = "%0A".join(text(line, 1000) for line in annotation.message)
    return f"::{annotation.level} {written}::{message}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(escaped: str) -> str:
    return escaped.replace(":", "%3A").replace(",", "%2C")
