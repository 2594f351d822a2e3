"""Code that GitHub puts into the branch when somebody clicks: only as it was verified."""

import re
from collections.abc import Mapping

from indict_review.evidence import Side
from indict_review.finding import Finding, Suggestion
from indict_review.formats.markup import shows_as_it_is, verbatim
from indict_review.github.interface import Anchor, PullFile
from indict_review.publishers.anchors import anchored
from indict_review.review import Review

_MASKED = re.compile(r"<secret-\d+>")
"""What `redact.Mask` puts in a secret's place."""
_LONGEST = 6_000
"""Characters."""


def place(
    fix: Suggestion, finding: Finding, review: Review, files: Mapping[str, PullFile]
) -> Anchor | str:
    """Exactly the lines that it replaces; or why a click would not give what was verified."""
    path = finding.location.path
    anchor = anchored(path, fix.start_line, fix.end_line, Side.RIGHT, files)
    if anchor is None or (anchor.start_line, anchor.line) != (fix.start_line, fix.end_line):
        return "its lines are not all in one part of the difference"
    return _objection(fix, review.change.after.text(path)) or anchor


def _objection(fix: Suggestion, head: str) -> str:
    code = fix.replacement
    if "\r" in head:
        return "the file's lines do not end in LF alone"
    if not shows_as_it_is(code):
        return "it has characters that cannot be seen"
    if _MASKED.search(code):
        return "a secret in it is masked"
    if len(code) > _LONGEST:
        return "it is too long"
    if code and not code.strip():
        return "it is nothing but white space"
    if code and code.split("\n") == head.split("\n")[fix.start_line - 1 : fix.end_line]:
        return "it changes nothing"
    return ""


def block(fix: Suggestion) -> str:
    """What GitHub makes a button of. Nothing in it takes the lines away."""
    return verbatim(fix.replacement, "suggestion")
