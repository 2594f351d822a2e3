"""No sandbox: code that the user trusts, run on the machine itself in a folder made for it."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review.errors import ToolError
from indict_review.sandbox.box import STARTER, stream
from indict_review.sandbox.interface import Job, Limits, Ran
from indict_review.sandbox.pipes import Conversation

# The shell that runs the job leads a session of its own: what the job leaves in it, and nothing of
# the user's, is killed. In /proc/PID/stat the session is the fourth field after the name's bracket.
_REAP = """\
for folder in /proc/[0-9]*; do
    read -r line <"$folder/stat" || continue
    set -- ${line##*) }
    [ "$4" = $$ ] && [ "${folder#/proc/}" != $$ ] && kill -9 "${folder#/proc/}"
done 2>/dev/null"""


@dataclass(frozen=True)
class Host:
    """Implements `Sandbox` without being one: nothing is kept from the code that runs.

    Time, output and the size of one file are limited, memory and processes are not. What takes
    itself out of the session that the job runs in outlives it.
    """

    trusted: bool

    def __post_init__(self) -> None:
        if not self.trusted:
            raise ValueError("code that nobody trusts is never run on the host")

    @property
    def name(self) -> str:
        """See `Sandbox.name`."""
        return "host"

    def identity(self, toolchain: str) -> str:
        """See `Sandbox.identity`."""
        return "the host itself (no sandbox)"

    def run(self, job: Job) -> Ran:
        """See `Sandbox.run`. What is mounted elsewhere is here where it is."""
        try:
            with TemporaryDirectory(prefix="indict-review-", ignore_cleanup_errors=True) as box:
                with _started(box, job.limits) as (process, end):
                    path = os.pathsep.join(os.get_exec_path())
                    pieces = stream(_in_place(job), box, path=path, reap=_REAP)
                    return Conversation(process, pieces, job.limits, lambda: None, end).ran()
        except OSError as e:
            raise ToolError(f"nothing can be run in a temporary folder: {e}") from e

    def close(self) -> None:
        """See `Sandbox.close`. Nothing is ever left."""


@contextmanager
def _started(
    box: str, limits: Limits
) -> "Iterator[tuple[subprocess.Popen[bytes], Callable[[], None]]]":
    """The shell that waits for the archive, and how to end it. It is gone afterwards."""
    try:
        process = subprocess.Popen(
            ["/bin/sh", "-c", STARTER, "sh", box],
            bufsize=0,
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as e:
        raise ToolError(f"no shell can be started on the host: {e}") from e
    end = partial(_end, process)
    try:
        if sys.platform == "linux":
            for which, most in (
                (resource.RLIMIT_FSIZE, limits.file_size),
                (resource.RLIMIT_CORE, 0),
            ):
                resource.prlimit(process.pid, which, (most, most))
        yield process, end
    finally:
        end()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill the whole session, while its leader's number is surely its own."""
    if process.poll() is None:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, IndexError):  # it ended meanwhile
                fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
                if fields[3] == str(process.pid) != stat.parent.name:
                    os.kill(int(stat.parent.name), signal.SIGKILL)
        process.kill()
    process.wait()


def _in_place(job: Job) -> Job:
    """The job with each folder of the host named by where it is: nothing is mounted here."""

    def at_home(text: str) -> str:
        for mount in job.mounts:
            text = text.replace(mount.target, str(mount.source))
        return text

    def each(named: Mapping[str, str]) -> dict[str, str]:
        return {name: at_home(value) for name, value in named.items()}

    return replace(
        job,
        command=tuple(map(at_home, job.command)),
        environ=each(job.environ),
        path=tuple(map(at_home, job.path)),
        links=each(job.links),
        tools={
            name: at_home(content.decode("utf-8", "surrogateescape")).encode(
                "utf-8", "surrogateescape"
            )
            for name, content in job.tools.items()
        },
        mounts=(),
    )
