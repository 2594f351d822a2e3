"""Work that must not outlast those who wait for it: done in a process that can be ended.

A thread or an exception would not do: a loop below Python hears of neither. And a process that dies
leaves somebody here to say so.
"""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from indict_review.errors import ToolError

_SPARE = 5
"""Seconds after which the process ends by itself, should nobody be left to end it."""


def within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """What it comes to. Raises `ToolError` if it dies, or takes longer.

    Then every process that it started is ended, too. Its temporary files go in any case.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            _work(work, writing, folder, seconds)
        os.close(writing)
        done = None
        try:
            done = _read(reading, time.monotonic() + seconds)
        finally:
            os.close(reading)
            if done is None:
                _end(pid)
            status = os.waitpid(pid, 0)[1]
    if done is None:
        raise ToolError(f"it took longer than {seconds:g} seconds, and was ended")
    if not done.endswith(b"\0"):
        raise ToolError(f"its process died ({_cause(status)})")
    return done[:-1]


def _work(work: Callable[[], bytes], writing: int, folder: str, seconds: float) -> NoReturn:
    """Ends the process, without what Python does at its end: that is for the one who waits."""
    try:
        tempfile.tempdir = folder
        signal.alarm(int(seconds) + _SPARE)
        with open(writing, "wb") as out:
            out.write(work() + b"\0")
    finally:
        os._exit(0)


def _read(reading: int, until: float) -> bytes | None:
    """All of it, to the end that says it is all; None if it does not come in time."""
    got = b""
    while not got.endswith(b"\0"):
        if not select.select([reading], [], [], max(0, until - time.monotonic()))[0]:
            return None
        piece = os.read(reading, 2**16)
        if not piece:
            break
        got += piece
    return got


def _end(pid: int) -> None:
    """Stop it first, so that it starts nothing more; then those that it started, and itself."""
    with suppress(OSError):  # it ended by itself, or is another user's, as a sandbox's may be
        os.kill(pid, signal.SIGSTOP)
        for child in _children(pid):
            _end(child)
        os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    if sys.platform == "linux":
        listed = [_numbers(stat) for stat in Path("/proc").glob("[0-9]*/stat")]
    else:
        ps = ["/bin/ps", "-A", "-o", "pid=,ppid="]
        ran = subprocess.run(ps, capture_output=True, text=True, check=False)
        listed = [line.split() for line in ran.stdout.splitlines()]
    return [int(child) for child, parent in filter(None, listed) if int(parent) == pid]


def _numbers(stat: Path) -> list[str]:
    """A process and its parent; nothing if it ended meanwhile."""
    try:
        return [stat.parent.name, stat.read_text("utf-8", "replace").rpartition(")")[2].split()[1]]
    except (OSError, IndexError):
        return []


def _cause(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return signal.Signals(-code).name if code < 0 else f"exit {code}"
