"""Makes things ahead of time: each is used once, and the next is made while that one is in use."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

from indict_review.errors import ToolError

Kind = TypeVar("Kind")
Thing = TypeVar("Thing")

_AT_ONCE = 4


class Spare(Generic[Kind, Thing]):
    """One thing of the kind that was last asked for is kept ready."""

    def __init__(
        self,
        make: Callable[[Kind], Thing],
        drop: Callable[[Thing], None],
        usable: Callable[[Thing], bool],
    ) -> None:
        self._make, self._drop, self._usable = make, drop, usable
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="spare")
        self._lock = Lock()
        self._next: tuple[Kind, Future[Thing]] | None = None

    def take(self, kind: Kind) -> Thing:
        """The spare if it is of this kind, else a new one. Raises what `make` does: `ToolError`."""
        thing = self._taken(kind)
        if thing is None:
            thing = self._waited(self._pool.submit(self._make, kind))
        # Not before: two that start at once hold each other up.
        with self._lock:
            if self._next is None:
                self._next = kind, self._pool.submit(self._make, kind)
        return thing

    def drop(self, thing: Thing) -> None:
        """Have it removed, in the background."""
        try:
            self._pool.submit(self._drop, thing)
        except RuntimeError:  # closed in the meantime
            self._drop(thing)

    def close(self) -> None:
        """Drop the spare and wait for all that goes on."""
        with self._lock:
            spare, self._next = self._next, None
        if spare is not None:
            self._drop_made(spare[1])  # not by the pool: at the exit of Python it takes no more
        self._pool.shutdown(wait=True)

    def _taken(self, kind: Kind) -> Thing | None:
        with self._lock:
            spare, self._next = self._next, None
        if spare is None:
            return None
        if spare[0] == kind:
            try:
                thing = self._waited(spare[1])
            except ToolError:  # if it lasts, making a new one shows it
                return None
            if self._usable(thing):
                return thing
        self._pool.submit(self._drop_made, spare[1])
        return None

    def _waited(self, made: "Future[Thing]") -> Thing:
        try:
            return made.result()
        except BaseException:  # Ctrl-C: it is made all the same
            self._pool.submit(self._drop_made, made)
            raise

    def _drop_made(self, made: "Future[Thing]") -> None:
        # What failed to be made needs no dropping.
        if made.exception() is None:
            self._drop(made.result())
