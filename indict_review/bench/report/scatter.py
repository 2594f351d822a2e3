"""A point for each strategy, with both of its intervals and its name beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indict_review.bench.reckoning.results import Estimate
from indict_review.bench.report.axes import Axis, Frame
from indict_review.bench.report.document import Figure
from indict_review.bench.report.marks import colour, mark
from indict_review.bench.report.placing import Box, Placed, placed
from indict_review.bench.report.svg import Inside, group, label, line, picture
from indict_review.bench.report.wording import counts

WIDE = 440.0
"""Pixels of a plot that stands alone; a phone has about as many."""
_HIGH = 380.0


@dataclass(frozen=True)
class Point:
    """One strategy."""

    name: str
    number: int
    """See `marks.Series`."""
    across: Estimate
    up: Estimate
    told: str
    """In words: what a pointer over it shows, and who cannot see it is read."""


def scatter(frame: Frame, points: Sequence[Point], behind: Sequence[Inside] = ()) -> list[Inside]:
    """All of it. `behind` lies under the points."""
    at = [(frame.x(p.across.value), frame.y(p.up.value)) for p in points]
    area = Box(frame.left, frame.top, frame.right, frame.bottom)
    crosses = [box for p in points for box in _cross(frame, p)]
    names = placed([(p.name, x, y) for p, (x, y) in zip(points, at, strict=True)], area, crosses)
    return [
        *behind,
        *frame.drawn(),
        *(group(_ranges(frame, p), class_=colour(p.number)) for p in points),
        *_marks(points, at),
        *(part for p, name in zip(points, names, strict=True) for part in _named(p, name)),
    ]


def _marks(points: Sequence[Point], at: Sequence[tuple[float, float]]) -> Iterator[Inside]:
    """Where several stand at one place, those below are larger, so that each is seen."""
    for number, (point, (x, y)) in enumerate(zip(points, at, strict=True)):
        above = sum(abs(x - a) + abs(y - b) < 5 for a, b in at[number + 1 :])
        yield group([mark(point.number, x, y, 5 + 3.5 * above)], point.told)


def _cross(frame: Frame, point: Point) -> tuple[Box, Box]:
    """Both intervals, as thin boxes."""
    x, y = frame.x(point.across.value), frame.y(point.up.value)
    return (
        Box(frame.x(point.across.low), y - 1, frame.x(point.across.high), y + 1),
        Box(x - 1, frame.y(point.up.high), x + 1, frame.y(point.up.low)),
    )


def _ranges(frame: Frame, point: Point) -> list[Inside]:
    x, y = frame.x(point.across.value), frame.y(point.up.value)
    return [
        line(frame.x(point.across.low), y, frame.x(point.across.high), y, "range"),
        line(x, frame.y(point.up.low), x, frame.y(point.up.high), "range"),
    ]


def _named(point: Point, name: Placed) -> list[Inside]:
    text = label(
        name.x,
        name.box.bottom - 4,
        name.text,
        class_=f"name {colour(point.number)}",
        text_anchor=name.anchor,
    )
    if not name.is_far:
        return [text]
    x, y = name.mark
    below = name.box.top > y
    near = min(max(x, name.box.left), name.box.right)
    edge = name.box.top + 2 if below else name.box.bottom - 2
    return [line(x, y + (7 if below else -7), near, edge, "lead"), text]


def square(across: Axis, up: Axis) -> Frame:
    """The frame of a plot that stands alone."""
    return Frame(56, 44, WIDE - 78, _HIGH - 100, across, up)


def alone(
    ident: str, frame: Frame, points: Sequence[Point], behind: Sequence[Inside], caption: str
) -> Figure:
    """A plot that stands alone."""
    up, across = (axis.title.removesuffix(", %") for axis in (frame.up, frame.across))
    told = " ".join(f"{point.told}." for point in points)
    inside = scatter(frame, points, behind)
    svg = picture(ident, WIDE, _HIGH, f"{up} against {across}", told, inside)
    return Figure(svg, f"{caption} {counts(point.up for point in points)}.")
