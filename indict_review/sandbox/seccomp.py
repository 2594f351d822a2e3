"""A filter of system calls: what no test needs is refused before the kernel runs its code for it.

The rest of the sandbox already makes most of these useless. The filter is there for the faults that
the kernel's less used parts have had. It is a program of the classic Berkeley Packet Filter, see
https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

import errno
import json
import os
import stat
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

# Numbers of system calls, on x86-64 and on aarch64: None where there is no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # file systems
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    # namespaces, and other processes
    "setns": (308, 268),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "sched_setaffinity": (203, 122),
    "memfd_secret": (447, 447),
    # parts of the kernel with a history
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "modify_ldt": (154, None),
    "lookup_dcookie": (212, 18),
    "nfsservctl": (180, 42),
    "_sysctl": (156, None),
    "uselib": (134, None),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "syslog": (103, 116),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "vhangup": (153, 58),
}

_ABSENT: dict[str, tuple[int | None, int | None]] = {"clone3": (435, 435)}
"""As on an older kernel: callers then take another way. The flags of `clone3` lie in memory, out of
reach of a filter."""

# Memory that only a control group counts: refused where none is there to do so.
_UNCOUNTED: dict[str, tuple[int | None, int | None]] = {
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
}
_UNCOUNTED_ABSENT: dict[str, tuple[int | None, int | None]] = {"memfd_create": (319, 279)}

_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET."""
_NEW_TIME = 0x80
"""CLONE_NEWTIME: for `unshare` only, to `clone` it is a part of a signal's number."""

_TERMINAL = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: they type for the user."""

_FAMILIES = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6, AF_NETLINK."""

