"""Bombs: processes, memory, disk, output. Each stops by itself soon after it passed its limit."""

import ctypes
import mmap
import os
import socket
import sys
import threading
import time
from itertools import count

from .kit import ANY, MIB, attack, box, got, limit, spawn, tried

REFUSED = ("exited", "killed")
TOO_MUCH = ("memory", "exited", "killed")
"""For what is used in so many places that another limit may come first."""


def folders():
    """Where a program may expect to write."""
    named = [os.getcwd(), box(), f"{box()}/out", os.environ["HOME"], os.environ["TMPDIR"]]
    everywhere = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/dev/mqueue", "/dev", "/run/lock", "/"]
    return [name for name in dict.fromkeys(named + everywhere) if os.access(name, os.W_OK)]


@attack(*REFUSED)
def fork_bomb():
    most, alive = limit("processes"), 0
    try:
        while alive < 4 * most:
            spawn(lambda: time.sleep(60))
            alive += 1
    except OSError:
        pass
    if alive > most:
        got(f"{alive} processes at once")


@attack("time", "killed", seconds=1)
def fork_bomb_that_never_gives_up():
    most, alive = limit("processes"), mmap.mmap(-1, 8)
    tried()
    while int.from_bytes(alive[:], "little") < 4 * most:
        try:
            if os.fork() == 0:
                now = int.from_bytes(alive[:], "little") + 1
                alive[:] = now.to_bytes(8, "little")
                if now > most:
                    got(f"{now} processes at once")
        except OSError:
            pass
    time.sleep(60)


@attack(*REFUSED)
def thread_bomb():
    most, threads = limit("processes"), 0
    try:
        while threads < 4 * most:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            threads += 1
    except (RuntimeError, MemoryError):
        pass
    if threads > most:
        got(f"{threads} threads at once")
    tried()
    os._exit(0)


def held(total, where):
    """Say that it was had, if it still is after a while: longer than anybody needs to look."""
    time.sleep(0.5)
    got(f"{total // MIB} MiB {where}")


def hold(total):
    """Take memory and use each page of it."""
    pages = mmap.mmap(-1, total)
    for at in range(0, total, mmap.PAGESIZE):
        pages[at] = 1
    return pages


@attack("memory")
def memory_bomb_in_one_process():
    tried()
    kept = []
    while len(kept) * 16 * MIB < 3 * limit("memory"):
        kept.append(hold(16 * MIB))
    held(len(kept) * 16 * MIB, "of memory")


