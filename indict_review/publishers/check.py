"""The check run: green only if every changed line was looked at, and nothing blocks."""

import hashlib
from dataclasses import replace

from indict_review.change import Coverage, FileChange
from indict_review.evidence import Severity
from indict_review.formats import annotations, words
from indict_review.formats.interface import Look, is_harmful
from indict_review.formats.markdown import ROOM, within
from indict_review.formats.markup import Pen
from indict_review.formats.safe_text import flat, visible, without_surrogates
from indict_review.github.interface import Annotation, NewCheck
from indict_review.review import Accounts, Review, Verdict
from indict_review.scope import EVERYTHING, Paths

MOST = 1_000
"""Annotations: twenty requests."""
_LONGEST_TITLE = 255
_LONGEST_SUMMARY = 65_535
"""Bytes: GitHub's description says characters, and its refusals say bytes."""
_LONGEST_LINE = 2_000
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}


NAME = "indict-review"


def check(review: Review, fail_on: Severity, paths: Paths = EVERYTHING) -> NewCheck:
    """What the review came to, at the change's own head.

    `paths`: what the settings leave out. That is a decision; all else that no tool looked at is
    told from green.
    """
    conclusion, why = _outcome(review, fail_on, paths)
    title = f"{why}: {words.summary(review)}"[:_LONGEST_TITLE]
    notes = tuple(map(_annotation, annotations.of_findings(review, fail_on)))
    # What it cost differs from run to run, and is not what it says.
    lasting = _summary(replace(review, accounts=Accounts()), fail_on, len(notes))
    said = repr((conclusion, title, lasting, notes))
    return NewCheck(
        NAME,
        review.change.head or "",
        conclusion,
        title,
        _summary(review, fail_on, len(notes)),
        "",
        notes[:MOST],
        hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest(),
    )


def not_reviewed(head: str, why: str, number: int) -> NewCheck:
    """Where it came to no review. `number`: of the pull request, or 0."""
    said = Pen().prose(why, 2_000)
    return NewCheck(NAME, head, "neutral", "Not reviewed", said, "", (), f"{number}:not-reviewed")


def _outcome(review: Review, fail_on: Severity, paths: Paths) -> tuple[str, str]:
    """The conclusion, and the reason in a few words."""
    verdict = review.verdict(fail_on)
    how = [review.coverage.get(file.path) for file in review.change.files]
    looked_at = {Coverage.REVIEWED, Coverage.NOT_APPLICABLE}
    if verdict is Verdict.FAIL:
        return "failure", "Harmful task" if is_harmful(review) else "Blocked"
    if verdict is Verdict.INCOMPLETE or not looked_at.issuperset(how):
        return "neutral", "Incomplete"
    if Coverage.REVIEWED not in how:
        return "neutral", "Nothing here that a tool covers"
    if unseen := sum(_is_unseen(file, review, paths) for file in review.change.files):
        return "neutral", f"Nothing blocks, and no tool looked at {words.plural(unseen, 'file')}"
    return "success", "Passed"


def _is_unseen(file: FileChange, review: Review, paths: Paths) -> bool:
    """Whether it has changed lines that nothing looked at, and nobody decided that."""
    is_covered = review.coverage.get(file.path) is not Coverage.NOT_APPLICABLE
    has_hunks = bool(file.added or file.deleted) and not file.binary
    return has_hunks and not is_covered and not paths.leaves_out(file.path)


def _summary(review: Review, fail_on: Severity, annotated: int) -> str:
    """As the job summary has it. What is too long in bytes gets less room, then only ASCII."""
    over = annotated - MOST
    more = f"\n{words.plural(over, 'finding')} without an annotation: {MOST:,} are the most.\n"
    for room, look in ((ROOM, Look(fail_on)), (ROOM // 2, Look(fail_on))):
        text = within(room, review, look) + more * (over > 0)
        if len(text.encode()) <= _LONGEST_SUMMARY:
            return text
    return within(ROOM, review, Look(fail_on, unicode=False)) + more * (over > 0)


def _annotation(note: annotations.Annotation) -> Annotation:
    place = note.place
    if place is None:
        raise ValueError("a finding stands somewhere")
    return Annotation(
        without_surrogates(place.path)[0],
        place.start_line,
        place.end_line,
        _LEVELS[note.level],
        _shown(note.title, 200),
        "\n".join(_shown(line, _LONGEST_LINE) for line in note.message),
    )


def _shown(text: str, limit: int) -> str:
    """On one line. Spelling out what cannot be seen makes it longer, so it is cut once more."""
    return visible(flat(text, limit))[: limit + 50]
