"""What one run of checks showed. Trust ends here: the report was written beside the answer.

The answer is imported by the process that reports. Tests of ours that fail in any honest run show
the crude forgeries, as in `tools.test_suite`; code that patches pytest with care could still lie.
"""

from __future__ import annotations

from dataclasses import dataclass

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import End, Ran
from indict_review.tools.environment import UNUSABLE, Environment
from indict_review.tools.frameworks import lines
from indict_review.tools.frameworks.interface import Call


@dataclass(frozen=True)
class Seen:
    """Tests of one kind."""

    began: bool
    """Whether pytest was there and began: if not, nothing is said of the code."""
    passed: int = 0
    failed: int = 0
    """A run that was cut short, or whose report is forged, counts as one."""

    @property
    def count(self) -> int:
        """All that there were."""
        return self.passed + self.failed

    @property
    def passes(self) -> bool:
        """Whether there were any, and all passed."""
        return self.passed > 0 and not self.failed


NOTHING = Seen(began=True, failed=1)
"""Of a run whose report says nothing: it began, and something kept it from telling."""


def seen_in(ran: Ran, call: Call, environment: Environment) -> Seen:
    """What its report says. Raises `ToolError` if the environment does not work in the sandbox."""
    if ran.exit_code == UNUSABLE and environment.ready:
        raise ToolError(f"the test environment does not work in the sandbox: {environment.needs}")
    if not any(name.startswith("pytest-") for name in ran.files):
        return Seen(began=False)
    try:
        results = lines.results(ran, "pytest")
    except ToolError:  # empty, broken, or there are two
        return NOTHING
    outcomes = [case.outcome for case in results.values() if not _is_planted(case, call)]
    honest = all(n in results and results[n].outcome is CaseOutcome.FAILED for n in call.fails)
    whole = honest and ran.end is End.EXITED
    passed, failed = outcomes.count(CaseOutcome.PASSED), outcomes.count(CaseOutcome.FAILED)
    return Seen(True, passed, failed + (not whole))


def _is_planted(case: CaseResult, call: Call) -> bool:
    return case.path in call.planted or case.name.startswith(tuple(call.planted))
