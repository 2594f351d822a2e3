"""From faults to code that holds: the actor revises, verification judges, and it may try again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from indict_review.actor import Actor, Attempt, Fault, Misfit, faults, taken_back
from indict_review.critics.briefing import Briefing
from indict_review.critique import Critique, Phase, Turn
from indict_review.errors import StepError
from indict_review.evidence import Skipped
from indict_review.revision import EditGroup, VerificationStatus
from indict_review.verify import Outcome

MOST_FAULTS = 8
"""The actor is asked about this many, worst first; that there are more is said."""

MOST_ANSWERS = 3
"""To one fault: the first, and what it answers to what was wrong with that."""

Verify = Callable[[Sequence[EditGroup]], Outcome]


@dataclass
class Draft:
    """The actor's work on one change."""

    outcome: Outcome | None = None
    """What verification kept of it; None if there was nothing to verify."""
    attempts: dict[Fault, Attempt] = field(default_factory=dict)
    """The last answer for each fault."""
    turns: list[Turn] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def groups(self) -> list[EditGroup]:
        """What the actor would change."""
        return [attempt.group for attempt in self.attempts.values()]


@dataclass(frozen=True)
class Objection:
    """What a run showed against a draft."""

    quote: str
    """The line of the draft that is at fault."""
    reason: str


@dataclass
class Drafting:
    """The actor at work."""

    actor: Actor
    briefing: Briefing
    advice: Critique
    verify: Verify
    work: Draft = field(default_factory=Draft)
    known: Sequence[EditGroup] = ()
    """Code that needs no model, as a rule's own fix: tried first, and kept where it holds."""
    _refused: dict[Fault, tuple[str, Sequence[str]]] = field(default_factory=dict)
    """The last answer to each fault that did not hold, and why."""

    def draft(self) -> Draft:
        """Ask for every fault, verify, and send what fails back, `MOST_ANSWERS` times in all."""
        try:
            asked = self._beyond_known(faults(self.briefing.findings))
            if len(asked) > MOST_FAULTS:
                reason = f"asked about {MOST_FAULTS} of {len(asked)} faults, the worst first"
                self.work.skipped.append(Skipped("actor", reason))
            left = asked[:MOST_FAULTS]
            for again in range(MOST_ANSWERS):
                for fault in left:
                    self._answer(fault, again)
                self._verify()
                left = [fault for fault in left if self._may_hold(fault)]
            self._take_back(left)
        except StepError as e:  # no model, no budget, no git: what was made until then is kept
            self.work.skipped.append(Skipped("actor", str(e)))
        return self.work

    def _beyond_known(self, found: Sequence[Fault]) -> list[Fault]:
        """The faults that the actor is needed for."""
        groups = {group.fixes: group for group in reversed(self.known)}
        tried = {fault: groups[fault.fixes] for fault in found if fault.fixes in groups}
        if not tried:
            return list(found)
        for fault, group in tried.items():
            code = "\n".join(edit.replacement for edit in group.edits)
            self.work.attempts[fault] = Attempt(group, code)
        self._verify()
        left = [fault for fault in found if self._may_hold(fault)]
        for fault in tried.keys() & set(left):
            del self.work.attempts[fault]
            del self._refused[fault]
        self.work.turns += [
            Turn(Phase.PREEMPTIVE, 0, "tool", f"known without a model: {attempt.reply}")
            for attempt in self.work.attempts.values()
        ]
        return left

    def redraft(self, objections: Sequence[Objection]) -> None:
        """Have the actor answer what was shown against its draft, and verify anew.

        The old code is not kept where the new fails: what a run has shown to be wrong is not
        offered.
        """
        try:
            for fault, attempt in list(self.work.attempts.items()):
                written = "\n".join(edit.replacement for edit in attempt.group.edits)
                if reasons := [o.reason for o in objections if o.quote.strip() in written]:
                    self._refused[fault] = (attempt.reply, reasons)
                    self._answer(fault, 1, Phase.POST_HOC)
            self._verify()
        except StepError as e:
            self.work.outcome = None
            self.work.skipped.append(Skipped("actor", str(e)))

    def _answer(self, fault: Fault, again: int, phase: Phase = Phase.PREEMPTIVE) -> None:
        """One answer. One that fits nowhere, or breaks its form, leaves things as they are."""
        try:
            if again and fault in self._refused:
                reply, reasons = self._refused[fault]
                attempt = self.actor.revise_again(
                    self.briefing, fault, self.advice, reply, reasons, again
                )
            else:
                attempt = self.actor.revise(self.briefing, fault, self.advice)
        except Misfit as e:
            self._refused[fault] = (e.reply, [str(e)])
            self.work.turns.append(Turn(phase, again, "actor", e.reply))
            return
        self.work.attempts[fault] = attempt
        self.work.turns.append(Turn(phase, again, "actor", attempt.reply))

    def _verify(self) -> None:
        outcome = self.work.outcome = self.verify(self.work.groups)
        reasons = {rejected.group: rejected.reason for rejected in outcome.rejected}
        for fault, attempt in self.work.attempts.items():
            if attempt.group in reasons:
                self._refused[fault] = (attempt.reply, [reasons[attempt.group]])

    def _may_hold(self, fault: Fault) -> bool:
        """Whether one more answer may help: not where this one holds, or nobody can tell."""
        outcome, attempt = self.work.outcome, self.work.attempts.get(fault)
        if outcome is None or attempt is None:
            return True
        statuses = (r.verification.status for r in outcome.rejected if r.group == attempt.group)
        return next(statuses, None) is VerificationStatus.FAILED

    def _take_back(self, left: Sequence[Fault]) -> None:
        """Where nothing that mends a broken test has held, the lines as they were may."""
        change = self.briefing.change
        old = {f: a for f in left if (a := taken_back(change, f)) is not None}
        if old:
            self.work.attempts |= old
            self.work.turns += [
                Turn(Phase.PREEMPTIVE, MOST_ANSWERS, "actor", a.reply) for a in old.values()
            ]
            self._verify()
