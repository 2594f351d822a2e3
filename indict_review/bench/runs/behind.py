"""Work that goes on behind somebody's back: in one thread, on all that waits for it at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

PATIENCE = 10
"""Seconds that what is in hand gets, where the block ends with an error."""


def drained(queue: SimpleQueue[T]) -> list[T]:
    """All that is there, and at least one: it is waited for."""
    items = [queue.get()]
    with suppress(Empty):
        while True:
            items.append(queue.get_nowait())
    return items


class Behind(Generic[T]):
    """Hands what it is given to `work`, many at a time. Leaving the block waits for the rest."""

    def __init__(self, work: Callable[[list[T]], None]) -> None:
        self._work = work
        self._waiting: SimpleQueue[T | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._go, daemon=True)

    def put(self, item: T) -> None:
        """Have it done. Raises what the work raised before."""
        if self._error is not None:
            raise self._error
        self._waiting.put(item)

    def __enter__(self) -> Behind[T]:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waiting.put(None)
        self._thread.join(None if error is None else PATIENCE)
        if error is None and self._error is not None:
            raise self._error

    def _go(self) -> None:
        try:
            open_ = True
            while open_:
                items = drained(self._waiting)
                open_ = None not in items
                if some := [item for item in items if item is not None]:
                    self._work(some)
        except BaseException as e:  # it is raised where more is put in, or in the end
            self._error = e
