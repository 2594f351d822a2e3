"""What only the bubblewrap sandbox does; what every sandbox does is in test_sandbox.py."""

import json
import os
import platform
import secrets
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from indict_review.errors import ToolError
from indict_review.sandbox import bubblewrap, namespaces, seccomp
from indict_review.sandbox.bubblewrap import Bubblewrap
from indict_review.sandbox.interface import MIB, End, Limits, Mount
from tests.sandboxes import job, sandbox_called

ROOT = Path(__file__).parents[1]


@pytest.fixture
def bwrap():
    return sandbox_called("bubblewrap")


def python(code, **kw):
    return job("python3", "-c", code, **kw)


def told(bwrap, code, **kw):
    """What the code printed, as JSON."""
    ran = bwrap.run(python(f"import json\n{code}", **kw))
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.output)


def commands_with(marker):
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            if marker.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def is_soon(condition):
    deadline = time.monotonic() + 15
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds


def test_no_process_in_it_has_anything_of_our_environment(bwrap, monkeypatch):
    monkeypatch.setenv("A_TOKEN", "of-the-user")
    code = """
import glob
print(json.dumps({p: open(p).read() for p in glob.glob("/proc/[0-9]*/environ")}))
"""
    assert b"of-the-user" in subprocess.run(["env"], capture_output=True).stdout
    environments = told(bwrap, code)

    assert environments["/proc/1/environ"].strip("\0") in ("", "PWD=/", "PWD=/box")
    assert not any("of-the-user" in text for text in environments.values())


def test_of_the_machine_there_is_only_usr(bwrap):
    code = """
import os
print(json.dumps([os.listdir("/"), os.listdir("/etc"), os.listdir("/var"), os.listdir("/dev")]))
"""
    top, etc, var, dev = map(set, told(bwrap, code))

    links = {
        n for n in ("bin", "sbin", "lib", "lib32", "lib64", "libx32") if Path(f"/{n}").exists()
    }
    assert top == {"box", "dev", "etc", "proc", "tmp", "usr", "var"} | links
    made = {"passwd", "group", "hosts", "nsswitch.conf"}
    assert (
        made
        <= etc
        <= made
        | {"alternatives", "ld.so.cache"}
        | {p.name for p in Path("/etc").glob("java-*-openjdk")}
    )
    assert var == {"tmp"}
    assert dev - {"console"} == {
        *("null", "zero", "full", "random", "urandom", "tty", "fd", "core"),
        *("stdin", "stdout", "stderr", "pts", "ptmx", "shm"),
    }


def test_nothing_it_can_write_is_unlimited_or_can_hold_a_device(bwrap):
    lines = bwrap.run(job("cat", "/proc/self/mountinfo")).output.splitlines()
    mounts = {line.split()[4]: line for line in lines}

    for path, line in mounts.items():
        options = line.split()[5].split(",")
        assert "nosuid" in options, line
        assert "nodev" in options or path.startswith("/dev/"), line
        if " tmpfs " in line and "rw" in options:
            assert "size=" in line, line
    assert "ro" in mounts["/"].split()[5].split(",")
    writable = {p for p, line in mounts.items() if " tmpfs " in line and "rw" in line.split()[5]}
    assert writable == {"/box", "/tmp", "/dev/shm"}


def test_its_clock_of_names_and_users_is_its_own(bwrap):
    code = """
import os, pwd, socket
print(json.dumps([socket.gethostname(), pwd.getpwuid(os.getuid()).pw_name, os.getpid() < 100]))
"""
    assert told(bwrap, code) == ["sandbox", "nobody", True]


PROBE = """
import ctypes, errno, fcntl, os, socket
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return errno.errorcode[ctypes.get_errno()] if result < 0 else "ok"

def attempt(function, *arguments):
    try:
        function(*arguments)
    except OSError as e:
        return errno.errorcode[e.errno]
    return "ok"
"""


def numbers(*names):
    column = list(seccomp._MACHINES).index(platform.machine())
    tables = seccomp._REFUSED | seccomp._ABSENT | seccomp._UNCOUNTED | seccomp._UNCOUNTED_ABSENT
    return {name: tables[name][column] for name in names}


HARMLESS = numbers(
    *("ptrace", "process_vm_readv", "keyctl", "add_key", "io_uring_setup", "pidfd_getfd", "kcmp"),
    *("open_by_handle_at", "name_to_handle_at", "sched_setaffinity", "clone3", "memfd_create"),
    *("shmget",),
)
"""Calls that an ordinary user may make, with arguments that do nothing."""


