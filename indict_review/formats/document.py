"""The review as the JSON document, version 1, before it is text: one function for each object."""

from hashlib import sha256

from indict_review.change import Coverage, FileChange
from indict_review.critique import Claim
from indict_review.decision import Dismissed
from indict_review.evidence import Evidence, Observed, Severity
from indict_review.finding import Finding, Suggestion
from indict_review.formats import words
from indict_review.formats.interface import is_harmful, offered
from indict_review.formats.json_text import Json
from indict_review.review import Accounts, Review, TaskAssessment, Usage
from indict_review.revision import Check, Receipt, VerificationStatus


def document(review: Review, fail_on: Severity) -> dict[str, Json]:
    """Every field of version 1, in its order."""
    gate = review.gate(fail_on)
    return {
        "schema": "indict-review/1",
        "verdict": review.verdict(fail_on).value,
        "gate": gate.value if gate else None,
        "strategy": review.strategy,
        "task_assessment": _assessment(review.task_assessment),
        "change": _change(review),
        "findings": [_finding(f, offered(review, f.suggestion)) for f in review.findings],
        "claims": [_claim(c) for c in review.claims],
        "revision": _revision(review, withheld=is_harmful(review)),
        "dialogue": [
            {"phase": t.phase.value, "round": t.round, "speaker": t.speaker, "text": t.text}
            for t in review.dialogue
        ],
        "background": [_evidence(b) for b in review.background],
        "skipped": [{"step": s.step, "reason": s.reason} for s in review.skipped],
        "dismissed": [_dismissed(d) for d in review.dismissed],
        "notes": [*words.notes(review)],
        "usage": _usage(review.accounts),
    }


def _assessment(assessment: TaskAssessment | None) -> Json:
    if assessment is None:
        return None
    return {
        "harmful": assessment.harmful,
        "category": assessment.category,
        "reasons": [*assessment.reasons],
    }


def _change(review: Review) -> dict[str, Json]:
    change, coverage = review.change, review.coverage
    return {
        "source": change.source,
        "base": change.base,
        "head": change.head,
        "task": change.task,
        "patch": change.patch,
        # A file nobody accounts for was not looked at: never say that it was.
        "files": [_file(f, review, coverage.get(f.path, Coverage.SKIPPED)) for f in change.files],
    }


def _file(file: FileChange, review: Review, coverage: Coverage) -> dict[str, Json]:
    head, digest = review.change.after.files.get(file.path), review.digests.get(file.path)
    return {
        "path": file.path,
        "old_path": file.old_path,
        "status": file.status.value,
        "language": file.language,
        "added": file.added,
        "deleted": file.deleted,
        "coverage": coverage.value,
        # By it `apply` knows that the file has not moved on.
        "sha256": None if head is None else digest or sha256(head.content).hexdigest(),
    }


def _finding(finding: Finding, suggestion: Suggestion | None) -> dict[str, Json]:
    return {
        "fingerprint": finding.fingerprint,
        "ident": finding.ident,
        "concern": finding.concern.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "path": finding.location.path,
        "side": finding.location.side.value,
        "start_line": finding.location.start_line,
        "end_line": finding.location.end_line,
        "quote": finding.location.quote,
        "title": finding.title,
        "message": finding.message,
        "cwe": finding.cwe,
        "remedy": finding.remedy,
        "evidence": [_evidence(e) for e in finding.evidence],
        "disputes": [{"by": d.by, "reason": d.reason} for d in finding.disputes],
        "suggestion": None if suggestion is None else _suggestion(suggestion),
    }


def _dismissed(dismissed: Dismissed) -> dict[str, Json]:
    finding, decision = dismissed.finding, dismissed.decision
    return {
        "fingerprint": finding.fingerprint,
        "by": decision.by,
        "reason": decision.reason,
        "where": decision.where.value,
        "on": decision.on,
        "until": decision.until,
        "ident": finding.ident,
        "severity": finding.severity.value,
        "path": finding.location.path,
        "start_line": finding.location.start_line,
        "end_line": finding.location.end_line,
        "title": finding.title,
        "message": finding.message,
        "cwe": finding.cwe,
    }


def _evidence(evidence: Evidence) -> dict[str, Json]:
    seen: dict[str, Json] = {
        "tool": evidence.tool,
        "kind": evidence.kind,
        "summary": evidence.summary,
        "detail": evidence.detail,
    }
    if isinstance(evidence, Observed):
        seen |= {
            "ident": evidence.weakness.ident,
            "path": evidence.location.path,
            "start_line": evidence.location.start_line,
            "end_line": evidence.location.end_line,
            "cases": [*evidence.cases],
        }
    return seen


def _suggestion(suggestion: Suggestion) -> dict[str, Json]:
    return {
        "start_line": suggestion.start_line,
        "end_line": suggestion.end_line,
        "replacement": suggestion.replacement,
        "verified": True,
        "receipt": _receipt(suggestion.receipt),
    }


def _claim(claim: Claim) -> dict[str, Json]:
    # A claim whose quote stands nowhere has no lines; readers were promised a string and integers.
    where = claim.location
    return {
        "by": claim.by,
        "concern": claim.concern.value,
        "path": where.path if where else "",
        "start_line": where.start_line if where else 0,
        "end_line": where.end_line if where else 0,
        "quote": claim.quote,
        "cwe": claim.cwe,
        "text": claim.text,
        "check": claim.check,
        "status": claim.status.value,
        "reason": claim.reason,
        "finding": claim.finding,
    }


def _revision(review: Review, *, withheld: bool) -> Json:
    revision = review.revision
    if revision is None:
        return None
    verification = revision.verification
    withheld = withheld or verification.status is VerificationStatus.WITHHELD
    return {
        "patch": "" if withheld else revision.patch,
        "verification": {
            "status": (VerificationStatus.WITHHELD if withheld else verification.status).value,
            "reason": verification.reason,
            "checks": [_check(c) for c in verification.checks],
            "receipt": _receipt(verification.receipt) if verification.receipt else None,
        },
        "doubts": [_claim(c) for c in review.doubts],
        "fixes": [*dict.fromkeys(f for group in revision.groups for f in group.fixes)],
    }


def _check(check: Check) -> dict[str, Json]:
    return {
        "name": check.name,
        "status": check.status.value,
        "before": check.before,
        "after": check.after,
        "detail": check.detail,
    }


def _receipt(receipt: Receipt) -> dict[str, Json]:
    return {
        "patch_sha256": receipt.patch_sha256,
        "tools": [*receipt.tools],
        "checks": [_check(c) for c in receipt.checks],
        "image": receipt.image,
    }


def _usage(accounts: Accounts) -> dict[str, Json]:
    return {
        "models": dict(accounts.models),
        **_spent(accounts.total),
        "seconds": round(accounts.seconds, 3),
        "phases": {phase: round(seconds, 3) for phase, seconds in accounts.phases.items()},
        "spent": {phase: _spent(usage) for phase, usage in accounts.spent.items()},
    }


def _spent(usage: Usage) -> dict[str, Json]:
    return {
        "calls": usage.calls,
        "kept_replies": usage.kept,
        "prompt_tokens": usage.prompt_tokens,
        "cached_tokens": usage.cached_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost_usd": usage.cost_usd,
    }
