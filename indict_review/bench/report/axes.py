"""From numbers to places on a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from indict_review.bench.report import notation
from indict_review.bench.report.svg import Inside, label, line

_ROOM_FOR_NONE = 0.14
"""The part of a logarithmic axis that is set aside for 0, which has no logarithm."""


@dataclass(frozen=True)
class Axis:
    """One direction."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False
    none: bool = False
    """Whether a place is set aside for 0."""

    def part(self, value: float) -> float:
        """How far along a value is, 0 to 1; one beyond an end is at that end."""
        if not self.log:
            return _within((value - self.low) / (self.high - self.low))
        if self.none and value <= 0:
            return 0.0
        span = math.log10(self.high / self.low)
        along = _within(math.log10(max(value, self.low) / self.low) / span)
        return _ROOM_FOR_NONE + (1 - _ROOM_FOR_NONE) * along if self.none else along


def _within(part: float) -> float:
    return min(max(part, 0.0), 1.0)


def share(title: str, values: Sequence[float] = (0.0, 1.0)) -> Axis:
    """Percent: as much of 0 to 100 as the values take, in whole steps."""
    low, high = min(values), max(values)
    step = next((s for s in (5, 10, 20) if (high - low) * 100 <= 5 * s), 20)
    first = math.floor(round(100 * low / step, 6)) * step
    last = min(max(math.ceil(round(100 * high / step, 6)) * step, first + 2 * step), 100)
    first = max(min(first, last - 2 * step), 0)
    ticks = tuple((n / 100, f"{n}%") for n in range(first, last + 1, step))
    return Axis(title, first / 100, last / 100, ticks)


def amount(title: str, values: Sequence[float]) -> Axis:
    """Logarithmic, with a little room at both ends: no mark stands on the edge."""
    above = [v for v in values if v > 0] or [1.0]
    tens = [10.0**n for n in range(-6, 13)]
    ends = sorted(m * ten for ten in tens for m in (1, 1.5, 2, 3, 5, 7))
    low = max((e for e in ends if 1.1 * e <= min(above)), default=ends[0])
    high = min((e for e in ends if e >= 1.1 * max(above) and e >= 5 * low), default=ends[-1])
    ticks = [m * ten for ten in tens for m in (1, 2, 5) if low <= m * ten <= high]
    if len(ticks) > 6:
        ticks = [ten for ten in tens if low <= ten <= high]
    none = any(v <= 0 for v in values)
    first = ((0.0, "none"),) if none else ()
    return Axis(title, low, high, (*first, *((t, notation.short(t)) for t in ticks)), True, none)


@dataclass(frozen=True)
class Frame:
    """Where something is drawn, between two axes."""

    left: float
    top: float
    width: float
    height: float
    across: Axis
    up: Axis

    @property
    def right(self) -> float:
        """Its right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.top + self.height

    def x(self, value: float) -> float:
        """To a tenth of a pixel, so that all that follows from it is the same everywhere."""
        return round(self.left + self.width * self.across.part(value), 1)

    def y(self, value: float) -> float:
        """See `x`."""
        return round(self.bottom - self.height * self.up.part(value), 1)

    def drawn(self) -> list[Inside]:
        """Lines, ticks and titles."""
        up = [
            part
            for value, text in self.up.ticks
            for part in (
                line(self.left, self.y(value), self.right, self.y(value), "grid"),
                label(self.left - 7, self.y(value) + 4, text, class_="tick", text_anchor="end"),
            )
        ]
        title = label(self.left, self.top - 14, self.up.title, class_="axis")
        return [*self.drawn_across(), *up, title]

    def drawn_across(self) -> list[Inside]:
        """Of the horizontal axis only."""
        ticks = [
            part
            for value, text in self.across.ticks
            for part in (
                line(self.x(value), self.top, self.x(value), self.bottom, "grid"),
                label(self.x(value), self.bottom + 17, text, class_="tick", text_anchor="middle"),
            )
        ]
        title = label(
            self.right, self.bottom + 36, self.across.title, class_="axis", text_anchor="end"
        )
        return [*ticks, title]
