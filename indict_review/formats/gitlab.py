"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/

It knows issues and nothing else, so a step that did not happen is one too, and so is what was
dismissed, as `info`: an empty list would say that all was looked at and nothing found.
"""

from hashlib import sha256

from indict_review.evidence import Severity
from indict_review.finding import Finding
from indict_review.formats import words
from indict_review.formats.interface import Look
from indict_review.formats.json_text import Json, dump
from indict_review.formats.placing import Place, anywhere, in_head
from indict_review.formats.remarks import remarks
from indict_review.formats.safe_text import flat, visible
from indict_review.review import Review

_SEVERITIES = {
    Severity.INFO: "info",
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def render(review: Review, look: Look) -> str:
    """See `Format`."""
    top = Place(anywhere(review.change), 1, 1)
    issues = []
    for remark in remarks(review):
        text = f"{remark.title}: {remark.message}"
        # GitLab drops the second of two that have the same.
        fingerprint = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        issues.append(_issue(remark.ident, text, remark.severity, top, fingerprint))
    issues += [_found(f, f.message, f.severity, review) for f in words.worst_first(review.findings)]
    issues += [
        _found(d.finding, f"dismissed ({words.decided(d)})", Severity.INFO, review)
        for d in review.dismissed
    ]
    return dump([*issues])


def _found(finding: Finding, message: str, severity: Severity, review: Review) -> Json:
    place = in_head(finding.location, review.change)
    said = f" ({place.said})" if place.said else ""
    text = f"{words.named(finding)}: {message}{said}"
    return _issue(finding.ident, text, severity, place, finding.fingerprint)


def _issue(ident: str, text: str, severity: Severity, place: Place, fingerprint: str) -> Json:
    return {
        "description": visible(flat(text)),
        "check_name": visible(ident),
        "fingerprint": visible(fingerprint),
        "severity": _SEVERITIES[severity],
        "location": {
            "path": place.path,
            "lines": {"begin": place.start_line, "end": place.end_line},
        },
    }
