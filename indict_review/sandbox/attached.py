"""A run through one connection: the archive goes in, and what is written comes out in frames.

The frames are those of Docker's `attach`, https://docs.docker.com/reference/api/engine/. The daemon
makes the frames; what is in them was written by untrusted code.
"""

import select
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from indict_review.errors import ToolError
from indict_review.sandbox.box import MOST_LEFT
from indict_review.sandbox.interface import End, Limits

GRACE = 10.0
"""Seconds over the limit: the box keeps it from within, and packs what is left."""
SETUP = 120.0
"""Seconds in which the archive has to be taken in."""

_STDOUT = 1
_PIECE = 2**18


@dataclass
class Attached:
    """The connection, and what came through it."""

    connection: socket.socket
    output: bytearray = field(default_factory=bytearray)
    archive: bytearray = field(default_factory=bytearray)
    began: float | None = None
    """When all was sent."""

    @property
    def seconds(self) -> float:
        """Since all was sent."""
        return 0.0 if self.began is None else time.monotonic() - self.began

    def is_idle(self) -> bool:
        """Whether it is still open, and nothing came yet."""
        return not self._ready(select.POLLIN, 0)

    def hold(self, pieces: Iterator[bytes], limits: Limits) -> End | None:
        """Send the pieces and read to the end; the limit that was reached, if one was.

        Raises `ToolError` if they are not taken in.
        """
        self.connection.setblocking(False)
        outgoing, frames = _Outgoing(self.connection, pieces), _Frames()
        deadline = time.monotonic() + SETUP
        # Both in turn: who writes all before he reads may wait for one who waits for him.
        while (left := deadline - time.monotonic()) > 0:
            sending = select.POLLOUT if self.began is None else 0
            seen = self._ready(select.POLLIN | sending, left)
            if seen & ~select.POLLOUT:
                if not (piece := self._received()):
                    return None
                for stream, content in frames.of(piece):
                    (self.archive if stream == _STDOUT else self.output).extend(content)
                if len(self.output) > limits.output or len(self.archive) > MOST_LEFT:
                    return End.OUTPUT
            if seen & sending and not outgoing.send():
                self.began = time.monotonic()
                deadline = self.began + limits.seconds + GRACE
        if self.began is None:
            raise ToolError(f"the sandbox did not take the project in within {SETUP:g} seconds")
        return End.TIME

    def close(self) -> None:
        """Listen no longer. What else holds the connection, holds nothing then."""
        with suppress(OSError):  # it is closed already
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def _ready(self, events: int, seconds: float) -> int:
        poll = select.poll()
        poll.register(self.connection, events)
        return sum(seen for _, seen in poll.poll(seconds * 1000))

    def _received(self) -> bytes:
        try:
            return self.connection.recv(_PIECE)
        except ConnectionError:  # the daemon is gone: whoever asks it how it ended will hear so
            return b""


class _Outgoing:
    def __init__(self, connection: socket.socket, pieces: Iterator[bytes]) -> None:
        self._connection, self._pieces = connection, pieces
        self._rest = memoryview(b"")

    def send(self) -> bool:
        """Send as much as is taken now; whether more may follow."""
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        try:
            if not self._rest:
                self._connection.shutdown(socket.SHUT_WR)
                return False
            self._rest = self._rest[self._connection.send(self._rest[:_PIECE]) :]
        except BlockingIOError:
            return True
        except OSError:  # the box ended before it had read all: what it wrote says why
            return False
        return True


class _Frames:
    """Takes streams apart: a head of stream and length, then that many bytes."""

    def __init__(self) -> None:
        self._head, self._stream, self._rest = b"", 0, 0

    def of(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        """The stream and the content of each frame, or part of one, in what came next."""
        while piece:
            if self._rest:
                content, piece = piece[: self._rest], piece[self._rest :]
                self._rest -= len(content)
                yield self._stream, content
                continue
            missing = 8 - len(self._head)
            self._head, piece = self._head + piece[:missing], piece[missing:]
            if len(self._head) == 8:
                self._stream, self._rest = struct.unpack(">BxxxL", self._head)
                self._head = b""
