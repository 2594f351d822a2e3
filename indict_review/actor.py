"""The actor: it wrote the change, and revises it by edits against the quoted code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indict_review.change import Change, Tree
from indict_review.critics import schemas
from indict_review.critics.briefing import Briefing, describe
from indict_review.critics.prompting import as_data, prompt
from indict_review.critique import Critique
from indict_review.errors import PatchError, ReplyError
from indict_review.evidence import Side
from indict_review.finding import Finding
from indict_review.languages import of_path
from indict_review.models.asking import Asker
from indict_review.models.interface import Message, Sampling
from indict_review.revision import Edit, EditGroup
from indict_review.rewrite import edits_between, replaced, with_imports

_SAMPLING = Sampling(max_tokens=900)
# Greedy once more would mostly be the same answer once more.
_AGAIN = Sampling(max_tokens=900, temperature=0.6, seed=1)


@dataclass(frozen=True)
class Fault:
    """Findings whose lines overlap: one group of edits has to answer them together."""

    findings: tuple[Finding, ...]

    @property
    def path(self) -> str:
        """The file they are in."""
        return self.findings[0].location.path

    @property
    def fixes(self) -> tuple[str, ...]:
        """Their fingerprints."""
        return tuple(f.fingerprint for f in self.findings)


@dataclass(frozen=True)
class Attempt:
    """An answer of the actor's, kept so that it can be told what was wrong with it."""

    group: EditGroup
    reply: str


def faults(findings: Sequence[Finding]) -> tuple[Fault, ...]:
    """What the actor is asked to fix, worst first."""
    grouped: list[list[Finding]] = []
    for finding in findings:
        if finding.location.side is Side.LEFT:
            continue
        home = next((g for g in grouped if any(_touch(finding, f) for f in g)), None)
        if home is None:
            grouped.append([finding])
        else:
            home.append(finding)
    return tuple(Fault(tuple(group)) for group in grouped)


def _touch(a: Finding, b: Finding) -> bool:
    one, two = a.location, b.location
    return (
        one.path == two.path and one.start_line <= two.end_line and two.start_line <= one.end_line
    )


class Actor:
    """Plays the actor with a model. Raises `ModelError` where it cannot be asked."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def revise(self, briefing: Briefing, fault: Fault, critique: Critique) -> Attempt:
        """Edits that answer one fault. Raises `ReplyError` when they fit nowhere."""
        question = self._question(briefing, fault, critique)
        return self._ask(briefing, fault, question, "actor", _SAMPLING)

    def revise_again(
        self,
        briefing: Briefing,
        fault: Fault,
        critique: Critique,
        before: str,
        failures: Sequence[str],
    ) -> Attempt:
        """The same, told why the last answer was not accepted."""
        messages = [
            *self._question(briefing, fault, critique),
            Message("assistant", before),
            Message(
                "user",
                prompt("actor-again", failures="\n".join(f"- {as_data(f)}" for f in failures)),
            ),
        ]
        return self._ask(briefing, fault, messages, "actor (again)", _AGAIN)

    def _question(self, briefing: Briefing, fault: Fault, critique: Critique) -> list[Message]:
        told = []
        for finding in fault.findings:
            told.append(f"- {describe(finding)}")
            if finding.remedy:
                told.append(f"  How it is fixed: {finding.remedy}")
            told += [
                f"  The {c.by} critic: {as_data(c.text)}"
                for c in critique.upheld
                if c.finding == finding.fingerprint and c.text
            ]
        return briefing.ask(prompt("actor", faults="\n".join(told)))

    def _ask(
        self,
        briefing: Briefing,
        fault: Fault,
        messages: Sequence[Message],
        step: str,
        sampling: Sampling,
    ) -> Attempt:
        form = schemas.edit(quotable(briefing.change, fault.path))
        data = self._asker.data(step, messages, form, sampling)
        added = [*data["imports"], *data["new"]]
        reply = "\n".join([*(f"- {x}" for x in data["old"]), *(f"+ {x}" for x in added)])
        try:
            made = _edits(briefing.change.after, data, fault)
        except PatchError as e:
            raise Misfit(str(e), reply) from e
        return Attempt(EditGroup(made, fault.fixes), reply)


def _edits(head: Tree, data: Mapping[str, Any], fault: Fault) -> tuple[Edit, ...]:
    """Exact edits of the head. Raises `PatchError` if the quote fits no place, or several."""
    path = fault.path
    near = (
        min(f.location.start_line for f in fault.findings),
        max(f.location.end_line for f in fault.findings),
    )
    text = replaced(head.text(path), data["old"], data["new"], near)
    text = with_imports(text, of_path(path), data["imports"])
    made = edits_between(path, head.text(path), text)
    if not made:
        raise PatchError("the edit changes nothing", "Change the lines at fault.")
    return made


class Misfit(ReplyError):
    """The actor's edit does not fit the code: it may be told so, once."""

    def __init__(self, message: str, reply: str) -> None:
        super().__init__(message)
        self.reply = reply


def quotable(change: Change, path: str) -> list[str]:
    """The lines of a file that an edit may replace: those that the diff shows of the head."""
    shown: list[str] = []
    current = ""
    for line in change.patch.split("\n"):
        if line.startswith("+++ "):
            current = line[4:].removeprefix("b/")
        elif line[:1] in {"+", " "} and current == path:
            shown.append(line[1:].removesuffix("\r"))
    return shown
