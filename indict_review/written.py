"""What went before the review of a change that the reviewing model wrote itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indict_review.change import Tree
from indict_review.critique import Turn
from indict_review.review import Review, Usage

if TYPE_CHECKING:
    from indict_review.models.asking import Asker

PHASE = "write"
ACTOR = "actor"


@dataclass(frozen=True)
class Written:
    """How the change came to be. It is a part of the review: its first turns, and its cost."""

    asker: Asker
    """The door to the model: the review goes on with its budget and its count of tokens."""
    turns: tuple[Turn, ...]
    seconds: float
    spent: Usage
    """What it cost in models."""
    notes: tuple[str, ...] = ()

    def begin(self, review: Review) -> Review:
        """The review with that before it. Of a harmful task, no code is left in it."""
        accounts = replace(
            review.accounts,
            seconds=review.accounts.seconds + self.seconds,
            phases={PHASE: self.seconds, **review.accounts.phases},
            spent={PHASE: self.spent, **review.accounts.spent},
        )
        whole = replace(
            review,
            dialogue=(*self.turns, *review.dialogue),
            notes=(*self.notes, *review.notes),
            accounts=accounts,
        )
        harmful = review.task_assessment is not None and review.task_assessment.harmful
        return _withheld(whole) if harmful else whole


def _withheld(review: Review) -> Review:
    """A harmful task is not served (promise 8), and here the change itself is what was asked for.

    Its files keep their names; what the critics quote to say why is all that is left of them.
    """
    count = len(review.findings) + len(review.claims)
    told = f"what was written is withheld, with {count} findings and claims that quote it"
    return replace(
        review,
        change=replace(review.change, before=Tree(), after=Tree(), patch="", account=None),
        findings=(),
        claims=(),
        doubts=(),
        dismissed=(),
        background=(),
        revision=replace(review.revision, tree=Tree(), patch="") if review.revision else None,
        dialogue=tuple(turn for turn in review.dialogue if turn.speaker not in {ACTOR, "tool"}),
        notes=(*review.notes, told),
    )
