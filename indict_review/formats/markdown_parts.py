"""What stands around the findings in Markdown: each function is one part, empty or not."""

from collections.abc import Iterator

from indict_review.change import Coverage
from indict_review.critique import ClaimStatus
from indict_review.decision import Dismissed
from indict_review.evidence import Severity
from indict_review.formats import offering, words
from indict_review.formats.interface import is_harmful
from indict_review.formats.markdown_finding import (
    MOST_OF_A_DIFF,
    check,
    claim,
    proof,
    shortened,
)
from indict_review.formats.markup import Pen, capital, folded, listed
from indict_review.formats.safe_text import lines_of
from indict_review.review import Gate, Review
from indict_review.revision import CheckStatus, VerificationStatus


def headline(review: Review, fail_on: Severity, pen: Pen) -> str:
    """What was found, what was looked at, and what that means."""
    meaning = pen.prose(words.meaning(review, fail_on))
    return f"**{capital(words.summary(review))}.** {capital(meaning)}."


def gate(review: Review, fail_on: Severity) -> str:
    """What becomes of an AI's patch, unless there is nothing to say of it."""
    if review.gate(fail_on) is Gate.ACCEPTED and not review.findings:
        return ""
    what, _, why = words.gate(review, fail_on).partition(": ")
    return f"**Gate: {what}.** {capital(why)}." if what else ""


def harm(review: Review, pen: Pen) -> Iterator[str]:
    """Why the task is not served."""
    assessment = review.task_assessment
    if assessment is None or not is_harmful(review):
        return
    yield f"### Harmful task: {pen.prose(assessment.category, 200)}"
    yield "Both critics hold that this asks for harm. It is not served: no fix is offered."
    if review.change.task:
        yield f"Asked for: {pen.prose(review.change.task, 400)}"
    yield listed(pen.prose(reason, 400) for reason in assessment.reasons)


def revision(review: Review, pen: Pen) -> Iterator[str]:
    """What became of it; its difference where the fixes above do not tell all."""
    made = review.revision
    if is_harmful(review):
        yield "**Revision** withheld: the task is harmful."
        return
    if made is None:
        return
    verified = made.verification
    if verified.status is not VerificationStatus.PASSED or verified.receipt is None:
        reason = f": {pen.prose(verified.reason, 300)}" if verified.reason else ""
        yield f"**Revision** {verified.status.value.replace('_', ' ')}, and not offered{reason}"
        failed = (c for c in verified.checks if c.status is CheckStatus.FAILED)
        yield listed(check(each, pen) for each in failed)
        return
    told = offering.is_told(made, review)
    above = ": the verified fixes, together" if told else ""
    yield f"**Revision**{above}, {proof(verified.receipt, pen)}"
    if not told:
        yield pen.fence(shortened(lines_of(made.patch), MOST_OF_A_DIFF), "diff")
    yield doubts(review, pen)


def doubts(review: Review, pen: Pen) -> str:
    """What critics hold against the revision."""
    return listed(f"doubted by {claim(doubt, pen)}" for doubt in review.doubts)


def skipped(review: Review, pen: Pen) -> str:
    """What did not happen, and why."""
    rows = (f"**{pen.prose(s.step, 80)}**: {pen.prose(s.reason)}" for s in review.skipped)
    return listed(rows, "### Skipped, so this review is incomplete")


def unproven(review: Review, pen: Pen) -> str:
    """What critics claim, and how to check it."""
    rows = (claim(c, pen) for c in review.claims if c.status is ClaimStatus.UNPROVEN)
    return listed(rows, "### Unproven: no tool could show these, and they do not block")


def dismissed(review: Review, pen: Pen) -> str:
    """What somebody decided on, folded."""
    if not review.dismissed:
        return ""
    count = words.plural(len(review.dismissed), "finding")
    return folded(f"{count} dismissed", listed(_decision(each, pen) for each in review.dismissed))


def _decision(each: Dismissed, pen: Pen) -> str:
    finding = each.finding
    what = f"{finding.severity.value}, {pen.prose(words.named(finding), 150)}"
    by = pen.prose(words.decided(each), 300)
    return f"{pen.code(words.lines(finding))}: {what}. {capital(by)}"


def not_reviewed(review: Review, pen: Pen) -> str:
    """The files that a tool covers and did not look at, folded."""
    return _files(review, Coverage.SKIPPED, "not reviewed: a step that looks at these failed", pen)


def not_covered(review: Review, pen: Pen) -> str:
    """The files that no tool covers, folded."""
    return _files(review, Coverage.NOT_APPLICABLE, "not covered: no tool looked at these", pen)


def _files(review: Review, how: Coverage, said: str, pen: Pen) -> str:
    paths = [path for path, coverage in review.coverage.items() if coverage is how]
    rows = listed(pen.code(path) for path in paths)
    return folded(f"{words.plural(len(paths), 'file')} {said}", rows) if paths else ""


def dialogue(review: Review, pen: Pen, room: int) -> str:
    """What the critics said to each other, folded."""
    turns = [turn for turn in review.dialogue if turn.speaker != "tool"]
    if not turns:
        return ""
    said = (
        f"**{pen.prose(turn.speaker, 60)}**, {turn.phase.value.replace('_', '-')} {turn.round}: "
        f"{pen.prose(turn.text, 500)}"
        for turn in turns
    )
    count = words.plural(len(turns), "turn")
    return folded(f"What the critics said, in {count}", listed(said, room=room))


def usage(review: Review, pen: Pen) -> str:
    """What models read and wrote, and what it cost."""
    total, accounts = review.accounts.total, review.accounts
    if not total.calls + total.kept:
        return "No model took part: tools only."
    models = ", ".join(pen.code(m, 80) for m in [*dict.fromkeys(accounts.models.values())][:8])
    cost = f", ${total.cost_usd:.4f}" if total.cost_usd else ""
    return (
        f"Model {models}: {words.plural(total.calls, 'call')}{words.kept(total)}, "
        f"read {total.prompt_tokens:,} tokens "
        f"({total.cached_tokens:,} from cache), wrote {total.completion_tokens:,}{cost}, "
        f"{accounts.seconds:.0f} s."
    )
