"""A run's progress on a stream: a bar that is drawn over on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from indict_review.bench.engines.interface import Event
from indict_review.bench.runs.progress import Progress, Watch
from indict_review.formats.console import Line, Span, draw, live
from indict_review.formats.interface import Look

BAR = 24
EVERY = 5
"""Percent, after which a log has one more line; or, should that be longer, a minute."""


@contextmanager
def drawn(stream: TextIO, look: Look, jobs: int, *, is_live: bool) -> Iterator[Watch]:
    """Draw what is heard until the block ends. `jobs`: samples that are worked on at once."""
    if not is_live:
        yield _Log(stream, look, jobs).hear
        return
    now = _Now(jobs)
    with live(stream, now.line, colour=look.colour, width=look.width, unicode=look.unicode):
        yield now.hear


def silent(progress: Progress, event: Event | None) -> None:
    """Draws nothing."""


@dataclass
class _Now:
    jobs: int
    progress: Progress | None = None

    def hear(self, progress: Progress, event: Event | None) -> None:
        self.progress = progress

    def line(self) -> Line:
        """The thread that draws calls it, at any time."""
        if self.progress is None:
            return Line()
        full = BAR * self.progress.done // self.progress.total
        bar = Span("━" * full, "good"), Span("─" * (BAR - full), "dim")
        return Line((*bar, Span(f" {told(self.progress, self.jobs)}")))


@dataclass
class _Log:
    stream: TextIO
    look: Look
    jobs: int
    clock: Callable[[], float] = time.monotonic
    step: int = -1
    at: float = field(default=0.0)

    def hear(self, progress: Progress, event: Event | None) -> None:
        """A line where there is something new to say."""
        step = _percent(progress) // EVERY
        late = self.clock() - self.at >= 60
        if event is None and (step > self.step or late):
            self.step, self.at = step, self.clock()
            line = Line((Span(told(progress, self.jobs)),))
            text = draw([line], width=self.look.width, colour=False, unicode=self.look.unicode)
            self.stream.write(text)
            self.stream.flush()


def told(progress: Progress, jobs: int) -> str:
    """How far it is, in words."""
    parts = [f"{progress.done:,} of {progress.total:,} ({_percent(progress)}%)"]
    if progress.failed:
        parts.append(f"{len(progress.failed):,} failed")
    parts.append(minutes(progress.seconds))
    left = progress.seconds_left(jobs)
    if left is not None and left >= 1:
        parts.append(f"about {minutes(left)} left")
    return " · ".join(parts)


def minutes(seconds: float) -> str:
    """No more exact than people need."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours} h {rest:02d} min"


def _percent(progress: Progress) -> int:
    return 100 * progress.done // progress.total
