"""How far a run is, what it cost so far, and how long the rest takes: for whoever draws it."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from indict_review.bench.engines.interface import Drafted, Event, Failed, Task
from indict_review.bench.interface import Answered, Write
from indict_review.bench.strategies.table import DRAFT
from indict_review.review import Usage


@dataclass
class Step:
    """What one strategy, or the draft, has before it and behind it in this run."""

    left: int
    seconds: list[float] = field(default_factory=list)
    """Of each time that it was done, without the draft it began with."""

    @property
    def mean(self) -> float:
        """Seconds."""
        return sum(self.seconds) / len(self.seconds)


@dataclass
class Progress:
    """Of a run."""

    total: int
    done: int = 0
    """Records."""
    resumed: int = 0
    """Of them, those of earlier calls."""
    failed: list[Failed] = field(default_factory=list)
    spent: Usage = field(default_factory=Usage)
    """In this call, each draft once; what failed is in it."""
    steps: dict[str, Step] = field(default_factory=dict)
    """By strategy; the draft is the strategy `direct`."""
    capped: str = ""
    """The cap that ended it before all was done."""
    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def seconds(self) -> float:
        """Wall time of this call."""
        return self.clock() - self.began

    def expect(self, tasks: Iterable[Task]) -> None:
        """Say what is to be done."""
        counted: Counter[str] = Counter()
        for task in tasks:
            counted.update(_steps(task))
        self.steps = {name: Step(left) for name, left in counted.items()}

    def hear(self, event: Event) -> None:
        """Count what came in."""
        if isinstance(event, Failed):
            self.failed.append(event)
            self.spent += event.usage
            self._step(event.strategy).left -= 1
        elif (own := _own(event)) is not None:
            name, usage, seconds = own
            self.spent += usage
            self._step(name).left -= 1
            self._step(name).seconds.append(seconds)

    def seconds_left(self, jobs: int) -> float | None:
        """What the rest takes, if it takes what it took so far; None until each was seen once."""
        ahead = [step for step in list(self.steps.values()) if step.left > 0]
        if not all(step.seconds for step in ahead):
            return None
        hands = min(jobs, max((step.left for step in ahead), default=1))
        return sum(step.left * step.mean for step in ahead) / hands

    def reasons(self) -> Sequence[tuple[str, int, str]]:
        """Why some have no answer, the most frequent first: how many, and a sample of them."""
        names: dict[str, list[str]] = defaultdict(list)
        for each in self.failed:
            names[each.reason].append(each.sample.ident)
        found = [(reason, len(of), min(of)) for reason, of in names.items()]
        return sorted(found, key=lambda entry: -entry[1])

    def _step(self, name: str) -> Step:
        return self.steps.setdefault(name, Step(0))


Watch = Callable[[Progress, Event | None], None]
"""Told of each event, in the beginning, and when something was recorded. May raise to end it."""


def _steps(task: Task) -> set[str]:
    drafted = {DRAFT.name} if isinstance(task.sample.work, Write) else set()
    return {*task.strategies, *drafted} - (drafted if task.draft is not None else set())


def _own(event: Drafted | Answered) -> tuple[str, Usage, float] | None:
    """The step that was done and what it took, without the draft that it began with."""
    answer = event.answer
    if isinstance(event, Drafted):
        return DRAFT.name, answer.usage, answer.seconds
    if event.draft is None:
        return event.strategy, answer.usage, answer.seconds
    if event.strategy == DRAFT.name:
        return None  # it came in as the draft
    seconds = answer.seconds - event.draft.seconds
    return event.strategy, answer.usage.since(event.draft.usage), seconds
