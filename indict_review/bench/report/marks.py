"""How a strategy is told from another: by colour, by shape, and by its name beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indict_review.bench.reckoning.results import Table
from indict_review.bench.report.svg import Inside, element

Series = Mapping[str, int]
"""The number of each strategy: the same in all plots of a report."""

COLOURS = 7
"""As many as `plots.css` has."""

_SHAPES: tuple[Sequence[tuple[float, float]] | None, ...] = (
    None,  # a circle
    ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    ((0, -1.25), (1.2, 0.9), (-1.2, 0.9)),
    ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)),
    ((0, 1.25), (1.2, -0.9), (-1.2, -0.9)),
    ((-1.3, -0.45), (-0.45, -0.45), (-0.45, -1.3), (0.45, -1.3), (0.45, -0.45), (1.3, -0.45),
     (1.3, 0.45), (0.45, 0.45), (0.45, 1.3), (-0.45, 1.3), (-0.45, 0.45), (-1.3, 0.45)),
    ((-1.35, -0.6), (1.35, -0.6), (1.35, 0.6), (-1.35, 0.6)),
)  # fmt: skip


def series_of(tables: Sequence[Table]) -> Series:
    """In the order in which they stand in the tables."""
    labels = dict.fromkeys(row.label for table in tables for row in table.rows)
    return {label: number for number, label in enumerate(labels)}


def colour(number: int) -> str:
    """Its class. From the eighth on colours come again, and marks are hollow."""
    return f"s{number % COLOURS}"


def mark(number: int, x: float, y: float, size: float = 5.0) -> Inside:
    """Its shape, around a place."""
    class_ = f"mark {colour(number)}" + (" hollow" if number >= COLOURS else "")
    shape = _SHAPES[number % COLOURS]
    if shape is None:
        return element("circle", cx=x, cy=y, r=size, class_=class_)
    corners = " ".join(f"{x + size * a:.1f},{y + size * b:.1f}" for a, b in shape)
    return element("polygon", points=corners, class_=class_)
