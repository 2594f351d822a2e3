"""What quality costs: the main metric of a suite against the tokens that it takes."""

from __future__ import annotations

from collections.abc import Sequence

from indict_review.bench.reckoning.results import Metric, Table
from indict_review.bench.report import axes
from indict_review.bench.report.axes import Axis
from indict_review.bench.report.document import Figure
from indict_review.bench.report.marks import Series
from indict_review.bench.report.scatter import Point, alone, square
from indict_review.bench.report.svg import fitted
from indict_review.bench.report.tables import main_of
from indict_review.bench.report.wording import LINES, in_words
from indict_review.formats.markup import capital

COST = "fresh_tokens"
"""The same on every machine, as seconds are not."""


def costing(table: Table, series: Series, ident: str) -> Figure | None:
    """The plot of a table."""
    metric, points = main_of(table), cost_points(table, series)
    if metric is None or not points:
        return None
    caption = (
        f"{capital(metric.title)} against what it takes: tokens that were written, or read from no"
        f" cache, for each sample in the mean. {LINES}"
    )
    return alone(ident, square(*cost_axes(metric, points)), points, [], caption)


def cost_points(table: Table, series: Series) -> list[Point]:
    """None for a strategy of which either was not told."""
    metric = main_of(table)
    cost = next((m for m in table.metrics if m.name == COST), None)
    if metric is None or cost is None:
        return []
    if not any(r.cells[COST].value for r in table.rows if COST in r.cells):
        return []  # no model took part: there is nothing to set it against
    return [
        Point(
            fitted(r.label),
            series[r.label],
            r.cells[COST],
            r.cells[metric.name],
            f"{r.label}: {metric.title} {in_words(r, metric)}, {cost.title} {in_words(r, cost)}",
        )
        for r in table.rows
        if {COST, metric.name} <= r.cells.keys()
    ]


def cost_axes(metric: Metric, points: Sequence[Point]) -> tuple[Axis, Axis]:
    """With all of the intervals in them."""
    ends = [end for p in points for end in (p.across.value, p.across.low, p.across.high)]
    free = any(p.across.value <= 0 for p in points)
    spent = [end for end in ends if end > 0]
    across = axes.amount("fresh tokens for a sample", [*spent, 0.0] if free else spent)
    up = axes.share(f"{metric.title}, %", [end for p in points for end in (p.up.low, p.up.high)])
    return across, up
