"""The tables of a report: what stands in which cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indict_review.bench.reckoning.columns import COSTS
from indict_review.bench.reckoning.results import Difference, Metric, Row, Table
from indict_review.bench.report import notation
from indict_review.bench.report.document import Cell, Column, Grid
from indict_review.bench.report.ranking import is_best, verdict
from indict_review.formats.markup import capital

MAIN = ("both", "pair_correct", "recall", "benign", "safe")
"""Metrics that sum a suite up, the first of them that it has."""

_BEST = "Bold: the best of its column, where every comparison made with it shows a difference."


def main_of(table: Table) -> Metric | None:
    """The metric that sums it up; None where nothing could be told."""
    told = {name for row in table.rows for name in row.cells}
    named = {m.name: m for m in table.metrics if m.name in told}
    return next((named[name] for name in MAIN if name in named), None)


def outcomes(table: Table) -> list[Metric]:
    """What became of the code, in the table's order."""
    return [m for m in _told(table) if m.name not in COSTS]


def costs(table: Table) -> list[Metric]:
    """What that took."""
    there = outcomes(table)
    return [m for m in _told(table) if m not in there]


def _told(table: Table) -> list[Metric]:
    """Those that at least one row has."""
    return [m for m in table.metrics if any(m.name in row.cells for row in table.rows)]


def outcome_grid(table: Table) -> Grid:
    """A row for each strategy."""
    caption = f"Shares in percent, with intervals at 95%. {_BEST}"
    return by_strategy(table, outcomes(table), caption)


def cost_grid(table: Table) -> Grid:
    """The same of what it took."""
    return by_strategy(table, costs(table), "Of one sample in the mean, with intervals at 95%.")


def by_strategy(table: Table, metrics: Sequence[Metric], caption: str) -> Grid:
    """A row for each strategy, a column for each of these."""
    columns = (Column("strategy", number=False), Column("samples"), *map(_column, metrics))
    rows = (
        (
            Cell(row.label),
            Cell(notation.count(row.count)),
            *(cell(row, m, table) for m in metrics),
        )
        for row in table.rows
    )
    return Grid(caption, columns, tuple(rows))


def group_grids(table: Table) -> Iterator[Grid]:
    """Of what strategies are compared by: a row for each group, a column for each strategy."""
    compared = {difference.metric for difference in table.differences}
    for metric in outcomes(table) if table.groups else ():
        if metric.name in compared or metric == main_of(table):
            yield _by_group(table, metric)


def _by_group(table: Table, metric: Metric) -> Grid:
    labels = [row.label for row in table.rows]
    columns = (
        Column("group", number=False),
        Column("samples"),
        *(Column(label, notation.UNITS[metric.unit]) for label in labels),
    )
    rows = []
    for group, members in table.groups.items():
        found = {row.label: row for row in members}
        cells = [cell(found.get(label), metric) for label in labels]
        most = max((row.count for row in members), default=0)
        rows.append((Cell(group), Cell(notation.count(most)), *cells))
    return Grid(f"{capital(metric.title)}, by group.", columns, tuple(rows))


def difference_grid(table: Table) -> Grid:
    """Every comparison that was made, whatever came out of it."""
    words = ("what", "compared")
    columns = (
        *(Column(title, number=False) for title in words),
        *(Column(title) for title in ("samples", "difference", "p", "p, adjusted")),
        *(Column(title, number=False) for title in ("test", "shown")),
    )
    units = {m.name: m for m in table.metrics}
    rows = (_compared(d, units[d.metric]) for d in table.differences if d.metric in units)
    return Grid(
        "Shares differ in percentage points. p is two-sided; adjusted by Holm's method over all"
        " comparisons of this table, it is what decides.",
        columns,
        tuple(rows),
    )


def _compared(difference: Difference, metric: Metric) -> tuple[Cell, ...]:
    delta, unit, shown = difference.delta, metric.unit, verdict(difference, metric)
    return (
        Cell(metric.title),
        Cell(f"{difference.other} against {difference.one}"),
        Cell(notation.count(delta.count)),
        Cell(
            notation.number(delta.value, unit, sign=True), notation.interval(delta, unit, sign=True)
        ),
        Cell(notation.probability(difference.p)),
        Cell(notation.probability(difference.adjusted)),
        Cell(difference.test),
        Cell(shown, best=shown == "better"),
    )


def _column(metric: Metric) -> Column:
    return Column(metric.title, notation.UNITS[metric.unit])


def cell(row: Row | None, metric: Metric, ranked: Table | None = None) -> Cell:
    """A dash where nothing could be told. The best of `ranked` is marked."""
    if row is None or metric.name not in row.cells:
        return Cell("–")  # noqa: RUF001
    estimate, unit = row.cells[metric.name], metric.unit
    best = ranked is not None and is_best(ranked, row, metric)
    return Cell(notation.number(estimate.value, unit), notation.interval(estimate, unit), best)
