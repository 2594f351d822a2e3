"""A critic tries to prove what it claims: it writes a check, and the check is run.

    proof = prove(claim, critic, other, briefing, interpreter, states)

What a run shows makes a finding only if three things hold: the check fails on the code under
review, it fails through that code and not through a fault of its own, and the other critic finds
in the task what the check asserts. A check that holds refutes the claim instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from indict_review import syntax
from indict_review.change import Tree
from indict_review.critics import schemas
from indict_review.critics.briefing import Briefing
from indict_review.critics.critic import Critic
from indict_review.critics.prompting import as_data, on_line, prompt, quoted
from indict_review.critique import Claim, ClaimStatus, Critique, Phase, Turn
from indict_review.cutting import ending
from indict_review.cwe import title_of
from indict_review.errors import NotWanted, StepError
from indict_review.evidence import (
    Concern,
    Confidence,
    Location,
    Observed,
    Severity,
    Skipped,
    Weakness,
)
from indict_review.languages import of_path
from indict_review.models.interface import Message, Sampling
from indict_review.runs import Checked, CheckOutcome, Snippet
from indict_review.tools.interface import Interpreter
from indict_review.tools.snippets.blocks import BadSnippet, from_reply

MOST_CHECKS = 2
"""Claims of one dialogue that are tried, at most: each costs the model a program."""

_NO_MODULE = frozenset({"src", "__init__"})
"""Parts of a path that are no part of a module's name."""

_PROGRAM = Sampling(max_tokens=300)
_AGAIN = Sampling(max_tokens=300, temperature=0.6, seed=1)
_JUDGE = Sampling(max_tokens=200)
_MOST_SHOWN = 1500
"""Characters of a check's output that a critic is shown: its last."""


@dataclass(frozen=True)
class States:
    """What a check is run on."""

    before: Tree
    """The base; for a draft, the head it revises."""
    after: Tree
    """What is under review: a check that fails here is of interest."""


@dataclass(frozen=True)
class Proof:
    """What became of one claim when it was tried."""

    claim: Claim
    snippet: Snippet | None = None
    """The check, if one could be run."""
    observed: Observed | None = None
    """What it showed, if that is held against the code."""
    turns: tuple[Turn, ...] = ()


@dataclass
class Proving:
    """Tries claims of one dialogue. Raises what the model raises; a broken check proves nothing."""

    briefing: Briefing
    critics: Sequence[Critic]
    interpreter: Interpreter
    states: States
    phase: Phase
    parts: Sequence[str] = ()
    """What this phase shows beyond the briefing."""
    example: str = ""
    """How the project's code is set up and called, for who writes a check."""

    def prove(self, claim: Claim) -> Proof:
        """Have its critic write a check, run it, and have the other critic judge what it shows.

        Raises `ModelError`, `BudgetError`, or `ToolError` if the sandbox could not be started.
        """
        place = claim.location
        language = of_path(place.path) if place else None
        if place is None or language is None:
            return Proof(claim)
        if not self.interpreter.speaks(language):
            return Proof(replace(claim, reason=f"not tried: nothing here runs {language}"))
        author = next(c for c in self.critics if c.name == claim.by)
        other = next((c for c in self.critics if c.name != claim.by), author)
        turns: list[Turn] = []
        checked = self._run(author, claim, place, language, turns)
        if checked is None or checked.outcome is CheckOutcome.BROKEN:
            return Proof(claim, turns=tuple(turns))
        if checked.outcome is CheckOutcome.HOLDS:
            return Proof(_disputed(claim, "the check written for it holds"), turns=tuple(turns))
        before = self.interpreter.run(checked.snippet, self.states.before)
        if before.outcome is not CheckOutcome.HOLDS and _shows_another(claim, checked):
            reason = "no check shows it: the code speaks of what is not here"
            return Proof(replace(claim, reason=reason), turns=tuple(turns))
        if before.outcome is CheckOutcome.FAILS:
            reason = "the check written for it fails on the code before as well"
            return Proof(_disputed(claim, reason), turns=tuple(turns))
        asked, why = self._judge(other, claim, checked)
        turns.append(
            self._turn(other.name, f"the check {'is' if asked else 'is not'} right: {why}")
        )
        if not asked:
            return Proof(_disputed(claim, f"{other.name}: {why}"), turns=tuple(turns))
        seen = _observed(claim, place, checked, worked=before.outcome is CheckOutcome.HOLDS)
        proven = replace(claim, status=ClaimStatus.PROVEN, reason="a check shows it")
        return Proof(proven, checked.snippet, seen, tuple(turns))

    def _run(
        self, author: Critic, claim: Claim, place: Location, language: str, turns: list[Turn]
    ) -> Checked | None:
        """A check that runs, or the last that did not; one more try is given."""
        text = self.states.after.text(place.path)
        messages = self.briefing.ask(
            *self.parts,
            *filter(None, [self.example]),
            _question(author, claim, place, language, text),
        )
        checked = None
        for step, sampling in (("writes a check", _PROGRAM), ("writes it again", _AGAIN)):
            reply = author.asker.text(f"{author.name} critic {step}", messages, sampling)
            try:
                snippet = Snippet(language, from_reply(reply, language), claim.text)
            except BadSnippet as e:
                turns.append(self._turn(author.name, f"writes no check: {e}"))
                reason = str(e)
            else:
                checked = self.interpreter.run(snippet, self.states.after)
                author.asker.conceal(checked.output)
                turns.append(self._turn(author.name, f"writes a check: {snippet.code}"))
                turns.append(self._turn("tool", f"{checked.outcome.value}: {checked.output}"))
                if checked.outcome is not CheckOutcome.BROKEN:
                    return checked
                reason = ending(checked.output, _MOST_SHOWN)
            again = prompt("check-again", reason=as_data(reason))
            messages = [*messages, Message("assistant", reply), Message("user", again)]
        return checked

    def _judge(self, other: Critic, claim: Claim, checked: Checked) -> tuple[bool, str]:
        """Whether the check asserts what the task asks for; of safety, no words are needed."""
        lines = [line.strip() for line in (self.briefing.change.task or "").split("\n")]
        told = [line for line in lines if line]
        if claim.concern is Concern.HELPFULNESS and not told:
            return False, "no task says what is right"
        data = other.asker.of("summary").data(
            f"{other.name} critic judges the check",
            self.briefing.ask(
                *self.parts,
                prompt(
                    "check-judge",
                    speaker=other.name,
                    quote=quoted(claim.quote.strip()),
                    claim=on_line(claim.text),
                    check=as_data(checked.snippet.code),
                    output=as_data(ending(checked.output, _MOST_SHOWN)),
                ),
            ),
            schemas.judgement(told),
            _JUDGE,
        )
        in_task = data["quote"].strip() in "\n".join(told)
        right = data["asked"] == "yes" and (in_task or claim.concern is Concern.SAFETY)
        return right, str(data["why"])

    def _turn(self, speaker: str, text: str) -> Turn:
        return Turn(self.phase, 0, speaker, text)