def test_calls_that_no_test_needs_never_reach_the_kernel(bwrap, monkeypatch):
    code = f"""{PROBE}
print(json.dumps({{n: call(k, 0, 0, 0, 0, 0, 0) for n, k in {HARMLESS!r}.items()}}))
"""
    filtered = told(bwrap, code)
    monkeypatch.setattr(namespaces.seccomp, "program", lambda: b"")
    unfiltered = told(bwrap, code)

    absent = {"clone3", "memfd_create"}
    assert filtered == {name: "ENOSYS" if name in absent else "EPERM" for name in HARMLESS}
    assert [n for n in HARMLESS if unfiltered[n] == filtered[n]] == []


def test_calls_are_refused_by_what_they_ask_for(bwrap, monkeypatch):
    machine = seccomp._MACHINES[platform.machine()]
    code = f"""{PROBE}
clone, unshare = {machine.clone}, {machine.unshare}
def forked(flags):
    pid = libc.syscall(ctypes.c_long(clone), ctypes.c_long(flags | 17), 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return errno.errorcode[ctypes.get_errno()] if pid < 0 else "ok"
print(json.dumps({{
    "fork": forked(0), "clone user": forked(0x10000000),
    "unshare files": call(unshare, 0x400), "unshare user": call(unshare, 0x10000000),
    "fifo": attempt(os.mkfifo, "fifo"),
    "regular": attempt(os.mknod, "regular", 0o100600),
    "device": attempt(os.mknod, "device", 0o20600, os.makedev(1, 3)),
    "disk": attempt(os.mknod, "disk", 0o60600, os.makedev(8, 0)),
    "type": attempt(fcntl.ioctl, 0, 0x5412, b"x"), "ask": attempt(fcntl.ioctl, 0, 0x5413, b"x" * 8),
    **{{f"family {{n}}": attempt(socket.socket, n, 3 if n == 16 else 1) for n in (1, 2, 10, 16)}},
    **{{f"family {{n}}": attempt(socket.socket, n, 5 if n == 38 else 3) for n in (17, 38, 40)}},
}}))
"""
    filtered = told(bwrap, code)
    monkeypatch.setattr(namespaces.seccomp, "program", lambda: b"")
    unfiltered = told(bwrap, code)

    allowed = {"fork", "unshare files", "fifo", "regular", *(f"family {n}" for n in (1, 2, 10, 16))}
    assert {name for name, result in filtered.items() if result == "ok"} == allowed
    refused = {name: r for name, r in filtered.items() if name not in allowed | {"ask"}}
    unknown = {name for name, result in refused.items() if result == "EAFNOSUPPORT"}
    assert unknown == {"family 17", "family 38", "family 40"}
    assert {result for name, result in refused.items() if name not in unknown} == {"EPERM"}
    assert (unfiltered["type"], unfiltered["family 17"]) == ("ENOTTY", "EPERM")


def test_calls_of_another_abi_end_the_process(bwrap, monkeypatch):
    foreign = seccomp._MACHINES[platform.machine()].foreign
    if foreign is None:  # this machine has no other
        return
    code = f"""{PROBE}
if os.fork() == 0:
    call({foreign} | 39)
    os._exit(0)
print(os.wait()[1])
"""
    assert told(bwrap, code) == signal.SIGSYS
    monkeypatch.setattr(namespaces.seccomp, "program", lambda: b"")
    assert told(bwrap, code) == 0


def test_every_kind_of_machine_has_a_filter_that_ends_in_a_verdict():
    for machine in seccomp._MACHINES:
        program = seccomp.program(machine)
        steps = [program[at : at + 8] for at in range(0, len(program), 8)]
        for at, step in enumerate(steps):
            code, if_true, if_false = step[0], step[2], step[3]
            assert at + 1 + max(if_true, if_false) < len(steps) or code == 0x06
        assert steps[-1] == seccomp._do(0x06, 0x7FFF0000)
    assert seccomp.program("pdp11") == b""


def test_a_machine_without_a_filter_says_so(bwrap, monkeypatch):
    assert "seccomp" not in bwrap.identity("python")
    monkeypatch.setattr(bubblewrap.seccomp, "program", lambda: b"")
    assert bwrap.identity("python").endswith("without seccomp")


