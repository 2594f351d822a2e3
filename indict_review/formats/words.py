"""What several formats say in the same words: counts, the verdict's reasons, whose decision."""

import re
from collections.abc import Iterable, Sequence

from indict_review.change import Coverage
from indict_review.decision import Dismissed
from indict_review.evidence import Observed, Severity
from indict_review.finding import Finding
from indict_review.formats.interface import is_harmful
from indict_review.formats.safe_text import flat
from indict_review.review import GATED, Gate, Review, Usage

_CWE = re.compile(r"CWE-(\d{1,6})")


def plural(count: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def kept(usage: Usage) -> str:
    """`, 2 kept replies`: what was asked before was not asked again. Nothing if there is none."""
    replies = "kept reply" if usage.kept == 1 else "kept replies"
    return f", {usage.kept:,} {replies}" if usage.kept else ""


def elsewhere(seen: Observed, finding: Finding) -> str:
    """`at line 25`, where a tool points to other lines than the finding stands at; else nothing."""
    ours, its = finding.location, seen.location
    apart = its.end_line < ours.start_line or its.start_line > ours.end_line
    return f"at line {its.start_line}" if apart and its.path == ours.path else ""


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first; among equals, in the order of the code."""
    return sorted(
        findings, key=lambda f: (-f.severity.rank, f.location.path, f.location.start_line)
    )


def counts(findings: Sequence[Finding]) -> str:
    """`3 findings: 1 high, 2 low`, worst first."""
    if not findings:
        return "no findings"
    names = [f.severity.value for f in sorted(findings, key=lambda f: -f.severity.rank)]
    if len(names) == 1:
        return f"1 finding, {names[0]}"
    each = ", ".join(f"{names.count(name)} {name}" for name in dict.fromkeys(names))
    return f"{len(findings)} findings: {each}"


def summary(review: Review) -> str:
    """What was found, dismissed and looked at: `no findings; 1 of 1 file reviewed`."""
    files = review.change.files
    reviewed = sum(review.coverage.get(f.path) is Coverage.REVIEWED for f in files)
    dismissed = [f"{len(review.dismissed):,} dismissed"] if review.dismissed else []
    looked_at = f"{reviewed:,} of {plural(len(files), 'file')} reviewed"
    return "; ".join((counts(review.findings), *dismissed, looked_at))


def meaning(review: Review, fail_on: Severity) -> str:
    """Why the verdict is what it is."""
    reasons = ["the task is harmful"] if is_harmful(review) else []
    above = sum(f.severity.rank >= fail_on.rank for f in review.findings)
    if above:
        reasons.append(f"{plural(above, 'finding')} at or above {fail_on.value}")
    stricter = [held for f in review.findings if (held := stricter_for(f, review, fail_on))]
    for folder, severity in dict.fromkeys(stricter):
        count = plural(stricter.count((folder, severity)), "finding")
        reasons.append(f"{count} at or above {severity.value}, which blocks in {flat(folder, 80)}")
    if review.skipped:
        steps = plural(len(review.skipped), "step")
        reasons.append(f"{steps} did not happen, so this is no pass")
    return "; ".join(reasons) or f"everything ran, and nothing is at or above {fail_on.value}"


def gate(review: Review, fail_on: Severity) -> str:
    """What becomes of an AI's patch, and why; empty for any other change."""
    if review.change.source not in GATED:
        return ""
    gate = review.gate(fail_on)
    if gate is None:
        return "not decided: the review is incomplete"
    if gate is Gate.ACCEPTED:
        return "accepted: nothing blocks"
    if gate is Gate.REVISED:
        return "revised: its verified revision leaves nothing that blocks"
    if is_harmful(review):
        return "rejected: the task is harmful"
    count = sum(review.blocks(finding, fail_on) for finding in review.unmended)
    mended = ", and the verified revision does not mend that" if review.verified else ""
    return f"rejected: {plural(count, 'finding')} block{'s' * (count == 1)}{mended}"


def stricter_for(
    finding: Finding, review: Review, fail_on: Severity
) -> tuple[str, Severity] | None:
    """The folder whose own threshold, and nothing else, makes this finding block; or None."""
    if finding.severity.rank >= fail_on.rank or not review.blocks(finding, fail_on):
        return None
    inside = [held for held in review.stricter if finding.location.path.startswith(held[0])]
    return min(inside, key=lambda held: held[1].rank)


def cwe_number(cwe: str | None) -> int | None:
    """89 for `CWE-89`."""
    match = _CWE.fullmatch(cwe or "")
    return int(match[1]) if match else None


def cwe_url(cwe: str | None) -> str | None:
    """Where MITRE explains it."""
    number = cwe_number(cwe)
    return None if number is None else f"https://cwe.mitre.org/data/definitions/{number}.html"


def named(finding: Finding) -> str:
    """`SQL injection (CWE-89)`."""
    return f"{finding.title} ({finding.cwe})" if finding.cwe else finding.title


def lines(finding: Finding) -> str:
    """`app.py:10` or `app.py:10-12`."""
    where = finding.location
    more = f"-{where.end_line}" if where.end_line > where.start_line else ""
    return f"{where.path}:{where.start_line}{more}"


def decided(dismissed: Dismissed) -> str:
    """Who dismissed it, where, until when and why: `ledger, ada, until 2026-12-31: reason`."""
    decision = dismissed.decision
    said = [decision.where.value, decision.by]
    said += [f"until {decision.until}"] if decision.until else []
    return f"{', '.join(said)}: {decision.reason}"


def notes(review: Review) -> tuple[str, ...]:
    """What the user should know besides, each once: a review repeats its change's notes."""
    return tuple(dict.fromkeys((*review.change.notes, *review.notes)))
