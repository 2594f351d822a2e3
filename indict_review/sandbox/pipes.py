"""Talks to the first process of a box over its three pipes, and ends it where a limit is reached.

Everything that is read here was written by untrusted code.
"""

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from indict_review.errors import ToolError
from indict_review.sandbox.box import MOST_LEFT, left
from indict_review.sandbox.interface import End, Limits, Ran

GRACE = 10.0
"""Seconds over the limit: the box keeps the limit from within, and then packs what is left."""

TICK = 0.05
"""Seconds between two looks at what the run uses."""

_PIECE = 2**16
_SIGNALS = range(129, 193)
"""How a shell says that a command was ended by a signal."""
_KILLED = 137


@dataclass
class Conversation:
    """One run: the archive goes in, its output and another archive come out."""

    process: "subprocess.Popen[bytes]"
    """With three unbuffered pipes."""
    pieces: Iterator[bytes]
    limits: Limits
    used_up: Callable[[], End | None]
    """Looks at what is used now: the limit that is reached, if one is."""
    kill: Callable[[], None]
    """Ends every process of the run, at once."""
    output: bytearray = field(default_factory=bytearray)
    archive: bytearray = field(default_factory=bytearray)
    since: float = field(default_factory=time.monotonic)
    """When the command could start: the archive was sent."""

    def ran(self) -> Ran:
        """Hold it to the end. Raises `ToolError` if nothing of the job could be run."""
        started = self.since
        end = None
        try:
            end = self._until_the_end()
        finally:
            if end is not None or self.process.poll() is None:
                self.kill()
            for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
                if pipe is not None:
                    pipe.close()
            self.process.wait()
        now = time.monotonic()
        output = self.output[: self.limits.output].decode("utf-8", "replace")
        if end is not None:
            return Ran(end, _KILLED, output, now - started, {}, self.limits)
        code = self.process.returncode
        code = code if code >= 0 else 128 - code
        if not self.archive and code not in _SIGNALS:
            # After a command there always is an archive, be it empty.
            last = output.strip().splitlines()[-1:] or [f"exit code {code}"]
            raise ToolError(f"the sandbox could not be set up: {last[0][:300]}")
        if code == _KILLED and now - self.since >= self.limits.seconds:
            end = End.TIME
        else:
            end = End.KILLED if code in _SIGNALS else End.EXITED
        files = left(bytes(self.archive)) if self.archive else {}
        return Ran(end, code, output, now - started, files, self.limits)

    def _until_the_end(self) -> End | None:
        looked = self.since
        with selectors.DefaultSelector() as ready:
            self._listen(ready)
            while ready.get_map():
                over = self.process.poll() is not None
                events = ready.select(TICK)
                for key, _ in events:
                    key.data(ready, key.fd)
                if len(self.output) > self.limits.output or len(self.archive) > MOST_LEFT:
                    return End.OUTPUT
                now = time.monotonic()
                if now > self.since + self.limits.seconds + GRACE:
                    return End.TIME
                if now > looked + TICK:
                    if (end := self.used_up()) is not None:
                        return end
                    looked = time.monotonic()
                if over and not events:
                    break  # something that got away holds the pipes
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            return End.TIME
        return None

    def _listen(self, ready: selectors.BaseSelector) -> None:
        stdin, stdout, stderr = self.process.stdin, self.process.stdout, self.process.stderr
        assert stdin is not None and stdout is not None and stderr is not None  # noqa: S101, PT018
        os.set_blocking(stdin.fileno(), False)
        rest = memoryview(b"")

        def write(ready: selectors.BaseSelector, pipe: int) -> None:
            nonlocal rest
            try:
                while not rest:
                    rest = memoryview(next(self.pieces))
                rest = rest[os.write(pipe, rest[:_PIECE]) :]
            except (StopIteration, BrokenPipeError):  # broken: the box says why, and ends
                ready.unregister(stdin)
                stdin.close()
                self.since = time.monotonic()

        def read(into: bytearray) -> Callable[[selectors.BaseSelector, int], None]:
            def more(ready: selectors.BaseSelector, pipe: int) -> None:
                piece = os.read(pipe, _PIECE)
                into.extend(piece)
                if not piece:
                    ready.unregister(pipe)

            return more

        ready.register(stdin, selectors.EVENT_WRITE, write)
        ready.register(stdout, selectors.EVENT_READ, read(self.archive))
        ready.register(stderr, selectors.EVENT_READ, read(self.output))
