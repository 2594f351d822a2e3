"""Whose is what was left behind: a process, named so that no other ever has the same name."""

import os
from dataclasses import dataclass

_DEAD = ("Z", "X")


@dataclass(frozen=True)
class Owner:
    """The process that started something and is to remove it."""

    place: str
    """The boot, and the PID namespace, in which `pid` means something."""
    pid: int
    started: str
    """When, in clock ticks after boot: a PID is given again, the pair is not."""

    @staticmethod
    def this() -> "Owner":
        """The process that asks."""
        return Owner(_place(), os.getpid(), _started(os.getpid()))

    @staticmethod
    def parse(text: str) -> "Owner | None":
        """What `str` made of one."""
        words = text.split()
        if len(words) != 3 or not words[1].isdecimal():
            return None
        return Owner(words[0], int(words[1]), words[2])

    def __str__(self) -> str:
        return f"{self.place} {self.pid} {self.started}"

    def is_gone(self) -> bool | None:
        """Whether it has ended; None if that cannot be seen from here."""
        if self.place != _place():
            return None
        return _started(self.pid) != self.started


def _place() -> str:
    boot = _read("/proc/sys/kernel/random/boot_id").strip()
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return f"{boot or '-'}/{namespace or '-'}"


def _started(pid: int) -> str:
    """Where there is no /proc, it is the same for all: then nobody is ever taken for dead."""
    if not os.path.isdir("/proc/self"):
        return "-"
    # The name, in parentheses, may hold anything: the fields are counted after it.
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in _DEAD else "gone"


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
