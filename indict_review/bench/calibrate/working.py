"""How the reviews are done: each on the files of its commit, a fault after its control."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from indict_review import git
from indict_review.bench.calibrate.history import laid_out
from indict_review.bench.calibrate.suite import CONTROL, control_key
from indict_review.bench.engines.interface import Event, Failed, Task, Worker
from indict_review.bench.interface import Answer, Answered, Look, key_of
from indict_review.errors import ToolError


@dataclass(frozen=True)
class Controls:
    """Which controls are reviewed. Engines take tasks in order, so all are begun before a fault."""

    answer: Callable[[str], Answer | None]
    """The one that was kept under a key before."""
    awaited: Mapping[str, threading.Event]
    """By key, those of this run: set when the review came to its end, well or not."""
    reviewed: set[str] = field(default_factory=set)
    """Of them, those that have an answer by now."""

    @staticmethod
    def of(keys: Iterable[str], answer: Callable[[str], Answer | None]) -> Controls:
        """Before any of them is begun."""
        return Controls(answer, {key: threading.Event() for key in keys if not answer(key)})

    def has(self, key: str) -> bool:
        """Whether this one has an answer; of this run, once it came to its end."""
        if key not in self.awaited:
            return self.answer(key) is not None
        self.awaited[key].wait()
        return key in self.reviewed


@dataclass(frozen=True)
class OnItsFiles:
    """See `Worker`: the commit before the change is laid out for the time of its review."""

    objects: git.Objects
    worker: Worker
    controls: Controls

    def __call__(self, task: Task) -> Iterator[Event]:
        """A fault without its control is not reviewed: it could not be scored."""
        if task.sample.group == CONTROL:
            yield from self._control(task)
            return
        for name in task.strategies:
            if self.controls.has(control_key(task.sample, name)):
                yield from self._reviewed(replace(task, strategies=(name,)))
            else:
                yield Failed(task.sample, name, "the commit without the fault was not reviewed")

    def _control(self, task: Task) -> Iterator[Event]:
        try:
            for event in self._reviewed(task):
                yield event
                if isinstance(event, Answered):
                    self.controls.reviewed.add(event.key)
        finally:
            for name in task.strategies:
                self.controls.awaited[key_of(task.sample, name)].set()

    def _reviewed(self, task: Task) -> Iterator[Event]:
        work = task.sample.work
        assert isinstance(work, Look)  # noqa: S101 - the suite has no other
        assert work.folder is not None  # noqa: S101
        try:
            with laid_out(self.objects, work.folder.name) as folder:
                sample = replace(task.sample, work=replace(work, folder=folder))
                for event in self.worker(replace(task, sample=sample)):
                    yield replace(event, sample=task.sample)  # the folder is nobody's business
        except ToolError as e:
            yield from (Failed(task.sample, name, str(e)) for name in task.strategies)
