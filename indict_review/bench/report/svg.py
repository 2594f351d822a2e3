"""A few SVG elements, as text. Plots are drawn by hand so that the same numbers are the same bytes:
no plotting library promises that from one version to the next.

Where trust ends: every text and every attribute is escaped here, and control characters, which XML
cannot hold, are spelt out.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from indict_review.formats.safe_text import flat, visible

Inside = str
"""Elements that were made here."""


def element(name: str, *inside: Inside, **attributes: str | float) -> Inside:
    """`class_` is the attribute `class`, and other `_` are `-`."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_shown(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{told}>{''.join(inside)}</{name}>" if inside else f"<{name}{told}/>"


def words(text: str, limit: int = 300) -> Inside:
    """Text that is not ours, on one line."""
    return escape(visible(flat(text, limit)), quote=True)


def group(inside: Iterable[Inside], title: str = "", **attributes: str | float) -> Inside:
    """Elements that belong together; the title is what a pointer over them shows."""
    told = [element("title", words(title))] if title else []
    return element("g", *told, *inside, **attributes)


def label(x: float, y: float, text: str, **attributes: str | float) -> Inside:
    """Words at a place: their baseline's start, unless `text_anchor` says otherwise."""
    return element("text", words(text, 80), x=x, y=y, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Inside:
    """A straight one."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def picture(
    ident: str, width: float, height: float, title: str, told: str, inside: Iterable[Inside]
) -> str:
    """The whole of it. Who cannot see it is read its title and `told`."""
    return element(
        "svg",
        element("title", words(title), id=f"{ident}-title"),
        element("desc", words(told, 4000), id=f"{ident}-desc"),
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {coordinate(width)} {coordinate(height)}",
        role="img",
        aria_labelledby=f"{ident}-title {ident}-desc",
        class_="plot",
    )


def coordinate(value: float) -> str:
    """To a tenth of a pixel: what lies behind that differs between machines."""
    shown = f"{value:.1f}"
    return shown.removesuffix(".0") if shown != "-0.0" else "0"


def width_of(text: str, size: float) -> float:
    """About how wide it is in a font of that size: no font is at hand to ask, and fonts differ."""
    return size * sum(map(_wide, visible(text))) / 100


def fitted(text: str, width: float = 170, size: float = 12.5) -> str:
    """As much of it as there is room for."""
    shown = visible(flat(text, 200))
    if width_of(shown, size) <= width:
        return shown
    while shown and width_of(shown + "…", size) > width:
        shown = shown[:-1]
    return shown + "…"


def _wide(char: str) -> int:
    """In hundredths of the font's size: whole numbers, since sums of others differ by version."""
    if not char.isascii():
        return 100
    if char in "iljtfrI.,:;'|!()[] ":
        return 36
    return 85 if char.isupper() or char in "mw%@_" else 60


def _shown(value: str | float) -> str:
    return words(value) if isinstance(value, str) else coordinate(value)
