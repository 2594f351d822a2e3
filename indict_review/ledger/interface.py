"""The role of whoever knows which findings were decided on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from indict_review.change import Change
from indict_review.decision import Dismissed
from indict_review.finding import Finding


@dataclass(frozen=True)
class Settled:
    """Every finding is in one of the two."""

    standing: tuple[Finding, ...]
    dismissed: tuple[Dismissed, ...] = ()
    notes: tuple[str, ...] = ()
    """Decisions that do not count, and why: no reason, run out, made by the change itself."""


class Decisions(Protocol):
    """Knows what was dismissed."""

    def settle(self, findings: Sequence[Finding], change: Change) -> Settled:
        """Part the findings. The order stays. Reads nothing but what it was made with."""
