"""The review for a job summary, a comment or a wiki: GitHub's Markdown.

Whatever the change says stays text: see `markup`. Our own words are ASCII, and so is all of it
where the stream asks for that. The whole fits into a comment; what finds no room is counted.
"""

from collections.abc import Iterable, Iterator

from indict_review.change import Coverage
from indict_review.critique import ClaimStatus
from indict_review.decision import Dismissed
from indict_review.evidence import Severity
from indict_review.formats import offering, words
from indict_review.formats.interface import Look, is_harmful
from indict_review.formats.markdown_finding import (
    MOST_OF_A_DIFF,
    brief,
    check,
    claim,
    folded,
    full,
    proof,
    shortened,
)
from indict_review.formats.markup import Pen
from indict_review.formats.safe_text import lines_of
from indict_review.review import Review
from indict_review.revision import CheckStatus, VerificationStatus

ROOM = 64_000
"""Characters. A comment may have 65,536, a publisher wants a few, and secrets become names."""
_ROOM_FOR_A_LIST = 3_500
"""Seven lists and a diff leave findings 25,000 at the least."""


def render(review: Review, look: Look) -> str:
    """See `Format`."""
    pen = Pen(ascii_only=not look.unicode)
    above = [part for part in _above(review, look.fail_on, pen) if part]
    below = [part for part in _below(review, pen) if part]
    room = ROOM - sum(len(part) + 2 for part in (*above, *below))
    return "\n\n".join((*above, *_findings(review, look.fail_on, pen, room), *below)) + "\n"


def _above(review: Review, fail_on: Severity, pen: Pen) -> Iterator[str]:
    yield f"## indict-review: {review.verdict(fail_on).value}"
    meaning = pen.prose(words.meaning(review, fail_on))
    yield f"**{_capital(words.summary(review))}.** {_capital(meaning)}."
    yield _list(f"Note: {pen.prose(note, 400)}" for note in words.notes(review))
    assessment = review.task_assessment
    if assessment is not None and is_harmful(review):
        yield f"### Harmful task: {pen.prose(assessment.category, 200)}"
        yield "Both critics hold that this asks for harm. It is not served: no fix is offered."
        if review.change.task:
            yield f"Asked for: {pen.prose(review.change.task, 400)}"
        yield _list(pen.prose(reason, 400) for reason in assessment.reasons)


def _findings(review: Review, fail_on: Severity, pen: Pen, room: int) -> Iterator[str]:
    """Worst first: in full while there is room, then in brief, then only counted."""
    room -= 100  # for the count
    left_out = 0
    for finding in words.worst_first(review.findings):
        forms = (form(finding, review, fail_on, pen) for form in (full, brief) if room > 0)
        shown = next((form for form in forms if len(form) + 2 <= room), "")
        if shown:
            yield shown
            room -= len(shown) + 2
        else:
            left_out += 1
            room = 0  # what is worse comes first: nothing after it takes its place
    if left_out:
        yield f"**... and {words.plural(left_out, 'more finding')}, left out for want of room.**"


def _below(review: Review, pen: Pen) -> Iterator[str]:
    yield from _revision(review, pen)
    skipped = (f"**{pen.prose(s.step, 80)}**: {pen.prose(s.reason)}" for s in review.skipped)
    yield _list(skipped, "### Skipped, so this review is incomplete")
    unproven = (claim(c, pen) for c in review.claims if c.status is ClaimStatus.UNPROVEN)
    yield _list(unproven, "### Unproven: no tool could show these, and they do not block")
    if review.dismissed:
        count = words.plural(len(review.dismissed), "finding")
        rows = _list(_decision(each, pen) for each in review.dismissed)
        yield folded(f"{count} dismissed", rows)
    paths = [p for p, how in review.coverage.items() if how is Coverage.NOT_APPLICABLE]
    if paths:
        count = words.plural(len(paths), "file")
        rows = _list(pen.code(path) for path in paths)
        yield folded(f"{count} not covered: no tool looked at these", rows)
    yield _usage(review, pen)
    if offering.can_be_applied(review):
        yield f"`{offering.GET_IT}` puts the verified code into your working tree."


def _revision(review: Review, pen: Pen) -> Iterator[str]:
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
        yield _list(check(each, pen) for each in failed)
        return
    told = offering.is_told(made, review)
    above = ": the fixes above, together" if told else ""
    yield f"**Revision**{above}, {proof(verified.receipt, pen)}"
    if not told:
        yield pen.fence(shortened(lines_of(made.patch), MOST_OF_A_DIFF), "diff")
    yield _list(f"doubted by {claim(doubt, pen)}" for doubt in review.doubts)


def _decision(dismissed: Dismissed, pen: Pen) -> str:
    finding = dismissed.finding
    what = f"{finding.severity.value}, {pen.prose(words.named(finding), 150)}"
    by = pen.prose(words.decided(dismissed), 300)
    return f"{pen.code(words.lines(finding))}: {what}. {_capital(by)}"


def _usage(review: Review, pen: Pen) -> str:
    total, accounts = review.accounts.total, review.accounts
    if not total.calls:
        return ""
    models = ", ".join(pen.code(m, 80) for m in [*dict.fromkeys(accounts.models.values())][:8])
    cost = f", ${total.cost_usd:.4f}" if total.cost_usd else ""
    return (
        f"Model {models}: {words.plural(total.calls, 'call')}, read {total.prompt_tokens:,} tokens "
        f"({total.cached_tokens:,} from cache), wrote {total.completion_tokens:,}{cost}, "
        f"{accounts.seconds:.0f} s."
    )


def _list(items: Iterable[str], head: str = "") -> str:
    """As many as there is room for, and the count of the others; nothing for none."""
    room, left_out = _ROOM_FOR_A_LIST - len(head), 0
    rows = [head, ""] if head else []
    empty = len(rows)
    for item in items:
        room -= len(item) + 3
        if room < 0:
            left_out += 1
        else:
            rows.append(f"- {item}")
    if left_out:
        rows.append(f"- ... and {left_out:,} more, left out for want of room")
    return "\n".join(rows) if len(rows) > empty else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
