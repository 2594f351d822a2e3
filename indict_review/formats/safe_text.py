"""Where trust ends: text of a change made fit to be shown.

A change can carry escape sequences that repaint the terminal, bidirectional controls that show
code in another order than it runs in, and characters nobody can see. None is dropped, since that
would hide it from the reviewer: each is spelt out.
"""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Blank or joined to their neighbour, though Unicode counts them as letters, marks or symbols."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str, *, ascii_only: bool = False) -> str:
    """The text with everything that is no plain character spelt out, line ends among it.

    ESC becomes `␛` (`\\x1b` in ASCII), U+202E `<U+202E>`, a byte that was no UTF-8 `\\xff`. A tab
    becomes the spaces to the next stop of four.
    """
    text = text.expandtabs(4)
    if text.isprintable() and not _INVISIBLE.search(text) and (text.isascii() or not ascii_only):
        return text
    return "".join(_spelt(char, ascii_only) for char in text)


def _spelt(char: str, ascii_only: bool) -> str:
    code = ord(char)
    if code < 0x20 or code == 0x7F:
        picture = "\N{SYMBOL FOR DELETE}" if code == 0x7F else chr(0x2400 + code)
        return f"\\x{code:02x}" if ascii_only else picture
    if 0xDC80 <= code <= 0xDCFF:  # how `surrogateescape` keeps a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if (ascii_only and code > 0x7F) or _INVISIBLE.match(char) or _is_no_character(char):
        return f"<U+{code:04X}>"
    return char


def _is_no_character(char: str) -> bool:
    """Controls, formats (bidi and zero-width among them), surrogates, unassigned, line breaks."""
    category = unicodedata.category(char)
    return category.startswith("C") or category in {"Zl", "Zp"}


def cut(text: str, limit: int) -> tuple[str, str]:
    """The first `limit` characters, and words on what was left out, or nothing."""
    left = len(text) - limit
    if left <= 0:
        return text, ""
    return text[:limit], f"… {left:,} character{'s' * (left > 1)} more"


def flat(text: str, limit: int = 600) -> str:
    """Prose on one line: runs of white space become one space, and the end of a long one is cut."""
    # Twice the limit is enough to fill it: ten megabytes of words need not be split to be cut.
    shown, left_out = cut(" ".join(text[: 2 * limit].split()), limit)
    if not left_out and len(text) > 2 * limit:
        left_out = f"… {len(text) - 2 * limit:,} characters more"
    return f"{shown} {left_out}" if left_out else shown


def lines_of(text: str) -> list[str]:
    """The lines, without their ends. A carriage return stays unless every line ends in one."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if lines and all(line.endswith("\r") for line in lines):
        return [line[:-1] for line in lines]
    return lines


def without_surrogates(text: str) -> tuple[str, int]:
    """The text with each lone surrogate as U+FFFD, so that UTF-8 can hold it, and how many."""
    return _SURROGATE.subn("\N{REPLACEMENT CHARACTER}", text)
