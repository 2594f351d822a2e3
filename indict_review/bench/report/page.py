"""A report as one HTML page that loads nothing: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from indict_review.bench.report.document import (
    Block,
    Cell,
    Column,
    Commands,
    Document,
    Figure,
    Figures,
    Grid,
    Heading,
    Notes,
    Paragraph,
    Terms,
)
from indict_review.formats.safe_text import flat, visible

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Should a name of a record get past the escaping, no browser runs or fetches anything for it."""

_FEW = 6
"""Columns of a table in which there is room for intervals beside values."""


def render(document: Document) -> str:
    """The whole file."""
    title = _plain(document.title)
    body = "\n".join(_blocks(document.blocks))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style("page.css")}{style("plots.css")}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def style(name: str) -> str:
    """One of our style sheets."""
    return files(__package__).joinpath(name).read_text("utf-8")


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    """All of them, and first links to the parts."""
    parts = [(n, b.text) for n, b in enumerate(blocks) if isinstance(b, Heading) and b.level == 2]
    links = (f'<li><a href="#part-{n}">{_plain(text)}</a></li>' for n, text in parts)
    yield f'<nav aria-label="Parts"><ul>{"".join(links)}</ul></nav>'
    for number, block in enumerate(blocks):
        yield _block(block, f"part-{number}")


def _block(block: Block, ident: str) -> str:
    match block:
        case Heading():
            return f'<h{block.level} id="{ident}">{_plain(block.text)}</h{block.level}>'
        case Paragraph():
            return f"<p>{_prose(block.text)}</p>"
        case Notes():
            notes = "".join(f"<li>{_prose(text)}</li>" for text in block.texts)
            return f'<ul class="notes" aria-label="Notes">{notes}</ul>'
        case Terms():
            pairs = (f"<div><dt>{_plain(a)}</dt><dd>{_prose(b)}</dd></div>" for a, b in block.pairs)
            return f"<dl>{''.join(pairs)}</dl>"
        case Commands():
            lines = "\n".join(escape(visible(line), quote=True) for line in block.lines)
            return f'<pre tabindex="0"><code>{lines}</code></pre>'
        case Grid():
            return _grid(block)
        case Figures():
            return f'<div class="figures">{"".join(map(_figure, block.each))}</div>'


def _figure(figure: Figure) -> str:
    """The picture was made by `svg`, which escapes what is in it."""
    return f"<figure>{figure.svg}<figcaption>{_prose(figure.caption)}</figcaption></figure>"


def _grid(grid: Grid) -> str:
    """In a box of its own: on a narrow screen the table moves in it, not the page."""
    heads = "".join(map(_head, grid.columns))
    rows = "\n".join(_row(row, grid.columns) for row in grid.rows)
    few = ' class="few"' if len(grid.columns) <= _FEW else ""
    # The caption stands outside: it is to be read whole, however narrow the box.
    return (
        f'<p class="caption">{_prose(grid.caption)}</p>\n'
        f'<div class="table" tabindex="0" role="region" aria-label="{_plain(grid.caption)}">'
        f"<table{few}>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _head(column: Column) -> str:
    unit = f" <small>{_plain(column.unit)}</small>" if column.unit else ""
    return f'<th scope="col"{_side(column)}>{_plain(column.title)}{unit}</th>'


def _row(row: Sequence[Cell], columns: Sequence[Column]) -> str:
    first, *rest = row
    cells = "".join(_cell(cell, column) for cell, column in zip(rest, columns[1:], strict=True))
    return f'<tr><th scope="row">{_plain(first.text)}</th>{cells}</tr>'


def _cell(cell: Cell, column: Column) -> str:
    text = _signed(cell.text) if column.number else _plain(cell.text)
    text = f"<b>{text}</b>" if cell.best else text
    interval = f"<small>{_signed(cell.interval)}</small>" if cell.interval else ""
    return f"<td{_side(column)}>{text}{interval}</td>"


def _side(column: Column) -> str:
    return "" if column.number else ' class="words"'


def _signed(text: str) -> str:
    """A number, its minus as long as a plus."""
    return _plain(text).replace("-", "\N{MINUS SIGN}")


def _prose(text: str) -> str:
    """What stands between backticks is code."""
    parts = enumerate(_plain(text, 4000).split("`"))
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in parts)


def _plain(text: str, limit: int = 300) -> str:
    """Where trust ends: text of records as a page may have it."""
    return escape(visible(flat(text, limit)), quote=True)
