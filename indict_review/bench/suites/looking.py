"""Whether a reviewer that is silent has looked at all."""

from __future__ import annotations

from indict_review.bench.interface import Answer

BESIDE = frozenset(
    {"knowledge", "code", "web", "interpreter", "tests", "actor", "fixes", "test for the revision"}
)
"""The steps without which a reviewer has looked all the same. What else was skipped, an analyzer or
a critic, leaves silence without a meaning."""


def flagged(answer: Answer) -> bool | None:
    """Whether anything is held against it. None: nothing is, and not all of it was looked at."""
    if answer.flags:
        return True
    return False if BESIDE.issuperset(answer.skipped) else None
