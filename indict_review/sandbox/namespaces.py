"""What a bubblewrap sandbox shows and allows, as options of `bwrap` and limits of the kernel."""

import glob
import math
import os
import random
import resource
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath

from indict_review.errors import ToolError
from indict_review.sandbox import seccomp
from indict_review.sandbox.interface import MIB, Job, Limits
from indict_review.sandbox.pipes import GRACE

BOX = "/box"

SCRATCH = ("/tmp", "/dev/shm")  # noqa: S108 (of the sandbox)
"""Where it can write beside `BOX`."""

NOBODY = 65534
"""The user inside. Outside, too, if root runs us: limits on processes do not hold root."""

_MEETING = "/sys"
"""A folder that every machine has and bubblewrap does not need. What only root may reach is put
there for it, in a mount namespace of its own: the machine sees nothing of it."""

_OUT_OF_SIGHT = ("/usr/bin/unshare", "--mount", "--propagation", "private")
_MEET = f"""
mount -t tmpfs -o mode=755 none {_MEETING} || exit
number=0
while [ "$1" != -- ]; do
    mkdir {_MEETING}/$number && mount --bind "$1" {_MEETING}/$number || exit
    number=$((number + 1))
    shift
done
shift
exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups "$@"
"""

_SCRATCH_SIZE = 64 * MIB
_THREAD = 8 * MIB
"""Bytes that a thread's stack reserves, and does not use."""
_OPEN_FILES = 4096

_TAKEN = frozenset({"bin", "box", "dev", "etc", "lib", "lib64", "proc", "sbin", "sys", "usr"})
"""Folders of the sandbox's root that are its own."""

_ETC = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/java-*-openjdk")
"""What programs of /usr need of the machine's settings: nothing that tells whose machine it is."""

_MADE = {
    "/etc/passwd": f"nobody:x:{NOBODY}:{NOBODY}:nobody:{BOX}/home:/bin/sh\n",
    "/etc/group": f"nogroup:x:{NOBODY}:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def is_root() -> bool:
    """Whether root runs us."""
    return os.geteuid() == 0


def isolated(known: Collection[str]) -> list[str]:
    """The options that cut it off. `known` are those that this bubblewrap has."""
    words = ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
    words += ["--cap-drop", "ALL", "--hostname", "sandbox"]
    words += ["--uid", str(NOBODY), "--gid", str(NOBODY)]
    if "--disable-userns" in known:  # since 0.8; the filter of system calls says the same
        words.append("--disable-userns")
    return words


def shown(job: Job, open_files: ExitStack) -> tuple[list[str], list[int]]:
    """The options for what it sees, and the descriptors that they name."""
    words: list[str] = []
    descriptors: list[int] = []

    def given(content: bytes) -> str:
        descriptors.append(_in_memory(content, open_files))
        return str(descriptors[-1])

    words += ["--ro-bind", "/usr", "/usr", *_as_on_the_host(), "--dir", "/etc"]
    for pattern in _ETC:
        for path in glob.glob(pattern):
            words += ["--ro-bind", path, path]
    for path, text in _MADE.items():
        words += ["--perms", "0444", "--file", given(text.encode()), path]
    words += ["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev"]
    for folder in SCRATCH:
        words += ["--perms", "1777", "--size", str(_SCRATCH_SIZE), "--tmpfs", folder]
    for source, target in _mounts(job):
        words += ["--ro-bind", source, target]
    words += ["--dir", "/var", "--symlink", SCRATCH[0], "/var/tmp"]  # noqa: S108
    words += ["--perms", "0700", "--size", str(job.limits.disk), "--tmpfs", BOX]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", BOX]
    if program := seccomp.program():
        words += ["--seccomp", given(program)]
    return words, descriptors


def as_nobody(job: Job) -> list[str]:
    """What bubblewrap is started by if root runs us and only root may go where the mounts are."""
    if not (is_root() and job.mounts):
        return []
    sources = [str(mount.source) for mount in job.mounts]
    return [*_OUT_OF_SIGHT, "/bin/sh", "-c", _MEET, "sh", *sources, "--"]


def restrictions(limits: Limits) -> list[str]:
    """The limits on one process and all that it will start, as options of `prlimit`."""
    open_files = min(_OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    most = {
        "nproc": limits.processes,
        "fsize": limits.file_size,
        "data": limits.memory + limits.processes * _THREAD + limits.reserve,
        "cpu": math.ceil(limits.seconds * max(limits.cpus, 1) + GRACE),
        "nofile": open_files,
        "core": 0,
    }
    return [f"--{name}={value}:{value}" for name, value in most.items()]


@contextmanager
def few_cpus(most: float) -> Iterator[None]:
    """What this thread starts meanwhile has so many CPUs, in whole ones, and cannot take more."""
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(
        0, random.sample(sorted(all_of_them), min(len(all_of_them), math.ceil(most)))
    )
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_of_them)


def _as_on_the_host() -> Iterator[str]:
    """Where /bin and its like lead, on a machine where they are links; else they themselves."""
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(name):
            yield from ("--symlink", os.readlink(name), name)
        elif os.path.isdir(name):
            yield from ("--ro-bind", name, name)


def _mounts(job: Job) -> Iterator[tuple[str, str]]:
    """What else it may read: where it is now, and where it will be."""
    for number, mount in enumerate(job.mounts):
        parts = PurePosixPath(mount.target).parts
        if len(parts) < 2 or parts[0] != "/" or ".." in parts or parts[1] in _TAKEN:
            raise ToolError(f"nothing can be shown at {mount.target} of a sandbox")
        yield f"{_MEETING}/{number}" if is_root() else str(mount.source), mount.target


def _in_memory(content: bytes, open_files: ExitStack) -> int:
    descriptor = os.memfd_create("indict-review")
    open_files.callback(os.close, descriptor)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
