"""A finding: a weakness some tool saw in the change, with all that was seen of it."""

from dataclasses import dataclass

from indict_review.evidence import Concern, Confidence, Location, Observed, Severity
from indict_review.revision import Receipt


@dataclass(frozen=True)
class Dispute:
    """Somebody holds that a finding is wrong. It stays a finding."""

    by: str
    reason: str


@dataclass(frozen=True)
class Suggestion:
    """Code offered as one click: it replaces whole lines of the head, and was verified."""

    start_line: int
    end_line: int
    replacement: str
    receipt: Receipt


@dataclass(frozen=True)
class Finding:
    """Grounded by at least one `Observed`."""

    fingerprint: str
    """Stays the same when lines move, and whichever tool saw it."""
    ident: str
    concern: Concern
    severity: Severity
    location: Location
    title: str
    message: str
    cwe: str | None
    remedy: str
    evidence: tuple[Observed, ...]
    disputes: tuple[Dispute, ...] = ()
    suggestion: Suggestion | None = None

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a finding needs observed evidence")

    @property
    def confidence(self) -> Confidence:
        """Computed from evidence: two tools that agree are sure, one is as sure as its rule."""
        if len({seen.tool for seen in self.evidence}) > 1:
            return Confidence.HIGH
        return max((seen.weakness.precision for seen in self.evidence), key=list(Confidence).index)
