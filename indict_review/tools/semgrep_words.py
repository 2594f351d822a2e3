"""What semgrep saw, in the words of this project."""

import re
from collections.abc import Mapping

from indict_review import cwe
from indict_review.evidence import (
    Concern,
    Confidence,
    Location,
    Observed,
    Severity,
    Weakness,
)
from indict_review.tools.novelty import Seen
from indict_review.tools.rules import Rule
from indict_review.tools.semgrep_run import Match

SEVERITIES = {
    "CRITICAL": Severity.CRITICAL,
    "ERROR": Severity.HIGH,
    "HIGH": Severity.HIGH,
    "WARNING": Severity.MEDIUM,
    "MEDIUM": Severity.MEDIUM,
    "INFO": Severity.LOW,
    "LOW": Severity.LOW,
}


def observed(match: Match, rule: Rule | None, seen: Seen, text: str) -> Observed:
    """`rule` is None for a registry rule; `text` is the file that `seen` is in."""
    ident = rule.ident if rule else match.rule
    message = re.sub(r"\s+", " ", match.message).strip()
    metadata = rule.metadata if rule else match.metadata
    number = _cwe(metadata)
    located = "\n".join(text.split("\n")[seen.start_line - 1 : seen.end_line])
    return Observed(
        tool="semgrep",
        summary=re.split(r"(?<=[.!?])\s", message, maxsplit=1)[0],
        location=Location(seen.path, seen.start_line, seen.end_line, located.removesuffix("\r")),
        weakness=Weakness(
            ident=ident,
            concern=Concern.SAFETY,
            severity=_severity(metadata, rule.severity if rule else match.severity, number),
            title=_title(metadata, number, ident),
            message=message,
            cwe=number,
            remedy=_text(metadata, "remedy") or (f"Write: {match.fix}" if match.fix else ""),
            precision=_precision(metadata),
        ),
        detail=f"rule {ident} of {rule.origin if rule else 'the semgrep registry'}",
        fixed=_fixed(match, seen, text, located),
    )


def _fixed(match: Match, seen: Seen, text: str, located: str) -> str | None:
    """The located lines as the rule's fix would have them; None if it has none that changes them.

    Its offsets are into the file as it was laid out for semgrep (`plain`): where that is spelt
    otherwise than the file itself, a fix has no place. What `fix` puts in semgrep indents anew, the
    lines of a string, too: such a fix is none.
    """
    if match.fix in {"", seen.text} or "\N{REPLACEMENT CHARACTER}" in match.fix:
        return None  # of bytes that are no UTF-8, semgrep's report does not say which they were
    if "\n" in seen.text and _indents(match.fix) != _indents(seen.text):
        return None
    encoded = (each.encode("utf-8", "surrogateescape") for each in (text, seen.text, located))
    file, matched, lines = encoded
    start, end = match.start, match.start + len(matched)
    first = file.rfind(b"\n", 0, start) + 1
    if file[start:end] != matched or file[first : first + len(lines)] != lines:
        return None
    fix = match.fix.replace("\r\n", "\n").replace("\n", "\r\n" if "\r\n" in text else "\n")
    fixed = file[first:start] + fix.encode("utf-8", "replace") + file[end : first + len(lines)]
    return fixed.decode("utf-8", "surrogateescape").removesuffix("\r")


def _indents(text: str) -> list[str]:
    return [line[: len(line) - len(line.lstrip())] for line in text.split("\n")[1:]]


def _cwe(metadata: Mapping[str, object]) -> str | None:
    """`CWE-89` from any of the forms in use: a list or a text, under `cwe` or `cwe_id`."""
    for key in ("cwe", "cwe_id"):
        value = metadata.get(key)
        first = value[0] if isinstance(value, list) and value else value
        found = re.search(r"CWE-0*(\d+)", str(first), re.IGNORECASE)
        if found:
            return f"CWE-{found[1]}"
    return None


def _severity(metadata: Mapping[str, object], level: str, number: str | None) -> Severity:
    """Our own rules' word, then our CWE table's, then the rule's level."""
    own = _text(metadata, "severity").lower()
    if own in {severity.value for severity in Severity}:
        return Severity(own)
    known = cwe.severity_of(number) if number else None
    return known or SEVERITIES.get(level.upper(), Severity.MEDIUM)


def _title(metadata: Mapping[str, object], number: str | None, ident: str) -> str:
    known = _text(metadata, "title") or (cwe.title_of(number) if number else None)
    words = re.sub(r"[-_]+", " ", ident.rpartition(".")[2]).strip()
    return known or words[:1].upper() + words[1:]


def _precision(metadata: Mapping[str, object]) -> Confidence:
    said = (_text(metadata, "precision") or _text(metadata, "confidence")).lower()
    return Confidence(said) if said in {c.value for c in Confidence} else Confidence.MEDIUM


def _text(metadata: Mapping[str, object], key: str) -> str:
    value = metadata.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""
