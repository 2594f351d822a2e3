"""Writes to what is not the workspace's."""

import os
import stat

from .kit import attack, box, got, read, trap, tried

OWN = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
"""Folders a sandbox may give to each run, beside the box; `lingering` looks whether it takes them
back."""


def allowed(path):
    """Whether a run may write there."""
    return any(path == own or path.startswith(own + "/") for own in (*OWN, box()))


def below(root):
    """Every folder and file, none of them through a link."""
    for folder, folders, files in os.walk(root):
        if folder == "/":
            folders[:] = set(folders) - {"proc", "sys"}
        yield folder, True
        for name in files:
            yield os.path.join(folder, name), False


@attack()
def files_everywhere():
    """A new file in every folder, and every file opened for writing."""
    for path, folder in below("/"):
        if allowed(path):
            continue
        try:
            if folder:
                new = f"{path}/wrote-{trap()['tag']}"
                os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
                got(f"a new file in {path}")
            elif stat.S_ISREG(os.lstat(path).st_mode):
                os.close(os.open(path, os.O_WRONLY))
                got(f"{path} open for writing")
        except OSError:
            continue


@attack(bites=True)
def files_of_the_host():
    """What was planted there: the test looks whether it is still as it was."""
    for path in trap()["files"]:
        for way in ("", "/proc/1/root", "/proc/self/root"):
            for attempt in (
                lambda path=way + path: os.close(os.open(path, os.O_WRONLY | os.O_APPEND)),
                lambda path=way + path: os.close(
                    os.open(os.path.dirname(path) + "/new", os.O_CREAT | os.O_WRONLY)
                ),
                lambda path=way + path: os.link(path, f"{box()}/out/linked"),
                lambda path=way + path: os.rename(path, path),
            ):
                try:
                    attempt()
                except OSError:
                    continue
                got(f"a write at {way}{path}")


@attack()
def settings_of_the_kernel():
    """Opening is enough to know."""
    for root in ("/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi", "/sys"):
        for path, folder in below(root):
            if folder:
                continue
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            except OSError:
                continue
            got(f"{path} open for writing")
    for path in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/mtrr"):
        if os.access(path, os.W_OK):
            got(path)


@attack()
def groups_of_processes():
    """Control groups: one that can be entered or made has other limits."""
    for line in read("/proc/self/mountinfo").decode().splitlines():
        kind, mounted = line.partition(" - ")[2].split()[0], line.split()[4]
        if not kind.startswith("cgroup"):
            continue
        for attempt in (
            lambda at=mounted: os.mkdir(f"{at}/wrote-{trap()['tag']}"),
            lambda at=mounted: os.close(os.open(f"{at}/cgroup.procs", os.O_WRONLY)),
            lambda at=mounted: os.close(os.open(f"{at}/release_agent", os.O_WRONLY)),
        ):
            try:
                attempt()
            except OSError:
                continue
            got(f"the control group at {mounted}")


@attack()
def limits_raised():
    import resource

    for name in ("AS", "NPROC", "FSIZE", "CPU", "DATA"):
        which = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(which)
        if hard == resource.RLIM_INFINITY:
            continue
        try:
            resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (OSError, ValueError):
            continue
        got(f"no limit {name}")
    before = os.sched_getaffinity(0)
    tried()
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    if not os.sched_getaffinity(0) <= before:
        got("more processors")
