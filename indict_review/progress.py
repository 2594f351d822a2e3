"""Progress, drawn on stderr: one line that is drawn over on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TextIO

from indict_review.events import Ended, Event, Listener, Started, Transferred, Writing
from indict_review.formats.console import Line, Span, draw, live
from indict_review.formats.safe_text import flat

BAR = 24
Clock = Callable[[], float]


@contextmanager
def drawn(
    stream: TextIO,
    *,
    is_live: bool,
    colour: bool,
    width: int = 80,
    unicode: bool = True,
    clock: Clock = time.monotonic,
) -> Iterator[Listener]:
    """A listener that draws what it hears, until the block ends or is interrupted.

    Live, the line is gone and the cursor back afterwards. Otherwise nothing but plain text is
    written, one line for a step's start, its end, and each tenth of a download.
    """
    if not is_live:
        yield _Log(stream, width, unicode).hear
        return
    now = _Now(clock)
    with live(stream, now.line, colour=colour, width=width, unicode=unicode):
        yield now.hear


@dataclass(frozen=True)
class _Step:
    """A step that has not ended."""

    name: str
    since: float
    heard: Event
    """The last event of it."""
    had: int = 0
    """Bytes that were there when a download was resumed."""


class _Now:
    """What is going on at this moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Replaced whole, never changed: the thread that draws reads it at any time.
        self._open: tuple[_Step, ...] = ()

    def hear(self, event: Event) -> None:
        known = next((s for s in self._open if s.name == event.step), None)
        others = tuple(s for s in self._open if s.name != event.step)
        if isinstance(event, Ended):
            self._open = others
        elif known is not None:
            self._open = (*others, replace(known, heard=event))
        else:
            had = event.done if isinstance(event, Transferred) else 0
            self._open = (*others, _Step(event.step, self._clock(), event, had))

    def line(self) -> Line:
        steps = self._open
        if not steps:
            return Line()
        # The one heard of last: a step inside another is what is at work.
        step = steps[-1]
        elapsed = self._clock() - step.since
        spans = [Span(flat(step.name, 60), "bold")]
        if isinstance(step.heard, Transferred):
            spans += _bar(step.heard, step.had, elapsed)
        elif isinstance(step.heard, Writing):
            spans.append(Span(f" · {_written(step.heard)}"))
        return Line((*spans, Span(f" · {_minutes(elapsed)}", "dim")))


class _Log:
    """Plain lines, for CI and files."""

    def __init__(self, stream: TextIO, width: int, unicode: bool) -> None:
        self._stream = stream
        self._width = width
        self._unicode = unicode
        self._tenths: dict[str, int] = {}

    def hear(self, event: Event) -> None:
        text = self._words(event)
        if text:
            lines = [Line((Span(text),))]
            self._stream.write(draw(lines, width=self._width, colour=False, unicode=self._unicode))
            self._stream.flush()

    def _words(self, event: Event) -> str:
        if isinstance(event, Started):
            return f"{flat(event.step)} …"
        if isinstance(event, Ended):
            outcome = f": {flat(event.outcome)}" if event.outcome else ""
            return f"{flat(event.step)}{outcome} ({_minutes(event.seconds)})"
        if isinstance(event, Transferred):
            return self._tenth(event)
        return ""

    def _tenth(self, event: Transferred) -> str:
        tenth = 10 * event.done // event.total if event.total else 10
        if tenth <= self._tenths.get(event.step, 0):
            return ""
        self._tenths[event.step] = tenth
        return f"{flat(event.step)}: {tenth * 10}% of {_megabytes(event.total)}"


def _written(event: Writing) -> str:
    speed = f", {event.tokens / event.seconds:.0f} a second" if event.seconds >= 1 else ""
    return f"{event.tokens:,} tokens{speed}" if event.tokens else "reading"


def _bar(event: Transferred, had: int, elapsed: float) -> list[Span]:
    share = min(event.done / event.total, 1.0) if event.total else 1.0
    full = int(share * BAR)
    speed = f" · {_megabytes(int((event.done - had) / elapsed))}/s" if elapsed >= 1 else ""
    return [
        Span(" "),
        Span("━" * full, "good"),
        Span("─" * (BAR - full), "dim"),
        Span(f" {share:4.0%} of {_megabytes(event.total)}{speed}"),
    ]


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count < 1e8 else f"{count / 1e6:,.0f} MB"


def _minutes(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"
