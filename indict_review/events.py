"""Progress, as data. Who listens draws it; nothing here prints."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Started:
    """A step began."""

    step: str


@dataclass(frozen=True)
class Writing:
    """A model is at work."""

    step: str
    tokens: int
    """Written so far."""
    seconds: float
    """Since it was asked."""


@dataclass(frozen=True)
class Ended:
    """A step came to its end."""

    step: str
    seconds: float
    outcome: str


@dataclass(frozen=True)
class Transferred:
    """Bytes of a download or a file that is put together."""

    step: str
    done: int
    total: int


Event = Started | Writing | Ended | Transferred
Listener = Callable[[Event], None]


def silent(event: Event) -> None:
    """A listener that does not listen."""
