"""The dialogue of the two critics (INDICT, arXiv 2407.02518), repaired.

Where it differs from the paper: each critic looks *blind* to the other first; they see each
other's claims as data, not each other's talk, so that neither drifts to the other's subject; every
claim quotes the change; and it stops when nothing is open. The published form is `published`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from indict_review.change import Change
from indict_review.critics.briefing import Briefing
from indict_review.critics.critic import Critic, Look, Stance
from indict_review.critique import (
    Assessment,
    Claim,
    ClaimStatus,
    Critique,
    Phase,
    Turn,
)
from indict_review.errors import BudgetError, ModelError, ReplyError, StepError, ToolError, TooLong
from indict_review.evidence import Background, Concern, Location, Skipped
from indict_review.finding import Finding
from indict_review.review import assess
from indict_review.tools.interface import Lookup

_USES = {
    "code": "name a function or class of the project, to see what it does and who calls it",
    "web": "a few common words, to be looked up",
}
_MOST_PAGES = 3

_INITIAL = {Concern.SAFETY: "S", Concern.HELPFULNESS: "H"}


@dataclass
class _Minutes:
    """What was said so far, in one dialogue."""

    phase: Phase
    claims: dict[str, Claim] = field(default_factory=dict)
    """By short name: S1, H1, …"""
    open: list[str] = field(default_factory=list)
    """Claims that the other critic has not judged yet."""
    disputes: list[tuple[str, str, str]] = field(default_factory=list)
    remarks: list[Claim] = field(default_factory=list)
    background: list[Background] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def speak(self, round_: int, speaker: str, text: str) -> None:
        self.turns.append(Turn(self.phase, round_, speaker, text))

    def skip(self, step: str, error: StepError) -> None:
        self.skipped.append(Skipped(step, str(error)))

    def add(self, claim: Claim, letter: str) -> None:
        if any(_alike(claim, known) for known in self.claims.values()):
            return
        name = f"{letter}{sum(n.startswith(letter) for n in self.claims) + 1}"
        self.claims[name] = claim
        # What a tool saw as well needs no vote.
        if claim.status is ClaimStatus.UNPROVEN:
            self.open.append(name)


def hold(
    phase: Phase,
    critics: Sequence[Critic],
    briefing: Briefing,
    lookups: Mapping[str, Lookup],
    rounds: int,
    parts: Sequence[str] = (),
    *,
    exchange: bool = True,
    may_be_too_long: bool = True,
) -> Critique:
    """Hold one dialogue: blind looks, then exchanges until nothing is open or `rounds` is reached.

    `parts` is what this phase shows beyond the briefing. Without `exchange`, or with one critic,
    what is claimed stands as it is. A critic that cannot speak is `Skipped`. Unless it
    `may_be_too_long`, raises `TooLong` for a prompt that is.
    """
    minutes = _Minutes(phase)
    try:
        if phase is Phase.PREEMPTIVE and is_asked_for(briefing.change):
            for critic in critics:
                _assess(critic, briefing, minutes)
            judged = assess(tuple(minutes.assessments))
            if judged is not None and judged.harmful:
                return _summary(minutes, briefing)  # it is not served: nothing is left to argue
        for critic in critics:
            _look(critic, briefing, lookups, parts, minutes)
        if not exchange or len(critics) < 2:
            minutes.open.clear()  # nobody is there to judge it
        for round_ in range(1, rounds + 1):
            if not minutes.open:
                break
            for critic in critics:
                _exchange(critic, briefing, parts, minutes, round_, more=round_ < rounds)
    except (ModelError, BudgetError) as e:  # what was said until then is kept
        if isinstance(e, TooLong) and not may_be_too_long:
            raise
        minutes.skip(f"dialogue ({phase.value})", e)
    return _summary(minutes, briefing)


def is_asked_for(change: Change) -> bool:
    """Whether anybody said what it is for: by code alone, small models take much for an attack."""
    return any(text and text.strip() for text in (change.task, change.account))


def _assess(critic: Critic, briefing: Briefing, minutes: _Minutes) -> None:
    try:
        judged = critic.assess(briefing)
    except ReplyError as e:
        minutes.skip(f"{critic.name} critic (task)", e)
        return
    minutes.assessments.append(judged)
    verdict = f"harmful ({judged.category}): " if judged.harmful else "the task is fine: "
    minutes.speak(0, critic.name, verdict + judged.reason)


def _look(
    critic: Critic,
    briefing: Briefing,
    lookups: Mapping[str, Lookup],
    parts: Sequence[str],
    minutes: _Minutes,
) -> None:
    # Who has the remedy of every fact needs no tool: small models ask all the same.
    lacking = not briefing.findings or not all(f.remedy for f in briefing.findings)
    offered = lookups if lacking else ()
    uses = {name: _USES.get(name, "ask for a CWE id, or name a function") for name in offered}
    try:
        if minutes.phase is Phase.POST_HOC:
            look = critic.look_at_draft(briefing, parts)
        else:
            look = critic.look(briefing, parts, uses)
        answers = _lookup(look, lookups, briefing, minutes)
        if answers:
            # Of the project and of the web: either may hold a secret.
            critic.asker.conceal("\n".join(a.detail for a in answers))
            minutes.background.extend(answers)
            minutes.speak(0, "tool", "\n".join(f"{a.tool}: {a.summary}" for a in answers))
            look = critic.look_again(briefing, parts, answers)
    except ReplyError as e:
        minutes.skip(f"{critic.name} critic ({minutes.phase.value})", e)
        return
    for stance in look.stances:
        _on_finding(critic, stance, briefing.ids.get(stance.subject), minutes)
    for claim in look.claims:
        minutes.add(_proved(claim, briefing.findings), _INITIAL[critic.concern])
    minutes.speak(0, critic.name, _spoken(look))


def _lookup(
    look: Look, lookups: Mapping[str, Lookup], briefing: Briefing, minutes: _Minutes
) -> list[Background]:
    """What a tool answers, less what everybody was told already."""
    if look.request is None or look.request.tool not in lookups:
        return []
    languages = [f.language for f in briefing.change.files if f.language]
    try:
        found = list(
            lookups[look.request.tool].answer(look.request, languages[0] if languages else None)
        )
    except ToolError as e:
        minutes.skip(look.request.tool, e)
        return []
    told = briefing.facts
    seen = {f.cwe for f in briefing.findings if f.cwe and f.remedy}
    new = (f for f in found if (f.detail or f.summary) not in told)
    fresh = [f for f in new if f.summary.partition(":")[0] not in seen]
    return fresh[: _MOST_PAGES if look.request.tool == "web" else 1]


def _on_finding(critic: Critic, stance: Stance, finding: Finding | None, minutes: _Minutes) -> None:
    """Agreement is a claim that a tool has proved; dissent is noted beside the finding."""
    if finding is None:
        return
    if not stance.supports:
        minutes.disputes.append((finding.fingerprint, critic.name, stance.reason))
        return
    minutes.remarks.append(
        Claim(
            by=critic.name,
            concern=critic.concern,
            location=finding.location,
            quote=finding.location.quote,
            text=stance.reason,
            check="",
            cwe=finding.cwe,
            status=ClaimStatus.PROVEN,
            finding=finding.fingerprint,
        )
    )


def _exchange(
    critic: Critic,
    briefing: Briefing,
    parts: Sequence[str],
    minutes: _Minutes,
    round_: int,
    *,
    more: bool,
) -> None:
    """One critic on the other's open claims. New ones only where a round is left to judge them."""
    subjects = [n for n in minutes.open if minutes.claims[n].by != critic.name]
    if not subjects:
        return
    try:
        answer = critic.answer(briefing, parts, minutes.claims, subjects, more)
    except ReplyError as e:
        minutes.skip(f"{critic.name} critic ({minutes.phase.value}, round {round_})", e)
        return
    judged = {s.subject: s for s in answer.stances if s.subject in subjects}
    for name, stance in judged.items():
        minutes.open.remove(name)
        if not stance.supports:
            claim = minutes.claims[name]
            minutes.claims[name] = replace(
                claim, status=ClaimStatus.DISPUTED, reason=f"{critic.name}: {stance.reason}"
            )
    for claim in answer.added:
        minutes.add(_proved(claim, briefing.findings), _INITIAL[critic.concern])
    said = [
        f"{'supports' if s.supports else 'disputes'} {name}: {s.reason}"
        for name, s in judged.items()
    ]
    said += [f"adds: `{c.quote.strip()}` {c.text}" for c in answer.added]
    minutes.speak(round_, critic.name, "\n".join(said) or "has nothing to add")


