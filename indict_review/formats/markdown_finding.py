"""One finding in Markdown, in full or in brief, and the lines that other parts share with it."""

from collections.abc import Iterator

from indict_review.critique import Claim
from indict_review.evidence import RUNNERS, Severity, Side
from indict_review.finding import Finding, Suggestion
from indict_review.formats import words
from indict_review.formats.code import MOST_OF_OUTPUT, difference
from indict_review.formats.finding_view import upheld
from indict_review.formats.interface import offered
from indict_review.formats.markup import Pen, folded
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
        "\n".join(said(finding, review, pen)),
        *outputs(finding, pen),
        *_fix(finding, offered(review, finding.suggestion), review, pen),
    ]
    return "\n\n".join(blocks)


def said(finding: Finding, review: Review, pen: Pen, most: int = _MOST_SAID) -> Iterator[str]:
    """A line for each who saw it, upholds it or disputes it: of tools and disputes, `most`."""
    for seen in finding.evidence[:most]:
        known, ident = {finding.message, ""}, seen.weakness.ident
        # Whose rule it is: its name stands there already.
        origin = seen.detail.removeprefix(f"rule {ident}") if seen.tool not in RUNNERS else ""
        where = _spaced(words.elsewhere(seen, finding))
        named = f"{pen.code(ident, 100)}{where}{_spaced(pen.prose(origin, 300))}"
        told = [] if seen.summary in known else [pen.prose(seen.summary, 300)]
        yield ": ".join((f"- **{pen.prose(seen.tool, 60)}** {named}", *told))
    if len(finding.evidence) > most:
        yield f"- and {len(finding.evidence) - most:,} more saw it"
    for claim in upheld(finding, review.claims):
        yield f"- **{pen.prose(claim.by, 60)}**: {pen.prose(claim.text, 300)}"
    for dispute in finding.disputes[:most]:
        yield f"- **{pen.prose(dispute.by, 60)}** disputes it: {pen.prose(dispute.reason, 300)}"
    if len(finding.disputes) > most:
        yield f"- and {words.plural(len(finding.disputes) - most, 'more dispute')}"


def _spaced(text: str) -> str:
    return f" {text}" if text else ""


def outputs(finding: Finding, pen: Pen) -> Iterator[str]:
    """What runs of it printed, folded."""
    for seen in finding.evidence[:_MOST_SAID]:
        if seen.tool in RUNNERS and seen.detail.strip():
            shown = shortened(lines_of(seen.detail.strip("\n") + "\n"), MOST_OF_OUTPUT)
            yield folded("What the run printed", pen.fence(shown))


def _fix(finding: Finding, fix: Suggestion | None, review: Review, pen: Pen) -> Iterator[str]:
    if fix is None:
        if finding.remedy:
            yield f"**Remedy**: {pen.prose(finding.remedy)}"
        return
    yield f"**Fix**, {proof(fix.receipt, pen)}"
    yield diff(finding, fix, review, pen)
    yield receipt(fix.receipt, pen)


def diff(finding: Finding, fix: Suggestion, review: Review, pen: Pen) -> str:
    """What the fix does to its lines."""
    head = lines_of(review.change.after.text(finding.location.path))
    after = lines_of(f"{fix.replacement}\n") if fix.replacement else []
    rows = [
        f"{mark}{text}"
        for mark, _, text in difference(head[fix.start_line - 1 : fix.end_line], after)
    ]
    return pen.fence(shortened(rows, MOST_OF_A_DIFF), "diff")


def proof_in_short(made: Receipt, pen: Pen) -> str:
    """`verified by 8 checks (not run: tests)`: where the receipt is beside it."""
    passed = sum(c.status is CheckStatus.PASSED for c in made.checks)
    not_run = ", ".join(c.name for c in made.checks if c.status is CheckStatus.SKIPPED)
    more = f" (not run: {pen.prose(not_run, 200)})" if not_run else ""
    return f"verified by {words.plural(passed, 'check')}{more}"


def proof(made: Receipt, pen: Pen) -> str:
    """`verified: applies, parses (not run: tests)`."""

    def named(status: CheckStatus) -> str:
        return ", ".join(c.name.replace("-", " ") for c in made.checks if c.status is status)

    not_run = named(CheckStatus.SKIPPED)
    more = f" (not run: {not_run})" if not_run else ""
    return pen.prose(f"verified: {named(CheckStatus.PASSED)}{more}", 400)


def receipt(made: Receipt, pen: Pen) -> str:
    """What was run to prove it, folded."""
    rows = [
        f"- patch: sha256 {pen.code(made.patch_sha256)}",
        f"- tools: {', '.join(pen.code(tool, 80) for tool in made.tools[:20])}",
        *([f"- sandbox: {pen.code(made.image)}"] if made.image else []),
        *(f"- {check(each, pen)}" for each in made.checks[:20]),
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
