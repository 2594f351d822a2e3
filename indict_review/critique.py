"""What critics say: opinions, each tied to a quoted line of the change."""

from dataclasses import dataclass
from enum import Enum

from indict_review.evidence import Background, Concern, Location, Skipped


class Phase(str, Enum):
    """When a dialogue is held."""

    PREEMPTIVE = "preemptive"
    """On the change, before anything is rewritten."""
    POST_HOC = "post_hoc"
    """On the draft, with what running it showed."""


class ClaimStatus(str, Enum):
    """What became of a claim."""

    PROVEN = "proven"
    """A tool saw the same: it belongs to a finding."""
    UNPROVEN = "unproven"
    """Both critics uphold it, and no tool could show it."""
    DISPUTED = "disputed"
    DROPPED = "dropped"
    """Its quote is not in the change."""


@dataclass(frozen=True)
class Claim:
    """A critic holds that something is wrong with a quoted line."""

    by: str
    concern: Concern
    location: Location | None
    """Where the quote stands in the change; None when it stands nowhere (then: dropped)."""
    quote: str
    text: str
    check: str
    """How to check it."""
    cwe: str | None = None
    status: ClaimStatus = ClaimStatus.UNPROVEN
    finding: str | None = None
    """The fingerprint of the finding that proves it."""
    reason: str = ""
    """Why it was disputed or dropped."""


@dataclass(frozen=True)
class Request:
    """A critic asks a tool."""

    tool: str
    query: str
    snippet: str = ""


@dataclass(frozen=True)
class Turn:
    """One speech of the dialogue, as the transcript keeps it."""

    phase: Phase
    round: int
    speaker: str
    """`safety`, `helpfulness`, `summary`, `actor` or `tool`."""
    text: str


@dataclass(frozen=True)
class Assessment:
    """One critic's judgement of what was asked for."""

    by: str
    harmful: bool
    category: str
    reason: str
    quote: str = ""
    """The words or lines that show it."""


@dataclass(frozen=True)
class Critique:
    """What one dialogue came to."""

    phase: Phase
    claims: tuple[Claim, ...] = ()
    disputes: tuple[tuple[str, str, str], ...] = ()
    """(fingerprint, by, reason): findings a critic holds to be wrong."""
    background: tuple[Background, ...] = ()
    """What tools answered to the critics' requests."""
    turns: tuple[Turn, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def upheld(self) -> tuple[Claim, ...]:
        """The claims that would change the code."""
        return tuple(
            c for c in self.claims if c.status in {ClaimStatus.PROVEN, ClaimStatus.UNPROVEN}
        )
