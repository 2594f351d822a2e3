"""What is independent is done at once, and Ctrl-C ends all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


def side_by_side(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each comes to, in their order. Raises what the first of them raises that does.

    The first is done here: Ctrl-C reaches no other thread, and the longest, which has a process to
    end, is to hear of it. The others die with the program; an executor's would be waited for.
    """
    if not works:
        return []
    others = [_Work(work) for work in works[1:]]
    for other in others:
        threading.Thread(target=other.run, daemon=True).start()
    first = works[0]()
    return [first, *(other.result() for other in others)]


class _Work(Generic[T]):
    """One of them, elsewhere."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._done = threading.Event()
        self._outcome: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._outcome.append(self._work())
        except BaseException as e:  # it is raised where it is waited for
            self._error = e
        finally:
            self._done.set()

    def result(self) -> T:
        self._done.wait()
        if self._error is not None:
            raise self._error
        return self._outcome[0]
