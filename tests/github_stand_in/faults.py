"""What goes wrong on purpose, and what happens in between."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

SECONDARY = {
    "status": 403,
    "body": {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."},
}
"""For `fail`: a limit that does not say how long."""


@dataclass
class Fault:
    """What is answered instead."""

    match: str
    """A regular expression, found in `POST /repos/octo/demo/pulls/1/reviews`; for GraphQL in
    `POST /graphql minimizeComment resolveReviewThread`."""
    status: int
    after: bool
    """Whether what was asked for is done all the same."""
    times: int
    headers: Mapping[str, str]
    body: Any
    drop: bool
    """Hang up without a word."""
    slow: float
    """Seconds that the answer takes. With it comes the right answer, if there is no status."""


@dataclass
class _Meanwhile:
    match: str
    act: Callable[[], object]
    times: int


_Planned = TypeVar("_Planned", Fault, _Meanwhile)


class Faults:
    """Those that are still to come; a part of `StandIn`."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._meanwhile: list[_Meanwhile] = []
        self._planning = threading.Lock()

    def fail(
        self,
        match: str,
        status: int = 502,
        *,
        after: bool = False,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        drop: bool = False,
        slow: float = 0.0,
    ) -> None:
        """Let the next requests that match go wrong; `status=0`: only slow."""
        self._faults.append(Fault(match, status, after, times, headers or {}, body, drop, slow))

    def before(self, match: str, act: Callable[[], object], times: int = 1) -> None:
        """Call `act` when the next request that matches has come, before it is looked at."""
        self._meanwhile.append(_Meanwhile(match, act, times))

    def calm(self) -> None:
        """Forget the faults that did not happen."""
        self._faults.clear()
        self._meanwhile.clear()

    def next_fault(self, asked: str) -> Fault | None:
        """At most one: those after it are for later requests."""
        with self._planning:
            return next(_due(self._faults, asked), None)

    def meanwhile(self, asked: str) -> None:
        with self._planning:
            due = list(_due(self._meanwhile, asked))
        for it in due:  # Not under the lock: it may ask for something itself.
            it.act()


def _due(planned: list[_Planned], asked: str) -> Iterator[_Planned]:
    for it in list(planned):
        if re.search(it.match, asked):
            it.times -= 1
            if it.times <= 0:
                planned.remove(it)
            yield it
