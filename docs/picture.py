"""Make the README's picture: a run of the terminal view, as ANSI text on stdin, as SVG on stdout.

    FORCE_COLOR=1 indict-review patch examples/FILE.diff | python docs/picture.py > docs/review.svg

The picture pulls nothing from the network: the web fonts that rich names in it are taken out.
"""

import io
import re
import sys

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

FONTS = "ui-monospace, 'DejaVu Sans Mono', 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace"

THEME = TerminalTheme(
    (22, 24, 29),
    (205, 209, 217),
    [
        (40, 44, 52),
        (224, 95, 101),
        (126, 190, 118),
        (222, 176, 92),
        (104, 158, 226),
        (190, 122, 205),
        (84, 176, 190),
        (205, 209, 217),
    ],
)
"""Soft colours on a dark ground, in the order of ANSI."""


def picture(ansi: str, *, title: str, width: int) -> str:
    """The text as an SVG of a terminal with that title and so many columns."""
    console = Console(record=True, width=width, file=io.StringIO(), legacy_windows=False)
    console.print(Text.from_ansi(ansi.rstrip("\n")), no_wrap=True, overflow="ignore", crop=False)
    svg = console.export_svg(title=title, theme=THEME, unique_id="review")
    svg = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    svg = svg.replace("Fira Code, monospace", FONTS)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


if __name__ == "__main__":
    text = sys.stdin.read()
    sys.stdout.write(picture(text, title="indict-review patch change.diff", width=100))
