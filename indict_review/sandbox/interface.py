"""The role of a sandbox: run one command on a copy of some files, and say how it ended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """What one run may use. All of it is enforced from outside the code that runs."""

    seconds: float = 120.0
    """Wall time."""
    memory: int = 1024 * MIB
    """Bytes of all its processes together, files in its temporary folders included."""
    processes: int = 256
    """Processes and threads at one time."""
    cpus: float = 2.0
    disk: int = 512 * MIB
    """Bytes of all files it writes, the copy of the project included."""
    file_size: int = 256 * MIB
    """Bytes of one file."""
    reserve: int = 0
    """Bytes of address space that a process may set aside and never use, beyond its memory."""
    output: int = MIB
    """Bytes of output; with more, the run is ended."""


class Contents(Protocol):
    """The files a run works on."""

    def members(self) -> Iterator[bytes]:
        """Yield whole blocks of a tar archive, every name below `work/`, without its end mark."""


@dataclass(frozen=True)
class Mount:
    """A folder of the host, there to read: the code that runs sees whatever it holds."""

    source: Path
    target: str
    """Where it is in the sandbox: an absolute path, e.g. `/env/0`, where the image has nothing."""


@dataclass(frozen=True)
class Job:
    """One command, and all that it can see."""

    command: tuple[str, ...]
    """Run in `BOX/work`; `{box}` in a word stands for the folder that all of this is in."""
    work: Contents
    tools: Mapping[str, bytes] = field(default_factory=dict)
    """Files of ours, laid out in `BOX/tools`: outside the workspace."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """All there is, beside PATH, HOME, TMPDIR and LANG; `{box}` as in `command`."""
    path: tuple[str, ...] = ()
    """Folders that come first on PATH; `{box}` as in `command`."""
    toolchain: str = "python"
    """What it needs: `python`, `node`, `c`, `go`, `rust`, `java`, `php`, `dotnet`."""
    mounts: tuple[Mount, ...] = ()
    """Folders of the host, never to be written: a prepared environment (`--test-env`)."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Symbolic links to lay out, by path below BOX (outside `work`); `{box}` in their targets."""
    limits: Limits = field(default_factory=Limits)


class End(str, Enum):
    """How a run ended."""

    EXITED = "exited"
    """By itself: `Ran.exit_code` says how."""
    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"
    KILLED = "killed"
    """By something else: its own signal, or a limit on processes or files."""


LIMIT_REACHED = {
    End.TIME: "it took longer than {0.seconds:g} seconds",
    End.MEMORY: "it used more than {1} MiB of memory",
    End.OUTPUT: "it wrote more than {0.output} bytes of output",
    End.KILLED: "it was killed",
}


@dataclass(frozen=True)
class Ran:
    """What one run showed. All of it was written by untrusted code."""

    end: End
    exit_code: int
    """As a shell has it: 128 + N for signal N."""
    output: str
    """Standard output and error as they came, undecodable bytes replaced. Control characters are
    still in it: whoever shows it makes them visible."""
    seconds: float
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What it left in `BOX/out`, by path."""
    limits: Limits = field(default_factory=Limits)

    @property
    def why(self) -> str:
        """The limit that ended it, in words; empty if it exited by itself."""
        said = LIMIT_REACHED.get(self.end, "")
        return said.format(self.limits, self.limits.memory // MIB)


class Sandbox(Protocol):
    """Runs untrusted code. Every run starts from nothing and leaves nothing."""

    @property
    def name(self) -> str:
        """`docker`, `bubblewrap` or `host`."""

    def identity(self, toolchain: str) -> str:
        """For receipts: `docker IMAGE@sha256:…`, `bubblewrap 0.8.0`. Raises `ToolError`."""

    def run(self, job: Job) -> Ran:
        """Run it. Raises `ToolError` if it could not be started: never an empty `Ran`."""

    def close(self) -> None:
        """Remove everything that is left, e.g. what was kept warm. May be called twice."""
