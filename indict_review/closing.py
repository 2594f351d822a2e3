"""From what was said and seen to the Review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from indict_review.change import Change, Coverage, FileChange, Status
from indict_review.critique import Claim, ClaimStatus, Critique, Phase, Turn
from indict_review.evidence import Background, Observed, Skipped
from indict_review.finding import Dispute, Finding, Suggestion
from indict_review.ledger.interface import Decisions, Settled
from indict_review.review import Accounts, Review, Usage, assess
from indict_review.revision import EditGroup, Revision

if TYPE_CHECKING:
    from indict_review.drafting import Draft
    from indict_review.offers.interface import Offers
    from indict_review.tools.interface import Analyzer, Interpreter, Suite
    from indict_review.trials import Trials
    from indict_review.verify import Outcome


_LINK = 0o120000


@dataclass
class Minutes:
    """What is known so far; it becomes the Review."""

    _trials: tuple[Change, Suite | None, Interpreter | None, bool]
    """What `trials` are made with, once there is something to run."""
    decisions: Decisions | None = None
    seen: list[Observed] = field(default_factory=list)
    """All that tools saw in the change; findings are gathered from it."""
    findings: tuple[Finding, ...] = ()
    background: list[Background] = field(default_factory=list)
    critiques: list[Critique] = field(default_factory=list)
    work: Draft | None = None
    """The actor's."""
    offered: Outcome | None = None
    """What verification kept of code that is known without a model."""
    revision: Revision | None = None
    """Stands in for what `work` came to: withheld, published, or with a test beside it."""
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """See `Review.notes`."""
    blind: set[str] = field(default_factory=set)
    """Analyzers that could not look at everything."""
    phases: dict[str, float] = field(default_factory=dict)
    spent: dict[str, Usage] = field(default_factory=dict)
    """What each phase cost in models."""
    _last: tuple[tuple[Finding, ...], Settled] | None = None
    """The findings that were settled last, and how."""

    @cached_property
    def trials(self) -> Trials:
        """What is run of the change. Late: where nothing is run, none of it is loaded."""
        from indict_review.trials import Trials

        return Trials(*self._trials)

    def standing(self, change: Change) -> tuple[Finding, ...]:
        """The findings that nobody dismissed."""
        return self._settled(change).standing

    def known(self, change: Change, offers: Iterable[Offers]) -> list[EditGroup]:
        """What may mend them, and is known without a model."""
        standing = self.standing(change)
        return [group for offer in offers for group in offer.groups(change, standing)]

    def _settled(self, change: Change) -> Settled:
        if self.decisions is None:
            return Settled(self.findings)
        if self._last is None or self._last[0] is not self.findings:
            self._last = (self.findings, self.decisions.settle(self.findings, change))
        return self._last[1]

    def close(
        self,
        change: Change,
        strategy: str,
        analyzers: Sequence[Analyzer],
        accounts: Accounts,
        notes: Sequence[str],
    ) -> Review:
        """Everything, put together."""
        settled = self._settled(change)
        outcome = self.work.outcome if self.work else self.offered
        alone = outcome.alone if outcome else ()
        turns: list[Turn] = []
        for critique in self.critiques:
            turns += critique.turns
            turns += [t for t in self.work.turns if t.phase is critique.phase] if self.work else []
        return Review(
            change=change,
            strategy=strategy,
            findings=tuple(_dressed(f, change, self.critiques, alone) for f in settled.standing),
            claims=tuple(_claims(self.critiques)),
            background=(*self.background, *(b for c in self.critiques for b in c.background)),
            revision=self.revision or (outcome.revision if outcome else None),
            doubts=tuple(_doubts(self.critiques)),
            dialogue=tuple(turns),
            task_assessment=assess(tuple(a for c in self.critiques for a in c.assessments)),
            skipped=(
                *self.skipped,
                *(self.work.skipped if self.work else ()),
                *(s for critique in self.critiques for s in critique.skipped),
            ),
            coverage=self._coverage(change, analyzers),
            notes=(*notes, *self.notes, *change.notes, *settled.notes, *self._flaky()),
            dismissed=settled.dismissed,
            accounts=accounts,
        )

    def _flaky(self) -> Iterator[str]:
        flaky = self.trials.flaky if "trials" in self.__dict__ else set()
        if flaky:
            names = ", ".join(sorted(flaky))
            yield f"flaky tests, which came out otherwise when run again: {names}"

    def _coverage(self, change: Change, analyzers: Sequence[Analyzer]) -> dict[str, Coverage]:
        """A file that some tool covers was reviewed, unless one of them could not look.

        A link is no code, whatever its name; code is code, though git takes it for binary.
        """
        coverage = {}
        for file in change.files:
            covering = {a.name for a in analyzers if a.covers(file.path)}
            there = change.after.files.get(file.path)
            unseen = there is None and file.status is not Status.DELETED
            if not covering or (there is not None and there.mode == _LINK) or _came(file, change):
                coverage[file.path] = Coverage.NOT_APPLICABLE
            elif unseen or covering & self.blind:
                coverage[file.path] = Coverage.SKIPPED
            else:
                coverage[file.path] = Coverage.REVIEWED
        return coverage


def _came(file: FileChange, change: Change) -> bool:
    """Whether it came with a merged branch as it is, so that nobody looked at it again."""
    there = change.after.files.get(file.path)
    return there is not None and any(t.files.get(file.path) == there for t in change.merged)


def _dressed(
    finding: Finding, change: Change, critiques: Sequence[Critique], alone: Sequence[Revision]
) -> Finding:
    """With what was said against it, and with its one-click code if that holds by itself."""
    disputes = tuple(
        Dispute(by, reason)
        for critique in critiques
        for fingerprint, by, reason in critique.disputes
        if fingerprint == finding.fingerprint
    )
    offer = next(filter(None, (_suggestion(finding, change, made) for made in alone)), None)
    return replace(finding, disputes=disputes, suggestion=offer)


def _suggestion(finding: Finding, change: Change, alone: Revision) -> Suggestion | None:
    from indict_review.suggestions import suggestion_for

    return suggestion_for(finding, change, alone)


def _claims(critiques: Sequence[Critique]) -> Iterator[Claim]:
    """The claims about the change; those about a draft stay in the transcript."""
    for critique in critiques:
        if critique.phase is Phase.PREEMPTIVE:
            yield from critique.claims


def _doubts(critiques: Sequence[Critique]) -> Iterator[Claim]:
    """What both critics hold against the revision, and no run could show or refute."""
    for critique in critiques:
        if critique.phase is Phase.POST_HOC:
            yield from (c for c in critique.claims if c.status is ClaimStatus.UNPROVEN)
