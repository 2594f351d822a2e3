"""bubblewrap: a sandbox of Linux namespaces, made for each run from the machine's own `/usr`."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import IO

from indict_review.errors import ToolError
from indict_review.sandbox import seccomp
from indict_review.sandbox.box import PATH, STARTER, stream
from indict_review.sandbox.interface import Job, Ran
from indict_review.sandbox.namespaces import (
    BOX,
    NOBODY,
    SCRATCH,
    as_nobody,
    few_cpus,
    is_root,
    isolated,
    restrictions,
    shown,
)
from indict_review.sandbox.pipes import GRACE, Conversation
from indict_review.sandbox.watch import Usage

_NEEDED = frozenset({"--size", "--perms", "--info-fd", "--block-fd"})

_PROGRAMS = {
    "node": "node",
    "c": "cc",
    "go": "go",
    "rust": "cargo",
    "java": "java",
    "php": "php",
    "dotnet": "dotnet",
}
"""What each toolchain needs below /usr. A Python may also come with `Job.mounts`."""

_PRLIMIT = "/usr/bin/prlimit"

_INSTALL = "install it (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"
_ALLOW = (
    "the kernel must let users make namespaces, see sysctl user.max_user_namespaces,"
    " kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns;"
    " in a container, its own profile may forbid it"
)


_Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class _Program:
    """The installed bubblewrap, seen to work."""

    path: str
    version: str
    options: frozenset[str]


class Bubblewrap:
    """See `Sandbox`. Each run has its own namespaces, user and tmpfs; nothing is kept warm."""

    name = "bubblewrap"

    def identity(self, toolchain: str) -> str:
        """See `Sandbox.identity`."""
        version = self._program.version
        program = _PROGRAMS.get(toolchain)
        if program and not _below_usr(program):
            raise ToolError(f"bubblewrap shows only /usr, and there is no `{program}` in it")
        return f"bubblewrap {version}" + ("" if seccomp.program() else ", without seccomp")

    def run(self, job: Job) -> Ran:
        """See `Sandbox.run`."""
        try:
            with _started(self._program, job) as (process, init, end):
                usage = Usage(init, job.limits.memory, (BOX, *SCRATCH))
                return Conversation(process, stream(job, BOX), job.limits, usage.used_up, end).ran()
        except OSError as e:
            raise ToolError(f"the sandbox could not be set up: {e}") from e

    def close(self) -> None:
        """See `Sandbox.close`. Nothing is ever left."""

    @cached_property
    def _program(self) -> _Program:
        path = shutil.which("bwrap", path=PATH)
        if path is None:
            raise ToolError(f"bubblewrap is not installed: {_INSTALL}")
        version = _tried(path, "--version").stdout.split()[-1]
        options = frozenset(re.findall(r"--[a-z-]+", _tried(path, "--help").stdout))
        if not os.access(_PRLIMIT, os.X_OK):
            raise ToolError(f"bubblewrap needs {_PRLIMIT} beside it: install util-linux")
        if not _NEEDED <= options:
            raise ToolError(f"bubblewrap {version} is too old: update it to 0.8 or newer")
        tried = _tried(path, *isolated(options), "--ro-bind", "/", "/", "--proc", "/proc", "true")
        if tried.returncode != 0:
            said = tried.stderr.strip().removeprefix("bwrap: ")
            raise ToolError(f"bubblewrap cannot make a sandbox here ({said}): {_ALLOW}")
        return _Program(path, version, options)


@contextmanager
def _started(program: _Program, job: Job) -> Iterator[tuple[_Process, int, Callable[[], None]]]:
    """The sandbox, limited and waiting for the archive; its first process; and how to end it."""
    with ExitStack() as stack:
        words, inherited = shown(job, stack)
        (args, to_args), (from_info, info), (block, to_block) = (_pipe(stack) for _ in range(3))
        words += ["--info-fd", str(info.fileno()), "--block-fd", str(block.fileno())]
        via = as_nobody(job)
        user = NOBODY if is_root() and not via else None
        start = [*via, program.path, "--args", str(args.fileno()), "--"]
        with few_cpus(job.limits.cpus):
            process = subprocess.Popen(
                [*start, "/bin/sh", "-c", STARTER, "sh", BOX],
                bufsize=0,
                cwd="/",
                env={},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(args.fileno(), info.fileno(), block.fileno(), *inherited),
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        stack.callback(_end, process)
        for ours in (args, info, block):
            ours.close()
        _first_to_go(process.pid)
        words = [*isolated(program.options), *words]
        with suppress(BrokenPipeError):  # then it says why
            to_args.write(b"".join(word.encode() + b"\0" for word in words))
            to_args.close()
        init = _init(process, from_info)
        stack.callback(os.close, handle := os.pidfd_open(init))
        stack.callback(end := partial(_end, process, handle))
        # In its namespaces already, so that the kernel counts its processes apart from all others;
        # and by the same user, since root need not be allowed to.
        limited = _tried(_PRLIMIT, "--pid", str(init), *restrictions(job.limits))
        if limited.returncode != 0 and process.poll() is None:
            raise ToolError(f"the sandbox cannot be limited: {limited.stderr.strip()[:300]}")
        with suppress(BrokenPipeError):
            to_block.write(b"!")
        to_block.close()
        yield process, init, end


def _init(process: _Process, info: IO[bytes]) -> int:
    """Process 1 of the sandbox, as bubblewrap tells it before anything runs in it."""
    told = b""
    while piece := info.read(4096):
        told += piece
    try:
        return int(json.loads(told)["child-pid"])
    except ValueError as e:
        said = process.communicate()[1].decode("utf-8", "replace").strip()
        raise ToolError(f"the sandbox could not be set up: {said[:300]}") from e


def _end(process: _Process, init: int | None = None) -> None:
    """Kill all of it, and wait until nothing is left. With its first process, all others go."""
    if init is not None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(init, signal.SIGKILL)
        select.select([init], [], [], GRACE)
    process.kill()
    process.wait()


def _first_to_go(pid: int) -> None:
    """Should the machine run out of memory, the kernel takes this process and its children."""
    with suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000", "ascii")


def _pipe(stack: ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    return (
        stack.enter_context(os.fdopen(reading, "rb", 0)),
        stack.enter_context(os.fdopen(writing, "wb", 0)),
    )


def _below_usr(program: str) -> bool:
    found = shutil.which(program, path=PATH)
    return found is not None and os.path.realpath(found).startswith("/usr/")


def _tried(*command: str) -> "subprocess.CompletedProcess[str]":
    user = NOBODY if is_root() else None
    try:
        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            timeout=GRACE,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    except (OSError, subprocess.SubprocessError) as e:
        raise ToolError(f"bubblewrap cannot be run: {e}") from e