def test_a_fork_bomb_is_stopped_and_hurts_no_other_run(bwrap):
    bomb = """
import os
print("begun", flush=True)
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
    limits = Limits(seconds=2, processes=64)
    with ThreadPoolExecutor() as pool:
        bombing = pool.submit(bwrap.run, python(bomb, limits=limits))
        time.sleep(0.7)
        beside = bwrap.run(job("sh", "-c", "sleep 0.1 & wait; echo fine"))
        bombed = bombing.result()

    assert (bombed.end, bombed.output[:6]) == (End.TIME, "begun\n")
    assert beside.output == "fine\n"
    assert bombed.seconds < 10


def test_many_processes_share_one_limit_on_memory(bwrap):
    code = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        break
held = bytes(range(256)) * 4 * 1024 * 60
time.sleep(30)
"""
    alone = python("held = bytes(range(256)) * 4 * 1024 * 60", limits=Limits(memory=160 * MIB))
    together = python(code, limits=Limits(seconds=20, memory=160 * MIB))

    assert bwrap.run(alone).end is End.EXITED
    assert bwrap.run(together).end is End.MEMORY


def test_what_forked_processes_share_counts_once(bwrap):
    code = """
import os, time
held = bytes(range(256)) * 4 * 1024 * 60
children = []
for _ in range(5):
    children.append(os.fork())
    if children[-1] == 0:
        time.sleep(0.6)
        os._exit(0)
for _ in children:
    os.wait()
print("all of them")
"""
    ran = bwrap.run(python(code, limits=Limits(seconds=20, memory=160 * MIB)))

    assert (ran.end, ran.output) == (End.EXITED, "all of them\n")


@pytest.mark.parametrize("folder", ["/box/work", "/tmp", "/dev/shm"])
def test_files_in_memory_count_as_memory(bwrap, folder):
    code = f"""
import time
with open("{folder}/large", "wb") as file:
    file.write(bytes(48 * 2**20))
time.sleep(1)
print("held")
"""
    ran = bwrap.run(python(code, limits=Limits(seconds=20, memory=40 * MIB)))

    assert ran.end is End.MEMORY
    assert bwrap.run(python(code)).output == "held\n"


def test_memory_that_is_shared_counts(bwrap):
    code = """
import mmap, time
held = mmap.mmap(-1, 80 * 2**20)
held.write(bytes(80 * 2**20))
time.sleep(1)
print("held")
"""
    assert bwrap.run(python(code, limits=Limits(seconds=20, memory=64 * MIB))).end is End.MEMORY
    assert bwrap.run(python(code)).output == "held\n"


def test_shared_memory_that_nobody_has_mapped_counts(bwrap):
    code = """
import mmap, time
held = mmap.mmap(-1, 80 * 2**20)
held.write(b"x" * (80 * 2**20))
held.madvise(mmap.MADV_DONTNEED)
print(open("/proc/self/status").read().partition("RssShmem:")[2].split()[0], flush=True)
time.sleep(1)
print(held[0])
"""
    ran = bwrap.run(python(code, limits=Limits(seconds=20, memory=64 * MIB)))

    assert (ran.end, bwrap.run(python(code)).output) == (End.MEMORY, "0\n120\n")


BUFFERS = """
import socket, time
def full(pair):
    for end in pair:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * 2**20)
        try:
            while True:
                end.send(bytes(65536))
        except BlockingIOError:
            pass
    return pair
def tcp():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return socket.create_connection(server.getsockname()), server.accept()[0]
"""


@pytest.mark.parametrize("pair", ["socket.socketpair()", "tcp()"])
def test_what_waits_in_sockets_counts_as_memory(bwrap, pair):
    code = f"""{BUFFERS}
kept = [full({pair}) for _ in range(150)]
time.sleep(1)
print("held", flush=True)
"""
    ran = bwrap.run(python(code, limits=Limits(seconds=20, memory=64 * MIB)))

    assert ran.end is End.MEMORY
    roomy = Limits(seconds=20, memory=8192 * MIB)
    assert bwrap.run(python(code, limits=roomy)).output == "held\n"


def test_no_socket_gets_a_larger_buffer(bwrap):
    code = """
import socket
with socket.socket() as s:
    before = s.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 100_000)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    after = s.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    print(json.dumps([before == after, s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR),
                      s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)]))
"""
    assert told(bwrap, code) == [True, 1, 1]


