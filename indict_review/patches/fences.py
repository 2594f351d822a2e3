"""Markdown's code fences, as replies have them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from indict_review.errors import PatchError
from indict_review.patches.interface import Block

NO_CODE = frozenset(
    "bash bat cmd console csv fish http json log mermaid output plain plaintext powershell ps1 sh "
    "shell shell-session terminal text tree txt zsh".split()
)
"""Languages of blocks in which nobody looks for a file: commands, and what they print."""

_FENCE = re.compile(r"([ \t]{0,12})(`{3,}|~{3,})([^`\n]*)$")


class Fence(NamedTuple):
    """A line that may open or close a block."""

    indent: str
    signs: str
    info: str
    """What stands behind the signs. A closing one has nothing there."""

    def is_closed_by(self, other: "Fence") -> bool:
        """As many of the same sign close it, or more, no deeper indented."""
        return (
            not other.info
            and other.signs.startswith(self.signs)
            and len(other.indent) <= len(self.indent)
        )

    def inside(self, lines: Sequence[str]) -> tuple[str, ...]:
        """Its content, without the indentation that it has from the list it is in."""
        return tuple(line.removeprefix(self.indent) for line in lines)


def fence(line: str) -> Fence | None:
    """The fence on this line."""
    found = _FENCE.match(line)
    return Fence(found[1], found[2], found[3].strip()) if found else None


def language(block: Block) -> str:
    """The first word behind the block's fence, e.g. `python`; empty if there is none."""
    return re.split(r"[\s:{]", block.info or "", maxsplit=1)[0].lower()


def closing(lines: Sequence[str], at: int, opening: Fence) -> int:
    """The line from here on that closes the block, or the end if none does."""
    while at < len(lines):
        found = fence(lines[at])
        if found is not None and opening.is_closed_by(found):
            return at
        at += 1
    return at


def check_end(block: Block) -> None:
    """Raise `PatchError` if a line of the block opens another one, and nothing closes that.

    What closes it, if it is as wide, has closed the outer one: where that ends, nobody knows.
    """
    at = 0
    while at < len(block.lines):
        inner = fence(block.lines[at])
        if inner is not None and inner.info and inner.signs.startswith("`"):
            end = closing(block.lines, at + 1, inner)
            if end == len(block.lines):
                raise PatchError(
                    f"where the code on line {block.line} ends is not clear: "
                    f"line {block.line + at} opens another fence",
                    "Enclose code that has fences in it with a wider one: ````.",
                )
            at = end
        at += 1
