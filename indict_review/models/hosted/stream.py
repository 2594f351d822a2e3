"""A stream that is read in a thread of its own, so that no server can hold the review up."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, Generic, TypeVar

T = TypeVar("T")

TICK = 1.0
"""Seconds between two looks at the clock while nothing comes."""


class Silent(Exception):
    """Nothing came for as long as somebody waits. Signs of life alone are nothing."""


class Broken(Exception):
    """Reading failed: its cause says how."""


class Stream(Generic[T]):
    """What `begin` yields."""

    def __init__(self, begin: Callable[[], Iterable[T]]) -> None:
        self.source: Iterable[T] | None = None
        """What `begin` returned, once it has."""
        self._begin = begin
        self._queue: SimpleQueue[tuple[T] | Exception | None] = SimpleQueue()
        self._left = Event()

    def pieces(self, patience: float, tick: Callable[[], None]) -> Iterator[T]:
        """Yield them as they come. Leaving early lets go of the server.

        `patience`: seconds until the first, and between two of them; then it raises `Silent`.
        `tick` is called about once a second while nothing comes, and may raise. Whatever is
        raised in that thread becomes `Broken`.
        """
        Thread(target=self._read, name="hosted-model", daemon=True).start()
        last = time.monotonic()
        try:
            while True:
                try:
                    item = self._queue.get(timeout=min(TICK, patience))
                except Empty:
                    tick()
                    if time.monotonic() - last >= patience:
                        raise Silent from None
                    continue
                last = time.monotonic()
                if item is None:
                    return
                if isinstance(item, Exception):
                    raise Broken from item
                yield item[0]
        finally:
            self._left.set()

    def _read(self) -> None:
        try:
            self.source = self._begin()
            for piece in self.source:
                if self._left.is_set():
                    break
                self._queue.put((piece,))
            self._queue.put(None)
        except Exception as e:  # raised again where the pieces are wanted
            self._queue.put(e)
        finally:
            _let_go(self.source)


def _let_go(source: Any) -> None:
    """Close the connection, so that a server stops writing what nobody listens to.

    litellm leaves most of them open, and some it has wrapped twice. The garbage collector would
    close them at any time: also while this thread asks for the next connection, and then both
    wait for one lock, for ever.
    """
    stream = getattr(source, "completion_stream", None)
    for layer in ("streaming_response", "response_iterator", None):
        held = stream if layer is None else getattr(stream, layer, None)
        close = getattr(held, "close", None)
        if close is not None:
            with suppress(Exception):  # whatever it is, nobody reads it any more
                close()