def test_no_setting_of_the_kernel_can_be_changed(bwrap):
    code = """
import os
opened = []
for folder, _, files in os.walk("/proc/sys"):
    for name in files:
        try:
            os.close(os.open(f"{folder}/{name}", os.O_WRONLY))
            opened.append(name)
        except OSError:
            pass
print(json.dumps([opened, os.path.exists("/proc/sys/kernel/ostype")]))
"""
    assert told(bwrap, code) == [[], True]


def test_what_cannot_be_counted_is_held_by_a_floor(bwrap, monkeypatch):
    from indict_review.sandbox import watch

    monkeypatch.setattr(watch, "_available", lambda: watch.FLOOR - 1)

    assert bwrap.run(job("sleep", "30")).end is End.KILLED


def test_the_number_of_cpus_is_the_limits(bwrap):
    code = "import os; print(len(os.sched_getaffinity(0)))"
    here = len(os.sched_getaffinity(0))

    assert told(bwrap, code, limits=Limits(seconds=20, cpus=1)) == 1
    assert told(bwrap, code, limits=Limits(seconds=20, cpus=64)) == here
    assert len(os.sched_getaffinity(0)) == here


@pytest.mark.parametrize("moment", ["running", "sending"])
def test_nothing_is_left_when_we_are_killed(bwrap, moment):
    marker = f"300.{secrets.randbelow(10**9):09}"
    code = f"""
import time
from indict_review.sandbox.bubblewrap import Bubblewrap
from tests.sandboxes import Files, job
class Slow(Files):
    def members(self):
        yield from super().members()
        if {moment!r} == "sending":
            time.sleep(60)
Bubblewrap().run(job("sh", "-c", "setsid sleep {marker} & sleep {marker}", files=Slow({{}})))
"""
    ours = subprocess.Popen([sys.executable, "-c", code, marker], cwd=ROOT)
    try:
        if moment == "running":
            assert is_soon(lambda: len(commands_with(f"sleep\0{marker}")) >= 2)
        assert is_soon(lambda: len(descendants(ours.pid)) >= 2)
        started = descendants(ours.pid)
    finally:
        ours.kill()
        ours.wait()

    assert is_soon(lambda: not any(map(is_running, started)))
    assert is_soon(lambda: not commands_with(f"sleep\0{marker}"))


def descendants(pid):
    found = []
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    for child in children:
        found += [int(child), *descendants(int(child))]
    return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "XZ"
    except OSError:
        return False


