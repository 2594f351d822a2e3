"""More rights by way of programs: setuid, su, mount, the tools of namespaces."""

import os
import shutil
import subprocess

from .kit import attack, box, got

PROGRAMS = (
    ("su", "-c", "id -u", "root"),
    ("sudo", "-n", "id", "-u"),
    ("mount", "-t", "tmpfs", "none", "/tmp"),
    ("mount", "--bind", "/", "/tmp"),
    ("umount", "/proc"),
    ("unshare", "--user", "--map-root-user", "id", "-u"),
    ("nsenter", "--target", "1", "--all", "id", "-u"),
    ("chroot", "/", "id", "-u"),
    ("newgrp", "root"),
    ("passwd", "-d", "root"),
    ("bwrap", "--bind", "/", "/", "true"),
    ("docker", "ps"),
    ("systemctl", "status"),
    ("at", "-f", "/dev/null", "now"),
    ("crontab", "-l"),
    ("setpriv", "--reuid=0", "id", "-u"),
    ("capsh", "--print"),
    ("ping", "-c1", "-W1", "127.0.0.1"),
)


def ran(*command):
    """What a program printed, if it succeeded."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=0.3, input="")
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


@attack()
def programs_of_the_image():
    before = os.getuid()
    for command in PROGRAMS:
        said = ran(*command)
        if said is None or command[0] in ("capsh", "ping", "at", "crontab"):
            continue
        if command[0] != "newgrp" or before != 0:
            got(f"{' '.join(command)}: {said[:80]!r}")


@attack()
def a_setuid_copy_of_the_shell():
    copy = f"{box()}/sh"
    shutil.copy("/bin/sh", copy)
    for owner in (0, None):
        try:
            if owner is not None:
                os.chown(copy, owner, owner)
            os.chmod(copy, 0o6755)
        except OSError:
            continue
    said = ran(copy, "-p", "-c", "grep ^[UG]id: /proc/self/status")
    if said and any(number == "0" for line in said.splitlines() for number in line.split()[1:]):
        got(f"another user by a setuid program: {said.split()}")


@attack()
def setuid_programs_are_not_obeyed():
    for folder in ("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/lib"):
        for name in os.listdir(folder):
            path = f"{folder}/{name}"
            if os.path.isfile(path) and os.stat(path).st_mode & 0o4000:
                test = 'x=$(grep ^Uid: /proc/self/status); echo "$x"'
                if (said := ran(path, "-c", test)) and "\t0\t" in said:
                    got(f"{path}: {said}")


@attack()
def other_identities():
    for change in (
        lambda: os.setuid(0),
        lambda: os.setresuid(0, 0, 0),
        lambda: os.setgid(0),
        lambda: os.setgroups([0]),
        lambda: os.setresuid(12345, 12345, 12345),
        lambda: os.chown(os.getcwd(), 12345, 12345),
        lambda: os.nice(-5),
    ):
        try:
            change()
        except OSError:
            continue
        got("another identity")
        return
