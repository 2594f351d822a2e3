"""System calls that change what a process is, or that no test needs: straight to the kernel."""

import ctypes
import errno
import os
import platform
from itertools import starmap

from .kit import attack, got, read, spawn

NUMBERS = {
    "x86_64": {
        "ptrace": 101, "pivot_root": 155, "mount": 165, "umount2": 166, "swapon": 167,
        "reboot": 169, "init_module": 175, "delete_module": 176, "kexec_load": 246,
        "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
        "perf_event_open": 298, "open_by_handle_at": 304, "setns": 308, "finit_module": 313,
        "bpf": 321, "userfaultfd": 323, "syslog": 103, "acct": 163, "iopl": 172,
        "io_uring_setup": 425, "open_tree": 428, "fsopen": 430, "clone3": 435,
    },
    "aarch64": {
        "ptrace": 117, "pivot_root": 41, "mount": 40, "umount2": 39, "swapon": 224,
        "reboot": 142, "init_module": 105, "delete_module": 106, "kexec_load": 104,
        "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97,
        "perf_event_open": 241, "open_by_handle_at": 265, "setns": 268, "finit_module": 273,
        "bpf": 280, "userfaultfd": 282, "syslog": 116, "acct": 89,
        "io_uring_setup": 425, "open_tree": 428, "fsopen": 430, "clone3": 435,
    },
}.get(platform.machine(), {})  # fmt: skip

NAMESPACES = {
    "user": 0x10000000, "mount": 0x20000, "net": 0x40000000, "pid": 0x20000000,
    "ipc": 0x8000000, "uts": 0x4000000, "cgroup": 0x2000000, "time": 0x80,
}  # fmt: skip


def call(name, *arguments):
    """A system call: its result, or -1 with `ctypes.get_errno`."""
    if name not in NUMBERS:
        return -1
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = (ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)
    return libc.syscall(ctypes.c_long(NUMBERS[name]), *words)


def allowed(name, *arguments):
    """Whether the kernel does it. In a child: some of it would change this process for good."""

    def child():
        if call(name, *arguments) >= 0:
            got(f"the system call {name}")

    os.waitpid(spawn(child), 0)


def past_the_gate(name, *arguments):
    """Whether the kernel looks at the arguments, which are wrong: it refuses who may not first."""
    if call(name, *arguments) >= 0:
        got(f"the system call {name}")
    elif ctypes.get_errno() not in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        got(f"the system call {name}, past the gate: {errno.errorcode[ctypes.get_errno()]}")


@attack()
def identity():
    """Who the process is: it has no capability, and gains none from a program."""
    status = dict(line.split(":\t", 1) for line in read("/proc/self/status").decode().splitlines())
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        if int(status[name], 16):
            got(f"capabilities, {name} {status[name]}")
    if status["NoNewPrivs"] != "1":
        got("new privileges by executing programs")
    if status["Seccomp"] != "2":
        got("every system call: there is no filter")
    if 0 in os.getgroups():
        got("the group of root, beside its own")


@attack()
def terminal_and_session():
    """A terminal of the caller's would take what is typed into it (TIOCSTI)."""
    import fcntl
    import termios

    if os.getsid(0) == 0:
        got("a session that began outside")
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
        got("a terminal")
    except OSError:
        pass
    for stream in range(3):
        try:
            fcntl.ioctl(stream, termios.TIOCSTI, b"x")
        except OSError:
            continue
        got(f"a terminal that takes what we type, on {stream}")


@attack()
def namespaces():
    for kind, flag in NAMESPACES.items():
        allowed("unshare", flag)
        allowed("unshare", NAMESPACES["user"] | flag)
        arguments = (ctypes.c_uint64 * 11)(NAMESPACES["user"] | flag, 0, 0, 0, 17)

        def clone(arguments=arguments, kind=kind):
            pid = call("clone3", arguments, 88)
            if pid >= 0:
                got(f"clone3 with a new {kind} namespace")

        os.waitpid(spawn(clone), 0)


@attack()
def namespaces_of_others():
    for pid in (1, os.getppid()):
        for kind in ("user", "mnt", "net", "pid", "ipc", "uts", "cgroup"):
            try:
                there = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
            except OSError:
                continue
            allowed("setns", there, 0)
            os.close(there)


