"""What every sandbox does the same way: the box a command runs in, sent as one tar archive.

    BOX/job      how the command is run, from `Job`
    BOX/tools    files of ours, and links to what is mounted
    BOX/work     the copy of the project: what the command works on
    BOX/out      what the command leaves for us
    BOX/home     empty; BOX/tmp for temporary files

The first process of a sandbox is `STARTER`: it waits for the archive on standard input, so that it
can be started ahead of time. The command writes to standard error only; on standard output comes
one archive of `out`, after everything that the command started is dead.

Trust ends here: that archive and the output are made by untrusted code.
"""

import io
import os
import shlex
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from indict_review.errors import ToolError
from indict_review.sandbox.interface import MIB, Job

STARTER = 'cd "$1" && tar -xf - && exec /bin/sh ./job'
"""Run as `/bin/sh -c STARTER sh BOX`. The images need a POSIX `sh`, `tar` and `timeout`."""

BROKEN = 125
"""Exit code of a box that could not be set up."""

MOST_LEFT = 64 * MIB
"""Bytes of the archive that comes back."""

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_END = bytes(1024)
"""Two empty blocks end an archive."""

# `timeout` stands for the limit from within, should nobody be left outside to keep it. What the
# command leaves running is killed before the results are packed: a signal to -1 reaches all but
# the sender and the first process. On the host it would reach the user's own, so there: the group.
# In braces, so that all of it is read before anything is run; and what packs the results is none of
# the programs that a prepared environment put first on PATH.
_JOB = """\
{{
umask 077
mkdir -p home out tmp || exit {broken}
exec 3>&1 1>&2 0</dev/null
cd work || exit {broken}
{environ}
timeout -s KILL {seconds} {command} 3>&-
code=$?
PATH={path}
export PATH
{reap}
cd {box} && tar -cf - out >&3
exit $code
}}
"""


def stream(
    job: Job, box: str, *, path: str = PATH, reap: str = "kill -9 -1 2>/dev/null"
) -> Iterator[bytes]:
    """The archive for `STARTER`, piece by piece. `path` is the PATH the command has."""
    yield from job.work.members()
    yield member("tools", None)
    for name, content in job.tools.items():
        yield member(f"tools/{name}", content, 0o700)
    for name, target in job.links.items():
        yield symlink(name, target.replace("{box}", box))
    # Last, so that no member before it can take its place.
    yield member("job", _script(job, box, path, reap).encode())
    yield _END


def member(name: str, content: bytes | None, mode: int = 0o600) -> bytes:
    """One file, or folder if `content` is None, as blocks of an archive."""
    info = tarfile.TarInfo(name)
    info.mode = mode if content is not None else 0o700
    info.type = tarfile.REGTYPE if content is not None else tarfile.DIRTYPE
    info.size = len(content or b"")
    head = info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
    return head + (content or b"") + bytes(-info.size % tarfile.BLOCKSIZE)


def symlink(name: str, target: str) -> bytes:
    """One symbolic link. Within the sandbox it can lead nowhere that the command could not go."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = tarfile.SYMTYPE, target, 0o777
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def left(archive: bytes) -> Mapping[str, bytes]:
    """The files of `out`, by their path there. Links and devices are passed over.

    Raises `ToolError` if it is no such archive: then whatever ran wrote over it.
    """
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
            for info in tar:
                # A hole takes no room in the archive, and gigabytes in our memory.
                if info.issparse() or info.size > len(archive):
                    raise tarfile.TarError("it says more than it holds")
                parts = PurePosixPath(os.path.normpath(info.name)).parts
                if not info.isreg() or len(parts) < 2 or parts[0] != "out":
                    continue
                content = tar.extractfile(info)
                files["/".join(parts[1:])] = content.read() if content else b""
    except (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError, OSError) as e:
        raise ToolError(f"what came out of the sandbox is no archive ({e})") from e
    return files


def _script(job: Job, box: str, path: str, reap: str) -> str:
    settings = {
        "PATH": ":".join([*(part.replace("{box}", box) for part in job.path), path]),
        "HOME": f"{box}/home",
        "TMPDIR": f"{box}/tmp",  # noqa: S108 (of the sandbox, made for this run)
        "LANG": "C.UTF-8",
        **{name: value.replace("{box}", box) for name, value in job.environ.items()},
    }
    words = [word.replace("{box}", box) for word in job.command]
    return _JOB.format(
        broken=BROKEN,
        environ="\n".join(f"export {name}={shlex.quote(v)}" for name, v in settings.items()),
        seconds=f"{job.limits.seconds:g}",
        command=shlex.join(words),
        reap=reap,
        box=shlex.quote(box),
        path=shlex.quote(path),
    )
