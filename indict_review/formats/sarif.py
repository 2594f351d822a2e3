"""SARIF 2.1.0, as GitHub's code scanning takes it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
What GitHub accepts: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files
"""

import json
from collections.abc import Iterable, Iterator

from indict_review import __version__
from indict_review.change import Coverage
from indict_review.decision import Dismissed
from indict_review.evidence import Severity
from indict_review.finding import Finding
from indict_review.formats import words
from indict_review.formats.interface import Look, is_harmful
from indict_review.formats.json_text import Json, dump
from indict_review.formats.placing import anywhere
from indict_review.formats.remarks import remarks
from indict_review.formats.safe_text import flat, visible
from indict_review.formats.sarif_result import artifact, message, result
from indict_review.formats.sarif_rules import Rules
from indict_review.review import Review

MOST_RESULTS = 5_000
"""GitHub refuses more than 25,000 in a run, and keeps 5,000."""
MOST_CHARACTERS = 9_000_000
"""Of results. GitHub takes 10 MB when gzipped; random text would hardly become smaller."""
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_NOTIFICATIONS = {
    "skipped": "A configured step did not happen, so the review is incomplete.",
    "harmful-task": "Both critics hold that what was asked for is harmful.",
    "not-covered": "Files that no configured tool has rules for.",
    "left-out": "Results that found no room in this file.",
    "note": "What the user should know besides.",
}


def render(review: Review, look: Look) -> str:
    """See `Format`."""
    kept, left = _kept(review, look.fail_on)
    rules = Rules.of((finding for finding, _ in kept), harmful=is_harmful(review))
    positions = rules.positions()
    results: list[Json] = [
        {**found, "ruleIndex": positions[str(found["ruleId"])]}
        for found in (*_harmful(review), *(found for _, found in kept))
    ]
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "indict-review",
                "version": __version__,
                "rules": rules.descriptors(),
                "notifications": [
                    _described(ident, text) for ident, text in _NOTIFICATIONS.items()
                ],
                "supportedTaxonomies": [{"name": "CWE", "index": 0}],
            }
        },
        "automationDetails": {"id": "indict-review/"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The repository's root."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not review.skipped,
                "exitCodeDescription": visible(flat(words.meaning(review, look.fail_on))),
                "toolExecutionNotifications": [*_notifications(review, left)],
            }
        ],
        "taxonomies": [rules.taxonomy()],
        "results": results,
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _described(ident: str, text: str) -> Json:
    # All three, or GitHub's rules for a descriptor are not kept.
    said: Json = {"text": text}
    return {"id": ident, "shortDescription": said, "fullDescription": said, "help": said}


def _kept(review: Review, fail_on: Severity) -> tuple[list[tuple[Finding, dict[str, Json]]], int]:
    """Worst first, those that somebody dismissed last; and how many there is no room for."""
    dismissed = sorted(review.dismissed, key=lambda d: -d.finding.severity.rank)
    ordered: list[tuple[Finding, Dismissed | None]] = [
        *((finding, None) for finding in words.worst_first(review.findings)),
        *((each.finding, each) for each in dismissed),
    ]
    kept, room = [], MOST_CHARACTERS
    for finding, decision in ordered[:MOST_RESULTS]:
        made = result(finding, review, fail_on, decision)
        room -= len(json.dumps(made))
        if room < 0:
            break
        kept.append((finding, made))
    return kept, len(ordered) - len(kept)


def _harmful(review: Review) -> Iterator[dict[str, Json]]:
    """No line shows it, and yet it must not look as if nothing was found."""
    for remark in remarks(review):
        if remark.ident == "harmful-task":
            region: Json = {"startLine": 1}
            where: Json = {"artifactLocation": artifact(anywhere(review.change)), "region": region}
            yield {
                "ruleId": remark.ident,
                "level": "error",
                "message": message(f"{remark.title}: {remark.message}"),
                "locations": [{"physicalLocation": where}],
                "suppressions": [],
            }


def _notifications(review: Review, left: int) -> Iterator[Json]:
    for remark in remarks(review):
        yield _notification(remark.ident, "error", f"{remark.title}: {remark.message}")
    if left:
        text = f"{words.plural(left, 'result')} of lower severity found no room here"
        yield _notification("left-out", "warning", text)
    paths = [p for p, how in review.coverage.items() if how is Coverage.NOT_APPLICABLE]
    if paths:
        text = f"no tool has rules for {words.plural(len(paths), 'file')}: {_first(paths)}"
        yield _notification("not-covered", "note", text)
    for note in words.notes(review):
        yield _notification("note", "note", note)


def _first(paths: Iterable[str], most: int = 10) -> str:
    shown = [*paths]
    more = ", ..." if len(shown) > most else ""
    return ", ".join(flat(path, 80) for path in shown[:most]) + more


def _notification(ident: str, level: str, text: str) -> Json:
    return {
        "descriptor": {"id": ident, "index": [*_NOTIFICATIONS].index(ident)},
        "level": level,
        "message": message(text),
    }
