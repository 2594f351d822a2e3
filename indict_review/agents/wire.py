"""The protocol's own ends of standard input and output, and how its messages are cut apart."""

import os
import sys
from collections.abc import Iterator

from indict_review.sources.patch import MAX_INPUT

LONGEST_LINE = 6 * MAX_INPUT + 2**20
"""Bytes. The largest patch fits, should JSON write six for each of its own."""


def own_ends() -> tuple[int, int]:
    """Take them away from everything else: what libraries and children read or print.

    From then on, standard input is empty and standard output is standard error. The two that are
    returned are inherited by nobody.
    """
    sys.stdout.flush()
    ends = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return ends


class Lines:
    """Cuts bytes into lines. One that is too long is dropped, and an empty one takes its place."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._begun: list[bytes] = []
        self._size = 0

    def of(self, piece: bytes) -> Iterator[str]:
        """The lines that end in this piece."""
        *ended, rest = piece.split(b"\n")
        for line in ended:
            self._add(line)
            yield self._taken()
        self._add(rest)

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._longest:
            self._begun.clear()  # and what is still to come of it is not kept either
        else:
            self._begun.append(part)

    def _taken(self) -> str:
        line = b"".join(self._begun).decode("utf-8", "replace")
        self._begun, self._size = [], 0
        return line
