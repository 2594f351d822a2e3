"""From faults to code that holds: the actor revises, verification judges, and once it may retry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from indict_review.actor import Actor, Attempt, Fault, Misfit, faults
from indict_review.critics.briefing import Briefing
from indict_review.critique import Critique, Phase, Turn
from indict_review.errors import StepError
from indict_review.evidence import Skipped
from indict_review.revision import EditGroup
from indict_review.verify import Outcome

MOST_FAULTS = 8
"""The actor is asked about this many, worst first; that there are more is said."""

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


def draft(actor: Actor, briefing: Briefing, advice: Critique, verify: Verify) -> Draft:
    """Ask for every fault, verify, and send each failed check back to the actor once."""
    work = Draft()
    asked = faults(briefing.findings)
    if len(asked) > MOST_FAULTS:
        work.skipped.append(
            Skipped("actor", f"asked about {MOST_FAULTS} of {len(asked)} faults, the worst first")
        )
    try:
        refused = _first(actor, briefing, advice, asked[:MOST_FAULTS], work)
        work.outcome = verify(work.groups)
        refused |= {
            fault: (attempt.reply, [r.reason])
            for fault, attempt in work.attempts.items()
            for r in work.outcome.rejected
            if r.group == attempt.group
        }
        for fault, (reply, reasons) in refused.items():
            _again(actor, briefing, advice, fault, reply, reasons, work)
        if refused:
            work.outcome = verify(work.groups)
    except StepError as e:  # no model, no budget, no git: what was made until then is kept
        work.skipped.append(Skipped("actor", str(e)))
    return work


def redraft(
    actor: Actor,
    briefing: Briefing,
    advice: Critique,
    verify: Verify,
    work: Draft,
    objections: Sequence[Objection],
) -> None:
    """Have the actor answer what was shown against its draft, and verify anew.

    The old code is not kept where the new fails: what a run has shown to be wrong is not offered.
    """
    try:
        for fault, attempt in list(work.attempts.items()):
            written = "\n".join(edit.replacement for edit in attempt.group.edits)
            reasons = [o.reason for o in objections if o.quote.strip() in written]
            if reasons:
                _again(actor, briefing, advice, fault, attempt.reply, reasons, work, Phase.POST_HOC)
        work.outcome = verify(work.groups)
    except StepError as e:
        work.outcome = None
        work.skipped.append(Skipped("actor", str(e)))


def _first(
    actor: Actor, briefing: Briefing, advice: Critique, asked: Sequence[Fault], work: Draft
) -> dict[Fault, tuple[str, list[str]]]:
    refused: dict[Fault, tuple[str, list[str]]] = {}
    for fault in asked:
        try:
            attempt = actor.revise(briefing, fault, advice)
        except Misfit as e:
            work.turns.append(Turn(Phase.PREEMPTIVE, 0, "actor", e.reply))
            refused[fault] = (e.reply, [str(e)])
            continue
        work.attempts[fault] = attempt
        work.turns.append(Turn(Phase.PREEMPTIVE, 0, "actor", attempt.reply))
    return refused


def _again(
    actor: Actor,
    briefing: Briefing,
    advice: Critique,
    fault: Fault,
    reply: str,
    reasons: Sequence[str],
    work: Draft,
    phase: Phase = Phase.PREEMPTIVE,
) -> None:
    """One more answer. One that fits nowhere, or breaks its form, leaves things as they are."""
    try:
        attempt = actor.revise_again(briefing, fault, advice, reply, reasons)
    except Misfit as e:
        work.turns.append(Turn(phase, 1, "actor", e.reply))
        return
    work.attempts[fault] = attempt
    work.turns.append(Turn(phase, 1, "actor", attempt.reply))