@attack()
def mounts():
    os.makedirs("mnt/old", exist_ok=True)
    allowed("mount", b"none", b"mnt", b"tmpfs", 0, None)
    allowed("mount", b"none", b"mnt", b"proc", 0, None)
    allowed("mount", b"/", b"mnt", None, 4096, None)  # MS_BIND
    allowed("mount", None, b"/", None, 32 | 4096, None)  # MS_REMOUNT
    allowed("mount", None, b"/", None, 0x44000, None)  # MS_REC | MS_PRIVATE
    allowed("umount2", b"/proc", 2)
    allowed("umount2", b"/proc/sys", 2)
    allowed("pivot_root", b"mnt", b"mnt/old")
    allowed("fsopen", b"tmpfs", 0)
    allowed("open_tree", -100, b"/", 1)

    def root():
        try:
            os.chroot("mnt")
        except OSError:
            return
        got("chroot")

    os.waitpid(spawn(root), 0)


@attack()
def devices():
    """A node of our own; and those that are there."""
    for name, kind, major, minor in (
        ("m", 0o20000, 1, 1),
        ("d", 0o60000, 8, 0),
        ("v", 0o60000, 254, 0),
    ):
        for folder in (".", "/tmp", "/dev/shm", "/dev"):
            try:
                os.mknod(f"{folder}/{name}", kind | 0o666, os.makedev(major, minor))
                os.close(os.open(f"{folder}/{name}", os.O_RDONLY))
            except OSError:
                continue
            got(f"the device {major}:{minor} in {folder}")
    known = (
        "null zero full random urandom tty ptmx pts console fd stdin stdout stderr core shm mqueue"
    )
    for name in set(os.listdir("/dev")) - set(known.split()):
        try:
            os.close(os.open(f"/dev/{name}", os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            continue
        got(f"/dev/{name}")


@attack()
def tracing_of_what_is_above():
    """Another process taken over would do our work after we were killed."""
    for pid in (1, os.getppid()):
        if call("ptrace", 0x4206, pid, None, None) >= 0:  # PTRACE_SEIZE
            got(f"ptrace of {pid}")


@attack()
def keys():
    for keyring in (-1, -2, -3, -4, -5):
        if call("add_key", b"user", b"indict-hostile", b"x", 1, keyring) >= 0:
            got(f"a key in the keyring {keyring}")
    if call("keyctl", 0, -3, 1) >= 0:
        got("keyctl")


@attack()
def parts_of_the_kernel_no_test_needs():
    zeros = ctypes.create_string_buffer(256)
    for arguments in (
        ("bpf", 0, zeros, 128),
        ("perf_event_open", zeros, 0, -1, -1, 0),
        ("userfaultfd", 0),
        ("io_uring_setup", 4, zeros),
        ("open_by_handle_at", 0, zeros, 0),
    ):
        past_the_gate(*arguments)
    # User mode only is what an unprivileged process may ask for.
    attributes = ctypes.create_string_buffer(128)
    attributes[4:8] = (128).to_bytes(4, "little")
    attributes[40:48] = (0b1100000).to_bytes(8, "little")
    list(starmap(allowed, [("perf_event_open", attributes, 0, -1, -1, 0), ("userfaultfd", 1)]))


@attack()
def the_machine_itself():
    """With wrong arguments, so that nothing happens where it is allowed."""
    zeros = ctypes.create_string_buffer(256)
    for arguments in (
        ("init_module", zeros, 0, b""),
        ("finit_module", -1, b"", 0),
        ("delete_module", b"none-such", 0),
        ("kexec_load", 0, 0, None, 1 << 40),
        ("reboot", 1, 2, 3, None),
        ("swapon", b"/none-such", 0),
        ("acct", b"/none-such"),
        ("iopl", 0xFF),
    ):
        if arguments[0] == "iopl":  # EINVAL comes first: there is only the right one
            allowed("iopl", 3)
        else:
            past_the_gate(*arguments)
    if call("syslog", 3, zeros, 256) > 0:
        got("the log of the kernel")
