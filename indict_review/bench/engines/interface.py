"""The role of an engine: it has samples worked on, and hands in what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from indict_review.bench.interface import Answer, Answered, Sample
from indict_review.review import Usage


@dataclass(frozen=True)
class Task:
    """One sample, with the strategies that have not answered it yet."""

    sample: Sample
    strategies: tuple[str, ...]
    """In the order to do them."""
    draft: Answer | None
    """What was written directly, if that was kept."""


@dataclass(frozen=True)
class Drafted:
    """What was written directly, before others review it; not recorded if nobody asked for it."""

    sample: Sample
    answer: Answer


@dataclass(frozen=True)
class Failed:
    """A piece of work without an answer."""

    sample: Sample
    strategy: str
    reason: str
    usage: Usage = field(default_factory=Usage)
    """What it cost all the same."""


Event = Answered | Drafted | Failed

Worker = Callable[[Task], Iterator[Event]]
"""Does a task: see `working.Working`."""


class Engine(Protocol):
    """Has tasks done, many at a time."""

    def run(self, tasks: Iterator[Task], worker: Worker) -> Iterator[list[Event]]:
        """Yield what came in since it was last asked, at least one event each time.

        A task is taken when somebody is free to begin it, not before: a run that has reached a
        cap ends the tasks, and still gets what is in hand. Closing the iterator stops everything.
        """
