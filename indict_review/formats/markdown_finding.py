"""One finding in Markdown, in full or in brief, and the lines that other parts share with it."""

from collections.abc import Iterator

from indict_review.critique import Claim
from indict_review.evidence import RUNNERS, Severity, Side
from indict_review.finding import Finding, Suggestion
from indict_review.formats import words
from indict_review.formats.code import MOST_OF_OUTPUT, difference
from indict_review.formats.finding_view import upheld
from indict_review.formats.interface import offered
from indict_review.formats.markup import Pen
from indict_review.formats.safe_text import lines_of
from indict_review.review import Review
from indict_review.revision import Check, CheckStatus, Receipt

MOST_OF_A_DIFF = 40
_MOST_OF_CODE = 12
"""Lines."""
_MOST_SAID = 5
"""Lines on who saw it, and on who objects."""


def brief(finding: Finding, review: Review, fail_on: Severity, pen: Pen) -> str:
    """What, where, and whether a stricter folder makes it block."""
    side = ", before the change" if finding.location.side is Side.LEFT else ""
    url = words.cwe_url(finding.cwe)
    cwe = f", [{finding.cwe}]({url})" if url else ""
    held = words.stricter_for(finding, review, fail_on)
    blocks = (
        f". It blocks: {pen.code(held[0])} allows nothing from {held[1].value} on" if held else ""
    )
    return (
        f"### {finding.severity.value.upper()}: {pen.prose(finding.title, 150)}\n\n"
        f"{pen.code(words.lines(finding))}{side}{cwe}, {pen.code(finding.fingerprint, 40)}{blocks}"
    )


def full(finding: Finding, review: Review, fail_on: Severity, pen: Pen) -> str:
    """With the code, why, who saw it, who objects, and the fix."""
    path = finding.location.path
    language = next((f.language for f in review.change.files if f.path == path), None)
    blocks = [
        brief(finding, review, fail_on, pen),
        pen.fence(
            shortened(lines_of(f"{finding.location.quote}\n"), _MOST_OF_CODE), language or ""
        ),
        f"**Why**: {pen.prose(finding.message)}",
        "\n".join(_said(finding, review, pen)),
        *_outputs(finding, pen),
        *_fix(finding, offered(review, finding.suggestion), review, pen),
    ]
    return "\n\n".join(blocks)


def _said(finding: Finding, review: Review, pen: Pen) -> Iterator[str]:
    for seen in finding.evidence[:_MOST_SAID]:
        known = {finding.message, ""}
        more = [seen.summary] if seen.tool in RUNNERS else [seen.summary, seen.detail]
        said = [pen.prose(text, 300) for text in dict.fromkeys(more) if text not in known]
        ident = pen.code(seen.weakness.ident, 100)
        yield ": ".join((f"- **{pen.prose(seen.tool, 60)}** {ident}", *said))
    if len(finding.evidence) > _MOST_SAID:
        yield f"- and {len(finding.evidence) - _MOST_SAID:,} more saw it"
    for claim in upheld(finding, review.claims):
        yield f"- **{pen.prose(claim.by, 60)}**: {pen.prose(claim.text, 300)}"
    for dispute in finding.disputes[:_MOST_SAID]:
        yield f"- **{pen.prose(dispute.by, 60)}** disputes it: {pen.prose(dispute.reason, 300)}"


def _outputs(finding: Finding, pen: Pen) -> Iterator[str]:
    for seen in finding.evidence[:_MOST_SAID]:
        if seen.tool in RUNNERS and seen.detail.strip():
            shown = shortened(lines_of(seen.detail.strip("\n") + "\n"), MOST_OF_OUTPUT)
            yield folded("What the run printed", pen.fence(shown))


def _fix(finding: Finding, fix: Suggestion | None, review: Review, pen: Pen) -> Iterator[str]:
    if fix is None:
        if finding.remedy:
            yield f"**Remedy**: {pen.prose(finding.remedy)}"
        return
    head = lines_of(review.change.after.text(finding.location.path))
    after = lines_of(f"{fix.replacement}\n") if fix.replacement else []
    rows = [
        f"{mark}{text}"
        for mark, _, text in difference(head[fix.start_line - 1 : fix.end_line], after)
    ]
    yield f"**Fix**, {proof(fix.receipt, pen)}"
    yield pen.fence(shortened(rows, MOST_OF_A_DIFF), "diff")
    yield _receipt(fix.receipt, pen)


def proof(receipt: Receipt, pen: Pen) -> str:
    """`verified: applies, parses (not run: tests)`."""

    def named(status: CheckStatus) -> str:
        return ", ".join(c.name.replace("-", " ") for c in receipt.checks if c.status is status)

    not_run = named(CheckStatus.SKIPPED)
    more = f" (not run: {not_run})" if not_run else ""
    return pen.prose(f"verified: {named(CheckStatus.PASSED)}{more}", 400)


def _receipt(receipt: Receipt, pen: Pen) -> str:
    rows = [
        f"- patch: sha256 {pen.code(receipt.patch_sha256)}",
        f"- tools: {', '.join(pen.code(tool, 80) for tool in receipt.tools[:20])}",
        *([f"- sandbox: {pen.code(receipt.image)}"] if receipt.image else []),
        *(f"- {check(each, pen)}" for each in receipt.checks[:20]),
    ]
    return folded("Receipt", "\n".join(rows))


def check(made: Check, pen: Pen) -> str:
    """`finding-gone passed, 1 before, 0 after: no longer seen`."""
    numbers = "" if made.before is None else f", {made.before} before, {made.after} after"
    detail = f": {pen.prose(made.detail, 200)}" if made.detail else ""
    return f"{pen.prose(made.name, 60)} {made.status.value}{numbers}{detail}"


def claim(made: Claim, pen: Pen) -> str:
    """Who holds what of which line, and how to check it."""
    where = made.location
    place = f" at {pen.code(f'{where.path}:{where.start_line}')}" if where else ""
    how = f" Check: {pen.prose(made.check, 300)}" if made.check else ""
    why = f" ({pen.prose(made.reason, 300)})" if made.reason else ""
    return f"{pen.prose(made.by, 60)}{place}: {pen.prose(made.text, 300)}{how}{why}"


def shortened(rows: list[str], most: int) -> list[str]:
    """The first of them, and how many more there are."""
    if len(rows) <= most:
        return rows
    return [*rows[:most], f"... {words.plural(len(rows) - most, 'line')} more"]


def folded(title: str, inside: str) -> str:
    """Closed until somebody opens it. The title is ours."""
    return f"<details><summary>{title}</summary>\n\n{inside}\n\n</details>"
