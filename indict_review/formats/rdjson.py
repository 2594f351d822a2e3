"""The Reviewdog Diagnostic Format: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf

`ERROR` is what blocks, so that `reviewdog -fail-level=error` and our exit code agree.
"""

from indict_review.change import Change
from indict_review.evidence import Severity, Side
from indict_review.finding import Finding, Suggestion
from indict_review.formats import words
from indict_review.formats.interface import Look, offered
from indict_review.formats.json_text import Json, dump, is_exact
from indict_review.formats.placing import Place, anywhere, in_head
from indict_review.formats.remarks import remarks
from indict_review.formats.safe_text import flat, lines_of, visible
from indict_review.review import Review, Verdict

_OVERALL = {Verdict.PASS: "INFO", Verdict.INCOMPLETE: "WARNING", Verdict.FAIL: "ERROR"}


def render(review: Review, look: Look) -> str:
    """See `Format`."""
    diagnostics: list[Json] = [
        {
            "message": visible(flat(f"{remark.title}: {remark.message}")),
            "location": {"path": anywhere(review.change)},
            "severity": "ERROR" if remark.severity is Severity.CRITICAL else "WARNING",
            "code": {"value": remark.ident},
        }
        for remark in remarks(review)
    ]
    for finding in words.worst_first(review.findings):
        severity = _severity(finding, blocks=review.blocks(finding, look.fail_on))
        fix = offered(review, finding.suggestion)
        diagnostics.append(_diagnostic(finding, finding.message, severity, fix, review.change))
    for dismissed in review.dismissed:
        said = f"dismissed ({words.decided(dismissed)})"
        diagnostics.append(_diagnostic(dismissed.finding, said, "INFO", None, review.change))
    return dump(
        {
            "source": {"name": "indict-review"},
            "severity": _OVERALL[review.verdict(look.fail_on)],
            "diagnostics": diagnostics,
        }
    )


def _severity(finding: Finding, *, blocks: bool) -> str:
    if blocks:
        return "ERROR"
    return "WARNING" if finding.severity.rank >= Severity.MEDIUM.rank else "INFO"


def _diagnostic(
    finding: Finding, said: str, severity: str, fix: Suggestion | None, change: Change
) -> Json:
    place = in_head(finding.location, change)
    before = f" ({place.said})" if place.said else ""
    url = words.cwe_url(finding.cwe)
    code: dict[str, Json] = {"value": visible(finding.ident)}
    seen = "\n".join(f"{e.tool} {e.weakness.ident}: {e.summary}" for e in finding.evidence)
    return {
        "message": visible(flat(f"{words.named(finding)}: {said}{before}")),
        "location": {"path": place.path, "range": _range(finding, place, change)},
        "severity": severity,
        "code": code | ({"url": url} if url else {}),
        "suggestions": [_suggestion(fix)] if fix and is_exact(fix.replacement) else [],
        "original_output": "\n".join(map(visible, lines_of(seen)[:20])),
    }


def _range(finding: Finding, place: Place, change: Change) -> Json:
    """From the first character that is no space to the last; columns are bytes of UTF-8."""
    lines = lines_of(change.after.text(place.path))
    if finding.location.side is Side.LEFT or place.end_line > len(lines):
        return {"start": {"line": place.start_line}, "end": {"line": place.end_line}}
    first, last = lines[place.start_line - 1], lines[place.end_line - 1]
    indent = len(first) - len(first.lstrip())
    return {
        "start": {"line": place.start_line, "column": _bytes(first[:indent]) + 1},
        "end": {"line": place.end_line, "column": _bytes(last) + 1},  # exclusive
    }


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _suggestion(fix: Suggestion) -> Json:
    # Without columns the range is whole lines, which reviewdog can show without reading the file.
    whole: Json = {"start": {"line": fix.start_line}, "end": {"line": fix.end_line}}
    return {"range": whole, "text": fix.replacement}
