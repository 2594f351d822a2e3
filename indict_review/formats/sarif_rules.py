"""The rules and weaknesses that a SARIF run's results speak of."""

from collections.abc import Iterable
from dataclasses import dataclass

from indict_review.cwe import title_of
from indict_review.evidence import Concern, Severity
from indict_review.finding import Finding
from indict_review.formats import words
from indict_review.formats.json_text import Json
from indict_review.formats.markup import Pen
from indict_review.formats.safe_text import flat, visible
from indict_review.formats.sarif_result import level

_SCORES = {
    # GitHub: above 9.0 critical, from 7.0 high, from 4.0 medium, else low.
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.1",
}
_HARMFUL: dict[str, Json] = {
    "id": "harmful-task",
    "shortDescription": {"text": "The task is harmful"},
    "fullDescription": {"text": "Both critics hold that what was asked for is harm."},
    "help": {"text": "It is not served: no code is offered."},
    "defaultConfiguration": {"level": "error"},
    "properties": {"tags": ["security"], "precision": "medium", "security-severity": "9.5"},
}


@dataclass(frozen=True)
class Rules:
    """In the order of the results: a rule is described by its worst finding."""

    findings: dict[str, Finding]
    """By the rule's id."""
    harmful: bool

    @staticmethod
    def of(findings: Iterable[Finding], *, harmful: bool) -> "Rules":
        """Those of some results, the worst first."""
        by_ident: dict[str, Finding] = {}
        for finding in findings:
            by_ident.setdefault(visible(finding.ident), finding)
        return Rules(by_ident, harmful)

    def positions(self) -> dict[str, int]:
        """Where each rule is among the descriptors."""
        idents = [*(["harmful-task"] if self.harmful else []), *self.findings]
        return {ident: position for position, ident in enumerate(idents)}

    def descriptors(self) -> list[Json]:
        """For `driver.rules`."""
        return [
            *([_HARMFUL] if self.harmful else []),
            *(_descriptor(ident, finding) for ident, finding in self.findings.items()),
        ]

    def taxonomy(self) -> Json:
        """The weaknesses, for `run.taxonomies`."""
        known = {words.cwe_number(finding.cwe) for finding in self.findings.values()}
        return {
            "name": "CWE",
            "organization": "MITRE",
            "informationUri": "https://cwe.mitre.org/",
            "shortDescription": {"text": "Common Weakness Enumeration"},
            "isComprehensive": False,
            "taxa": [
                {
                    "id": str(number),
                    "helpUri": words.cwe_url(f"CWE-{number}"),
                    "shortDescription": {"text": title_of(f"CWE-{number}") or f"CWE-{number}"},
                }
                for number in sorted(n for n in known if n is not None)
            ],
        }


def _descriptor(ident: str, finding: Finding) -> Json:
    text = visible(flat(finding.message)) or ident
    advice = visible(flat(finding.remedy)) or text
    made: dict[str, Json] = {
        "id": ident,
        "shortDescription": {"text": visible(flat(finding.title, 200)) or ident},
        "fullDescription": {"text": text},
        "help": {"text": advice, "markdown": Pen().prose(finding.remedy or finding.message)},
        "defaultConfiguration": {"level": level(finding.severity)},
        "properties": _properties(finding),
    }
    number = words.cwe_number(finding.cwe)
    if number is not None:
        made["helpUri"] = words.cwe_url(finding.cwe)
        weakness: Json = {"id": str(number), "toolComponent": {"name": "CWE", "index": 0}}
        made["relationships"] = [{"target": weakness, "kinds": ["superset"]}]
    return made


def _properties(finding: Finding) -> Json:
    made: dict[str, Json] = {"precision": finding.confidence.value}
    if finding.concern is not Concern.SAFETY:
        return made | {"tags": ["correctness"], "problem.severity": _problem(finding.severity)}
    number = words.cwe_number(finding.cwe)
    tags: list[Json] = ["security"]
    if number is not None:
        tags.append(f"external/cwe/cwe-{number:03}")
    return made | {"tags": tags, "security-severity": _SCORES[finding.severity]}


def _problem(severity: Severity) -> str:
    return {"note": "recommendation"}.get(level(severity), level(severity))
