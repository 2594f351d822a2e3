"""One finding as a SARIF result."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from indict_review.decision import DecidedIn, Dismissed
from indict_review.evidence import Severity, Side
from indict_review.finding import Finding, Suggestion
from indict_review.formats import words
from indict_review.formats.interface import offered
from indict_review.formats.json_text import Json, is_exact
from indict_review.formats.placing import in_head
from indict_review.formats.safe_text import flat, visible
from indict_review.review import Review

_LONGEST_CODE = 10_000
"""Characters of a fix; a longer one is left out, as part of one would be another."""
_LONGEST_SNIPPET = 2_000
_MOST_SAID = 5
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def level(severity: Severity) -> str:
    """SARIF has three."""
    if severity.rank >= Severity.HIGH.rank:
        return "error"
    return "warning" if severity is Severity.MEDIUM else "note"


def result(
    finding: Finding, review: Review, fail_on: Severity, dismissed: Dismissed | None
) -> dict[str, Json]:
    """Without its `ruleIndex`, which depends on the other results."""
    place = in_head(finding.location, review.change)
    region: dict[str, Json] = {"startLine": place.start_line, "endLine": place.end_line}
    code = finding.location.quote
    if finding.location.side is Side.RIGHT and len(code) <= _LONGEST_SNIPPET and is_exact(code):
        region["snippet"] = {"text": code}
    blocks = dismissed is None and review.blocks(finding, fail_on)
    made: dict[str, Json] = {
        "ruleId": visible(finding.ident),
        # GitHub takes no notice of suppressions: as a note, at least it alarms nobody.
        "level": "error" if blocks else "note" if dismissed else level(finding.severity),
        "message": message(*_said(finding, place.said)),
        "locations": [
            {"physicalLocation": {"artifactLocation": artifact(place.path), "region": region}}
        ],
        # GitHub's own, of the line alone, is added by its upload action, which warns of another.
        "partialFingerprints": {"indictReview/v1": visible(finding.fingerprint)},
        # Whoever gives some results these has to give them to all.
        "suppressions": [_suppression(dismissed)] if dismissed else [],
        "properties": {
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "concern": finding.concern.value,
            "side": finding.location.side.value,
            "blocks": blocks,
        },
    }
    fix = None if dismissed else offered(review, finding.suggestion)
    if fix and len(fix.replacement) <= _LONGEST_CODE and is_exact(fix.replacement):
        made["fixes"] = [_fix(fix, finding.location.path, review)]
    return made


def artifact(path: str) -> Json:
    """A file of the repository, by its percent-encoded path."""
    # A name that is no UTF-8 keeps its bytes; any other lone surrogate stands for none.
    uri = quote(_NO_BYTE.sub("\N{REPLACEMENT CHARACTER}", path).encode("utf-8", "surrogateescape"))
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _said(finding: Finding, where: str) -> Iterator[str]:
    yield f"{finding.title}. {finding.message}"
    if where:
        yield f"It stands {where}."
    for seen in finding.evidence[:_MOST_SAID]:
        yield f"Seen by {seen.tool}: {seen.summary}"
    for dispute in finding.disputes[:_MOST_SAID]:
        yield f"Disputed by {dispute.by}: {dispute.reason}"


def message(*lines: str) -> Json:
    """Plain text, without what SARIF reads as a link: `[text](target)`."""
    return {"text": "\n".join(visible(flat(line)) for line in lines).replace("](", "] (")}


def _suppression(dismissed: Dismissed) -> Json:
    inline = dismissed.decision.where is DecidedIn.INLINE
    return {
        "kind": "inSource" if inline else "external",
        "status": "accepted",
        "justification": visible(flat(words.decided(dismissed))),
    }


def _fix(fix: Suggestion, path: str, review: Review) -> Json:
    """Whole lines. Without columns a region ends before its last line's end."""
    content = fix.replacement
    region: dict[str, Json] = {"startLine": fix.start_line, "endLine": fix.end_line}
    if not content:  # then the end of the line goes as well
        region = {
            "startLine": fix.start_line,
            "startColumn": 1,
            "endLine": fix.end_line + 1,
            "endColumn": 1,
        }
    if "\r\n" in review.change.after.text(path):
        content = content.replace("\n", "\r\n")
    replacement: Json = {"deletedRegion": region, "insertedContent": {"text": content}}
    checks = ", ".join(c.name for c in fix.receipt.checks if c.status.value == "passed")
    return {
        "description": message(f"Verified: {checks}"),
        "artifactChanges": [{"artifactLocation": artifact(path), "replacements": [replacement]}],
    }