def test_an_interrupted_run_leaves_nothing(bwrap, monkeypatch):
    marker = f"300.{secrets.randbelow(10**9):09}"
    from indict_review.sandbox.watch import Usage

    def interrupted(self):
        if commands_with(f"sleep\0{marker}"):
            raise KeyboardInterrupt
        return None

    monkeypatch.setattr(Usage, "used_up", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bwrap.run(job("sh", "-c", f"setsid sleep {marker} & sleep {marker}"))
    assert not commands_with(f"sleep\0{marker}")


def test_open_files_of_ours_stay_with_us(bwrap, tmp_path):
    (tmp_path / "secret").write_text("of the user")
    with (tmp_path / "secret").open() as file:
        os.set_inheritable(file.fileno(), True)
        code = """
import os
links = []
for process in filter(str.isdigit, os.listdir("/proc")):
    for number in os.listdir(f"/proc/{process}/fd"):
        try:
            links.append(os.readlink(f"/proc/{process}/fd/{number}"))
        except OSError:
            pass
print(json.dumps(links))
"""
        links = told(bwrap, code)
        before = len(os.listdir("/proc/self/fd"))
        bwrap.run(job("true"))

        kinds = ("pipe:", "/proc/", "/dev/null", "anon_inode:[eventfd]", "/box/job")
        assert [link for link in links if not link.startswith(kinds)] == []
        assert len(os.listdir("/proc/self/fd")) == before


def test_a_mount_may_lie_where_only_we_may_go(bwrap, tmp_path):
    closed = tmp_path / "closed"
    (closed / "env").mkdir(parents=True)
    (closed / "env" / "file").write_text("prepared\n")
    (closed / "env").chmod(0o755)
    (closed / "secret").write_text("of the user")
    closed.chmod(0o700)
    script = "cat /env/0/file; ls /env /env/0; cat /env/0/../secret /env/secret 2>/dev/null"
    ran = bwrap.run(job("sh", "-c", script, mounts=(Mount(closed / "env", "/env/0"),)))

    assert ran.output == "prepared\n/env:\n0\n\n/env/0:\nfile\n"
    mounted = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    assert not any(place.startswith("/sys/0") or "closed" in place for place in mounted)


@pytest.mark.parametrize(
    "target", ["/", "/usr/x", "/box/work", "/proc", "/a/../usr", "env", "/dev"]
)
def test_nothing_is_mounted_over_what_the_sandbox_is_made_of(bwrap, tmp_path, target):
    with pytest.raises(ToolError, match="nothing can be shown at"):
        bwrap.run(job("true", mounts=(Mount(tmp_path, target),)))


def test_a_mount_that_is_not_there_is_an_error(bwrap, tmp_path):
    with pytest.raises(ToolError, match="none"):
        bwrap.run(job("true", mounts=(Mount(tmp_path / "none", "/env/0"),)))


def test_an_ordinary_user_has_the_same_sandbox(bwrap):
    """As root we drop to one first; here we are one from the start."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(54321, 54321, 54321)
                os.setresuid(54321, 54321, 54321)
            bomb = "while :; do sleep 60 & done"
            runs = [
                Bubblewrap().run(job("sh", "-c", "id -u; echo x > {box}/out/y")),
                bwrap.run(job("sh", "-c", bomb, limits=Limits(seconds=1, processes=20))),
            ]
            told = [[r.end.value, r.output[-200:], list(r.files)] for r in runs]
            os.write(writing, json.dumps(told).encode())
        except BaseException as e:
            os.write(writing, repr(e).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)

    assert text.startswith("["), text
    named, bombed = json.loads(text)
    assert named == ["exited", "65534\n", ["y"]]
    assert "fork" in bombed[1]


def test_the_filter_lets_real_toolchains_work(bwrap):
    c = 'int main(void) { puts("c"); return 0; }'
    java = 'class A { public static void main(String[] a) { System.out.println("java"); } }'
    runs = {
        "node": job("node", "-e", "new (require('worker_threads').Worker)('console.log(\"node\")',"
                    "{eval: true})"),
        "c": job("sh", "-c", "cc -include stdio.h a.c && ./a.out", files={"a.c": c}),
        "java": job("sh", "-c", "java A.java", files={"A.java": java}),
        "python": python("import multiprocessing as m\nwith m.get_context('fork').Pool(2) as p:"
                         " print(''.join(p.map(str.lower, 'PYTHON')))"),
    }  # fmt: skip
    ran = []
    for toolchain, wanted in runs.items():
        try:
            bwrap.identity(toolchain)
        except ToolError:  # not on this machine
            continue
        ran.append(toolchain)
        assert bwrap.run(wanted).output == f"{toolchain}\n"
    assert {"python", "c"} <= set(ran)


def test_a_toolchain_that_is_not_below_usr_is_named(bwrap, monkeypatch):
    monkeypatch.setitem(bubblewrap._PROGRAMS, "go", "no-such-go")

    with pytest.raises(ToolError, match="there is no `no-such-go`"):
        bwrap.identity("go")


def test_without_bubblewrap_it_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(bubblewrap, "PATH", str(tmp_path))

    with pytest.raises(ToolError, match=r"not installed: install it .*apt install bubblewrap"):
        Bubblewrap().identity("python")
    with pytest.raises(ToolError, match="not installed"):
        Bubblewrap().run(job("true"))


FAKE = """#!/bin/sh
case "$1" in
--version) echo bubblewrap 0.8.0;;
--help) echo "{options}";;
*) echo "bwrap: No permissions to create new namespace" >&2; exit 1;;
esac
"""


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--size --perms --info-fd --block-fd", "No permissions to create new namespace.*sysctl"),
        ("--bind", "too old"),
    ],
)
def test_a_bubblewrap_that_does_not_work_says_why(monkeypatch, options, says):
    folder = open_folder()
    try:
        fake = folder / "bwrap"
        fake.write_text(FAKE.format(options=options))
        fake.chmod(0o755)
        monkeypatch.setattr(bubblewrap, "PATH", str(folder))

        with pytest.raises(ToolError, match=says):
            Bubblewrap().identity("python")
    finally:
        fake.unlink()
        folder.rmdir()


def open_folder():
    """One that every user may enter: pytest's own is closed."""
    from tempfile import mkdtemp

    folder = Path(mkdtemp())
    folder.chmod(0o755)
    return folder


def test_making_one_does_nothing(monkeypatch):
    monkeypatch.setattr(bubblewrap.subprocess, "Popen", None)
    monkeypatch.setattr(bubblewrap.subprocess, "run", None)

    Bubblewrap().close()
