"""What the processes of a sandbox use together, seen from outside: /proc, a few times a second.

A cgroup would be exact, but few users may make one. This holds the memory of processes, files in
tmpfs, what is mapped to be shared and the buffers of sockets, to within what can be touched between
two looks. Whatever else the kernel keeps for them is held by a floor: the machine never runs out.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from indict_review.errors import ToolError
from indict_review.sandbox.interface import MIB, End

FLOOR = 256 * MIB
"""Bytes that stay available on the machine."""

_INODE = 1024
"""Bytes of the kernel's memory for one file in a tmpfs, about."""
_BUFFER, _OVER = 212_992, 2**16
"""Bytes that a socket holds by default, and by how much the last piece may exceed it."""
_LONGEST, _ALL_MAPS = MIB, 16 * MIB
"""Bytes of text that we read, of one process and of all."""

# In /proc/PID/status, in kB. A forked process is counted as if it shared nothing with its parent.
_OWN = re.compile(rb"^(?:RssAnon|VmPTE|VmSwap):\s+(\d+)", re.MULTILINE)
_SIZE = re.compile(rb"^VmSize:\s+(\d+)", re.MULTILINE)
_PRIVATE = re.compile(rb"^(?:VmData|VmStk|VmExe|VmLib):\s+(\d+)", re.MULTILINE)
# In /proc/PID/smaps_rollup, in kB. Each page is divided among those that share it.
_OWN_EXACT = re.compile(rb"^(?:Pss_Anon|SwapPss):\s+(\d+)", re.MULTILINE)
# In /proc/PID/maps: shared memory without a file. Its pages may stay when nobody has them mapped.
_SHARED = re.compile(
    rb"^([0-9a-f]+)-([0-9a-f]+) ..[-x]s \S+ \S+ (\d+) +/dev/zero \(deleted\)$", re.MULTILINE
)
# In /proc/PID/net/tcp and its like: bytes to be sent, and to be read.
_QUEUES = re.compile(rb"^ *\d+: \S+ \S+ \S+ ([0-9A-F]+):([0-9A-F]+)", re.MULTILINE)


@dataclass
class Usage:
    """The memory of all that is in a sandbox."""

    init: int
    """Process 1 of the sandbox, by its number here."""
    most: int
    """Bytes."""
    folders: tuple[str, ...]
    """Where it has a tmpfs."""

    def used_up(self) -> End | None:
        """The limit that is reached, if one is. Raises `ToolError` if it cannot be seen."""
        if _available() < FLOOR:
            return End.KILLED
        known = sum(map(self._stored, self.folders)) + self._in_sockets()
        # Each look takes longer than the one before, and comes to less.
        status = list(self._texts("status"))
        own = _total(_OWN, status)
        sizes = _total(_SIZE, status) - _total(_PRIVATE, status)
        if known + own + max(sizes, 0) <= self.most:
            return None
        known += _shared(self._texts("maps"))
        if known + own <= self.most:
            return None
        exact = known + _total(_OWN_EXACT, self._texts("smaps_rollup"))
        return End.MEMORY if exact > self.most else None

    def _texts(self, name: str) -> Iterator[bytes]:
        try:
            entries = os.listdir(f"/proc/{self.init}/root/proc")
        except PermissionError as e:
            raise ToolError("what the sandbox uses cannot be seen: /proc is closed to us") from e
        except OSError:  # it ended meanwhile
            return
        for entry in filter(str.isdigit, entries):
            yield _text(f"/proc/{self.init}/root/proc/{entry}/{name}")

    def _stored(self, folder: str) -> int:
        try:
            there = os.statvfs(f"/proc/{self.init}/root{folder}")
        except OSError:  # not yet there, or no longer
            return 0
        blocks, files = there.f_blocks - there.f_bfree, there.f_files - there.f_ffree
        return blocks * there.f_frsize + files * _INODE

    def _in_sockets(self) -> int:
        net = f"/proc/{self.init}/net"
        # The kernel tells how many of these there are, also of those that no process has open.
        local = max(_text(f"{net}/unix").count(b"\n") - 1, 0)
        texts = (_text(f"{net}/{name}") for name in ("tcp", "tcp6", "udp", "udp6"))
        queued = (q for text in texts for both in _QUEUES.findall(text) for q in both)
        # What carries the bytes takes about as much again.
        return local * self._buffer + 2 * sum(int(q, 16) for q in queued)

    @cached_property
    def _buffer(self) -> int:
        """Bytes that one socket may hold. The filter of system calls lets no one ask for more."""
        text = _text("/proc/sys/net/core/wmem_default")
        return (int(text) if text.strip().isdigit() else _BUFFER) + _OVER


def _total(kind: re.Pattern[bytes], texts: Iterable[bytes]) -> int:
    return 1024 * sum(int(number) for text in texts for number in kind.findall(text))


def _shared(maps: Iterable[bytes]) -> int:
    """Bytes of shared memory, each piece once, as large as the one who has most of it mapped."""
    largest: Counter[bytes] = Counter()
    read = 0
    for text in maps:
        pieces: Counter[bytes] = Counter()
        for start, end, piece in _SHARED.findall(text):
            pieces[piece] += int(end, 16) - int(start, 16)
        largest |= pieces
        read += len(text)
        if read > _ALL_MAPS:
            break
    return sum(largest.values())


def _text(path: str) -> bytes:
    text = b""
    with suppress(OSError), open(path, "rb", buffering=0) as file:  # or it is gone
        while len(text) < _LONGEST and (piece := file.read(2**16)):
            text += piece
    return text


def _available() -> int:
    found = re.search(rb"^MemAvailable:\s+(\d+)", _text("/proc/meminfo"), re.MULTILINE)
    return int(found[1]) * 1024 if found else FLOOR