_SOCKET_LEVEL = 1
_SIZES = (7, 8)
"""SO_SNDBUF, SO_RCVBUF. To set one is a wish: it is said to be done, and is not, so that a socket
holds no more than the machine's default."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_OF, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE = 0, 4


def _argument(index: int) -> int:
    """Where its lower half is: all that the kernel reads of those below."""
    return 16 + 8 * index


@dataclass(frozen=True)
class _Machine:
    architecture: int
    """AUDIT_ARCH_…"""
    column: int
    """In the table above."""
    clone: int
    unshare: int
    socket: tuple[int, int]
    """And socketpair."""
    options: int
    """setsockopt."""
    ioctl: int
    mknod: tuple[tuple[int, int], ...]
    """mknodat, mknod: the number, and which argument is the mode."""
    foreign: int | None = None
    """From here on, numbers are of another ABI: x32."""


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 0, 56, 272, (41, 53), 54, 16, ((259, 2), (133, 1)), 0x40000000),
    "aarch64": _Machine(0xC00000B7, 1, 220, 97, (198, 199), 208, 29, ((33, 2),)),
}


def program(machine: str | None = None) -> bytes:
    """The filter for this kind of machine, as the kernel takes it; empty if we have none."""
    kind = _MACHINES.get(machine or os.uname().machine)
    return b"".join(_filter(kind)) if kind and sys.byteorder == "little" else b""


def profile(machine: str | None = None) -> str | None:
    """The same for Docker, in its JSON; None if we have none. It takes the place of Docker's own.

    Docker's lets through what its control groups and capabilities do not hold: ptrace, io_uring,
    and sockets of AF_VSOCK, which reach the host of a virtual machine whatever the network is.
    """
    name = machine or os.uname().machine
    architecture = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64"}.get(name)
    if architecture is None:
        return None
    rules = [_rule([*_REFUSED], errno.EPERM), _rule([*_ABSENT], errno.ENOSYS)]
    for bit in range(32):
        flag = 1 << bit
        if flag & _NAMESPACES:
            rules.append(_rule(["clone", "unshare"], errno.EPERM, 0, "MASKED_EQ", flag, flag))
    rules.append(_rule(["unshare"], errno.EPERM, 0, "MASKED_EQ", _NEW_TIME, _NEW_TIME))
    rules += [_rule(["ioctl"], errno.EPERM, 1, "EQ", kind) for kind in _TERMINAL]
    for call, argument in (("mknodat", 2), ("mknod", 1)):
        for kind in (stat.S_IFCHR, stat.S_IFBLK):
            rules.append(_rule([call], errno.EPERM, argument, "MASKED_EQ", 0o170000, kind))
    sockets = ["socket", "socketpair"]
    refused = [f for f in range(max(_FAMILIES)) if f not in _FAMILIES]
    rules += [_rule(sockets, errno.EAFNOSUPPORT, 0, "EQ", family) for family in refused]
    rules.append(_rule(sockets, errno.EAFNOSUPPORT, 0, "GT", max(_FAMILIES)))
    return json.dumps(
        {
            "defaultAction": "SCMP_ACT_ALLOW",
            # No other ABI of the machine: its numbers would mean other calls.
            "archMap": [{"architecture": architecture, "subArchitectures": []}],
            "syscalls": rules,
        }
    )


def _rule(
    names: list[str],
    error: int,
    argument: int | None = None,
    test: str = "",
    value: int = 0,
    masked: int = 0,
) -> dict[str, object]:
    rule: dict[str, object] = {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": error}
    if argument is not None:
        compared = {"index": argument, "value": value, "valueTwo": masked, "op": f"SCMP_CMP_{test}"}
        rule["args"] = [compared]
    return rule


def _filter(on: _Machine) -> Iterator[bytes]:
    yield _do(_LOAD, _ARCHITECTURE)
    yield from _unless(_EQUAL, on.architecture, _KILL)
    yield _do(_LOAD, _NUMBER)
    if on.foreign is not None:
        yield from _where(_AT_LEAST, on.foreign, _KILL)
    for table, error in (
        (_REFUSED | _UNCOUNTED, errno.EPERM),
        (_ABSENT | _UNCOUNTED_ABSENT, errno.ENOSYS),
    ):
        for numbers in table.values():
            number = numbers[on.column]
            if number is not None:
                yield from _where(_EQUAL, number, _ERRNO | error)
    refused = _ERRNO | errno.EPERM
    yield from _call(on.clone, 0, _where(_ANY_OF, _NAMESPACES, refused))
    yield from _call(on.unshare, 0, _where(_ANY_OF, _NAMESPACES | _NEW_TIME, refused))
    yield from _call(on.ioctl, 1, *(_where(_EQUAL, kind, refused) for kind in _TERMINAL))
    elsewhere = _unless(_EQUAL, _SOCKET_LEVEL, _ALLOW)
    name = [_do(_LOAD, _argument(2))]
    wishes = (_where(_EQUAL, size, _ERRNO) for size in _SIZES)
    yield from _call(on.options, 1, elsewhere, name, *wishes)
    for number, argument in on.mknod:
        masked = [_do(_AND, 0o170000)]
        kinds = (stat.S_IFCHR, stat.S_IFBLK)
        yield from _call(number, argument, masked, *(_where(_EQUAL, k, refused) for k in kinds))
    for number in on.socket:
        known = (_where(_EQUAL, family, _ALLOW) for family in _FAMILIES)
        yield from _call(number, 0, *known, [_do(_RETURN, _ERRNO | errno.EAFNOSUPPORT)])
    yield _do(_RETURN, _ALLOW)


def _call(number: int, argument: int, *steps: list[bytes]) -> Iterator[bytes]:
    """What is done if it is this call: one of its arguments is looked at, and it ends there."""
    inner = [_do(_LOAD, _argument(argument)), *(s for step in steps for s in step)]
    inner.append(_do(_RETURN, _ALLOW))
    yield _do(_EQUAL, number, 0, len(inner))
    yield from inner


def _where(test: int, value: int, then: int) -> list[bytes]:
    return [_do(test, value, 0, 1), _do(_RETURN, then)]


def _unless(test: int, value: int, then: int) -> list[bytes]:
    return [_do(test, value, 1, 0), _do(_RETURN, then)]


def _do(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """A `struct sock_filter`; the jumps count instructions that are left out."""
    return struct.pack("<HBBI", code, if_true, if_false, value)
