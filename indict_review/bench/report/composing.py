"""Results as a document: what came out, suite by suite, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indict_review.bench.reckoning.results import Results, Table
from indict_review.bench.record import Records
from indict_review.bench.report import notation, tables
from indict_review.bench.report.document import (
    Block,
    Cell,
    Column,
    Document,
    Figures,
    Grid,
    Heading,
    Notes,
    Paragraph,
    Terms,
)
from indict_review.bench.report.marks import Series, series_of
from indict_review.bench.report.plots import plots
from indict_review.bench.report.remaking import remaking


def composed(records: Records, results: Results) -> Document:
    """The report of them. `results` is what `metrics.summarize` makes of `records`."""
    series = series_of(results.tables)
    blocks: list[Block] = [Paragraph(_lead(results.tables))]
    if len(results.tables) > 1:
        blocks += [Heading(2, "At a glance"), glance(results.tables)]
    for number, table in enumerate(results.tables, 1):
        blocks += _part(table, _named(table, results.tables), series, f"t{number}")
    return Document("Bench report", (*blocks, *remaking(records)))


def _lead(told: Sequence[Table]) -> str:
    done, planned = sum(t.done for t in told), sum(t.planned for t in told)
    made = [d for t in told for d in t.differences]
    counted = f"{notation.count(done)} of {notation.count(planned)} planned answers were scored."
    if not made:
        return f"{counted} Nothing was compared."
    return (
        f"{counted} Of {notation.count(len(made))} comparisons"
        f" {notation.count(sum(d.is_one for d in made))} show a difference. Where none is shown"
        " there may be one all the same: the intervals say how large it could be."
    )


def glance(told: Sequence[Table]) -> Grid:
    """The main metric of each table, a column for each strategy."""
    labels = list(series_of(told))
    columns = (Column("suite", number=False), *(Column(label, "%") for label in labels))
    rows = []
    for table in told:
        if metric := tables.main_of(table):
            found = {row.label: row for row in table.rows}
            cells = [tables.cell(found.get(label), metric, table) for label in labels]
            rows.append((Cell(f"{_named(table, told)}: {metric.title}"), *cells))
    return Grid("What sums each suite up, in percent.", columns, tuple(rows))


def _named(table: Table, told: Sequence[Table]) -> str:
    """With its model, where there are several."""
    return f"{table.title}, {table.model}" if len({t.model for t in told}) > 1 else table.title


def _part(table: Table, name: str, series: Series, ident: str) -> Iterator[Block]:
    """One table."""
    yield Heading(2, name)
    yield Paragraph(_counted(table))
    if table.notes:
        yield Notes(table.notes)
    if not table.rows:
        return
    if drawn := plots(table, series, ident):
        yield Figures(drawn)
    outcomes, costs = tables.outcomes(table), tables.costs(table)
    if outcomes:
        yield Heading(3, "What came out")
        yield tables.outcome_grid(table)
    if table.differences:
        yield Heading(3, "What differs")
        yield tables.difference_grid(table)
    if costs:
        yield Heading(3, "What it cost")
        yield tables.cost_grid(table)
    if grids := tuple(tables.group_grids(table)):
        yield Heading(3, "By group")
        yield from grids
    yield Heading(3, "How each column is counted")
    yield Terms(tuple((metric.title, metric.about) for metric in (*outcomes, *costs)))


def _counted(table: Table) -> str:
    return (
        f"Model: {table.model}. {notation.count(table.done)} of {notation.count(table.planned)}"
        " planned answers were scored."
    )