def _question(author: Critic, claim: Claim, place: Location, language: str, text: str) -> str:
    return prompt(
        "check",
        speaker=author.name,
        quote=quoted(claim.quote.strip()),
        claim=on_line(claim.text),
        language=language,
        access=_access(place, language, text),
    )


def _access(place: Location, language: str, text: str) -> str:
    """How a program that is run in the project's folder gets at the code of one of its files."""
    path = place.path
    if language == "python":
        parts = [p for p in PurePosixPath(path).with_suffix("").parts if p not in _NO_MODULE]
        symbol = syntax.enclosing(language, text, place.start_line) or "*"
        called = quoted(f"from {'.'.join(parts)} import {symbol.partition('.')[0]}")
        return f"begins with {called}"
    if language in {"javascript", "typescript"}:
        return "begins with " + quoted(f'const code = require("./{path}")')
    if language in {"c", "cpp"}:
        included = quoted(f'#include "{path}"')
        return f"begins with {included}, and has a `main` with calls of `assert`"
    if language == "php":
        return "begins with " + quoted(f"<?php require '{path}';")
    return f"uses the code of {quoted(path)}"


_ABSENT = re.compile(
    r"(?:NameError: name '|ReferenceError: |Error: Call to undefined function )(?P<name>[\w$\\]+)"
)
_ON_NAMES = re.compile(r"(?i)\b(?:un)?(?:defin|import|declar|bound|exist|NameError|ReferenceError)")


def _shows_another(claim: Claim, checked: Checked) -> bool:
    """Whether the run ended at a name that nothing brings, and the claim is of something else."""
    absent = _ABSENT.match(_last_line(checked))
    if absent is None:
        return False
    return absent["name"] not in claim.text or not _ON_NAMES.search(claim.text)


def _last_line(checked: Checked) -> str:
    """Why the check stopped."""
    return checked.output.strip().split("\n")[-1]


def _observed(claim: Claim, place: Location, checked: Checked, *, worked: bool) -> Observed:
    """What the run showed. That the check demands the right thing is still a judgement, so alone
    it is of medium severity; where the code before passed it, something was broken."""
    shown = _last_line(checked)
    title = "Check passed before, fails now" if worked else "Check of the task fails"
    weakness = Weakness(
        ident="check-failed",
        concern=claim.concern,
        severity=Severity.HIGH if worked else Severity.MEDIUM,
        title=(title_of(claim.cwe) if claim.concern is Concern.SAFETY else None) or title,
        message=claim.text,
        cwe=claim.cwe if claim.concern is Concern.SAFETY else None,
        precision=Confidence.MEDIUM if worked else Confidence.LOW,
    )
    return Observed(
        tool="interpreter",
        summary=f"a check that the {claim.by} critic wrote fails: {shown}",
        location=place,
        weakness=weakness,
        detail=f"{checked.snippet.code.strip()}\n\n{checked.output.strip()}",
    )


def _disputed(claim: Claim, reason: str) -> Claim:
    return replace(claim, status=ClaimStatus.DISPUTED, reason=reason)


def try_claims(critique: Critique, proving: Proving) -> tuple[Critique, tuple[Proof, ...]]:
    """Have every claim tried that both critics uphold and no tool has shown, up to `MOST_CHECKS`.

    What could not be run is in the critique's `skipped`, and the claim stays as it was.
    """
    open_claims = [c for c in critique.claims if c.status is ClaimStatus.UNPROVEN]
    proofs: list[Proof] = []
    skipped: list[Skipped] = []
    try:
        for claim in open_claims[:MOST_CHECKS]:
            proofs.append(proving.prove(claim))  # noqa: PERF401 (kept, should the next fail)
    except NotWanted:
        pass
    except StepError as e:
        skipped.append(Skipped("interpreter", str(e)))
    made = {id(claim): proof for claim, proof in zip(open_claims, proofs, strict=False)}
    untried = {id(claim) for claim in open_claims[MOST_CHECKS:]}

    def settled(claim: Claim) -> Claim:
        if id(claim) in untried:
            return replace(claim, reason=f"not tried: {MOST_CHECKS} checks a dialogue")
        return made[id(claim)].claim if id(claim) in made else claim

    return (
        replace(
            critique,
            claims=tuple(map(settled, critique.claims)),
            turns=(*critique.turns, *(turn for proof in proofs for turn in proof.turns)),
            skipped=(*critique.skipped, *skipped),
        ),
        tuple(proofs),
    )
