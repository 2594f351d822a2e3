"""Groups below each other, in each a dot with its interval for every strategy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indict_review.bench.reckoning.results import Estimate
from indict_review.bench.report.axes import Axis, Frame
from indict_review.bench.report.marks import colour, mark
from indict_review.bench.report.placing import SIZE
from indict_review.bench.report.svg import Inside, element, group, label, line, width_of

BETWEEN = 13.0
"""Pixels between two strategies of a group; groups are one more apart."""


@dataclass(frozen=True)
class Dot:
    """One strategy in one group."""

    number: int
    """See `marks.Series`."""
    estimate: Estimate
    told: str


@dataclass(frozen=True)
class Lane:
    """One group."""

    name: str
    below: str
    """Under its name, e.g. how many samples it has."""
    dots: Sequence[Dot]
    strong: bool = False


def height_of(lanes: Sequence[Lane]) -> float:
    """What they need."""
    return sum(_needed(lane) for lane in lanes)


def _needed(lane: Lane) -> float:
    return max(len(lane.dots) + 1, 3) * BETWEEN


def dots(
    left: float, top: float, width: float, across: Axis, lanes: Sequence[Lane]
) -> list[Inside]:
    """All of it; the names of the groups stand left of `left`."""
    frame = Frame(left, top, width, height_of(lanes), across, across)
    bands: list[Inside] = []
    parts: list[Inside] = []
    for number, lane in enumerate(lanes):
        high = _needed(lane)
        if number % 2 == 0:
            size = {"width": left + width, "height": high}
            bands.append(element("rect", x=0, y=top, **size, class_="band"))
        parts += _lane(frame, lane, top)
        top += high
    return [*bands, *frame.drawn_across(), *parts]


def _lane(frame: Frame, lane: Lane, top: float) -> list[Inside]:
    middle = top + _needed(lane) / 2
    name = "strong" if lane.strong else "plain"
    first = middle - (len(lane.dots) - 1) / 2 * BETWEEN
    return [
        label(frame.left - 12, middle - 1, lane.name, class_=name, text_anchor="end"),
        label(frame.left - 12, middle + 13, lane.below, class_="soft", text_anchor="end"),
        *(_dot(frame, each, first + n * BETWEEN) for n, each in enumerate(lane.dots)),
    ]


def _dot(frame: Frame, dot: Dot, y: float) -> Inside:
    low, high = frame.x(dot.estimate.low), frame.x(dot.estimate.high)
    return group(
        [line(low, y, high, y, "range"), mark(dot.number, frame.x(dot.estimate.value), y)],
        dot.told,
        class_=colour(dot.number),
    )


def key(
    left: float, top: float, width: float, names: Sequence[tuple[str, int]]
) -> list[list[Inside]]:
    """What each mark stands for: as many rows as the width asks for."""
    rows: list[list[Inside]] = [[]]
    x = left
    for name, number in names:
        wide = width_of(name, 1.12 * SIZE) + 30
        if rows[-1] and x + wide > left + width:
            rows.append([])
            x = left
        y = top + 20 * (len(rows) - 1)
        rows[-1] += [
            mark(number, x + 6, y),
            label(x + 17, y + 4, name, class_=f"name {colour(number)}"),
        ]
        x += wide
    return rows
