"""One attack in one sandbox: run it, and look what it got and what it left on the host."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from indict_review.errors import ToolError
from indict_review.formats.safe_text import visible
from indict_review.sandbox.box import MOST_LEFT
from indict_review.sandbox.interface import MIB, End, Job, Limits, Ran, Sandbox
from tests.hostile.attacks.kit import Attack
from tests.hostile.trap import Trap
from tests.sandboxes import Files

ATTACKS = Path(__file__).parent / "attacks"
KNOWN = {*(end.value for end in End), "error"}
SETTLE = 2.0
"""Seconds in which the kernel has to be done with what was killed."""


def limits(seconds: float = 5) -> Limits:
    """Small ones, so that reaching them is cheap."""
    return Limits(
        seconds=seconds,
        memory=128 * MIB,
        processes=64,
        disk=64 * MIB,
        file_size=32 * MIB,
        output=64 * 1024,
    )


@dataclass(frozen=True)
class Outcome:
    """What came of one attack."""

    sandbox: str
    attack: str
    tried: bool
    """It ran: an attack that did not shows nothing."""
    end: str
    ends_as_it_should: bool
    got: tuple[str, ...]
    """What it gained, by its own words and by what is seen on the host."""
    seconds: float = 0.0
    shown: str = ""
    """The end of its output, fit to be shown."""

    @property
    def held(self) -> bool:
        """Whether the sandbox withstood."""
        return self.tried and self.ends_as_it_should and not self.got


def workspace(trap: Trap, limits: Limits) -> Files:
    """All attacks, and what they have to know."""
    files: dict[str, str | bytes] = {
        f"attacks/{path.name}": path.read_bytes() for path in ATTACKS.glob("*.py")
    }
    return Files({**files, "trap.json": trap.told(limits)}, trap.links())


def assault(sandbox: Sandbox, attack: Attack, trap: Trap) -> Outcome:
    """Let it try."""
    allowed = limits(attack.seconds)
    files = workspace(trap, allowed)
    if attack.after:
        sandbox.run(_job(attack.after, files, trap, allowed))
    began = time.monotonic()
    try:
        with impatient():
            ran = sandbox.run(_job(attack.name, files, trap, allowed))
    except ToolError as e:
        # Refused as a whole. Nothing of its output is left to show that it ran: only its message.
        ran, end, refusal = None, "error", str(e)
    except Exception as e:  # whatever it is: it would end the review
        ran, end, refusal = None, f"{type(e).__name__}", str(e)
    else:
        end, refusal = ran.end.value, ""
    seconds = time.monotonic() - began
    got = [*(_said(ran) if ran else ()), *_shown(ran, trap), *_left(trap), *trap.sprung()]
    return Outcome(
        sandbox.name,
        attack.name,
        # A run that could not even begin is no answer to an attack on its results.
        bool(ran and "\nTRIED\n" in ran.output) or "archive" in refusal or end not in KNOWN,
        end,
        end in attack.ends,
        tuple(dict.fromkeys(got)),
        seconds,
        visible(ran.output[-1500:]) if ran else visible(refusal),
    )


@contextmanager
def impatient() -> Iterator[None]:
    """Without the seconds a run is given to pack its results: attacks that stop whatever keeps the
    limit from within would take each of them."""
    with (
        patch("indict_review.sandbox.attached.GRACE", 0.5),
        patch("indict_review.sandbox.pipes.GRACE", 0.5),
    ):
        yield


def _job(name: str, files: Files, trap: Trap, limits: Limits) -> Job:
    environ = {"PYTHONDONTWRITEBYTECODE": "1"}
    command = ("python3", "-m", "attacks", name, trap.tag)
    return Job(command, files, environ=environ, limits=limits)


def _said(ran: Ran) -> Iterator[str]:
    for line in ran.output.splitlines():
        if line.startswith("GOT "):
            yield visible(line.removeprefix("GOT ")[:300])


def _shown(ran: Ran | None, trap: Trap) -> Iterator[str]:
    """Whether what comes out of it is what may come out."""
    if ran is None:
        return
    if trap.secret in ran.output or any(trap.secret.encode() in f for f in ran.files.values()):
        yield "the secret was shown"
    if len(ran.output.encode("utf-8", "replace")) > 4 * ran.limits.output:
        yield "more output than is allowed"
    if sum(map(len, ran.files.values())) > MOST_LEFT:
        yield "more results than are allowed"
    if any(not visible(line).isprintable() for line in ran.output.split("\n")):
        yield "a control character, shown to a person"
    for name in ran.files:
        parts = name.split("/")
        if name.startswith("/") or {"..", "", "."} & set(parts) or "\0" in name:
            yield f"a result called {visible(name[:80])}"


def _left(trap: Trap) -> Iterator[str]:
    """What is on the host now that was not."""
    end = time.monotonic() + SETTLE
    while (alive := list(_alive(trap))) and time.monotonic() < end:
        time.sleep(0.02)
    yield from alive
    for folder in ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/usr/bin", os.getcwd()):
        for name in os.listdir(folder):
            if trap.tag in name:
                yield f"{folder}/{name} is on the host"


def _alive(trap: Trap) -> Iterator[str]:
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            command = Path("/proc", entry, "cmdline").read_bytes()
        except OSError:
            continue
        if trap.tag.encode() in command and trap.bystander.encode() not in command:
            yield f"the process {entry} is still there"
