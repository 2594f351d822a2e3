"""What stands around the findings on the terminal: each function is one section, empty or not."""

from collections.abc import Iterator

from indict_review.change import Coverage
from indict_review.critique import ClaimStatus
from indict_review.evidence import Severity
from indict_review.formats import code, offering, words
from indict_review.formats.console import Line, Span
from indict_review.formats.finding_view import checks_line, labelled, receipt_line
from indict_review.formats.interface import is_harmful
from indict_review.formats.safe_text import flat
from indict_review.review import Review
from indict_review.revision import CheckStatus, VerificationStatus

MOST_DISMISSED = 3


def _head(title: str, *more: Span) -> Iterator[Line]:
    yield Line()
    yield Line((Span(title, "bold"), *more))


def task(review: Review) -> Iterator[Line]:
    """What was asked for, when both critics hold it to be harmful."""
    assessment = review.task_assessment
    if assessment is None or not assessment.harmful:
        return
    yield Line()
    yield Line(
        (Span(flat(assessment.category), "bad"),), (Span(" HARMFUL TASK ", "harmful"), Span(" "))
    )
    yield Line(
        (Span("Both critics hold that this asks for harm. It is not served: no fix is offered, "
              "and nothing below is advice on making it work.", "bad"),), (Span("  "),)
    )  # fmt: skip
    if review.change.task:
        yield labelled("asked for", Span(flat(review.change.task, 300)))
    for reason in assessment.reasons:
        by, _, why = reason.partition(": ")
        yield labelled(by, Span(flat(why))) if why else labelled("", Span(flat(by)))


def revision(review: Review) -> Iterator[Line]:
    """The revision, and what the critics hold against it."""
    yield from _revision(review)
    for doubt in review.doubts:
        text = f"{flat(doubt.text, 300)} · check: {flat(doubt.check, 300)}"
        yield labelled("doubt", Span(text), style="note")


def _revision(review: Review) -> Iterator[Line]:
    """Its diff when the fixes above do not show it all, and how it was verified."""
    made = review.revision
    if made is None and not is_harmful(review):
        return
    if made is None or is_harmful(review):
        yield from _head("Revision", Span(" withheld", "bad"), Span(": the task is harmful"))
        return
    proof = made.verification
    if proof.status is VerificationStatus.PASSED and proof.receipt is not None:
        told = offering.is_told(made, review)
        yield from _head("Revision", Span(" · the fixes above, together" if told else "", "dim"))
        yield labelled("proof", *receipt_line(proof.receipt))
        if not told:
            yield from code.patch(made.patch)
        return
    came_to = {
        VerificationStatus.FAILED: ("failed verification", "was written, and is not offered"),
        VerificationStatus.WITHHELD: ("withheld", ""),
    }.get(proof.status, ("not verified", "was written, and is not offered"))
    yield from _head(
        "Revision ", Span(came_to[0], "bad"), Span(f" · {came_to[1]}" if came_to[1] else "")
    )
    if proof.reason:
        yield labelled("why", Span(flat(proof.reason)))
    if proof.checks:
        yield labelled("checks", *checks_line(proof.checks))
    for check in proof.checks:
        if check.status is CheckStatus.FAILED and check.detail:
            yield labelled("", Span(f"{check.name}: {flat(check.detail)}"))


def unproven(review: Review) -> Iterator[Line]:
    """Claims no tool could show. They never block."""
    open_claims = [c for c in review.claims if c.status is ClaimStatus.UNPROVEN]
    if not open_claims:
        return
    yield from _head("Unproven", Span(" · no tool could show these; they do not block", "dim"))
    for claim in open_claims:
        where = claim.location
        place = f"{flat(where.path)}:{where.start_line}" if where else ""
        cwe = f" {claim.cwe}" if claim.cwe else ""
        check = (Span(" · check: ", "note"), Span(flat(claim.check, 300))) if claim.check else ()
        text = Span(f" {flat(claim.text, 300)}")
        why = (Span(f" · {flat(claim.reason, 300)}", "dim"),) if claim.reason else ()
        yield labelled(claim.by, Span(place, "path"), Span(cwe, "dim"), text, *check, *why)


def critics(review: Review) -> Iterator[Line]:
    """The dialogue, a line for each turn."""
    turns = [turn for turn in review.dialogue if turn.speaker != "tool"]
    if not turns:
        return
    yield from _head("Dialogue")
    for turn in turns:
        when = f"{turn.phase.value.replace('_', '-')} {turn.round} · "
        yield labelled(turn.speaker, Span(when, "dim"), Span(flat(turn.text, 150)))


def skipped(review: Review) -> Iterator[Line]:
    """What did not happen, and why."""
    if not review.skipped:
        return
    yield from _head("Skipped", Span(" · so this review is incomplete", "note"))
    for skip in review.skipped:
        yield Line((Span(flat(skip.step), "note"), Span(f": {flat(skip.reason)}")), (Span("  "),))


def not_covered(review: Review) -> Iterator[Line]:
    """The files no tool covers, in one line."""
    paths = [p for p, how in review.coverage.items() if how is Coverage.NOT_APPLICABLE]
    if paths:
        more = f", and {len(paths) - 5:,} more" if len(paths) > 5 else ""
        shown = ", ".join(flat(path, 80) for path in paths[:5])
        yield labelled("not covered", Span(shown + more), Span(" (no tool looked at these)"))


def dismissed(review: Review) -> Iterator[Line]:
    """How many findings were dismissed, and the first of them, in one line."""
    if not review.dismissed:
        return
    said = [
        f"{flat(d.finding.cwe or d.finding.ident, 40)} in "
        f"{flat(words.lines(d.finding), 80)} ({flat(words.decided(d), 120)})"
        for d in review.dismissed[:MOST_DISMISSED]
    ]
    over = len(review.dismissed) - MOST_DISMISSED
    more = f", and {over:,} more" if over > 0 else ""
    yield labelled("dismissed", Span(f"{len(review.dismissed):,}: {', '.join(said)}{more}"))


def ways_on(review: Review, fail_on: Severity) -> Iterator[Line]:
    """How to get the fixes, and how to commit without them."""
    if offering.can_be_applied(review):
        yield labelled(
            "apply", Span(offering.GET_IT, "bold"), Span(" puts the verified code in place")
        )
    if offering.holds_up_a_commit(review, fail_on):
        if review.findings:
            keep = f"indict-review dismiss {review.findings[0].fingerprint[:8]} --reason …"
            yield labelled("", Span(f"to keep a finding: {keep}", "dim"))
        yield labelled("", Span(f"to commit all the same: {offering.WAY_AROUND}", "dim"))


def notes(review: Review) -> Iterator[Line]:
    """What the user should know besides."""
    for note in words.notes(review):
        yield labelled("note", Span(flat(note)), style="note")


def usage(review: Review) -> Iterator[Line]:
    """What it cost: models, calls, tokens, time."""
    total = review.accounts.total
    if not total.calls + total.kept:
        return
    models = ", ".join(dict.fromkeys(review.accounts.models.values()))
    cost = "" if not total.cost_usd else f" · ${total.cost_usd:.4f}"
    text = (
        f"{flat(models)} · {total.calls} call{'s' * (total.calls != 1)}{words.kept(total)} · "
        f"read {total.prompt_tokens:,} tokens ({total.cached_tokens:,} from cache), "
        f"wrote {total.completion_tokens:,}{cost} · {review.accounts.seconds:.0f} s"
    )
    yield labelled("model", Span(text, "dim"))
