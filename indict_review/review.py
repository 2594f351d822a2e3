"""The outcome: everything the formats show, and the verdict."""

from dataclasses import dataclass, field
from enum import Enum

from indict_review.change import Change, Coverage
from indict_review.critique import Assessment, Claim, Turn
from indict_review.decision import Dismissed
from indict_review.evidence import Background, Severity, Skipped
from indict_review.finding import Finding
from indict_review.revision import Revision, VerificationStatus


class Verdict(str, Enum):
    """Fail outranks incomplete outranks pass."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    INCOMPLETE = "incomplete"


EXIT_CODES = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.INCOMPLETE: 3}


class Gate(str, Enum):
    """What becomes of code that an AI wrote."""

    ACCEPTED = "accepted"
    """It may land as it is."""
    REVISED = "revised"
    """Its verified revision may, which leaves nothing that blocks."""
    REJECTED = "rejected"


LETS_THROUGH = frozenset({Gate.ACCEPTED, Gate.REVISED})

GATED = frozenset({"patch", "generate"})
"""Sources of changes that nobody has taken yet."""


@dataclass(frozen=True)
class TaskAssessment:
    """What both critics make of what was asked for. Harmful only when both say so."""

    harmful: bool
    category: str
    reasons: tuple[str, ...]


def assess(assessments: tuple[Assessment, ...]) -> TaskAssessment | None:
    """None until every critic has judged; harmful only if all agree."""
    if len({a.by for a in assessments}) < 2:
        return None
    harmful = all(a.harmful for a in assessments)
    category = next((a.category for a in assessments if a.harmful), "") if harmful else ""
    reasons = tuple(
        f"{a.by}: {a.reason}" + (f" ({a.quote})" if a.quote else "")
        for a in assessments
        if a.harmful == harmful
    )
    return TaskAssessment(harmful, category, reasons)


@dataclass(frozen=True)
class Usage:
    """What models cost. Adds up with `+`."""

    calls: int = 0
    """Those that were made, the failed ones too."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompt tokens, those that came from a cache."""
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    """None when some model's price is not known."""
    seconds: float = 0.0
    kept: int = 0
    """Questions that were answered by a kept reply: they are no calls, and cost nothing."""

    def __add__(self, other: "Usage") -> "Usage":
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
            self.seconds + other.seconds,
            self.kept + other.kept,
        )

    def since(self, earlier: "Usage") -> "Usage":
        """What was added to `earlier`."""
        known = self.cost_usd is not None and earlier.cost_usd is not None
        return Usage(
            self.calls - earlier.calls,
            self.prompt_tokens - earlier.prompt_tokens,
            self.cached_tokens - earlier.cached_tokens,
            self.completion_tokens - earlier.completion_tokens,
            (self.cost_usd or 0.0) - (earlier.cost_usd or 0.0) if known else None,
            self.seconds - earlier.seconds,
            self.kept - earlier.kept,
        )


@dataclass(frozen=True)
class Accounts:
    """What the review cost, by model and by phase."""

    models: dict[str, str] = field(default_factory=dict)
    """The model that played each role."""
    total: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    """Wall time of the whole review."""
    phases: dict[str, float] = field(default_factory=dict)
    """Wall seconds by phase; `verify` is a part of `draft` and `post_hoc`."""
    spent: dict[str, Usage] = field(default_factory=dict)
    """What models cost in each phase that asked one."""


@dataclass(frozen=True)
class Review:
    """All that came out. Formats render it; nothing else is printed."""

    change: Change
    strategy: str
    findings: tuple[Finding, ...] = ()
    claims: tuple[Claim, ...] = ()
    background: tuple[Background, ...] = ()
    revision: Revision | None = None
    dialogue: tuple[Turn, ...] = ()
    task_assessment: TaskAssessment | None = None
    skipped: tuple[Skipped, ...] = ()
    coverage: dict[str, Coverage] = field(default_factory=dict)
    """By path, for every file of the change."""
    notes: tuple[str, ...] = ()
    """Things to tell the user that are no skips."""
    accounts: Accounts = field(default_factory=Accounts)
    doubts: tuple[Claim, ...] = ()
    """What both critics hold against the revision, and no run could show or refute."""
    dismissed: tuple[Dismissed, ...] = ()
    """Findings that somebody decided on, with the decision. None of them is in `findings`."""
    stricter: tuple[tuple[str, Severity], ...] = ()
    """Folders whose own settings block from a lower severity on, e.g. `("payments/", LOW)`."""

    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 of files of the head, where their text here has its secrets masked."""

    def blocks(self, finding: Finding, fail_on: Severity) -> bool:
        """Whether this finding alone makes the review fail."""
        inside = (s for folder, s in self.stricter if finding.location.path.startswith(folder))
        threshold = min((fail_on, *inside), key=lambda severity: severity.rank)
        return finding.severity.rank >= threshold.rank

    def verdict(self, fail_on: Severity) -> Verdict:
        """Fail on a harmful task or a finding that blocks; else look for skips."""
        if self.task_assessment is not None and self.task_assessment.harmful:
            return Verdict.FAIL
        if any(self.blocks(finding, fail_on) for finding in self.findings):
            return Verdict.FAIL
        return Verdict.INCOMPLETE if self.skipped else Verdict.PASS

    def gate(self, fail_on: Severity) -> Gate | None:
        """None where the change is no patch that waits to land, or not all of it was looked at."""
        if self.change.source not in GATED:
            return None
        if self.task_assessment is not None and self.task_assessment.harmful:
            return Gate.REJECTED
        if any(self.blocks(finding, fail_on) for finding in self.unmended):
            return Gate.REJECTED
        if self.skipped:
            return None
        return Gate.REVISED if self.verified else Gate.ACCEPTED

    @property
    def verified(self) -> Revision | None:
        """The revision, if its verification passed."""
        made = self.revision
        held = made is not None and made.verification.status is VerificationStatus.PASSED
        return made if held else None

    @property
    def unmended(self) -> tuple[Finding, ...]:
        """The findings that the verified revision does not mend."""
        groups = self.verified.groups if self.verified else ()
        mended = {fix for group in groups for fix in group.fixes}
        return tuple(f for f in self.findings if f.fingerprint not in mended)

    def exit_code(self, fail_on: Severity) -> int:
        """0 pass, 1 fail, 3 incomplete. Of a patch, what its gate says: 0 if it may land."""
        if self.change.source in GATED:
            gate = self.gate(fail_on)
            return 3 if gate is None else int(gate not in LETS_THROUGH)
        return EXIT_CODES[self.verdict(fail_on)]
