"""A comparison as a person reads it: in a terminal, or in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indict_review.bench.comparing.comparing import Comparison, Contrast
from indict_review.bench.reckoning.sides import Side
from indict_review.bench.report import markdown, notation
from indict_review.bench.report.document import (
    Block,
    Cell,
    Column,
    Document,
    Grid,
    Heading,
    Notes,
    Paragraph,
    Terms,
)
from indict_review.formats.console import Line, Span, Style
from indict_review.formats.safe_text import visible
from indict_review.formats.words import plural

_HOW = (
    "Better or worse: B. p is two-sided, adjusted by Holm's method for so many metrics. Of yes and"
    " no it is McNemar's, exact; else the two are exchanged at random. Intervals are at 95%."
)


@dataclass(frozen=True)
class Shown:
    """What is to be shown."""

    names: tuple[str, str]
    """As the user named them."""
    comparisons: Sequence[Comparison]
    samples: bool = False
    """Whether to list those in which they differ."""


def in_markdown(shown: Shown) -> str:
    """A document."""
    blocks = [block for each in shown.comparisons for block in _blocks(each, shown)]
    return markdown.render(Document("A and B side by side", (*blocks, Paragraph(_HOW))))


def lines(shown: Shown, width: int) -> Iterator[Line]:
    """For `console.draw` at that width."""
    for each in shown.comparisons:
        for block in _blocks(each, shown):
            yield from _lines(block, width)
        yield Line()
    yield Line((Span(_HOW, "dim"),))


def _blocks(each: Comparison, shown: Shown) -> Iterator[Block]:
    counted = plural(len(each.one.records), "sample")
    yield Heading(2, f"{each.suite}: {counted} that both have")
    sides = zip("AB", shown.names, (each.one, each.other), strict=True)
    yield Terms(tuple((letter, f"{_of(side)}, of {name}") for letter, name, side in sides))
    yield _grid(each)
    yield Notes((*each.notes, _power(each)))
    if shown.samples:
        yield Terms(tuple(_differing(each)) or (("samples that differ", "none"),))


def _of(side: Side) -> str:
    return f"{side.strategy} with {side.records[0].model}"


def _power(each: Comparison) -> str:
    """What so few samples can show at all."""
    if each.fewest > each.units:
        return (
            f"too few to show even the largest difference: it takes {each.fewest} independent"
            f" samples, and there are {each.units}"
        )
    return (
        f"of {each.units} independent samples, at least {each.fewest} have to differ, all one way,"
        " before a difference shows"
    )


def _differing(each: Comparison) -> Iterator[tuple[str, str]]:
    for contrast in each.contrasts:
        for letter, names in (("A", contrast.lower), ("B", contrast.higher)):
            if names:
                yield f"{contrast.metric.title}, higher in {letter}", ", ".join(names)


def _grid(each: Comparison) -> Grid:
    columns = (
        Column("", number=False),
        *(Column(title) for title in ("A", "B", "B less A", "p")),
        Column("shown", number=False),
    )
    return Grid("On the samples that both have.", columns, tuple(map(_row, each.contrasts)))


def _row(contrast: Contrast) -> tuple[Cell, ...]:
    metric, delta = contrast.metric, contrast.delta
    unit = notation.UNITS[metric.unit]
    change = notation.number(delta.value, metric.unit, sign=True)
    p = contrast.adjusted
    return (
        Cell(f"{metric.title}, {unit}" if unit else metric.title),
        Cell(notation.number(contrast.one.value, metric.unit)),
        Cell(notation.number(contrast.other.value, metric.unit)),
        Cell(change, notation.interval(delta, metric.unit, sign=True)),
        Cell("" if p is None else notation.probability(p)),
        Cell(contrast.verdict, best=contrast.is_one),
    )


def _lines(block: Block, width: int) -> Iterator[Line]:
    match block:
        case Heading():
            yield Line((Span(block.text, "bold"),))
        case Terms():
            for name, text in block.pairs:
                yield Line((Span(text),), (Span(f"  {name}: ", "dim"),))
        case Notes():
            for text in block.texts:
                yield Line((Span(text, "note"),), (Span("  note: ", "note"),))
        case Grid():
            yield from _table(block, width)


def _table(grid: Grid, width: int) -> Iterator[Line]:
    """A row on a line; where they are too long, each below its name."""
    table = [[column.title for column in grid.columns], *(map(_text, row) for row in grid.rows)]
    rows = [[visible(text) for text in row] for row in table]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    narrow = sum(wide) + 2 * (len(wide) - 1) > width
    for number, (name, *cells) in enumerate(rows):
        plain: Style = "plain" if number else "dim"
        good: Style = "bold" if number and grid.rows[number - 1][-1].best else plain
        texts = [cell.rjust(size) for cell, size in zip(cells, wide[1:], strict=True)]
        texts[-1] = cells[-1]
        if narrow and name:
            yield Line((Span(name, plain),))
        spans = [Span("" if narrow else name.ljust(wide[0]), plain)]
        spans += [
            Span(f"  {text}", good if n == len(texts) else plain) for n, text in enumerate(texts, 1)
        ]
        yield Line(tuple(spans), code=True)


def _text(cell: Cell) -> str:
    return f"{cell.text} ({cell.interval})" if cell.interval else cell.text
