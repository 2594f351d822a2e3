"""The role of a language that checks are written in: how one is run, and how its report is read.

A file of ours in `BOX/tools`, the harness, runs the check and leaves a report in `BOX/out`:

    end | assertion | error | time | own
    what was said, in one line
    PATH:LINE of each frame that is the project's or (PATH empty) the check's, outermost first

It shares its process with hostile code, so the report can be forged: see `interpreter`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from indict_review.sandbox.interface import Ran


@dataclass(frozen=True)
class Asked:
    """One check to be run."""

    code: str
    mark: str
    """The name of the report. Random, and told to the harness alone: without it, no check holds."""
    trail: str
    """The name of a second file, for what a crash leaves behind."""
    seconds: float
    """When the harness ends it, and says where it was. The sandbox's own limit is later."""
    memory: int

    @property
    def ticket(self) -> bytes:
        """What the harness is told: a file that it removes before anything else runs."""
        return f"{self.mark}\n{self.trail}\n{self.seconds:g}\n{self.memory}\n".encode()


@dataclass(frozen=True)
class Call:
    """How a check is run. Words may hold `{box}`, as in `Job`."""

    command: tuple[str, ...]
    tools: Mapping[str, bytes] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """For building it, beside the time of the run."""
    reserve: int = 0
    """See `Limits.reserve`."""


class Stop(str, Enum):
    """How a check came to its end."""

    END = "end"
    """All of it ran."""
    ASSERTION = "assertion"
    ERROR = "error"
    """Something was raised, or crashed."""
    TIME = "time"
    OWN = "own"
    """It could not do what it set out to, e.g. import a module: it shows nothing of the code."""


@dataclass(frozen=True)
class Frame:
    """One call on the way to where a run stopped."""

    path: str
    """Of the project; empty for the check itself."""
    line: int


@dataclass(frozen=True)
class Report:
    """What the harness, or a crash, left behind. All of it is untrusted."""

    stop: Stop
    said: str = ""
    frames: tuple[Frame, ...] = ()
    """Those of the project and of the check, outermost first."""


class Language(Protocol):
    """One language. Nothing here runs anything: the interpreter does, in a sandbox."""

    @property
    def toolchain(self) -> str:
        """See `Job.toolchain`."""

    @property
    def probe(self) -> tuple[str, ...]:
        """A command that succeeds where the toolchain is."""

    def call(self, asked: Asked) -> Call:
        """How a check is run."""

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """What a run without a report left behind; None if nothing that tells where it was."""
