"""The actor: it wrote the change, and revises it by edits against the quoted code."""

import ast
from collections.abc import Sequence, Set
from dataclasses import dataclass

from indict_review.change import Change
from indict_review.critics.briefing import Briefing, describe
from indict_review.critics.prompting import as_data, fenced, on_line, prompt
from indict_review.critique import Critique
from indict_review.errors import PatchError, ReplyError
from indict_review.evidence import RUNNERS, Side
from indict_review.finding import Finding
from indict_review.languages import of_path
from indict_review.models.asking import Asker
from indict_review.models.interface import Message, Sampling
from indict_review.patches.differences import differences
from indict_review.revision import Edit, EditGroup
from indict_review.rewrite import Region, block, edits_between, revised

_SAMPLING = Sampling(max_tokens=900)
# Greedy once more would mostly be the same answer once more.
_AGAIN = 0.6
"""Temperature."""


MOST_OF_A_RUN = 12
"""Lines of a run's output that the actor is shown: the last."""


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
        again: int = 1,
    ) -> Attempt:
        """The same, told why the last answer was not accepted; `again` counts from 1."""
        self._asker.conceal("\n".join(failures))
        remedies = [f"- {on_line(f.remedy)}" for f in fault.findings if f.remedy]
        messages = [
            *self._question(briefing, fault, critique),
            Message("assistant", before),
            Message(
                "user",
                prompt(
                    "actor-again",
                    failures="\n".join(f"- {on_line(f)}" for f in failures),
                    remedies="\n".join(["\nHow it is fixed:", *remedies]) if remedies else "",
                ),
            ),
        ]
        sampling = Sampling(max_tokens=900, temperature=_AGAIN, seed=again)
        return self._ask(briefing, fault, messages, "actor (again)", sampling)

    def _question(self, briefing: Briefing, fault: Fault, critique: Critique) -> list[Message]:
        told = []
        for finding in fault.findings:
            told.append(f"- {describe(finding)}")
            if finding.remedy:
                told.append(f"  How it is fixed: {on_line(finding.remedy)}")
            # A critic on the other's subject misleads more than it helps.
            texts = (
                f"  The {c.by} critic: {on_line(c.text)}"
                for c in critique.upheld
                if c.finding == finding.fingerprint and c.concern is finding.concern and c.text
            )
            told += list(dict.fromkeys(texts))[:1]
            told += _shown_by_runs(finding)
        asked = region(briefing.change, fault)
        if any(e.cases for f in fault.findings for e in f.evidence):
            told += _as_it_was(briefing.change, fault.path, asked)
        head = briefing.change.after.text(fault.path).split("\n")[asked.first : asked.last]
        lines = "\n".join(line.removesuffix("\r") for line in head)
        return briefing.ask(
            prompt(
                "actor",
                faults="\n".join(told),
                lines=as_data(fenced(lines, of_path(fault.path))),
            )
        )

    def _ask(
        self,
        briefing: Briefing,
        fault: Fault,
        messages: Sequence[Message],
        step: str,
        sampling: Sampling,
    ) -> Attempt:
        reply = self._asker.text(step, messages, sampling)
        try:
            made = _edits(briefing.change, fault, reply)
        except PatchError as e:
            raise Misfit(str(e), reply) from e
        return Attempt(EditGroup(made, fault.fixes), reply)


def _shown_by_runs(finding: Finding) -> list[str]:
    """The end of what a test or a check printed, where its failure stands."""
    runs = [e.detail.strip().split("\n") for e in finding.evidence if e.tool in RUNNERS]
    lines = [line for run in runs for line in run[-MOST_OF_A_RUN:]]
    return [prompt("printed", text=as_data("\n".join(lines)))] if lines else []


def _as_it_was(change: Change, path: str, asked: Region) -> list[str]:
    """The lines of the base in the place of these: what the tests passed with."""
    before = change.before.text(_base_path(change, path)).split("\n")
    spans = differences(before, change.after.text(path).split("\n"))
    within = [s for s in spans if asked.first <= s.j1 and s.j2 <= asked.last and s.i1 < s.i2]
    lines = [line for span in within for line in before[span.i1 : span.i2]]
    if not lines:
        return []
    return ["  Before the change, when the tests passed, it said:", as_data("\n".join(lines))]


def taken_back(change: Change, fault: Fault) -> Attempt | None:
    """The lines that break a test as they were before, where a run has shown that it then passes.

    For when no better answer holds; verified like any other. None for what no test showed.
    """
    places = [f.location for f in fault.findings if any(e.cases for e in f.evidence)]
    before = change.before.text(_base_path(change, fault.path)).split("\n")
    head = change.after.text(fault.path)
    after = head.split("\n")
    for span in reversed(differences(before, after)):
        if any((span.j1 + 1, span.j2) == (p.start_line, p.end_line) for p in places):
            after[span.j1 : span.j2] = before[span.i1 : span.i2]
    made = edits_between(fault.path, head, "\n".join(after))
    if not made:
        return None
    return Attempt(EditGroup(made, fault.fixes), "The lines as they were before the change.")


def _edits(change: Change, fault: Fault, reply: str) -> tuple[Edit, ...]:
    """Exact edits of the head. Raises `PatchError` if there is no code, or it changes nothing."""
    path = fault.path
    head = change.after.text(path)
    text = revised(head, region(change, fault), of_path(path), block(reply))
    made = edits_between(path, head, text)
    if not made:
        raise PatchError("the answer changes nothing", "Change the lines at fault.")
    return made


class Misfit(ReplyError):
    """The actor's edit does not fit the code: it may be told so, once."""

    def __init__(self, message: str, reply: str) -> None:
        super().__init__(message)
        self.reply = reply


SURROUNDING = 30
"""Changed lines around a fault that the actor is shown, at most."""


def region(change: Change, fault: Fault) -> Region:
    """The lines of the head that the change touched around the fault.

    Within a Python function these are lines of its body: a signature and its documentation are
    kept by not being asked for.
    """
    text = change.after.text(fault.path)
    head = text.split("\n")
    base = set(change.before.text(_base_path(change, fault.path)).split("\n"))
    start = min(f.location.start_line for f in fault.findings) - 1
    end = max(f.location.end_line for f in fault.findings)
    body = _function(text, start + 1) if of_path(fault.path) == "python" else None
    low, high = (body.first, body.last) if body else (0, len(head))
    first, last = start, end
    while first > low and _new(head[first - 1], base) and start - first < SURROUNDING // 2:
        first -= 1
    while last < high and _new(head[last], base) and last - end < SURROUNDING // 2:
        last += 1
    while first < start and not head[first].strip():
        first += 1
    while last > end and not head[last - 1].strip():
        last -= 1
    return Region(first, last, body.function if body else None)


def _function(text: str, line: int) -> Region | None:
    """The body of the innermost function around a line (from 1), its documentation apart."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # then no function is known, and the lines around the fault have to do
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno <= line <= (node.end_lineno or 0)
    ]
    if not functions:
        return None
    inner = max(functions, key=lambda node: node.lineno)
    body = inner.body[1:] if ast.get_docstring(inner) and len(inner.body) > 1 else inner.body
    first, last = body[0].lineno - 1, body[-1].end_lineno or 0
    return Region(first, last, inner.name) if first < line <= last else None


def _new(line: str, base: Set[str]) -> bool:
    return line not in base or not line.strip()


def _base_path(change: Change, path: str) -> str:
    return next((f.base_path for f in change.files if f.path == path), path)
