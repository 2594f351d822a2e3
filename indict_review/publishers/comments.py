"""A finding as a comment on its lines: short, for somebody reads ten of them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from indict_review.critique import Claim, ClaimStatus
from indict_review.evidence import Severity
from indict_review.finding import Finding, Suggestion
from indict_review.formats import markdown_finding as parts
from indict_review.formats import words
from indict_review.formats.interface import offered
from indict_review.formats.markup import Pen, folded
from indict_review.github.interface import Anchor, PullFile
from indict_review.publishers import markers, one_click
from indict_review.publishers.anchors import anchored
from indict_review.publishers.interface import Inline
from indict_review.review import Review

ROOM = 8_000
"""Characters, and a suggestion's own."""
_MOST_SAID = 2
"""Tools, and disputes."""

Fold = tuple[str, str]
"""Its name, to say that there was no room for it; and its text."""


def inline(
    finding: Finding, review: Review, fail_on: Severity, files: Mapping[str, PullFile]
) -> Inline | None:
    """None if the difference that GitHub shows has none of its lines.

    `review` is one that `output.masked` returned, for what is posted is read by everybody. `files`
    are by their path in the head.
    """
    pen, where = Pen(), finding.location
    fix = offered(review, finding.suggestion)
    click = one_click.place(fix, finding, review, files) if fix else ""
    if isinstance(click, Anchor):
        anchor: Anchor | None = click
    else:
        anchor = anchored(where.path, where.start_line, where.end_line, where.side, files)
    if anchor is None:
        return None
    above = [
        markers.of_finding(finding.fingerprint),
        _title(finding, review, fail_on, anchor, pen),
        f"**Why**: {pen.prose(finding.message)}",
        "\n".join(parts.said(finding, review, pen, _MOST_SAID)),
        *_fix(finding, fix, click, pen),
    ]
    room = ROOM - sum(len(part) + 2 for part in above)
    below = _fitting(_folds(finding, fix, click, review, pen), room)
    return Inline(finding.fingerprint, anchor, "\n\n".join((*above, *below)))


def _title(finding: Finding, review: Review, fail_on: Severity, anchor: Anchor, pen: Pen) -> str:
    where = finding.location
    said = [f"**{finding.severity.value.upper()}: {pen.prose(finding.title, 150)}**"]
    if url := words.cwe_url(finding.cwe):
        said.append(f"[{finding.cwe}]({url})")
    if (anchor.start_line, anchor.line) != (where.start_line, where.end_line):
        said.append(f"in {pen.code(words.lines(finding))}")
    if held := words.stricter_for(finding, review, fail_on):
        said.append(f"it blocks: {pen.code(held[0])} allows nothing from {held[1].value} on")
    return ", ".join(said)


def _fix(finding: Finding, fix: Suggestion | None, click: Anchor | str, pen: Pen) -> Iterator[str]:
    """To be clicked, or in words."""
    if fix is None:
        if finding.remedy:
            yield f"**Remedy**: {pen.prose(finding.remedy)}"
        return
    proof = parts.proof_in_short(fix.receipt, pen)
    if isinstance(click, Anchor):
        yield f"**Fix**, {proof}"
        yield one_click.block(fix)
    else:
        yield f"**Fix**, {proof}. It cannot be one click: {click}."


def _folds(
    finding: Finding, fix: Suggestion | None, click: Anchor | str, review: Review, pen: Pen
) -> Iterator[Fold]:
    if fix is not None:
        if not isinstance(click, Anchor):
            yield "the fix", folded("The fix", parts.diff(finding, fix, review, pen))
        yield "its receipt", parts.receipt(fix.receipt, pen)
    for output in parts.outputs(finding, pen):
        yield "what a run printed", output


def _fitting(folds: Iterable[Fold], room: int) -> Iterator[str]:
    """Those there is room for, and the names of the others."""
    left_out = []
    for name, text in folds:
        if len(text) + 2 <= room:
            yield text
            room -= len(text) + 2
        else:
            left_out.append(name)
    if left_out:
        yield f"Left out for want of room: {', '.join(left_out)}."


def claim_key(claim: Claim) -> str:
    """The same for the same claim on the same line, wherever that line moved to."""
    path = claim.location.path if claim.location else ""
    about = "\0".join((path, claim.cwe or "", claim.concern.value, claim.quote.strip()))
    return hashlib.sha256(about.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def claimed(claim: Claim, files: Mapping[str, PullFile]) -> Inline | None:
    """An unproven claim, and how to check it; None if it can stand at no line."""
    where = claim.location
    if where is None or claim.status is not ClaimStatus.UNPROVEN:
        return None
    anchor = anchored(where.path, where.start_line, where.end_line, where.side, files)
    if anchor is None:
        return None
    pen, key = Pen(), claim_key(claim)
    url = words.cwe_url(claim.cwe)
    cwe = f", [{claim.cwe}]({url})" if url else ""
    body = [
        markers.of_finding(key, "claim"),
        f"**Unproven{cwe}**: no tool could show this, and it does not block.",
        f"**{pen.prose(claim.by, 60)}**: {pen.prose(claim.text)}",
    ]
    body += [f"**To check it**: {pen.prose(claim.check)}"] if claim.check else []
    body += [f"**Why it is unproven**: {pen.prose(claim.reason)}"] if claim.reason else []
    return Inline(key, anchor, "\n\n".join(body))
