"""Test results that a pull request's own workflow uploaded: shown, and never believed.

Whoever can open a pull request can write such a file: it is read within limits, and nothing of it
changes a verdict.
"""

import os
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from indict_review.errors import ToolError
from indict_review.patches.quoting import shown
from indict_review.runs import CaseOutcome
from indict_review.tools.frameworks import junit
from indict_review.tools.frameworks.cases import stable

MOST_BYTES = 10 * 2**20
MOST_NAMES = 20
_LONGEST_NAME = 200
# Not to wait for the other end, should it be a pipe.
_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True)
class Reported:
    """What the file says. The names are on one line each, and else as anybody wrote them."""

    passed: int
    failed: int
    skipped: int
    failing: tuple[str, ...] = ()
    """The first `MOST_NAMES` of those that failed."""

    def lines(self) -> tuple[str, ...]:
        """In words, as plain text: what shows it in Markdown has to make it fit for that."""
        left = self.failed - len(self.failing)
        return (
            f"{self.passed:,} passed, {self.failed:,} failed, {self.skipped:,} skipped, as the "
            "pull request's own workflow reports: not authenticated, and no reason for success",
            *(f"failed: {name}" for name in self.failing),
            *((f"failed: {left:,} more",) if left else ()),
        )


def read(path: Path) -> Reported:
    """The results in a JUnit XML file. Raises `ToolError` if it is none that can be read."""
    counts: Counter[CaseOutcome] = Counter()
    failing: list[str] = []
    try:
        for case in junit.cases(_content(path)):
            counts[case.outcome] += 1
            if case.outcome is CaseOutcome.FAILED and len(failing) < MOST_NAMES:
                failing.append(shown(stable(case.name) or "(without a name)", _LONGEST_NAME))
    except ToolError as e:
        raise ToolError(f"the reported test results were not read: {e}") from e
    if not counts:
        raise ToolError("the reported test results were not read: there is no test in them")
    return Reported(
        counts[CaseOutcome.PASSED],
        counts[CaseOutcome.FAILED],
        counts[CaseOutcome.SKIPPED],
        tuple(failing),
    )


def _content(path: Path) -> bytes:
    """Of a plain file: a link in an artifact may lead to a file of the runner's."""
    name = shown(str(path))
    try:
        with open(os.open(path, _PLAIN), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ToolError(f"{name} is no plain file")
            content = file.read(MOST_BYTES + 1)
    except OSError as e:
        raise ToolError(f"{name} cannot be opened: {e.strerror}") from e
    if len(content) > MOST_BYTES:
        raise ToolError(f"{name} has more than {MOST_BYTES // 2**20} MiB")
    return content
