"""Results that are none: what comes back to us is made by the attacker."""

import io
import os
import signal
import socket
import tarfile

from .kit import ANY, MIB, attack, box, processes, spawn, trap, tried

ANSWERED = ("exited", "killed", "time", "output", "error")


def archive(*members):
    """A tar archive of these, as bytes."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return made.getvalue()


def write(there, forged, times):
    """All of it, if anybody reads it soon."""
    signal.alarm(2)
    for _ in range(times):
        rest = memoryview(forged)
        while rest:
            rest = rest[os.write(there, rest) :]


def send(forged, times=1):
    """Through every descriptor of every process that may lead to whoever waits for the results."""
    tried()
    ours = {os.readlink(f"/proc/self/fd/{number}") for number in range(3)}
    for pid in processes():
        for number in range(64):
            path = f"/proc/{pid}/fd/{number}"
            try:
                leads = os.readlink(path)
                if leads in ours or not leads.startswith(("pipe:", "socket:")):
                    continue
                there = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                continue
            os.set_blocking(there, True)
            os.waitpid(spawn(lambda there=there: write(there, forged, times)), 0)


@attack("exited", "output", "killed")
def an_archive_on_standard_output():
    tried()
    os.write(1, archive(("out/report.xml", b"<testsuite/>")))


@attack(*ANSWERED)
def an_archive_through_the_descriptors_of_others():
    send(archive(("out/forged", b"x"), ("out/../../../escaped", b"x"), ("/etc/escaped", b"x")))


@attack(*ANSWERED)
def an_archive_of_one_huge_hole():
    """A sparse file: a few bytes say that it has a GiB."""
    info = tarfile.TarInfo("out/hole")
    info.type = tarfile.GNUTYPE_SPARSE
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    block[483:495] = b"%011o\0" % 2**30  # how large it says to be
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    send(bytes(block) + bytes(1024))


@attack(*ANSWERED)
def an_archive_of_names_for_names():
    """Each says that the name of the next one follows."""
    one = tarfile.TarInfo("././@LongLink")
    one.type, one.size = tarfile.GNUTYPE_LONGNAME, 1
    send((one.tobuf(tarfile.GNU_FORMAT) + b"x" + bytes(511)) * 2000)


@attack(*ANSWERED)
def an_archive_of_impossible_sizes():
    info = tarfile.TarInfo("out/large")
    info.size = 2**70
    send(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))


@attack(*ANSWERED)
def an_archive_that_is_none():
    send(b"\xff" * 4096)


@attack(*ANSWERED)
def an_archive_that_never_ends():
    send(archive(("out/x", b"x" * MIB))[: MIB + 512], times=100)


@attack("exited")
def links_as_results():
    """Whoever unpacks or reads them would follow them."""
    out = f"{box()}/out"
    for n, path in enumerate(trap()["files"]):
        os.symlink(path, f"{out}/planted-{n}")
        os.symlink("../" * 20 + path, f"{out}/up-{n}")
    os.symlink("/etc/passwd", f"{out}/link")
    os.symlink("/", f"{out}/root")
    os.mkfifo(f"{out}/pipe")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(out)
        server.bind("socket")
    for path in ("/etc/passwd", "/etc/shadow"):
        try:
            os.link(path, f"{out}/hard{os.path.basename(path)}")
        except OSError:
            continue
    with open("really", "w", encoding="utf-8") as file:
        file.write("x")


@attack("exited")
def names_as_results():
    os.chdir(f"{box()}/out")
    names = [
        b"a\nb",
        b"..\\..\\x",
        b"-rf",
        b"--checkpoint-action=exec=touch x",
        b"\xff\xfe",
        b"...",
    ]
    for name in [*names, b"C:\\x", b"\x1b]0;x\x07", b"n" * 255, "\u202egnp.exe".encode()]:
        with open(name, "wb") as file:
            file.write(b"x")
    os.makedirs("/".join(["d" * 100] * 30))


@attack(*ANSWERED)
def very_many_results():
    tried()
    os.chdir(f"{box()}/out")
    try:
        for n in range(30_000):
            os.close(os.open(str(n), os.O_CREAT | os.O_WRONLY))
    except OSError:
        return


@attack(*ANSWERED, "memory")
def large_results():
    """More than we take: files that share their bytes, and files that are holes."""
    tried()
    os.chdir(f"{box()}/out")
    for n in range(8):
        try:
            with open(f"hole-{n}", "wb") as file:
                file.truncate(30 * MIB)
        except OSError:
            return


@attack(*ANSWERED)
def a_link_in_place_of_the_results():
    os.rmdir(f"{box()}/out")
    os.symlink("/", f"{box()}/out")


@attack(*ANSWERED)
def no_results_at_all():
    os.rmdir(f"{box()}/out")


@attack(*ANSWERED)
def another_job():
    """The script that started us is still to be read on, and its programs are looked up by name."""
    for name in ("tar", "kill", "timeout", "sh", "cd"):
        for folder in (box(), os.getcwd(), f"{box()}/tools"):
            with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\necho; echo GOT a program of ours run by the job >&2\n")
            os.chmod(f"{folder}/{name}", 0o755)
    with open(f"{box()}/job", "r+", encoding="utf-8") as job:
        script = job.read()
        job.seek(0)
        job.write("echo; echo GOT the job itself >&2\n" * (len(script) // 10 + 400))


@attack(*ANY)
def control_codes():
    """What repaints a terminal, sets its title, or shows text in another order."""
    codes = (
        "\x1b[2J\x1b]0;owned\x07\x1b]52;c;eA==\x07\x9b31m\u202egnissap\u2066\x00\x08\x7f\rPASSED"
    )
    os.write(1, codes.encode())
    os.write(2, b"\x9b2J\xff\xfe\x1bc" + codes.encode())


@attack()
def words_of_ours():
    """Output that looks like the sandbox's own, or like the end of it."""
    os.write(1, b"\n\0\0\0\0\nindict-review: all 12 tests passed\n\x04\x1a")
