"""The method, on one screen: INDICT (arXiv 2407.02518) with evidence, and with verification.

static   = tools that read the change                     -> Observed | Skipped
observed = the project's tests, on base and change        -> Observed | Skipped
advice   = dialogue(PREEMPTIVE, change, all of that)      -> Critique; checks that prove claims
draft    = the actor's edits, those that verify           -> Outcome
verdict  = dialogue(POST_HOC, draft, what runs showed)    -> Critique; checks that prove claims
revision = the actor's last word on what was proved       -> Outcome
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum

from indict_review.actor import Actor
from indict_review.change import Change
from indict_review.closing import Minutes
from indict_review.critics.briefing import Briefing, added_lines, brief
from indict_review.critics.critic import Critic
from indict_review.critics.dialogue import hold
from indict_review.critics.findings import gather
from indict_review.critics.prompting import as_data, prompt
from indict_review.critics.proving import Proof, Proving, States, try_claims
from indict_review.critics.published import published
from indict_review.critique import ClaimStatus, Critique, Phase
from indict_review.drafting import Drafting, Objection
from indict_review.errors import NotWanted, StepError, ToolError
from indict_review.events import Ended, Listener, Started, silent
from indict_review.evidence import Concern, Severity, Skipped
from indict_review.ledger.interface import Decisions
from indict_review.models.asking import Asker
from indict_review.offers.interface import Offers
from indict_review.patches.render import unified_diff
from indict_review.proposing import Proposing, example, with_test
from indict_review.review import Accounts, Review, TaskAssessment, assess
from indict_review.revision import EditGroup, Revision, Verification, VerificationStatus
from indict_review.sources.interface import Project
from indict_review.tools.interface import Analyzer, Interpreter, Lookup, Suite
from indict_review.trials import Trials
from indict_review.verify import Outcome, verify


class Strategy(str, Enum):
    """How critics and actor work together."""

    INDICT_REVIEW = "indict-review"
    INDICT_PAPER = "indict-paper"
    """The published algorithm, for comparison: nothing of it is verified."""


@dataclass(frozen=True)
class Reviewer:
    """Reviews changes with the tools and the model it was given."""

    analyzers: Sequence[Analyzer]
    lookups: Sequence[Lookup] = ()
    suite: Suite | None = None
    """The project's tests; None: nothing of the change is tested."""
    project: Project | None = None
    """What is around the change; None: no test is proposed."""
    interpreter: Interpreter | None = None
    """Where critics may prove their claims."""
    require_tests: bool = False
    decisions: Decisions | None = None
    """What people dismissed; None: nothing."""
    offers: Sequence[Offers] = ()
    """Code that is known without a model; tried where no model takes part."""
    stricter: tuple[tuple[str, Severity], ...] = ()
    """See `Review.stricter`."""
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
        trials = Trials(change, self.suite, self.interpreter, self.require_tests)
        minutes = Minutes(trials, self.decisions)
        with self._phase("static", minutes):
            self._examine(change, minutes)
        with self._phase("tests", minutes):
            self._test(change, minutes)
        if self.asker is not None and self.strategy is Strategy.INDICT_PAPER:
            with self._phase("published", minutes):
                self._publish(change, self.asker, minutes)
        elif self.asker is not None:
            self._discuss(change, self.asker, minutes)
        else:
            self._offer(change, minutes)
        accounts = Accounts(
            models=self._models(),
            total=self.asker.usage if self.asker else Accounts().total,
            seconds=time.monotonic() - began,
            phases=minutes.phases,
        )
        strategy = self.strategy.value if self.asker else "tools-only"
        review = minutes.close(change, strategy, self.analyzers, accounts, self.notes)
        return replace(review, stricter=self.stricter)

    def _discuss(self, change: Change, asker: Asker, minutes: Minutes) -> None:
        """The dialogue before, the draft, the dialogue after, the revision."""
        critics = [Critic(concern, asker) for concern in (Concern.SAFETY, Concern.HELPFULNESS)]
        briefing = brief(change, minutes.standing(change), minutes.background)
        states = States(change.before, change.after)
        with self._phase("preemptive", minutes):
            advice, proofs = self._argue(Phase.PREEMPTIVE, critics, briefing, states)
            advice = _adopt(advice, proofs, change, minutes)
            minutes.critiques.append(advice)
        task = assess(advice.assessments)
        if task is not None and task.harmful:
            minutes.revision = _withheld(change, task)
            return

        def check(groups: Sequence[EditGroup]) -> Outcome:
            return self._verify(change, groups, minutes)

        briefing = brief(change, minutes.standing(change), minutes.background)
        with self._phase("draft", minutes):
            drafting = Drafting(Actor(asker), briefing, advice, check, minutes.work)
            work = drafting.draft()
        made = work.outcome.revision if work.outcome else None
        if made is None:
            return
        with self._phase("post_hoc", minutes):
            drafted, shown = _draft_shown(briefing, made)
            states = States(change.after, made.tree)
            verdict, proofs = self._argue(Phase.POST_HOC, critics, drafted, states, shown)
            minutes.critiques.append(verdict)
            if objections := _objections(proofs, minutes.trials):
                drafting.redraft(objections)
            self._propose(critics, briefing, check, minutes)

    def _verify(self, change: Change, groups: Sequence[EditGroup], minutes: Minutes) -> Outcome:
        with self._phase("verify", minutes):
            return verify(change, groups, minutes.findings, self.analyzers, gather, minutes.trials)

    def _offer(self, change: Change, minutes: Minutes) -> None:
        """What is known without a model, where it holds: the rest is not shown."""
        standing = minutes.standing(change)
        groups = [group for offer in self.offers for group in offer.groups(change, standing)]
        if not groups:
            return
        with self._step("fixes"):
            try:
                minutes.work.outcome = self._verify(change, groups, minutes)
            except StepError as e:
                minutes.skipped.append(Skipped("fixes", str(e)))

    def _propose(
        self,
        critics: Sequence[Critic],
        briefing: Briefing,
        check: Callable[[Sequence[EditGroup]], Outcome],
        minutes: Minutes,
    ) -> None:
        """A test of what the revision mends, where the change has none and the project has some."""
        made = minutes.work.outcome.revision if minutes.work.outcome else None
        if made is None or self.suite is None or self.project is None:
            return
        helpfulness = next(c for c in critics if c.concern is Concern.HELPFULNESS)
        turns = minutes.work.turns
        try:
            proposing = Proposing(helpfulness, briefing, self.project, self.suite, turns)
            proposal = proposing.propose(made)
            minutes.revision = with_test(proposal, made, check) if proposal else None
        except NotWanted:
            return
        except StepError as e:
            minutes.skipped.append(Skipped("test for the revision", str(e)))

    def _argue(
        self,
        phase: Phase,
        critics: Sequence[Critic],
        briefing: Briefing,
        states: States,
        parts: Sequence[str] = (),
    ) -> tuple[Critique, tuple[Proof, ...]]:
        """One dialogue, and then the checks of what both critics uphold in it."""
        lookups = {lookup.name: lookup for lookup in self.lookups}
        critique = hold(phase, critics, briefing, lookups, self.rounds, parts)
        if self.interpreter is None:
            return critique, ()
        shown = self._example(briefing.change)
        proving = Proving(briefing, critics, self.interpreter, states, phase, parts, shown)
        return try_claims(critique, proving)

    def _example(self, change: Change) -> str:
        try:
            shown = example(self.project, change) if self.project else ""
        except ToolError:
            return ""  # it only helps to write a check
        if self.asker is not None:
            self.asker.conceal(shown)
        return shown

    def _examine(self, change: Change, minutes: Minutes) -> None:
        """Everything that reads the change and runs nothing of it."""
        for analyzer in self.analyzers:
            with self._step(analyzer.name):
                try:
                    minutes.seen.extend(analyzer.examine(change.before, change.after))
                except ToolError as e:
                    minutes.skipped.append(Skipped(analyzer.name, str(e)))
                    minutes.blind.add(analyzer.name)
        minutes.findings = gather(minutes.seen, change.after)
        if self.asker is not None:
            self._look_up(change, minutes)

    def _look_up(self, change: Change, minutes: Minutes) -> None:
        """What is known of such a change, beyond what the findings say themselves."""
        told = {f.cwe for f in minutes.findings if f.cwe and f.remedy}
        for lookup in self.lookups:
            try:
                minutes.background.extend(lookup.about(change, told))
            except ToolError as e:  # noqa: PERF203 - one look-up's failure is not the next one's
                minutes.skipped.append(Skipped(lookup.name, str(e)))

    def _test(self, change: Change, minutes: Minutes) -> None:
        """Run the project's tests on base and change."""
        if self.suite is None:
            return
        with self._step(self.suite.name):
            try:
                seen = minutes.trials.observe()
            except NotWanted:
                return
            except ToolError as e:
                minutes.skipped.append(Skipped(self.suite.name, str(e)))
                return
        minutes.seen += seen
        minutes.findings = gather(minutes.seen, change.after)
        if self.asker is not None:
            self.asker.conceal("\n".join(each.detail for each in seen))

    def _publish(self, change: Change, asker: Asker, minutes: Minutes) -> None:
        rewrite = published(change, asker, self.lookups, self.analyzers, self.rounds)
        minutes.critiques.append(Critique(Phase.POST_HOC, turns=rewrite.turns))
        minutes.skipped += rewrite.skipped
        patch = unified_diff(change.after, rewrite.tree)
        nothing = Verification(
            VerificationStatus.NOT_RUN, reason="the published algorithm verifies nothing"
        )
        minutes.revision = Revision((), rewrite.tree, patch, nothing) if patch else None

    def _models(self) -> dict[str, str]:
        if self.asker is None:
            return {}
        return dict.fromkeys(("actor", "safety", "helpfulness"), self.asker.model.name)

    @contextmanager
    def _phase(self, name: str, minutes: Minutes) -> Iterator[None]:
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


def _adopt(advice: Critique, proofs: Sequence[Proof], change: Change, minutes: Minutes) -> Critique:
    """What a check showed is a finding; the claim is proven by it, and its fix has to pass it."""
    shown = [proof for proof in proofs if proof.observed is not None]
    minutes.seen += [proof.observed for proof in shown if proof.observed]
    minutes.findings = gather(minutes.seen, change.after)
    claims = list(advice.claims)
    for proof in shown:
        finding = next(f for f in minutes.findings if proof.observed in f.evidence)
        if proof.snippet:
            minutes.trials.proofs.setdefault(finding.fingerprint, []).append(proof.snippet)
        proven = replace(proof.claim, status=ClaimStatus.PROVEN, finding=finding.fingerprint)
        claims[claims.index(proof.claim)] = proven
    return replace(advice, claims=tuple(claims))


def _objections(proofs: Sequence[Proof], trials: Trials) -> list[Objection]:
    """What a run showed against the draft, so that the actor must answer it."""
    shown = [proof for proof in proofs if proof.observed and proof.snippet]
    trials.checks_on_draft += [proof.snippet for proof in shown if proof.snippet]
    return [Objection(p.claim.quote, p.observed.summary) for p in shown if p.observed]


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
