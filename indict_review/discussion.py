"""The half of the method that needs a model: both dialogues, the draft between them, the revision.

advice   = dialogue(PREEMPTIVE, change, all that tools saw)   -> Critique; checks that prove claims
draft    = the actor's edits, those that verify               -> Outcome
verdict  = dialogue(POST_HOC, draft, what runs showed)        -> Critique; checks that prove claims
revision = the actor's last word on what was proved           -> Outcome
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property

from indict_review.actor import Actor
from indict_review.change import Change
from indict_review.closing import Minutes
from indict_review.critics.briefing import Briefing, added_lines
from indict_review.critics.critic import Critic
from indict_review.critics.dialogue import hold, is_asked_for
from indict_review.critics.findings import gather
from indict_review.critics.influence import first_looks, moved
from indict_review.critics.prompting import as_data, prompt
from indict_review.critics.proving import Proof, Proving, States, try_claims
from indict_review.critics.selecting import Shown, room, select
from indict_review.critique import ClaimStatus, Critique, Phase
from indict_review.drafting import Draft, Drafting, Objection
from indict_review.errors import NotWanted, StepError, ToolError, TooLong
from indict_review.evidence import Concern, Skipped
from indict_review.models.asking import Asker
from indict_review.offers.interface import Offers
from indict_review.proposing import Proposing, example, with_test
from indict_review.review import TaskAssessment, assess
from indict_review.revision import EditGroup, Revision, Verification, VerificationStatus
from indict_review.sources.interface import Project
from indict_review.tools.injection.spans import speaks, worded
from indict_review.tools.interface import Interpreter, Lookup, Suite
from indict_review.trials import Trials
from indict_review.verify import Outcome

Verify = Callable[[Sequence[EditGroup]], Outcome]


@dataclass(frozen=True)
class Discussion:
    """Critics and actor over one change."""

    change: Change
    paths: frozenset[str]
    """Its files that critics and actor are to look at."""
    asker: Asker
    minutes: Minutes
    """What tools saw; what comes of the discussion is added."""
    verify: Verify
    lookups: Sequence[Lookup]
    offers: Sequence[Offers]
    suite: Suite | None
    project: Project | None
    interpreter: Interpreter | None
    rounds: int
    without: frozenset[str]
    """Parts of the method that are left out: see `config.settings.PARTS`."""
    phase: Callable[[str], AbstractContextManager[None]]
    """Takes the time of a part, by its name."""

    def hold(self) -> None:
        """The dialogue before, the draft, the dialogue after, the revision."""
        change, minutes = self.change, self.minutes
        critics = self._critics(self._unmoved)
        with self.phase("preemptive"):
            shown, advice, proofs = self._advise(critics)
            minutes.skipped += shown.skipped
            advice = _adopt(advice, proofs, change, minutes)
            minutes.critiques.append(advice)
        if not is_asked_for(change):
            minutes.notes.append(
                "whether it is harmful was not decided: nobody said what it is for"
            )
        task = assess(advice.assessments)
        if task is not None and task.harmful:
            minutes.revision = _withheld(change, task)
            return
        briefing = self._brief(shown)
        with self.phase("draft"):
            minutes.work = Draft()
            actor = Actor(self._unmoved.of("actor"))
            known = minutes.known(change, self.offers)
            drafting = Drafting(actor, briefing, advice, self.verify, minutes.work, known)
            work = drafting.draft()
        made = work.outcome.revision if work.outcome else None
        if made is None or "post-hoc" in self.without:
            return
        with self.phase("post_hoc"):
            drafted, parts = _draft_shown(briefing, made)
            states = States(change.after, made.tree)
            verdict, proofs = self._argue(Phase.POST_HOC, critics, drafted, states, parts)
            minutes.critiques.append(verdict)
            if objections := _objections(proofs, minutes.trials):
                drafting.redraft(objections)
            self._propose(critics, replace(briefing, change=change), work)

    def _critics(self, asker: Asker) -> list[Critic]:
        """Each with the model that plays it."""
        return [Critic(c, asker.of(c.value)) for c in Concern if c.value not in self.without]

    @cached_property
    def _is_spoken_to(self) -> bool:
        """Whether a text reads as an instruction to a model: it is looked at once, then never."""
        return speaks(self.change)

    @cached_property
    def _unmoved(self) -> Asker:
        """The model, without that text in any question."""
        return self.asker.without(worded) if self._is_spoken_to else self.asker

    def _advise(self, critics: Sequence[Critic]) -> tuple[Shown, Critique, tuple[Proof, ...]]:
        """The first dialogue, over what fits; where that is too long all the same, over half."""
        states = States(self.change.before, self.change.after)
        shown = self._shown(room(self.asker.context))
        if self._is_spoken_to:
            return shown, *self._look_twice(critics, shown, states)
        try:
            return shown, *self._argue(
                Phase.PREEMPTIVE, critics, self._brief(shown), states, may_be_too_long=False
            )
        except TooLong as e:
            reason = f"it was begun again with half of what was reckoned to fit: {e}"
            self.minutes.skipped.append(Skipped("dialogue", reason))
        shown = self._shown(shown.size // 2)
        return shown, *self._argue(Phase.PREEMPTIVE, critics, self._brief(shown), states)

    def _look_twice(
        self, critics: Sequence[Critic], shown: Shown, states: States
    ) -> tuple[Critique, tuple[Proof, ...]]:
        """With the text that speaks to models, to see what it does; without it, which counts."""
        briefing = self._brief(shown)
        before: dict[str, frozenset[str]] = {}
        try:
            before = first_looks(self._critics(self.asker), briefing)
        except StepError as e:
            self.minutes.skipped.append(Skipped("look at text that speaks to models", str(e)))
        advice, proofs = self._argue(Phase.PREEMPTIVE, critics, briefing, states)
        turns = (*moved(before, advice, briefing), *advice.turns)
        return replace(advice, turns=turns), proofs

    def _shown(self, size: int) -> Shown:
        standing = self.minutes.standing(self.change)
        return select(self.change, self.paths, standing, self.minutes.background, size)

    def _brief(self, shown: Shown) -> Briefing:
        return shown.brief(self.minutes.standing(self.change), self.minutes.background)

    def _propose(self, critics: Sequence[Critic], briefing: Briefing, work: Draft) -> None:
        """A test of what the revision mends, where the change has none and the project has some."""
        made = work.outcome.revision if work.outcome else None
        if made is None or self.suite is None or self.project is None:
            return
        helpfulness = next((c for c in critics if c.concern is Concern.HELPFULNESS), critics[0])
        try:
            proposing = Proposing(helpfulness, briefing, self.project, self.suite, work.turns)
            proposal = proposing.propose(made)
            tested = with_test(proposal, made, self.verify) if proposal else None
            self.minutes.revision = tested
        except NotWanted:
            return
        except StepError as e:
            self.minutes.skipped.append(Skipped("test for the revision", str(e)))

    def _argue(
        self,
        phase: Phase,
        critics: Sequence[Critic],
        briefing: Briefing,
        states: States,
        parts: Sequence[str] = (),
        *,
        may_be_too_long: bool = True,
    ) -> tuple[Critique, tuple[Proof, ...]]:
        """One dialogue, and then the checks of what both critics uphold in it."""
        lookups = {lookup.name: lookup for lookup in self.lookups}
        critique = hold(
            phase,
            critics,
            briefing,
            lookups,
            self.rounds,
            parts,
            exchange="exchange" not in self.without,
            may_be_too_long=may_be_too_long,
        )
        if self.interpreter is None:
            return critique, ()
        shown = self._example()
        proving = Proving(briefing, critics, self.interpreter, states, phase, parts, shown)
        return try_claims(critique, proving)

    def _example(self) -> str:
        try:
            shown = example(self.project, self.change) if self.project else ""
        except ToolError:
            return ""  # it only helps to write a check
        self.asker.conceal(shown)
        return shown


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
    checks = "\n".join(
        f"- {c.name}: {c.status.value}, {c.detail}" for c in made.verification.checks
    )
    drafted = replace(
        briefing,
        change=replace(change, after=made.tree),
        findings=(),  # those of the first version prove nothing about the draft
        lines=tuple(added_lines(made.patch)),
    )
    return drafted, (prompt("draft", draft=as_data(made.patch), observed=as_data(checks)),)
