"""Which lines of a change break a test: each stretch is taken back alone, and the tests run again.

A change of one stretch at a time, as in delta debugging (Zeller, "Yesterday, my program worked",
1999), without the search through sets: a test that several stretches break only together, or that
each of two breaks alone, is not blamed on any.
"""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from indict_review.change import Change, Tree
from indict_review.errors import ToolError
from indict_review.evidence import Location, Side
from indict_review.patches.differences import Span, differences
from indict_review.runs import CaseOutcome
from indict_review.tools.interface import Suite
from indict_review.tools.touched import is_test

MOST_STRETCHES = 16
"""With more, nobody is blamed: it would be guesswork to choose among them, and long to try all."""
MOST_SECONDS = 60.0
"""That all runs together may take, going by the first."""


@dataclass(frozen=True)
class Stretch:
    """Some lines of one file that took the place of others."""

    path: str
    base_path: str
    span: Span

    def taken_back(self, change: Change) -> Tree:
        """The head with these lines as they were before."""
        before = change.before.text(self.base_path).split("\n")
        after = change.after.text(self.path).split("\n")
        old = before[self.span.i1 : self.span.i2]
        text = "\n".join([*after[: self.span.j1], *old, *after[self.span.j2 :]])
        return change.after.with_text(self.path, text)

    def location(self, change: Change) -> Location:
        """Its lines in the head; where it only took lines out, those in the base."""
        i1, i2, j1, j2 = self.span
        if j1 < j2:
            lines = change.after.text(self.path).split("\n")[j1:j2]
            return Location(self.path, j1 + 1, j2, "\n".join(lines))
        lines = change.before.text(self.base_path).split("\n")[i1:i2]
        return Location(self.base_path, i1 + 1, i2, "\n".join(lines), Side.LEFT)


def blame(change: Change, suite: Suite, failing: Collection[str]) -> Mapping[str, Location]:
    """By test, the one stretch without which it passes. Tests that none explains are left out.

    `failing` passed before and fail on the head. A run that cannot be done explains nothing.
    """
    stretches = _stretches(change)
    first = suite.run(change.after)
    if not failing or first is None or not 0 < len(stretches) <= MOST_STRETCHES:
        return {}
    if first.seconds * len(stretches) > MOST_SECONDS:
        return {}

    def passing(stretch: Stretch) -> frozenset[str]:
        try:
            run = suite.run(stretch.taken_back(change))
        except ToolError:
            return frozenset()
        return run.named(CaseOutcome.PASSED) if run else frozenset()

    with ThreadPoolExecutor(2) as runs:
        mended = list(zip(stretches, runs.map(passing, stretches), strict=True))
    blamed = {}
    for test in failing:
        culprits = [stretch for stretch, passes in mended if test in passes]
        if len(culprits) == 1:
            blamed[test] = culprits[0].location(change)
    return blamed


def _stretches(change: Change) -> list[Stretch]:
    """What the change did to code; not to its tests."""
    return [
        Stretch(file.path, file.base_path, span)
        for file in change.files
        if not file.binary and file.path in change.after.files and not is_test(file.path)
        for span in differences(
            change.before.text(file.base_path).split("\n"), change.after.text(file.path).split("\n")
        )
    ]
