"""Where labels go, so that none lies on another, on a mark, or outside."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indict_review.bench.report.svg import width_of

SIZE = 12.5
"""Of the letters, in pixels."""
_RING = (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6)
"""Steps up and down that are tried, nearest first."""


@dataclass(frozen=True)
class Box:
    """A part of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: Box) -> float:
        """The area that both have."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0

    def outside(self, other: Box) -> float:
        """The area that the other has not."""
        own = (self.right - self.left) * (self.bottom - self.top)
        return own - self.shared(other)


@dataclass(frozen=True)
class Placed:
    """A label and the mark that it names."""

    text: str
    box: Box
    anchor: str
    """The end of it that is nearest to the mark, as SVG has it: fonts differ in how wide it is."""
    mark: tuple[float, float]

    @property
    def x(self) -> float:
        """Of its anchor."""
        box = self.box
        ends = {"start": box.left, "middle": (box.left + box.right) / 2, "end": box.right}
        return ends[self.anchor]

    @property
    def is_far(self) -> bool:
        """Whether a line has to lead there."""
        return not self.box.top - 9 <= self.mark[1] <= self.box.bottom + 9


def around(x: float, y: float, by: float) -> Box:
    """What a mark takes."""
    return Box(x - by, y - by, x + by, y + by)


def placed(
    marks: Sequence[tuple[str, float, float]], area: Box, lines: Sequence[Box]
) -> list[Placed]:
    """Each label at the best place that those before it left. `lines` may be crossed if need be.

    Greedy: labels are few, and a reader forgives one that is a little off.
    """
    done: list[Placed] = []
    taken = [around(x, y, 6) for _, x, y in marks]

    def cost(place: Placed) -> float:
        # A line through a word is bad, a word on a word is worse, one cut off is worst.
        return math.fsum(
            (
                *(12 * place.box.shared(each) for each in taken),
                *(2 * place.box.shared(each) for each in lines),
                40 * place.box.outside(area),
                _distance(place),
            )
        )

    for text, x, y in marks:
        best = min(_places(text, x, y), key=cost)
        done.append(best)
        taken.append(best.box)
    return done


def _places(text: str, x: float, y: float) -> Iterator[Placed]:
    wide, high = width_of(text, 1.12 * SIZE), SIZE + 4
    for step in _RING:
        middle = y + step * 9
        for anchor, left in (("start", x + 10), ("end", x - 10 - wide), ("middle", x - wide / 2)):
            box = Box(left, middle - high / 2, left + wide, middle + high / 2)
            yield Placed(text, box, anchor, (x, y))


def _distance(place: Placed) -> float:
    """What being away costs: to the right is where a reader looks first."""
    up = abs((place.box.top + place.box.bottom) / 2 - place.mark[1])
    return 4 * up + (0 if place.anchor == "start" else 5)
