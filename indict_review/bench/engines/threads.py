"""In this process: several samples at a time, on one engine that batches what they ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue

from indict_review.bench.engines.interface import Event, Task, Worker
from indict_review.bench.runs.behind import drained
from indict_review.events import Event as Heard

PATIENCE = 10
"""Seconds that a thread has to end in, once all is to stop: llama.cpp reads on for some four."""


@dataclass(frozen=True)
class Threads:
    """See `Engine`."""

    jobs: int = 1
    stop: threading.Event = field(default_factory=threading.Event)

    def heed(self, event: Heard) -> None:
        """A listener for those who ask models: it interrupts them when all is to stop.

        Python interrupts only its main thread. In the others, what a model is at goes on, and
        the engine crashes if the program ends meanwhile.
        """
        if self.stop.is_set():
            raise KeyboardInterrupt

    def run(self, tasks: Iterator[Task], worker: Worker) -> Iterator[list[Event]]:
        """See `Engine.run`. Raises what a worker raises that is no answer's failure."""
        hands = _Hands(tasks, worker, self.stop)
        threads = [threading.Thread(target=hands.work, daemon=True) for _ in range(self.jobs)]
        for thread in threads:
            thread.start()
        try:
            yield from hands.arrivals(len(threads))
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(PATIENCE)


@dataclass(frozen=True)
class _Gone:
    """A thread that has ended."""

    error: BaseException | None = None


@dataclass(frozen=True)
class _Hands:
    """What the threads have in common."""

    tasks: Iterator[Task]
    worker: Worker
    stop: threading.Event
    arrived: SimpleQueue[Event | _Gone] = field(default_factory=SimpleQueue)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self) -> None:
        """One task after the other, until there is none."""
        try:
            while (task := self._next()) is not None:
                for event in self.worker(task):
                    self.arrived.put(event)
                    if self.stop.is_set():
                        return
            self.arrived.put(_Gone())
        except BaseException as e:  # it is raised where the answers are waited for
            self.arrived.put(_Gone(e))

    def arrivals(self, at_work: int) -> Iterator[list[Event]]:
        """What came in, until every thread has ended."""
        while at_work:
            items = drained(self.arrived)
            if events := [item for item in items if not isinstance(item, _Gone)]:
                yield events
            for gone in (item for item in items if isinstance(item, _Gone)):
                at_work -= 1
                if gone.error is not None:
                    raise gone.error

    def _next(self) -> Task | None:
        with self.lock:
            return None if self.stop.is_set() else next(self.tasks, None)
