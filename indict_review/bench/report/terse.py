"""What came out, in a few lines of a terminal: of each suite the columns that there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indict_review.bench.reckoning.results import Results, Table
from indict_review.bench.report import notation, tables
from indict_review.bench.report.costing import COST
from indict_review.bench.report.document import Cell, Column, Grid
from indict_review.formats.console import Line, Span, Style
from indict_review.formats.safe_text import visible
from indict_review.formats.words import plural

_BETWEEN = "  "
_NOTES = 3
"""Shown of each suite; the report has all."""


def lines(results: Results, width: int) -> Iterator[Line]:
    """For `console.draw` at that width."""
    for table in results.tables:
        counted = f"{notation.count(table.done)} of {notation.count(table.planned)} scored"
        yield Line((Span(table.title, "bold"), Span(f" · {table.model} · {counted}", "dim")))
        yield from _notes(table.notes)
        if table.rows:
            yield from _rows(_chosen(table), width)
            yield Line((Span(_compared(table), "dim"),), (Span(_BETWEEN),))
        yield Line()


def _notes(notes: Sequence[str]) -> Iterator[Line]:
    for note in notes[:_NOTES]:
        yield Line((Span(note, "note"),), (Span("  note: ", "note"),))
    if len(notes) > _NOTES:
        more = plural(len(notes) - _NOTES, "more note")
        yield Line((Span(f"{more} in the report", "note"),), (Span(_BETWEEN),))


def _chosen(table: Table) -> Grid:
    """The main metric first, then what it cost, then what else strategies are compared by."""
    main = tables.main_of(table)
    order = [*([main.name] if main else []), COST, *(d.metric for d in table.differences)]
    metrics = [*tables.outcomes(table), *tables.costs(table)]
    # What is in no order stays in the table's.
    metrics.sort(key=lambda m: order.index(m.name) if m.name in order else len(order))
    return tables.by_strategy(table, metrics, "")


def _rows(grid: Grid, width: int) -> Iterator[Line]:
    table = [[_head(c) for c in grid.columns], *([_text(cell) for cell in r] for r in grid.rows)]
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    fits = _fitting(wide, width)
    for number, row in enumerate(table):
        spans = [Span(_BETWEEN + row[0].ljust(wide[0]), "plain" if number else "dim")]
        for n in range(1, fits):
            best = number > 0 and grid.rows[number - 1][n].best
            style: Style = "good" if best else "plain" if number else "dim"
            spans.append(Span(_BETWEEN + row[n].rjust(wide[n]), style))
        yield Line(tuple(spans), code=True)
    if fits < len(wide):
        left = ", ".join(c.title for c in grid.columns[fits:])
        yield Line((Span(f"in the report, too: {left}", "dim"),), (Span(_BETWEEN),))


def _fitting(wide: Sequence[int], width: int) -> int:
    """How many columns fit, two at least: a name alone says nothing."""
    taken = 0
    for number, each in enumerate(wide):
        taken += len(_BETWEEN) + each
        if taken > width and number >= 2:
            return number
    return len(wide)


def _head(column: Column) -> str:
    return visible(f"{column.title}, {column.unit}" if column.unit else column.title)


def _text(cell: Cell) -> str:
    text = f"{cell.text}{'*' * cell.best}"
    return visible(f"{text} ({cell.interval})" if cell.interval else text)


def _compared(table: Table) -> str:
    if not table.differences:
        return "there is nothing to compare it with"
    shown = sum(d.is_one for d in table.differences)
    text = f"{shown} of {len(table.differences)} comparisons show a difference"
    return f"{text}; * is the best by all that were made with it" if shown else text
