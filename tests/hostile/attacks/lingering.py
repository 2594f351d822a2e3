"""What stays behind: processes that outlive the run, and state for the next one."""

import ctypes
import os
import signal
import socket
import time

from .filling import folders
from .kernel import call
from .kit import attack, got, read, spawn, trap

KEY = 0x1D1C7


def detached(run):
    """A process with no parent, no session, and no ear for signals."""

    def first():
        os.setsid()
        for signum in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(signum, signal.SIG_IGN)
        spawn(run)

    os.waitpid(spawn(first), 0)


def until_the_test_is_over(step=lambda: None):
    """Not for ever: an attack that gets away must not stay on the machine."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        step()
        time.sleep(0.02)


@attack()
def a_process_outlives_the_run():
    detached(until_the_test_is_over)


@attack("exited", "output")
def a_process_writes_to_the_inherited_pipe_later():
    detached(lambda: until_the_test_is_over(lambda: os.write(1, b"late\n")))


@attack("exited", "killed")
def a_process_that_is_always_another_one():
    """Whoever lists the processes first and kills them then, kills the wrong ones."""

    def hop():
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if os.fork():
                os._exit(0)

    for _ in range(4):
        detached(hop)


@attack()
def a_process_that_is_stopped():
    detached(lambda: os.kill(os.getpid(), signal.SIGSTOP))


@attack()
def a_process_writes_results_later():
    def late():
        with open("../out/late", "ab", buffering=0) as file:
            file.write(b"x")

    detached(lambda: until_the_test_is_over(late))


@attack()
def leave_files():
    """Also some that are not easy to remove."""
    for folder in folders():
        try:
            with open(f"{folder}/left-{trap()['tag']}", "w", encoding="utf-8") as file:
                file.write("left")
            deep = f"{folder}/deep-{trap()['tag']}"
            os.makedirs(f"{deep}/closed/" + "/".join("d" * 200 for _ in range(15)))
            os.chmod(f"{deep}/closed", 0)
        except OSError:  # no file system for it, or one we have been to by another name
            continue


@attack(after="leave_files")
def find_files():
    for folder in ["/", *folders(), *(entry.path for entry in os.scandir("/") if entry.is_dir())]:
        try:
            found = [name for name in os.listdir(folder) if trap()["tag"] in name]
        except OSError:
            continue
        if found:
            got(f"{folder} still has {found}")


@attack()
def leave_memory():
    libc = ctypes.CDLL(None)
    libc.shmget(KEY, 4096, 0o1666)
    libc.semget(KEY, 1, 0o1666)
    libc.msgget(KEY, 0o1666)
    librt = ctypes.CDLL("librt.so.1")
    librt.mq_open(b"/left", os.O_CREAT | os.O_RDWR, 0o666, None)
    for keyring in (-3, -4, -5):  # of the session, of the user, of the user's session
        call("add_key", b"user", b"indict-left", b"left", 4, keyring)

    def listen():
        server = socket.socket(socket.AF_UNIX)
        server.bind(f"\0left-{trap()['tag']}")
        server.listen()
        until_the_test_is_over()

    detached(listen)


@attack(after="leave_memory")
def find_memory():
    libc = ctypes.CDLL(None)
    librt = ctypes.CDLL("librt.so.1")
    for name, found in {
        "shared memory": libc.shmget(KEY, 4096, 0),
        "semaphores": libc.semget(KEY, 1, 0),
        "a message queue": libc.msgget(KEY, 0),
        "a POSIX message queue": librt.mq_open(b"/left", os.O_RDONLY),
        "a key": call("request_key", b"user", b"indict-left", None, 0),
    }.items():
        if found >= 0:
            got(f"{name} of the run before")
    if f"left-{trap()['tag']}".encode() in read("/proc/net/unix"):
        got("a socket of the run before")
    for entry in os.listdir("/proc"):
        if entry.isdigit() and b"leave_memory" in read(f"/proc/{entry}/cmdline"):
            got("a process of the run before")
