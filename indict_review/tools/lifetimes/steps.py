"""A C or C++ function as what it does, one step after the other, and the ways between the steps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from indict_review.syntax.pieces import Piece
from indict_review.tools.c.patience import Patience

PLACE = re.compile(r"[^\W\d]\w*(?:(?:->|\.)\w+|\[\w+\])*")
"""An expression that names a place in memory, and has no effect by itself."""

_NAMES = re.compile(r"[^\W\d]\w*")
_OF_ANOTHER, _GOES_ON = re.compile(r"(?:[\w.]|->)\Z"), re.compile(r"\w")


STEP = 4
"""What making a step costs of a `Patience`, or going one, beside what is carried along."""


class Act(Enum):
    """What a step does."""

    FOLLOW = auto()
    """It goes where the pointer `what` points: `*what`, `what->x`, `what[0]`."""
    ADDRESS = auto()
    """It takes the address of `what`: whoever has that may set it."""
    ASSIGN = auto()
    """It sets `what` to `value`."""
    CALL = auto()
    """It calls `what` with `args`."""
    TEST = auto()
    """It goes one way if `what` holds (a pointer: is not null), and the other way if not."""
    HINT = auto()
    """A call is told a comparison of `what`: it may have been tested there."""
    RETURN = auto()
    """The function ends, with `what` as its value."""
    NOTHING = auto()
    """Ways part or meet here, whatever is the case; at the label `what`, if there is one."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One thing that the function does. Expressions are named by their text."""

    act: Act
    what: str
    piece: Piece
    value: Piece | None = None
    """Of an assignment, without casts and parentheses; None where it is not one plain value."""
    args: tuple[str, ...] = ()
    """Of a call, without casts and parentheses."""
    alone: bool = False
    """Of a call: nothing is done with what it returns. Of a test: an `if` asks it."""

    @property
    def line(self) -> int:
        """Where it is, from 1."""
        return self.piece.line

    def sets(self, expression: str) -> bool:
        """Whether it may give the expression another value."""
        if self.act is Act.ADDRESS:
            return is_part(self.what, expression)
        return self.act is Act.ASSIGN and is_part(self.what, expression)


@dataclass(frozen=True)
class Way:
    """From one step to the next."""

    to: int
    when: bool | None = None
    """After a test, what it came to."""


@dataclass(frozen=True, eq=False)
class Flow:
    """A function. It begins at step 0."""

    name: str
    parameters: tuple[str, ...]
    types: Mapping[str, str]
    """By variable that it declares, parameters included: the type, and its stars."""
    steps: tuple[Step, ...]
    ways: tuple[tuple[Way, ...], ...]
    """By step: where it may go from there. Nowhere: the function ends."""
    language: str
    patience: Patience


@lru_cache(maxsize=100_000)
def is_part(changed: str, expression: str) -> bool:
    """Whether the expression is made of what was changed: of `p` in `p->next`, not in `x->p`."""
    at = expression.find(changed)
    while at >= 0:
        before, after = expression[:at], expression[at + len(changed) :]
        if not _OF_ANOTHER.search(before) and not _GOES_ON.match(after):
            return True
        at = expression.find(changed, at + 1)
    return False


def root(expression: str) -> str:
    """The variable that an expression begins with: `p` of `p->next[0]`, or nothing."""
    found = _NAMES.match(expression.lstrip("*&("))
    return found[0] if found else ""
