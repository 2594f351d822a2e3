"""How long one file may be looked at, in steps: the same on every machine."""

from collections.abc import Sized
from typing import TypeVar

T = TypeVar("T", bound=Sized)

STEPS = 1_200_000
"""A second or so. Of real code, large files take a tenth of it; hostile code would take hours."""


class OutOfPatienceError(Exception):
    """Raised in the middle of a look: nothing that was found in this function is complete."""


class Patience:
    """What is left for a file. Looks spend it wherever a function's size counts more than once."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        """Raises `OutOfPatienceError` from then on that it is used up."""
        self._left -= steps
        if self._left < 0:
            raise OutOfPatienceError

    def over(self, items: T) -> T:
        """The same, paid for as if all of them were looked at."""
        self.spend(len(items))
        return items