@attack(*TOO_MUCH)
def memory_bomb_of_many_processes():
    """None of them is large: a limit per process says nothing."""
    tried()
    reading, writing = os.pipe()

    def one():
        kept = hold(32 * MIB)
        os.write(writing, b"x")
        time.sleep(60)
        kept.close()

    for _ in range(3 * limit("memory") // (32 * MIB)):
        spawn(one)
    os.close(writing)
    alive, end = 0, time.monotonic() + 1
    os.set_blocking(reading, False)
    while time.monotonic() < end:
        try:
            alive += len(os.read(reading, 64)) * 32 * MIB
        except BlockingIOError:
            time.sleep(0.05)
    if alive > 2 * limit("memory"):
        got(f"{alive // MIB} MiB of memory")


def fill(folder, total):
    """Write files of 4 MiB, as far as it goes."""
    written, piece = 0, b"x" * MIB
    try:
        for n in count():
            with open(f"{folder}/fill-{n}", "wb", buffering=0) as file:
                for _ in range(4):
                    if written >= total:
                        return written
                    written += file.write(piece)
    except OSError:
        pass
    return written


def filled(places):
    """How much fits into all of them together, and into which."""
    most = (limit("disk") + limit("memory")) * 3 // 2
    took = {}
    for folder in places:
        took[folder] = fill(folder, most - sum(took.values()))
    if sum(took.values()) >= most:
        got(f"room for {took}")


@attack(*TOO_MUCH)
def disk_fill():
    tried()
    filled(folders())


@attack(*TOO_MUCH)
def disk_fill_of_shared_memory():
    tried()
    filled(["/dev/shm"])


@attack(*TOO_MUCH)
def disk_fill_of_files_that_have_no_name():
    """Deleted, and held open."""
    tried()
    total, kept, piece = 0, [], b"x" * (4 * MIB)
    for folder in folders():
        try:
            while total < 2 * (limit("disk") + limit("memory")):
                kept.append(os.open(folder, os.O_TMPFILE | os.O_RDWR))
                total += os.write(kept[-1], piece)
        except OSError:
            continue
    if total >= 2 * (limit("disk") + limit("memory")):
        held(total, "in files without a name")


@attack(*TOO_MUCH)
def memory_in_files_of_no_file_system():
    tried()
    total, kept, piece = 0, [], b"x" * (4 * MIB)
    while total < 3 * limit("memory"):
        kept.append(os.memfd_create("x"))
        total += os.write(kept[-1], piece)
    held(total, "in memfd")


@attack(*TOO_MUCH)
def memory_in_segments_nobody_is_attached_to():
    """System V shared memory is no part of any process once it is detached."""
    tried()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    libc.shmdt.argtypes = [ctypes.c_void_p]
    total = 0
    while total < 3 * limit("memory"):
        segment = libc.shmget(0, 8 * MIB, 0o1600)
        address = libc.shmat(segment, None, 0)
        if segment < 0 or address in (None, ctypes.c_void_p(-1).value):
            return
        ctypes.memset(address, 1, 8 * MIB)
        libc.shmdt(address)
        total += 8 * MIB
    held(total, "in detached segments")


@attack(*TOO_MUCH)
def memory_in_pipes():
    import fcntl

    tried()
    total, kept = 0, []
    try:
        while total < 3 * limit("memory"):
            kept.append(os.pipe())
            fcntl.fcntl(kept[-1][1], 1031, MIB)  # F_SETPIPE_SZ
            os.set_blocking(kept[-1][1], False)
            total += os.write(kept[-1][1], b"x" * MIB)
    except OSError:
        return
    held(total, "in pipes")


@attack(*TOO_MUCH)
def memory_that_no_process_has_mapped():
    """Shared pages stay when they are let go of: no process is seen to have them."""
    tried()
    kept, size = [], 4 * MIB
    while len(kept) * size < 3 * limit("memory"):
        shared = hold(size)
        shared.madvise(mmap.MADV_DONTNEED)
        kept.append(shared)
    if all(shared[0] == 1 for shared in kept):
        held(len(kept) * size, "that nobody has mapped")


@attack(*TOO_MUCH)
def memory_in_buffers_of_sockets():
    tried()
    total, kept, piece = 0, [], b"x" * 65536

    def one():
        nonlocal total
        while total < 3 * limit("memory"):
            kept.append(socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM))
            for end in kept[-1]:
                end.setblocking(False)
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * MIB)
                try:
                    while sent := end.send(piece):
                        total += sent
                except BlockingIOError:
                    continue

    try:
        one()
    except OSError:  # no more descriptors, or no more memory
        return
    held(total, "in buffers")


@attack(*ANY, seconds=2)
def very_many_files():
    tried()
    made, most = 0, 1_000_000
    for folder in folders():
        try:
            while made < most:
                os.close(os.open(f"{folder}/{made}", os.O_CREAT | os.O_WRONLY))
                made += 1
        except OSError:
            continue
    if made >= most:
        got(f"{made} files")


@attack(*REFUSED)
def a_file_that_is_too_large():
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    path, size = "large", 2 * limit("file_size")
    with open(path, "wb", buffering=0) as file:
        for way in (
            lambda: os.posix_fallocate(file.fileno(), 0, size),
            lambda: os.truncate(path, size),
            lambda: os.pwrite(file.fileno(), b"x", size - 1),
        ):
            try:
                way()
            except OSError:
                continue
    if os.stat(path).st_size > limit("file_size"):
        got(f"a file of {os.stat(path).st_size // MIB} MiB")


def shout(line, *streams):
    """Write for ever: twice the limit and more is a gain the test sees by itself."""
    tried()
    while True:
        for stream in streams:
            os.write(stream, line)


@attack("output")
def endless_output():
    shout(b"All work and no play makes Jack a dull boy.\n", 1)


@attack("output")
def endless_output_in_one_line():
    shout(b"x" * 4096, 2)


@attack("output")
def endless_output_of_no_text():
    shout(bytes(range(256)) * 16 + b"\xff\xfe\0\x1b[2J", 1, 2)


@attack("output")
def endless_output_of_a_background_process():
    tried()
    if os.fork() == 0:
        os.setsid()
        while True:
            os.write(1, b"x" * 4096)
    time.sleep(60)


@attack("exited", "output")
def endless_output_after_the_end():
    """The command is over, its child still writes."""
    tried()
    sys.stdout.flush()
    if os.fork() == 0:
        os.setsid()
        while True:
            os.write(1, b"x" * 4096)
