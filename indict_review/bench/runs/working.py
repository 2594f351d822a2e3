"""One sample's work: the draft first, then every strategy that has not answered yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from indict_review.bench.engines.interface import Drafted, Event, Failed, Task
from indict_review.bench.interface import Answer, Answered, Write, key_of
from indict_review.bench.runs.kit import Kit
from indict_review.bench.strategies.table import DRAFT, STRATEGIES
from indict_review.errors import ReviewError, StepError, Unwritable


@dataclass(frozen=True)
class Working:
    """See `Worker`."""

    kit: Kit
    hides: frozenset[str]
    """See `Suite.hides`."""

    def __call__(self, task: Task) -> Iterator[Event]:
        """Yield each answer as soon as it is there; a failure ends no other strategy's work.

        Raises `Unwritable`: what cannot be kept would be asked for in vain.
        """
        draft = task.draft
        if draft is None and isinstance(task.sample.work, Write):
            made = self._answer(task, DRAFT.name, None)
            if isinstance(made, Failed):
                first, *others = task.strategies
                yield replace(made, strategy=first)
                yield from (Failed(task.sample, name, made.reason) for name in others)
                return
            draft = made
            yield Drafted(task.sample, draft)
        for name in task.strategies:
            if name == DRAFT.name and draft is not None:
                yield Answered(task.sample, name, draft, draft)
                continue
            made = self._answer(task, name, draft)
            if isinstance(made, Failed):
                yield made
            else:
                yield Answered(task.sample, name, made, draft)

    def _answer(self, task: Task, name: str, draft: Answer | None) -> Answer | Failed:
        try:
            return STRATEGIES[name].answer(task.sample, draft, self.kit, self.hides)
        except Unwritable:
            raise
        except (StepError, ReviewError) as e:
            spent = self.kit.spent(key_of(task.sample, name))
            return Failed(task.sample, name, str(e), spent)
