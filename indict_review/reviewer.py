"""The method, on one screen: INDICT (arXiv 2407.02518) with evidence, and with verification.

static   = tools that read the change                    -> Observed | Skipped
advice   = dialogue(PREEMPTIVE, change, static)          -> Critique
draft    = the actor's edits, those that verify          -> Outcome
verdict  = dialogue(POST_HOC, draft)                     -> Critique
revision = the actor's last word, verified               -> Revision
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum

from indict_review.actor import Actor
from indict_review.change import Change, Coverage
from indict_review.critics.briefing import Briefing, added_lines, brief
from indict_review.critics.critic import Critic
from indict_review.critics.dialogue import hold
from indict_review.critics.findings import gather
from indict_review.critics.prompting import as_data, prompt
from indict_review.critics.published import published
from indict_review.critique import Claim, Critique, Phase, Turn
from indict_review.drafting import Draft, draft
from indict_review.errors import ToolError
from indict_review.events import Ended, Listener, Started, silent
from indict_review.evidence import Background, Concern, Observed, Skipped
from indict_review.finding import Dispute, Finding
from indict_review.models.asking import Asker
from indict_review.patches.render import unified_diff
from indict_review.review import Accounts, Review, TaskAssessment, assess
from indict_review.revision import (
    EditGroup,
    Revision,
    Verification,
    VerificationStatus,
)
from indict_review.suggestions import suggestion_for
from indict_review.tools.interface import Analyzer, Lookup
from indict_review.verify import Outcome, verify


class Strategy(str, Enum):
    """How critics and actor work together."""

    INDICT_REVIEW = "indict-review"
    INDICT_PAPER = "indict-paper"
    """The published algorithm, for comparison: nothing of it is verified."""


@dataclass
class _Minutes:
    """What is known so far; it becomes the Review."""

    findings: tuple[Finding, ...] = ()
    background: list[Background] = field(default_factory=list)
    critiques: list[Critique] = field(default_factory=list)
    work: Draft = field(default_factory=Draft)
    revision: Revision | None = None
    skipped: list[Skipped] = field(default_factory=list)
    blind: set[str] = field(default_factory=set)
    """Analyzers that could not look at everything."""
    phases: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Reviewer:
    """Reviews changes with the tools and the model it was given."""

    analyzers: Sequence[Analyzer]
    lookups: Sequence[Lookup] = ()
    asker: Asker | None = None
    """The model behind critics and actor; None: tools only."""
    strategy: Strategy = Strategy.INDICT_REVIEW
    rounds: int = 1
    """Exchanges in a dialogue, at most (indict-paper: trials)."""
    listen: Listener = silent
    notes: tuple[str, ...] = ()
    """Shown with every review."""

    def review(self, change: Change) -> Review:
        """Review one change. What cannot be done is in `Review.skipped`; raises `ReviewError`."""
        began = time.monotonic()
        minutes = _Minutes()
        with self._phase("static", minutes):
            self._examine(change, minutes)
        if self.asker is not None and self.strategy is Strategy.INDICT_PAPER:
            with self._phase("published", minutes):
                self._publish(change, self.asker, minutes)
        elif self.asker is not None:
            self._discuss(change, self.asker, minutes)
        return self._close(change, minutes, time.monotonic() - began)

    def _discuss(self, change: Change, asker: Asker, minutes: _Minutes) -> None:
        """The dialogue before, the draft, the dialogue after, the revision."""
        briefing = brief(change, minutes.findings, minutes.background)
        critics = [Critic(concern, asker) for concern in (Concern.SAFETY, Concern.HELPFULNESS)]
        lookups = {lookup.name: lookup for lookup in self.lookups}
        with self._phase("preemptive", minutes):
            advice = hold(Phase.PREEMPTIVE, critics, briefing, lookups, self.rounds)
            minutes.critiques.append(advice)
        task = assess(advice.assessments)
        if task is not None and task.harmful:
            minutes.revision = _withheld(change, task)
            return

        def check(groups: Sequence[EditGroup]) -> Outcome:
            with self._phase("verify", minutes):
                return verify(change, groups, minutes.findings, self.analyzers, gather)

        with self._phase("draft", minutes):
            minutes.work = draft(Actor(asker), briefing, advice, check)
        made = minutes.work.outcome.revision if minutes.work.outcome else None
        if made is None:
            return
        with self._phase("post_hoc", minutes):
            shown = _draft_shown(briefing, made)
            verdict = hold(Phase.POST_HOC, critics, shown[0], lookups, self.rounds, shown[1])
            minutes.critiques.append(verdict)

    def _examine(self, change: Change, minutes: _Minutes) -> None:
        """Everything that reads the change and runs nothing of it."""
        seen: list[Observed] = []
        for analyzer in self.analyzers:
            with self._step(analyzer.name):
                try:
                    seen.extend(analyzer.examine(change.before, change.after))
                except ToolError as e:
                    minutes.skipped.append(Skipped(analyzer.name, str(e)))
                    minutes.blind.add(analyzer.name)
        minutes.findings = gather(seen, change.after)
        if self.asker is not None:
            self._look_up(change, minutes)

    def _look_up(self, change: Change, minutes: _Minutes) -> None:
        """What is known of such a change, beyond what the findings say themselves."""
        told = {f.cwe for f in minutes.findings if f.cwe and f.remedy}
        for lookup in self.lookups:
            try:
                minutes.background.extend(lookup.about(change, told))
            except ToolError as e:  # noqa: PERF203 - one look-up's failure is not the next one's
                minutes.skipped.append(Skipped(lookup.name, str(e)))

    def _publish(self, change: Change, asker: Asker, minutes: _Minutes) -> None:
        rewrite = published(change, asker, self.lookups, self.analyzers, self.rounds)
        minutes.critiques.append(Critique(Phase.POST_HOC, turns=rewrite.turns))
        minutes.skipped += rewrite.skipped
        patch = unified_diff(change.after, rewrite.tree)
        nothing = Verification(
            VerificationStatus.NOT_RUN, reason="the published algorithm verifies nothing"
        )
        minutes.revision = Revision((), rewrite.tree, patch, nothing) if patch else None

    def _close(self, change: Change, minutes: _Minutes, seconds: float) -> Review:
        outcome = minutes.work.outcome
        revision = minutes.revision or (outcome.revision if outcome else None)
        alone = outcome.alone if outcome and revision is outcome.revision else ()
        skipped = [*minutes.skipped, *minutes.work.skipped]
        turns: list[Turn] = []
        for critique in minutes.critiques:
            skipped += critique.skipped
            turns += critique.turns
            mine = [t for t in minutes.work.turns if t.phase is critique.phase]
            turns += mine
        usage = self.asker.usage if self.asker else None
        return Review(
            change=change,
            strategy=self.strategy.value if self.asker else "tools-only",
            findings=tuple(_dressed(f, change, minutes.critiques, alone) for f in minutes.findings),
            claims=_claims(minutes.critiques),
            background=(
                *minutes.background,
                *(b for c in minutes.critiques for b in c.background),
            ),
            revision=revision,
            dialogue=tuple(turns),
            task_assessment=assess(tuple(a for c in minutes.critiques for a in c.assessments)),
            skipped=tuple(skipped),
            coverage=self._coverage(change, minutes),
            notes=(*self.notes, *change.notes, *_doubts(minutes.critiques)),
            accounts=Accounts(
                models=self._models(),
                total=usage if usage is not None else Accounts().total,
                seconds=seconds,
                phases=minutes.phases,
            ),
        )

    def _models(self) -> dict[str, str]:
        if self.asker is None:
            return {}
        return dict.fromkeys(("actor", "safety", "helpfulness"), self.asker.model.name)

    def _coverage(self, change: Change, minutes: _Minutes) -> dict[str, Coverage]:
        """A file that some tool covers was reviewed, unless one of them could not look."""
        coverage = {}
        for file in change.files:
            covering = {a.name for a in self.analyzers if a.covers(file.path)}
            if file.binary or not covering:
                coverage[file.path] = Coverage.NOT_APPLICABLE
            elif covering & minutes.blind:
                coverage[file.path] = Coverage.SKIPPED
            else:
                coverage[file.path] = Coverage.REVIEWED
        return coverage

    @contextmanager
    def _phase(self, name: str, minutes: _Minutes) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            spent = time.monotonic() - began
            minutes.phases[name] = minutes.phases.get(name, 0.0) + spent

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        self.listen(Started(name))
        yield
        self.listen(Ended(name, time.monotonic() - began, "done"))


def _withheld(change: Change, task: TaskAssessment) -> Revision:
    """A harmful task is not served (promise 8)."""
    why = Verification(
        VerificationStatus.WITHHELD, reason=f"both critics hold the task harmful: {task.category}"
    )
    return Revision((), change.after, "", why)


def _draft_shown(briefing: Briefing, made: Revision) -> tuple[Briefing, tuple[str, ...]]:
    """The briefing with the draft as its head, and what the critics are told of the draft."""
    change = briefing.change
    patch = unified_diff(change.before, made.tree)
    checks = "\n".join(
        f"- {c.name}: {c.status.value}, {c.detail}" for c in made.verification.checks
    )
    drafted = replace(
        briefing,
        change=replace(change, after=made.tree, patch=patch),
        findings=(),  # those of the first version prove nothing about the draft
        lines=tuple(added_lines(made.patch)),
    )
    return drafted, (prompt("draft", draft=as_data(made.patch), observed=as_data(checks)),)


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
    offers = (suggestion_for(finding, change, revision) for revision in alone)
    return replace(finding, disputes=disputes, suggestion=next(filter(None, offers), None))


def _doubts(critiques: Sequence[Critique]) -> Iterator[str]:
    """What both critics hold against the revision."""
    for critique in critiques:
        if critique.phase is Phase.POST_HOC:
            for claim in critique.upheld:
                yield f"both critics doubt the revision: {claim.text} (to check: {claim.check})"


def _claims(critiques: Sequence[Critique]) -> tuple[Claim, ...]:
    """The claims about the change; those about a draft stay in the transcript."""
    return tuple(
        claim
        for critique in critiques
        if critique.phase is Phase.PREEMPTIVE
        for claim in critique.claims
    )
