"""What a report is made of, before anybody says how it looks.

All of its text is plain: names in it come from records and may be hostile. Whoever renders it
escapes every word.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """Of a grid."""

    title: str
    unit: str = ""
    """What its numbers are in, e.g. `%`; empty: they are counts, or it has words."""
    number: bool = True


@dataclass(frozen=True)
class Cell:
    """Of a grid. In a column of numbers its text is of our own making."""

    text: str
    interval: str = ""
    """E.g. `40.9 to 79.2`."""
    best: bool = False


@dataclass(frozen=True)
class Grid:
    """Rows and columns; the first column names its row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Heading:
    """Opens a part; 2 is the highest level in a document."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Prose."""

    text: str


@dataclass(frozen=True)
class Notes:
    """What the reader has to know before the numbers."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """What each word stands for."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Commands:
    """Lines for a shell."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A plot. Only a page shows it."""

    svg: str
    caption: str


@dataclass(frozen=True)
class Figures:
    """Plots that stand together."""

    each: tuple[Figure, ...]


Block = Heading | Paragraph | Notes | Terms | Commands | Figures | Grid


@dataclass(frozen=True)
class Document:
    """A report."""

    title: str
    blocks: tuple[Block, ...]
