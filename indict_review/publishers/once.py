"""A write that may have happened is looked for before it is done again."""

from collections.abc import Callable
from typing import TypeVar

from indict_review.errors import Unsure

TRIES = 3

T = TypeVar("T")


def once(write: Callable[[], T], happened: Callable[[], bool] = lambda: False) -> T | None:
    """What `write` returned; None if it did not, and `happened` all the same.

    Without a `happened`, it does no harm to write it again. Raises the `Unsure` of the last try,
    and whatever else either of the two raises.
    """
    tries = TRIES
    while True:
        tries -= 1
        try:
            return write()
        except Unsure:
            if happened():
                return None
            if not tries:
                raise
