"""A run: what is not done yet is answered, kept, scored and recorded. It can be killed anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from indict_review.bench.engines.interface import Drafted, Engine, Event, Failed, Task, Worker
from indict_review.bench.interface import Answer, Answered, Sample, Scorers, Suite, Write, key_of
from indict_review.bench.record import Record, record_of
from indict_review.bench.runs.behind import Behind
from indict_review.bench.runs.caps import Caps
from indict_review.bench.runs.journal import Journal
from indict_review.bench.runs.marking import marked
from indict_review.bench.runs.progress import Progress as Progress
from indict_review.bench.runs.progress import Watch as Watch
from indict_review.bench.strategies.table import DRAFT

BATCH = 256
"""Answers that are scored at once, at most: what a kill loses is scored anew."""


@dataclass(frozen=True)
class Plan:
    """What is to be done."""

    suite: Suite
    samples: Sequence[Sample]
    strategies: Sequence[str]
    model: str
    """As records name it."""


def run(
    plan: Plan,
    journal: Journal,
    engine: Engine,
    worker: Worker,
    scorers: Scorers,
    watch: Watch,
    caps: Caps = Caps(),  # noqa: B008 - it is frozen
) -> Progress:
    """Do what is left of it. What has no answer is in `Progress.failed`, and in no record."""
    going = _Run(plan, journal, scorers, _begun(plan, journal), watch)
    progress = going.progress
    tasks = list(going.tasks())
    progress.expect(tasks)
    watch(progress, None)
    going.score_kept()
    # Scoring takes its time: no answer waits for it to be kept, and no sample to be begun.
    with Behind(going.score) as scoring:
        for event in chain.from_iterable(engine.run(caps.within(tasks, progress), worker)):
            going.keep(event)
            if isinstance(event, Answered):
                scoring.put(event)
    return progress


def rescore(plan: Plan, journal: Journal, scorers: Scorers, watch: Watch) -> Progress:
    """Score the kept answers; nobody is asked. Unless all went well, the old records stay."""
    going = _Run(plan, journal, scorers, _begun(plan, journal), watch)
    watch(going.progress, None)
    going.score_kept()
    if not going.progress.failed:
        journal.replace()
    return going.progress


def _begun(plan: Plan, journal: Journal) -> Progress:
    done = len(journal.done)
    return Progress(len(plan.samples) * len(plan.strategies), done, done)


@dataclass(frozen=True)
class _Run:
    plan: Plan
    journal: Journal
    scorers: Scorers
    progress: Progress
    watch: Watch

    def tasks(self) -> Iterator[Task]:
        """What has no answer."""
        for sample in self.plan.samples:
            left = [s for s in self._undone(sample) if self._kept(sample, s) is None]
            if left:
                yield Task(sample, tuple(left), self._draft(sample))

    def score_kept(self) -> None:
        """What has an answer, and no record."""
        waiting = [
            Answered(sample, name, answer, self._draft(sample))
            for sample in self.plan.samples
            for name in self._undone(sample)
            if (answer := self._kept(sample, name)) is not None
        ]
        self.score(waiting)

    def keep(self, event: Event) -> None:
        """Before anything else is done with it."""
        match event:
            case Drafted(sample, answer):
                self.journal.keep(key_of(sample, DRAFT.name), answer)
            case Answered():
                self.journal.keep(event.key, event.answer)
        self.progress.hear(event)
        self.watch(self.progress, event)

    def score(self, answered: Sequence[Answered]) -> None:
        """Write down what has marks, and tell of what has none."""
        for first in range(0, len(answered), BATCH):
            self._score(answered[first : first + BATCH])

    def _score(self, answered: Sequence[Answered]) -> None:
        records: list[Record] = []
        for done, marks in marked(self.plan.suite, answered, self.scorers):
            if isinstance(marks, Failed):
                self.progress.failed.append(marks)
            else:
                ident = self.journal.manifest.ident
                records.append(record_of(done, marks, self.plan.model, ident))
        self.journal.append(*records)
        self.progress.done += len(records)
        self.watch(self.progress, None)

    def _undone(self, sample: Sample) -> Iterator[str]:
        return (s for s in self.plan.strategies if key_of(sample, s) not in self.journal.done)

    def _kept(self, sample: Sample, strategy: str) -> Answer | None:
        return self.journal.kept(key_of(sample, strategy))

    def _draft(self, sample: Sample) -> Answer | None:
        return self._kept(sample, DRAFT.name) if isinstance(sample.work, Write) else None
