"""How long a question waits, where the same one may be answered a little later."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indict_review.models.interface import Failed

WAITS = (1.0, 3.0, 9.0)
"""Seconds before each further try, each made half as much longer or shorter by chance."""
LONGEST = 60.0
"""What a server may ask for: for longer, nobody waits."""


@dataclass(frozen=True)
class Patience:
    """When a question is asked again."""

    waits: tuple[float, ...] = WAITS
    # So that those who failed together do not all come back together.
    chance: Callable[[], float] = lambda: random.uniform(0.5, 1.5)  # noqa: S311 - no secret

    def pauses(self) -> Iterator[float]:
        """Seconds before each further try, as long as nobody says another time."""
        return (wait * self.chance() for wait in self.waits)


def pause_for(failure: Failed, planned: float | None, left: float | None) -> float | None:
    """Seconds to wait after it; None: it is not asked again.

    `planned`: the pause, unless the server wants a longer one. `left`: of the budget.
    """
    if not failure.passes or planned is None:
        return None
    pause = max(planned, failure.wait or 0.0)
    return None if pause > LONGEST or (left is not None and pause >= left) else pause
