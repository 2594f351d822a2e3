"""What running code showed: tests and checks, on one state of it. All of it is untrusted data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class CaseOutcome(str, Enum):
    """How one test came out. An error before or after a test counts as failed."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class CaseResult:
    """One test in one run."""

    name: str
    """As the runner names it; the same test has the same name in every run."""
    outcome: CaseOutcome
    detail: str = ""
    """Why it failed, as the runner says: its last lines."""
    path: str | None = None
    """The file it is in, if the runner says."""


@dataclass(frozen=True)
class SuiteRun:
    """The whole suite, run once on one state."""

    command: str
    """As a person would type it."""
    results: Mapping[str, CaseResult]
    sandbox: str
    """What it ran in, e.g. `docker NAME@sha256:…`."""
    seconds: float = 0.0

    def named(self, outcome: CaseOutcome) -> frozenset[str]:
        """The tests that came out so."""
        return frozenset(n for n, r in self.results.items() if r.outcome is outcome)


@dataclass(frozen=True)
class Snippet:
    """A short check that a critic wrote: it fails, or does not end, where something is wrong."""

    language: str
    code: str
    claim: str = ""
    """What it is to show."""


class CheckOutcome(str, Enum):
    """What a check showed."""

    HOLDS = "holds"
    """It ran to its end, and nothing was wrong."""
    FAILS = "fails"
    """Its own assertion failed, or the code under review crashed or did not end."""
    BROKEN = "broken"
    """It could not run as it was meant to, through a fault of its own: it shows nothing."""


@dataclass(frozen=True)
class Checked:
    """One check on one state."""

    snippet: Snippet
    outcome: CheckOutcome
    output: str
    """Its last lines."""
    sandbox: str
    trace: tuple[tuple[str, int], ...] = field(default=())
    """Path and line of each frame of the project that the failure went through, outermost first."""
