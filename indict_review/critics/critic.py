"""One critic: a concern, and the questions it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from indict_review.critics import schemas
from indict_review.critics.briefing import Briefing
from indict_review.critics.locate import locate
from indict_review.critics.prompting import as_data, on_line, prompt, quoted
from indict_review.critique import Assessment, Claim, ClaimStatus, Request
from indict_review.evidence import Background, Concern
from indict_review.models.asking import Asker
from indict_review.models.interface import Sampling

_TASK = Sampling(max_tokens=200)
_LOOK = Sampling(max_tokens=700)
_EXCHANGE = Sampling(max_tokens=500)
_MORE = "Add a claim of your own only if you see now what nobody said."


@dataclass(frozen=True)
class Stance:
    """What a critic says of a finding or of a claim of the other's."""

    subject: str
    """`F1` for a finding, `S1` or `H1` for a claim."""
    supports: bool
    reason: str


@dataclass(frozen=True)
class Look:
    """What a critic saw, blind to the other."""

    stances: tuple[Stance, ...]
    claims: tuple[Claim, ...]
    request: Request | None


@dataclass(frozen=True)
class Answer:
    """What a critic says to the other's claims."""

    stances: tuple[Stance, ...]
    added: tuple[Claim, ...]


@dataclass(frozen=True)
class Critic:
    """Safety or helpfulness, played by a model."""

    concern: Concern
    asker: Asker

    @property
    def name(self) -> str:
        """As the transcript names the speaker."""
        return self.concern.value

    def assess(self, briefing: Briefing) -> Assessment:
        """Judge what was asked for (promise 8), by task and change alone. Raises `ModelError`."""
        question = briefing.ask_of_task(prompt("task", speaker=self.name))
        data = self.asker.data(f"{self.name} critic on the task", question, schemas.task(), _TASK)
        harm, purpose = str(data["harm"]), str(data["purpose"])
        if harm == "none":
            return Assessment(self.name, False, "", purpose)
        shown = self.asker.data(
            f"{self.name} critic on the task",
            briefing.ask_of_task(prompt("task-shown", speaker=self.name, harm=harm)),
            schemas.task_shown(briefing.lines),
            _TASK,
        )
        quote = shown["quote"] if locate(shown["quote"], briefing.change) else ""
        return Assessment(self.name, True, harm, f"{purpose} {shown['why']}", quote.strip())

    def look(self, briefing: Briefing, parts: Sequence[str], tools: Mapping[str, str]) -> Look:
        """Examine alone. `tools` maps names to what they are good for. Raises `ModelError`."""
        offer = "; ".join(f"`{name}`: {use}" for name, use in tools.items()) or "there is none"
        question = prompt(f"look-{self.name}", tools=offer)
        schema = schemas.look(list(briefing.ids), briefing.lines, list(tools))
        data = self.asker.data(f"{self.name} critic", briefing.ask(*parts, question), schema, _LOOK)
        claims = tuple(self._claim(c, briefing) for c in data["claims"])
        asked = data["request"]
        wants = asked["tool"] != "none" and asked["query"].strip()
        return Look(
            tuple(Stance(s["id"], s["stance"] == "agree", s["why"]) for s in data["findings"]),
            claims,
            Request(asked["tool"], asked["query"]) if wants else None,
        )

    def look_at_draft(self, briefing: Briefing, parts: Sequence[str]) -> Look:
        """Examine a revision alone. Raises `ModelError`."""
        data = self.asker.data(
            f"{self.name} critic on the draft",
            briefing.ask(*parts, prompt(f"look-draft-{self.name}")),
            schemas.look_at_draft(briefing.lines),
            _EXCHANGE,
        )
        return Look((), tuple(self._claim(c, briefing) for c in data["claims"]), None)

    def look_again(
        self,
        briefing: Briefing,
        parts: Sequence[str],
        answers: Sequence[Background],
    ) -> Look:
        """Examine once more, with what the tools answered. Raises `ModelError`."""
        told = "\n".join(f"- {as_data(a.detail or a.summary)}" for a in answers)
        second = self.look(briefing, (*parts, prompt("answer", answers=told)), {})
        return replace(second, request=None)

    def answer(
        self,
        briefing: Briefing,
        parts: Sequence[str],
        claims: Mapping[str, Claim],
        subjects: Sequence[str],
        more: bool,
    ) -> Answer:
        """Judge the other's claims, shown as data; with `more`, add one. Raises `ModelError`."""
        told = "\n".join(
            f"{name} ({claim.by}): {quoted(claim.quote.strip())} {on_line(claim.text)}"
            for name, claim in claims.items()
        )
        question = prompt(
            "exchange",
            claims=told or "none",
            speaker=self.name,
            open=", ".join(subjects),
            more=_MORE if more else "",
        )
        data = self.asker.data(
            f"{self.name} critic answers",
            briefing.ask(*parts, question),
            schemas.exchange(list(subjects), briefing.lines, more),
            _EXCHANGE,
        )
        return Answer(
            tuple(Stance(a["claim"], a["stance"] == "support", a["why"]) for a in data["answers"]),
            tuple(self._claim(c, briefing) for c in data["add"]),
        )

    def _claim(self, data: Mapping[str, str], briefing: Briefing) -> Claim:
        """Locate it by its quote; what stands nowhere in the change is dropped."""
        location = locate(data["quote"], briefing.change)
        return Claim(
            by=self.name,
            concern=self.concern,
            location=location,
            quote=data["quote"],
            text=data["problem"],
            check=data["check"],
            cwe=None if data["cwe"] == "none" else data["cwe"],
            status=ClaimStatus.UNPROVEN if location else ClaimStatus.DROPPED,
            reason="" if location else "the quoted text is not in the change",
        )
