"""What every attack is made of: it says what it gained, and that it ran."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

MIB = 2**20
ENDED = ("exited",)
ANY = ("exited", "time", "memory", "output", "killed")


@dataclass(frozen=True)
class Attack:
    """One program, and how it may end."""

    name: str
    run: Callable[[], None]
    ends: tuple[str, ...]
    """What `Ran.end` may be; `error` for a run that is refused with a `ToolError`."""
    seconds: float
    after: str | None
    """The attack that is run before it, in a run of its own."""
    bites: bool
    """Does no harm, and gains something where nothing stops it."""


ATTACKS: dict[str, Attack] = {}


def attack(
    *ends: str, seconds: float = 5, after: str | None = None, bites: bool = False
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Put a function into the table."""

    def added(run: Callable[[], None]) -> Callable[[], None]:
        name = run.__name__
        ATTACKS[name] = Attack(name, run, ends or ENDED, seconds, after, bites)
        return run

    return added


def got(what: object) -> None:
    """Say what was gained. Straight to the descriptor: a buffer may never be written out."""
    os.write(1, f"\nGOT {what}\n".encode("utf-8", "backslashreplace"))


def tried() -> None:
    """Say that the attack ran to here; before the part it may not survive, or at its end."""
    os.write(1, b"\nTRIED\n")


@cache
def trap() -> dict:
    """What the test prepared for us to find, as the attacker's best guess: see `trap.Trap`."""
    with open("trap.json", encoding="utf-8") as file:
        return json.load(file)


def limit(name: str) -> int:
    """One of the limits of this run."""
    return trap()["limits"][name]


def box() -> str:
    """The folder that holds the workspace."""
    return os.path.dirname(os.getcwd())


def read(path: str | bytes, most: int = MIB) -> bytes:
    """The beginning of a file; nothing if it cannot be read."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError):
        return b""
    try:
        return os.read(file, most)
    except OSError:
        return b""
    finally:
        os.close(file)


def processes() -> list[int]:
    """Every process that can be seen, but this one."""
    seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in seen if pid != os.getpid()]


def spawn(run: Callable[[], None]) -> int:
    """Run it in a child, which then ends, whatever happens."""
    pid = os.fork()
    if pid == 0:
        try:
            run()
        finally:
            os._exit(0)
    return pid
