"""`no-suppressions`: a finding is removed, not hushed up."""

from collections import Counter

from indict_review.change import Tree
from indict_review.checks.candidate import Candidate, outcome
from indict_review.ledger.marks import MARKS
from indict_review.revision import Check


def no_suppressions(candidate: Candidate) -> Check:
    """The revision has no mark that the head had not."""
    before, after = _marks(candidate, candidate.head), _marks(candidate, candidate.revised)
    added = after - before
    failures = [f"{path}: adds {mark!r}" for path, mark in sorted(added)]
    counts = before.total(), after.total()
    return outcome("no-suppressions", failures, "nothing tells an analyzer to look away", *counts)


def _marks(candidate: Candidate, tree: Tree) -> Counter[tuple[str, str]]:
    return Counter(
        (path, " ".join(mark.lower().split()))
        for path in candidate.touched
        for mark in MARKS.findall(tree.text(path))
    )
