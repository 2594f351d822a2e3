"""A model as a judge. What it says is an opinion, and what it reads is hostile.

An answer stands in a fence that it cannot close; a reply is one of a few words, after a reason. A
judge that fails says nothing, which counts for nobody; from one that is gone no verdict is made up,
so that the same call can ask again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from indict_review.bench.interface import Question
from indict_review.bench.runs.replayed import JUDGED
from indict_review.errors import ModelError, ToolError
from indict_review.models.asking import Asker
from indict_review.models.interface import Failed, Form, Message, Model, Sampling
from indict_review.models.replay import Recording
from indict_review.together import side_by_side

_SAMPLING = Sampling(max_tokens=400)


@dataclass(frozen=True)
class Judge:
    """Asks a model closed questions, and keeps what it said."""

    model: Model
    transcripts: Path
    """The folder of the run's transcripts."""
    jobs: int = 1
    """Questions asked at once."""
    gone: list[str] = field(default_factory=list, repr=False)
    """Why it answers nothing more. It is not asked again: each time would cost the same wait."""

    def ask(self, questions: Sequence[Question]) -> list[str | None]:
        """See `Scorers.ask`. The same question is asked once. Raises `ToolError` if it is gone."""
        distinct = list({_asked(each): each for each in questions}.values())
        said: dict[tuple[str, tuple[str, ...]], str | None] = {}
        for first in range(0, len(distinct), self.jobs):
            some = distinct[first : first + self.jobs]
            told = side_by_side([partial(self._answer, each) for each in some])
            said.update(zip(map(_asked, some), told, strict=True))
        return [said[_asked(each)] for each in questions]

    def _answer(self, question: Question) -> str | None:
        if self.gone:
            raise ToolError(self.gone[0])
        path = self.transcripts / f"{question.key}{JUDGED}"
        path.unlink(missing_ok=True)  # what a kill left
        asker = Asker(Recording(self.model, path))
        try:
            reply = asker.data(
                "judge", [Message("user", question.text)], form(question.choices), _SAMPLING
            )
        except ModelError as e:
            if isinstance(e, Failed) and e.lasts:
                self.gone.append(f"the judge cannot be asked: {e}")
                raise ToolError(self.gone[0]) from e
            return None
        return str(reply["verdict"])


def form(choices: Sequence[str]) -> Form:
    """A reason, then one of these: a reason given afterwards explains nothing."""
    schema = {
        "type": "object",
        "properties": {
            "why": {"type": "string", "maxLength": 300},
            "verdict": {"enum": list(choices)},
        },
        "required": ["why", "verdict"],
        "additionalProperties": False,
    }
    return Form(schema, schema)


def _asked(question: Question) -> tuple[str, tuple[str, ...]]:
    return question.text, question.choices
