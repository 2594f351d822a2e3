"""The parts of a reply that have edits in them, before they are laid out among prose."""

import re
from dataclasses import dataclass


class Unsayable(Exception):
    """The form has no words for this change, or this sloppiness cannot happen to it."""


@dataclass(frozen=True)
class Part:
    body: str
    """With a newline at its end."""
    info: str = ""
    """What stands behind the opening fence."""
    above: str = ""
    """The line above the fence, with its end, if it matters."""
    units: tuple[str, ...] = ()
    """What the body has in it and shows that a piece is missing, if it is; empty: all of it."""
    tail: str = ""
    """The end of the body that says nothing but that this was all."""
    bare: bool = True
    """Whether it is understood without a fence."""

    @property
    def fence(self) -> str:
        """As wide as it has to be."""
        inner = re.findall(r"^[ \t]*(`{3,})", self.body, re.MULTILINE)
        return "`" * max([3, *(len(run) + 1 for run in inner)])
