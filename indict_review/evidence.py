"""What tools saw. Only tools make it; critics make claims (`critique`)."""

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How bad it is. Ordered: `Severity.HIGH >= Severity.LOW`."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 4 for critical."""
        return list(Severity).index(self)


class Confidence(str, Enum):
    """How sure the evidence makes us."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Concern(str, Enum):
    """Whose subject it is."""

    SAFETY = "safety"
    HELPFULNESS = "helpfulness"


class Side(str, Enum):
    """Which state the lines are of, in GitHub's words."""

    RIGHT = "RIGHT"
    """The head."""
    LEFT = "LEFT"
    """The base."""


@dataclass(frozen=True)
class Location:
    """Some lines of a file. Lines are counted from 1, both ends included."""

    path: str
    start_line: int
    end_line: int
    quote: str
    """The text of those lines."""
    side: Side = Side.RIGHT


@dataclass(frozen=True)
class Weakness:
    """What kind of thing was seen."""

    ident: str
    """A rule's id, `CWE-89`, `test-failure`, …: from a tool, never a model's free text."""
    concern: Concern
    severity: Severity
    title: str
    """A few words, e.g. `SQL injection`."""
    message: str
    cwe: str | None = None
    """`CWE-89`, or None."""
    remedy: str = ""
    """The idiom of the fix, one or two sentences, or empty."""
    precision: Confidence = Confidence.MEDIUM
    """How often this rule is right, as its author says."""


@dataclass(frozen=True)
class Observed:
    """A tool saw this in the change. Only this can make a finding."""

    tool: str
    summary: str
    location: Location
    weakness: Weakness
    detail: str = ""
    cases: tuple[str, ...] = ()
    """The tests that showed it, where tests did."""
    fixed: str | None = None
    """The located lines as the rule's own fix would have them; None if the rule has none."""
    kind: str = "observed"


RUNNERS = frozenset({"tests", "interpreter"})
"""Tools that run the code. What they saw is gone when a new run says so, not an analyzer."""


@dataclass(frozen=True)
class Background:
    """A tool looked this up. It explains; it proves nothing about the change."""

    tool: str
    summary: str
    detail: str = ""
    kind: str = "background"


Evidence = Observed | Background


@dataclass(frozen=True)
class Skipped:
    """A configured step that did not happen. A review that has any is incomplete."""

    step: str
    """The step, e.g. `semgrep`."""
    reason: str
    """Why, as shown to the user."""
