"""A report as Markdown. Plots are left to the page."""

from __future__ import annotations

from collections.abc import Sequence

from indict_review.bench.report.document import (
    Block,
    Cell,
    Column,
    Commands,
    Document,
    Figures,
    Grid,
    Heading,
    Notes,
    Paragraph,
    Terms,
)
from indict_review.formats.markup import Pen, verbatim
from indict_review.formats.safe_text import visible

_PEN = Pen()


def render(document: Document) -> str:
    """The whole file. Every word goes through the pen: nothing of a record can end its cell."""
    parts = [f"# {_PEN.prose(document.title)}", *filter(None, map(_block, document.blocks))]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_PEN.prose(block.text)}"
        case Paragraph():
            return _PEN.prose(block.text, 2000)
        case Notes():
            return "\n".join(f"- **Note:** {_PEN.prose(text)}" for text in block.texts)
        case Terms():
            return "\n".join(
                f"- **{_PEN.prose(a)}**: {_PEN.prose(b, 2000)}" for a, b in block.pairs
            )
        case Commands():
            return verbatim("\n".join(map(visible, block.lines)), "sh")
        case Grid():
            return _grid(block)
        case Figures():
            return ""


def _grid(grid: Grid) -> str:
    heads = [_head(column) for column in grid.columns]
    rules = ["---:" if column.number else "---" for column in grid.columns]
    rows = [
        [_cell(cell, column) for cell, column in zip(row, grid.columns, strict=True)]
        for row in grid.rows
    ]
    return "\n".join([_PEN.prose(grid.caption), "", *map(_row, (heads, rules, *rows))])


def _head(column: Column) -> str:
    title = _in_cell(column.title)
    return f"{title}, {column.unit}" if column.unit else title


def _cell(cell: Cell, column: Column) -> str:
    text = cell.text if column.number else _in_cell(cell.text)
    text = f"**{text}**" if cell.best else text
    return f"{text} ({cell.interval})" if cell.interval else text


def _in_cell(text: str) -> str:
    # Readers differ in what an escaped pipe in a code span is: it is spelt out.
    return _PEN.prose(text.replace("|", "<U+007C>"), 120)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
