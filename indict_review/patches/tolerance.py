"""How the lines of an edit may differ from the file's and still be no guess: by white space alone.

Level by level: one is only looked at if those before it found no place at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indict_review.patches.target import Key, body

BLANK = " \t\r\n"
TAB_SIZES = range(2, 9)
"""Numbers of spaces that may stand for a tab."""


@dataclass(frozen=True)
class Rule:
    """How a new line is written so that it is indented as the file is."""

    write: Callable[[str], str | None]
    """The body of a line, anew; None if the rule does not tell."""
    said: str = ""
    """What the user is told."""


@dataclass(frozen=True)
class Level:
    """What of two lines has to be the same, and by which rule the rest may differ."""

    key: Key
    rule: Callable[[Sequence[str], Sequence[str]], Rule | None]
    """Given the file's lines and the edit's, stripped at their ends: what explains all of them."""
    hinted: bool
    """Whether a line number decides between places. Models count badly, so it does not where the
    fit is weak: there, lines with the same key are another place though no rule explains them."""


def exact(line: str) -> str:
    """The key of lines that are the same to the letter."""
    return line


def stripped_end(line: str) -> str:
    """The key of lines that differ by white space at their ends, if at all."""
    return line.rstrip(BLANK)


def stripped(line: str) -> str:
    """The key of lines that differ by white space around them, if at all."""
    return line.strip(BLANK)


def _as_written(there: Sequence[str], before: Sequence[str]) -> Rule:
    return Rule(lambda line: line)


def _indented(there: Sequence[str], before: Sequence[str]) -> Rule | None:
    return _shifted(there, before) or _retabbed(there, before)


def _shifted(there: Sequence[str], before: Sequence[str]) -> Rule | None:
    """The same white space stands before every line that is not blank, in the file or the edit."""
    pairs = [pair for pair in zip(there, before, strict=True) if any(pair)]
    in_file = len(pairs[0][0]) > len(pairs[0][1])
    longer, shorter = (0, 1) if in_file else (1, 0)
    ahead = pairs[0][longer].removesuffix(pairs[0][shorter])
    if not ahead or any(pair[longer] != ahead + pair[shorter] for pair in pairs):
        return None

    def write(line: str) -> str | None:
        if not in_file and not line.startswith(ahead):
            return None
        new = ahead + line if in_file else line.removeprefix(ahead)
        return None if {" ", "\t"} <= set(_indent(new)) else new

    kind = {" ": "spaces", "\t": "tabs"}.get("".join(set(ahead)), "columns")
    return Rule(write, f"indented by {len(ahead)} {kind} {'more' if in_file else 'less'}")


def _retabbed(there: Sequence[str], before: Sequence[str]) -> Rule | None:
    """One number of spaces stands for each tab of every line, in the file or the edit."""
    theirs, ours = list(map(_indent, there)), list(map(_indent, before))
    if size := _tab_size(tabs=theirs, spaces=ours):
        return Rule(_replaced(" " * size, "\t"), f"indented with a tab for {size} spaces")
    if size := _tab_size(tabs=ours, spaces=theirs):
        return Rule(_replaced("\t", " " * size), f"indented with {size} spaces for a tab")
    return None


def _tab_size(tabs: Sequence[str], spaces: Sequence[str]) -> int | None:
    sizes = set()
    for tabbed, spaced in zip(tabs, spaces, strict=True):
        if tabbed.strip("\t") or spaced.strip(" ") or bool(tabbed) != bool(spaced):
            return None
        if tabbed:
            sizes.add(len(spaced) / len(tabbed))
    return int(sizes.pop()) if len(sizes) == 1 and sizes <= set(TAB_SIZES) else None


def _replaced(unit: str, by: str) -> Callable[[str], str | None]:
    def write(line: str) -> str | None:
        indent = _indent(line)
        units = len(indent) // len(unit)
        return by * units + line[len(indent) :] if indent == unit * units else None

    return write


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


LEVELS = (
    Level(exact, _as_written, hinted=True),
    Level(body, _as_written, hinted=True),
    Level(stripped_end, _as_written, hinted=True),
    Level(stripped, _indented, hinted=False),
)
"""From what is the same to the letter to what is the same but for its indentation."""
