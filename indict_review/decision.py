"""A person's decision that a finding stays as it is: counted and shown, never hidden."""

from dataclasses import dataclass
from enum import Enum

from indict_review.finding import Finding


class DecidedIn(str, Enum):
    """Where the decision stands."""

    LEDGER = "ledger"
    """`.indict-review/decisions.yaml`."""
    INLINE = "inline"
    """A mark in the code, e.g. `# indict-review: ignore[CWE-89] reason`."""
    REPLY = "reply"
    """On the pull request: `/indict dismiss reason`, by somebody who may push."""


@dataclass(frozen=True)
class Decision:
    """Who dismissed something, and why."""

    where: DecidedIn
    reason: str
    by: str
    """As the ledger names them; for a mark in the code, the words of the mark, e.g. `nosec`."""
    on: str | None = None
    """The day, `2026-11-22`, or None where it is not known."""
    until: str | None = None
    """The last day it holds, or None: until that code changes."""


@dataclass(frozen=True)
class Dismissed:
    """A finding that somebody decided on. It blocks nothing, and is counted."""

    finding: Finding
    decision: Decision
