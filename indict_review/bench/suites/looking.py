"""What a review comes to: whether who is silent has looked, and who speaks points at a place."""

from __future__ import annotations

from indict_review.bench.interface import Answer, Flag

BESIDE = frozenset(
    {"knowledge", "code", "web", "interpreter", "tests", "actor", "fixes", "test for the revision"}
)
"""The steps without which a reviewer has looked all the same. What else was skipped, an analyzer or
a critic, leaves silence without a meaning."""


LONGEST = 20
"""Lines that a flag may be about beyond those of the fault: one on the whole file points at
nothing."""


def points(flag: Flag, lines: int = 1) -> bool:
    """Whether it is about few enough lines to point at a fault of so many."""
    return flag.end_line - flag.start_line < LONGEST + lines - 1


def has_looked(answer: Answer) -> bool:
    """Whether nothing was skipped that silence could hide."""
    return BESIDE.issuperset(answer.skipped)


def flagged(answer: Answer) -> bool | None:
    """Whether anything is held against it. None: not all of it was looked at.

    Neither what was found then counts: of such reviews, only the lucky ones would be in a rate.
    """
    return bool(answer.flags) if has_looked(answer) else None
