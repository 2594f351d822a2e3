"""The plots of a table: those whose metrics are there."""

from __future__ import annotations

from collections.abc import Sequence

from indict_review.bench.reckoning.results import Metric, Row, Table
from indict_review.bench.report import axes
from indict_review.bench.report.against import flagging, working
from indict_review.bench.report.costing import costing
from indict_review.bench.report.document import Figure
from indict_review.bench.report.dots import Dot, Lane, dots, height_of, key
from indict_review.bench.report.marks import Series
from indict_review.bench.report.placing import SIZE
from indict_review.bench.report.scatter import WIDE
from indict_review.bench.report.svg import fitted, picture, width_of
from indict_review.bench.report.tables import main_of
from indict_review.bench.report.wording import LINES, counts, in_words
from indict_review.formats.markup import capital


def plots(table: Table, series: Series, ident: str) -> tuple[Figure, ...]:
    """In the order in which they are read. `ident` is of this table alone."""
    drawn = (
        by_group(table, series, f"{ident}-group"),
        working(table, series, f"{ident}-working"),
        flagging(table, series, f"{ident}-flagging"),
        costing(table, series, f"{ident}-cost"),
    )
    return tuple(figure for figure in drawn if figure)


def by_group(table: Table, series: Series, ident: str) -> Figure | None:
    """The main metric in each group."""
    metric = main_of(table)
    if metric is None or not table.groups:
        return None
    whole = _lane("all", table.rows, metric, series, strong=True)
    lanes = [whole, *(_lane(g, rows, metric, series) for g, rows in table.groups.items())]
    left = 24 + max(width_of(text, SIZE) for lane in lanes for text in (lane.name, lane.below))
    names = [(fitted(row.label), series[row.label]) for row in table.rows]
    legend = key(left, 14, WIDE - left - 12, names)
    top = 10.0 + 20 * len(legend)
    drawn = dots(left, top, WIDE - left - 22, axes.share(f"{metric.title}, %"), lanes)
    title = f"{metric.title}, by group"
    told = " ".join(f"{lane.name}: {each.told}." for lane in lanes for each in lane.dots)
    inside = [*(part for row in legend for part in row), *drawn]
    svg = picture(ident, WIDE, top + height_of(lanes) + 46, title, told, inside)
    return Figure(svg, f"{capital(title)}; {whole.below} for each strategy. {LINES}")


def _lane(
    name: str, rows: Sequence[Row], metric: Metric, series: Series, *, strong: bool = False
) -> Lane:
    told = [row for row in rows if metric.name in row.cells and row.label in series]
    made = [
        Dot(series[r.label], r.cells[metric.name], f"{r.label} {in_words(r, metric)}") for r in told
    ]
    return Lane(fitted(name, 120), counts(dot.estimate for dot in made), made, strong)
