"""One finding on the terminal: what, where, the code, why, who saw it, who objects, the fix."""

import re
from collections.abc import Iterable, Iterator

from indict_review.change import Change
from indict_review.critique import Claim
from indict_review.evidence import RUNNERS, Observed, Severity, Side
from indict_review.finding import Finding, Suggestion
from indict_review.formats import code, words
from indict_review.formats.console import Line, Span, Style
from indict_review.formats.safe_text import flat, lines_of
from indict_review.review import Review
from indict_review.revision import Check, CheckStatus, Receipt

LABEL = 12
"""Columns for `why`, `evidence`, `helpfulness`, ahead of what they say."""


def labelled(label: str, *body: Span, style: Style = "dim") -> Line:
    """A line of prose beside its label."""
    return Line(body, (Span("  "), Span(f"{label:<{LABEL}}", style), Span(" ")))


def view(
    finding: Finding,
    fix: Suggestion | None,
    review: Review,
    *,
    stricter: tuple[str, Severity] | None = None,
) -> Iterator[Line]:
    """The lines of a finding; `fix` is its suggestion if it may be offered.

    `stricter` is the folder, and its threshold, that alone makes the finding block.
    """
    change = review.change
    severity: Style = finding.severity.value
    cwe = Span(f" · {finding.cwe}", "dim") if finding.cwe else Span("")
    badge = Span(f" {finding.severity.value.upper()} ", severity)
    held = Span("")
    if stricter is not None:
        folder, least = stricter
        held = Span(f" · blocks: {flat(folder, 80)} allows nothing from {least.value} on", "bad")
    yield Line((Span(flat(finding.title), "bold"), cwe, held), (badge, Span(" ")))
    yield from _place(finding, change)
    yield labelled("why", Span(flat(finding.message)))
    for seen in finding.evidence:
        yield labelled("evidence", *_evidence(seen, finding))
        if seen.tool in RUNNERS:
            yield from code.output(seen.detail)
    yield from _said(finding, review.claims)
    if fix is not None:
        yield labelled("fix", *receipt_line(fix.receipt))
        yield from code.replaced(
            _lines_replaced(fix, finding, change), fix.replacement, fix.start_line
        )
    elif finding.remedy:
        yield labelled("remedy", Span(flat(finding.remedy)))


def _place(finding: Finding, change: Change) -> Iterator[Line]:
    where = finding.location
    lines = str(where.start_line)
    if where.end_line > where.start_line:
        lines += f"-{where.end_line}"
    side = Span(" (before the change)", "dim") if where.side is Side.LEFT else Span("")
    head = (
        Span(f"{flat(where.path)}:{lines}", "path"),
        side,
        Span(f" · {finding.fingerprint}", "dim"),
    )
    tree = change.before if where.side is Side.LEFT else change.after
    yield from code.excerpt(tree.text(where.path), where, head)


def _evidence(seen: Observed, finding: Finding) -> tuple[Span, ...]:
    spans = [Span(seen.tool, "bold"), Span(f" {seen.weakness.ident}", "dim")]
    if elsewhere := words.elsewhere(seen, finding):
        spans.append(Span(f" {elsewhere}"))
    if flat(seen.summary) != flat(finding.message):
        spans.append(Span(f" · {flat(seen.summary)}"))
    if seen.tool not in RUNNERS and seen.detail and flat(seen.detail) != flat(seen.summary):
        spans.append(Span(f" · {flat(seen.detail, 300)}"))
    return tuple(spans)


def _said(finding: Finding, claims: tuple[Claim, ...]) -> Iterator[Line]:
    """What the critic whose subject it is said of it. A dispute of either stands beside it, and it
    stays a finding."""
    for claim in upheld(finding, claims):
        yield labelled(claim.by, Span(flat(claim.text, 300)))
    for dispute in finding.disputes:
        yield labelled(dispute.by, Span("disputes it: ", "note"), Span(flat(dispute.reason, 300)))


def upheld(finding: Finding, claims: Iterable[Claim]) -> Iterator[Claim]:
    """The first that each critic said of it, of those whose subject it is."""
    speakers: set[str] = set()
    for claim in claims:
        mine = claim.finding == finding.fingerprint and claim.concern is finding.concern
        if mine and claim.by not in speakers:
            speakers.add(claim.by)
            yield claim


def _lines_replaced(fix: Suggestion, finding: Finding, change: Change) -> str:
    lines = lines_of(change.after.text(finding.location.path))
    return "\n".join(lines[fix.start_line - 1 : fix.end_line])


def receipt_line(receipt: Receipt) -> tuple[Span, ...]:
    """All that was verified, in one line."""
    return (
        Span("✓ verified: ", "good"),
        *checks_line(receipt.checks),
        Span(f" · sha256 {receipt.patch_sha256[:12]}", "dim"),
        *([Span(f" · in {_SHA.sub(_short, flat(receipt.image))}", "dim")] if receipt.image else ()),
    )


_SHA = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]+")


def _short(digest: re.Match[str]) -> str:
    return digest[1]


def checks_line(checks: tuple[Check, ...]) -> tuple[Span, ...]:
    """The names of the checks, by how they came out: `applies, parses · tests not run`."""
    words: dict[CheckStatus, tuple[str, Style]] = {
        CheckStatus.FAILED: ("✗ {} failed", "bad"),
        CheckStatus.PASSED: ("{}", "plain"),
        CheckStatus.SKIPPED: ("{} not run", "note"),
    }
    spans: list[Span] = []
    for status, (form, style) in words.items():
        names = ", ".join(_named(c) for c in checks if c.status is status)
        if names:
            spans += [Span(" · ", "dim")] * bool(spans) + [Span(form.format(names), style)]
    return tuple(spans)


def _named(check: Check) -> str:
    """Its name; of tests, how many passed."""
    name = check.name.replace("-", " ")
    if check.name == "tests" and check.status is CheckStatus.PASSED and check.after is not None:
        return f"{check.after} test{'s' * (check.after != 1)}"
    return name
