"""Decisions by reply on a pull request, after those that stand in the repository."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from indict_review.change import Change
from indict_review.decision import Decision, Dismissed
from indict_review.finding import Finding
from indict_review.ledger.interface import Decisions, Settled


@dataclass(frozen=True)
class Replied:
    """See `Decisions`."""

    decisions: Decisions
    """They go first: the ledger, and marks in the code."""
    by_fingerprint: Mapping[str, Decision]

    def settle(self, findings: Sequence[Finding], change: Change) -> Settled:
        """See `Decisions.settle`."""
        settled, decided = self.decisions.settle(findings, change), self.by_fingerprint
        dismissed = [
            Dismissed(finding, decided[finding.fingerprint])
            for finding in settled.standing
            if finding.fingerprint in decided
        ]
        return replace(
            settled,
            standing=tuple(f for f in settled.standing if f.fingerprint not in decided),
            dismissed=(*settled.dismissed, *dismissed),
        )
