"""Reads of what is not the workspace's: files, environments, processes of the host."""

import glob
import os
import pwd
import socket

from .kit import attack, got, processes, read, trap

PRIVATE = (".ssh", ".netrc", ".aws", ".docker", ".gitconfig", ".git-credentials", ".kube", ".gnupg")
PRIVATE += (".config/gh", ".pypirc", ".npmrc", ".bash_history", ".cache/indict-review")


def holds(found: bytes, where: object) -> None:
    """Say so if it is what the test planted."""
    if trap()["secret"].encode() in found:
        got(f"the secret, from {where}")


def planted():
    """The files that the test planted, by their path on the host."""
    return trap()["files"]


@attack(bites=True)
def files_of_the_host_by_their_path():
    for path in planted():
        holds(read(path), path)


@attack(bites=True)
def files_of_the_host_through_links_in_the_workspace():
    """Links of the project itself: they came with its archive. See `trap.links`."""
    for link in sorted(glob.glob("links/**", recursive=True)):
        holds(read(link), link)
        if os.path.lexists(f"{link}/.ssh"):
            got(f"a folder behind {link}")


@attack(bites=True)
def files_of_the_host_through_new_links():
    for n, path in enumerate(planted()):
        ups = "../" * 40
        for target in (path, f"{ups}{path}", f"/proc/1/root{path}", f"/proc/self/cwd/{ups}{path}"):
            os.symlink(target, f"new-link-{n}")
            holds(read(f"new-link-{n}"), target)
            os.unlink(f"new-link-{n}")


@attack(bites=True)
def files_of_the_host_through_other_processes():
    for pid in ["self", "thread-self", *processes()]:
        for way in ("root", "cwd", *(f"fd/{n}" for n in range(64)), "task/1/root"):
            for path in planted():
                for steps in ("", "/.." * 12):
                    holds(read(f"/proc/{pid}/{way}{steps}{path}"), f"/proc/{pid}/{way}")


@attack()
def descriptors_that_were_left_open():
    for name in os.listdir("/proc/self/fd"):
        number = int(name)
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:  # the one the listing itself used
            continue
        harmless = target == "/dev/null" or target.startswith(
            ("pipe:", os.path.dirname(os.getcwd()))
        )
        if number > 2 and not harmless:
            got(f"descriptor {number}, {target}")
        elif os.path.isdir(f"/proc/self/fd/{number}"):
            got(f"an open folder, {target}")


@attack(bites=True)
def the_environment_of_the_caller():
    holds(repr(dict(os.environ)).encode(), "the environment")
    for pid in ["self", *processes()]:
        for path in (f"/proc/{pid}/environ", *glob.glob(f"/proc/{pid}/task/*/environ")):
            holds(read(path), path)


@attack()
def the_memory_of_the_first_process():
    """What it was started with stays in its memory, whatever it did to its environment."""
    try:
        with open("/proc/1/maps", encoding="utf-8") as maps, open("/proc/1/mem", "rb", 0) as memory:
            for line in maps:
                first, last = (int(n, 16) for n in line.split()[0].split("-"))
                if " r" in line and ("stack" in line or "heap" in line):
                    memory.seek(first)
                    holds(memory.read(last - first), f"the memory of pid 1, {line.split()[-1]}")
    except (OSError, ValueError):
        return


@attack(bites=True)
def processes_of_the_host():
    for pid in processes():
        if trap()["bystander"].encode() in read(f"/proc/{pid}/cmdline"):
            os.kill(pid, 0)
            got(f"the process {pid} of the host")


@attack()
def homes():
    users = {entry.pw_dir for entry in pwd.getpwall()} | set(glob.glob("/home/*")) | {"/root"}
    users |= {os.path.dirname(os.path.dirname(path)) for path in planted()}
    for home in users - {"/", "/nonexistent"}:
        for name in PRIVATE:
            if os.path.lexists(f"{home}/{name}"):
                got(f"{home}/{name}")


@attack()
def password_hashes_and_keys_of_the_machine():
    for path in ("/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/krb5.keytab"):
        if read(path):
            got(path)
    for path in glob.glob("/etc/ssh/ssh_host_*") + glob.glob("/etc/ssl/private/*"):
        if read(path):
            got(path)
    if trap()["machine"].encode() in read("/etc/machine-id") and trap()["machine"]:
        got("the id of the machine")


@attack(bites=True)
def the_name_of_the_machine():
    if socket.gethostname() == trap()["hostname"]:
        got("the name of the machine")


@attack()
def sockets_of_daemons():
    for path in (
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/run/podman/podman.sock",
        "/run/dbus/system_bus_socket",
        "/run/systemd/private",
        "/tmp/.X11-unix/X0",
        *glob.glob("/run/user/*/*"),
        *glob.glob("/run/**/*.sock", recursive=True),
    ):
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(path)
            except OSError:
                continue
            got(path)


@attack()
def memory_and_log_of_the_kernel():
    for path in ("/proc/kcore", "/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/proc/kmsg"):
        if read(path, 64):
            got(path)
    for path in ("/sys/kernel/debug", "/sys/kernel/security", "/sys/firmware/efi/efivars"):
        try:
            if os.listdir(path):
                got(path)
        except OSError:
            continue
    for line in read("/proc/kallsyms", 4096).splitlines():
        if int(line.split()[0], 16):
            got("addresses in the kernel")
            break
