"""What both critics and the actor are shown first: the same words, so that caches serve them."""

from collections.abc import Sequence
from dataclasses import dataclass

from indict_review.change import Change
from indict_review.critics.prompting import as_data, on_line, prompt, quoted
from indict_review.cutting import cut
from indict_review.evidence import Background
from indict_review.fencing import bare
from indict_review.finding import Finding
from indict_review.models.interface import Message

_LONGEST_LINE = 400
_LONGEST_ACCOUNT = 1_200
"""Characters."""


@dataclass(frozen=True)
class Briefing:
    """The common ground of one review."""

    change: Change
    findings: tuple[Finding, ...]
    lines: tuple[str, ...]
    """The lines that can be quoted: what the change added, without the space around them."""
    opening: tuple[Message, ...]
    """Task and change: what every prompt of this review begins with."""
    facts: str
    """What tools saw and what is known, shown after it; not to who judges the task."""
    listed: int
    """How many of the findings it names: the first ones."""

    def ask(self, *parts: str) -> list[Message]:
        """The messages of a question: the common part first, then what is asked."""
        return self.ask_of_task(self.facts, *parts)

    def ask_of_task(self, *parts: str) -> list[Message]:
        """The same, of task and change alone: facts about weaknesses look like ill intent."""
        system, first = self.opening
        return [system, Message("user", "\n\n".join((first.content, *parts)))]

    @property
    def ids(self) -> dict[str, Finding]:
        """Findings by the short names that models know them by: F1, F2, …"""
        return {f"F{n}": finding for n, finding in enumerate(self.findings[: self.listed], 1)}

    @property
    def size(self) -> int:
        """Bytes of what every question begins with."""
        texts = (*(message.content for message in self.opening), self.facts)
        return sum(len(bare(text).encode("utf-8", "replace")) for text in texts)


def brief(
    change: Change,
    findings: Sequence[Finding],
    background: Sequence[Background],
    listed: int | None = None,
) -> Briefing:
    """Lay out the task, the change, and the facts: of the findings the first `listed`, or all."""
    named = findings[:listed]
    more = len(findings) - len(named)
    lines = [line_of(n, finding) for n, finding in enumerate(named, 1)]
    lines += [f"and {more} more, none of them worse"] if more else []
    first = prompt(
        "brief",
        task=as_data((change.task or "(nothing was said)").strip()),
        change=as_shown(change.patch),
        account=_account(change),
    )
    facts = prompt(
        "facts",
        findings="\n".join(lines) or "nothing",
        background="\n".join(f"- {known.detail or known.summary}" for known in background)
        or "nothing more",
    )
    return Briefing(
        change,
        tuple(findings),
        tuple(added_lines(change.patch)),
        (Message("system", prompt("system")), Message("user", first)),
        facts,
        len(named),
    )


def as_shown(patch: str) -> str:
    """A patch as models see it."""
    return as_data(_cut(patch))


def line_of(number: int, finding: Finding) -> str:
    """A finding under the short name that models know it by."""
    return f"F{number}: {describe(finding)}"


def describe(finding: Finding) -> str:
    """A finding as one line of fact."""
    lines = finding.location.quote.strip().split("\n")
    quote = quoted(cut(lines[0].strip(), _LONGEST_LINE))
    kind = f"{finding.cwe} " if finding.cwe else ""
    seen = ", ".join(dict.fromkeys(e.tool for e in finding.evidence))
    # A message may have names of tests in it, which are the change's own words.
    return f"{kind}{finding.title} in {quote} (seen by {seen}). {on_line(finding.message)}"


def added_lines(patch: str) -> list[str]:
    """The lines that a unified diff adds, without the space around them."""
    return [
        line[1:].strip()
        for line in patch.split("\n")
        if line.startswith("+") and not line.startswith("+++ ") and line[1:].strip()
    ]


def _account(change: Change) -> str:
    if not change.account or not change.account.strip():
        return ""
    return (
        "\n"
        + prompt("account", account=as_data(cut(change.account.strip(), _LONGEST_ACCOUNT)))
        + "\n"
    )


def _cut(patch: str) -> str:
    """Very long lines are shortened for the models, and it shows."""
    return "\n".join(
        cut(line, _LONGEST_LINE)
        for line in patch.split("\n")
        if not line.startswith(("diff --git ", "index "))
    )