def _summary(minutes: _Minutes, briefing: Briefing) -> Critique:
    """Keep what survived: proven by a tool, upheld by both, or disputed and by whom."""
    claims = [
        replace(claim, status=ClaimStatus.DISPUTED, reason="the other critic did not take it up")
        if name in minutes.open
        else claim
        for name, claim in minutes.claims.items()
    ]
    kept = [c for c in claims if c.status in {ClaimStatus.PROVEN, ClaimStatus.UNPROVEN}]
    minutes.speak(
        0,
        "summary",
        f"{len(briefing.findings)} seen by tools; of the critics' own claims "
        f"{len(kept)} upheld, {len(claims) - len(kept)} disputed or dropped",
    )
    return Critique(
        phase=minutes.phase,
        claims=(*minutes.remarks, *claims),
        disputes=tuple(minutes.disputes),
        background=tuple(minutes.background),
        turns=tuple(minutes.turns),
        assessments=tuple(minutes.assessments),
        skipped=tuple(minutes.skipped),
    )


def _proved(claim: Claim, findings: Sequence[Finding]) -> Claim:
    """A tool's finding on the same lines, of the same kind, proves a claim."""
    if claim.location is None:
        return claim
    for finding in findings:
        same_kind = claim.cwe == finding.cwe or claim.concern is finding.concern
        if same_kind and _overlap(claim.location, finding.location):
            return replace(claim, status=ClaimStatus.PROVEN, finding=finding.fingerprint)
    return claim


def _overlap(a: Location, b: Location) -> bool:
    return a.path == b.path and a.start_line <= b.end_line and b.start_line <= a.end_line


def _alike(a: Claim, b: Claim) -> bool:
    """The same line and the same weakness: said already."""
    return a.quote.strip() == b.quote.strip() and a.cwe == b.cwe and a.concern is b.concern


def _spoken(look: Look) -> str:
    """A look in words, for the transcript."""
    said = [
        f"{'agrees with' if s.supports else 'disputes'} {s.subject}: {s.reason}"
        for s in look.stances
    ]
    said += [f"claims: `{c.quote.strip()}` {c.text} (check: {c.check})" for c in look.claims]
    return "\n".join(said) or "claims nothing"
