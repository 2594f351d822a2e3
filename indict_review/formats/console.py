"""The one door to the terminal, and to `rich`: lines of styled spans in, safe text out.

Every span is spelt out by `safe_text.visible` on its way through, whoever made it: no escape
sequence, line break or bidi control of a change gets past here. Markup in content means nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TextIO

from indict_review.formats.safe_text import visible

if TYPE_CHECKING:  # rich costs a tenth of a second to import; a JSON review does without it
    from rich.console import Console
    from rich.text import Text

Style = Literal[
    "plain", "dim", "bold", "path", "add", "del", "good", "bad", "note", "harmful",
    "info", "low", "medium", "high", "critical",
]  # fmt: skip

_STYLES: dict[Style, str] = {
    # The terminal's own sixteen colours, which its owner chose to be readable.
    "plain": "none",
    "dim": "dim",
    "bold": "bold",
    "path": "cyan",
    "add": "green",
    "del": "red",
    "good": "green",
    "bad": "bold red",
    "note": "yellow",
    "harmful": "bold reverse red",
    "info": "bold reverse cyan",
    "low": "bold reverse blue",
    "medium": "bold reverse yellow",
    "high": "bold reverse red",
    "critical": "bold reverse magenta",
}

_IN_ASCII = str.maketrans(
    {"…": "...", "·": "-", "│": "|", "╭": ",", "╰": "`", "─": "-", "▶": ">", "✓": "ok", "✗": "x",
     "━": "#", "—": "-", "−": "-", "×": "x"}  # noqa: RUF001 - they are what is replaced
)  # fmt: skip


class Span(NamedTuple):
    """Some text in one style."""

    text: str
    style: Style = "plain"
    verbatim: bool = False
    """Never rewritten for an ASCII terminal, as our own dashes and dots are: code."""


@dataclass(frozen=True)
class Line:
    """One line, wrapped if it must be."""

    body: tuple[Span, ...] = ()
    lead: tuple[Span, ...] = ()
    """What stands before the body on the first row."""
    hang: tuple[Span, ...] | None = None
    """What stands before it on further rows; None is as many spaces as the lead is wide."""
    code: bool = False
    """Keep each space, and break where the row ends rather than between words."""


def draw(lines: Iterable[Line], *, width: int, colour: bool, unicode: bool = True) -> str:
    """The lines as text, with escape sequences only where `colour` asks for them."""
    lines = list(lines)
    if not colour and all(_is_short(line, width) for line in lines):
        return "".join(f"{_plain(line, unicode)}\n" for line in lines)
    console = _console(io.StringIO(), width, colour)
    with console.capture() as captured:
        for line in lines:
            for row in _rows(line, console, width, unicode):
                console.print(row, no_wrap=True, overflow="ignore", crop=False)
    return captured.get()


_NARROW = frozenset("·−…—–’“”▶│╭╰─→")  # noqa: RUF001 - each is one column wide
"""Besides ASCII. To measure anything else, and to fold or colour it, rich is loaded: 25 ms."""


def _is_short(line: Line, width: int) -> bool:
    """Whether it is known to fit as it stands. Spelt out, a character takes up to eight columns."""
    texts = [span.text for span in (*line.lead, *line.body)]
    plain = all(c.isascii() or c in _NARROW for text in texts for c in text)
    odd = sum(not c.isprintable() for text in texts for c in text)
    return (
        plain and sum(map(len, texts)) + 7 * odd + 2 <= width and not any("\n" in t for t in texts)
    )


def _plain(line: Line, unicode: bool) -> str:
    return "".join(_shown(span, unicode) for span in (*line.lead, *line.body)).rstrip()


def _shown(span: Span, unicode: bool) -> str:
    content = span.text if unicode or span.verbatim else span.text.translate(_IN_ASCII)
    return visible(content, ascii_only=not unicode)


@contextmanager
def live(
    stream: TextIO,
    compose: Callable[[], Line],
    *,
    width: int,
    colour: bool,
    unicode: bool = True,
) -> Iterator[None]:
    """Draw one line over and over, cut to the width; leave no trace of it, whatever happens."""
    from rich.live import Live

    console = _console(stream, width, colour, terminal=True)

    def row() -> Text:
        text = _text(compose().body, unicode)
        text.truncate(width - 1, overflow="ellipsis" if unicode else "crop")
        return text

    with Live(
        console=console,
        get_renderable=row,
        transient=True,
        refresh_per_second=8,
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        yield


def _console(stream: TextIO, width: int, colour: bool, *, terminal: bool = False) -> Console:
    from rich.console import Console
    from rich.theme import Theme

    return Console(
        file=stream,
        width=width,
        force_terminal=colour or terminal,
        color_system="standard" if colour else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        theme=Theme({str(name): style for name, style in _STYLES.items()}),
        _environ={"TERM": "xterm"},  # who calls has decided: rich is to read no environment
    )


def _rows(line: Line, console: Console, width: int, unicode: bool) -> Iterator[Text]:
    from rich.text import Text

    lead = _text(line.lead, unicode)
    hang = Text(" " * lead.cell_len)
    if line.hang is not None:
        hang = _text(line.hang, unicode)
    body = _text(line.body, unicode)
    room = max(width - lead.cell_len, 8)
    rows = _folded(body, room) if line.code else body.wrap(console, room, overflow="fold")
    for number, row in enumerate(rows or [Text()]):
        whole = (hang if number else lead) + row
        whole.rstrip()
        yield whole


def _text(spans: Iterable[Span], unicode: bool) -> Text:
    from rich.text import Text

    text = Text()
    for span in spans:
        text.append(_shown(span, unicode), style=span.style)
    return text


def _folded(text: Text, room: int) -> list[Text]:
    """Cut at every `room` columns; a wide character is never cut in two."""
    from rich.cells import cell_len

    breaks, column = [], 0
    for index, char in enumerate(text.plain):
        cells = cell_len(char)
        if column + cells > room:
            breaks.append(index)
            column = 0
        column += cells
    return list(text.divide(breaks))
