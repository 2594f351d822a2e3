"""One-click code: a verified group of edits, as whole lines of the head."""

from indict_review.change import Change
from indict_review.edits import spliced, splices
from indict_review.evidence import Side
from indict_review.finding import Finding, Suggestion
from indict_review.revision import Revision, VerificationStatus

FAR = 10
"""Lines that several edits may span to be offered as one."""


def suggestion_for(finding: Finding, change: Change, alone: Revision) -> Suggestion | None:
    """The group as one click on the finding, or None if it cannot be shown as one.

    `alone` is the revision of that group by itself, since people click one at a time: its receipt
    is what travels with the suggestion. None unless it passed, removes this finding, and changes
    one run of lines in the finding's file (several edits: at most `FAR` lines in all).
    """
    verification, path = alone.verification, finding.location.path
    if verification.status is not VerificationStatus.PASSED or verification.receipt is None:
        return None
    edits = [edit for group in alone.groups for edit in group.edits]
    fixes = {fingerprint for group in alone.groups for fingerprint in group.fixes}
    if finding.location.side is not Side.RIGHT or finding.fingerprint not in fixes:
        return None
    if not edits or {edit.path for edit in edits} != {path}:
        return None
    fitted, head = splices(change.after, edits), change.after.text(path)
    first = head.count("\n", 0, fitted[0].start) + 1
    last = head.count("\n", 0, max(fitted[-1].start, fitted[-1].end - 1)) + 1
    if len(fitted) > 1 and last - first >= FAR:
        return None
    lines = head.split("\n")
    offset = sum(len(line) + 1 for line in lines[: first - 1])
    replacement = spliced("\n".join(lines[first - 1 : last]) + "\n", fitted, offset)
    # An empty replacement takes the lines away; anything else ends where its last line does.
    whole = replacement.removesuffix("\n").split("\n") if replacement else []
    if "\n".join([*lines[: first - 1], *whole, *lines[last:]]) != alone.tree.text(path):
        return None  # e.g. an edit that joins its last line with the next
    if whole == [""]:
        return None  # one empty line: as a replacement, that would say that the lines go
    return Suggestion(first, last, "\n".join(whole).replace("\r\n", "\n"), verification.receipt)
