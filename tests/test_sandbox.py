"""What every sandbox does, on the real ones."""

import hashlib
import os
import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from indict_review.change import Tree
from indict_review.checkout import Checkout
from indict_review.errors import ToolError
from indict_review.sandbox.interface import MIB, End, Limits, Mount
from indict_review.sources.stores import Folder
from tests.sandboxes import Files, job

SETTINGS = {"PATH", "HOME", "TMPDIR", "LANG"}
OF_THE_SHELL = {"PWD", "OLDPWD", "SHLVL", "_"}


def python(code, **kw):
    return job("python3", "-c", code, **kw)


def processes_with(marker):
    """Of the whole machine: processes in a sandbox are seen from outside."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended while we looked
            if marker.encode() in (folder / "cmdline").read_bytes():
                found.append(folder.name)
    return found


def test_it_says_what_it_is(sandbox):
    assert sandbox.identity("python").startswith(f"{sandbox.name} ")
    assert any(c.isdigit() for c in sandbox.identity("python"))


@pytest.mark.parametrize("code", [0, 1, 2, 7, 124, 125, 126, 255])
def test_the_exit_code_is_the_commands(sandbox, code):
    ran = sandbox.run(job("sh", "-c", f"exit {code}"))

    assert (ran.end, ran.exit_code, ran.why) == (End.EXITED, code, "")


def test_a_command_that_is_not_there_is_no_failure_of_the_sandbox(sandbox):
    ran = sandbox.run(job("no-such-program"))

    assert (ran.end, ran.exit_code) == (End.EXITED, 127)
    assert "no-such-program" in ran.output


def test_a_command_that_a_signal_ends_was_killed(sandbox):
    ran = sandbox.run(job("sh", "-c", "kill -SEGV $$"))

    assert (ran.end, ran.exit_code, ran.why) == (End.KILLED, 139, "it was killed")


def test_output_and_errors_come_as_they_were_written(sandbox):
    ran = sandbox.run(job("sh", "-c", r"printf 'a\033[31m\n'; printf 'b\0\377' >&2; printf 'ü'"))

    assert ran.output == "a\x1b[31m\nb\0\ufffdü"


def test_no_output_is_no_output(sandbox):
    ran = sandbox.run(job("true"))

    assert (ran.output, dict(ran.files), ran.end) == ("", {}, End.EXITED)


def test_nothing_comes_in_on_standard_input(sandbox):
    ran = sandbox.run(job("sh", "-c", "cat; echo ended"))

    assert ran.output == "ended\n"


def test_what_is_left_in_out_comes_back(sandbox):
    code = """
import os, sys
out = sys.argv[1]
os.makedirs(f"{out}/a/b")
open(f"{out}/a/b/report.xml", "wb").write(bytes(range(256)))
open(f"{out}/empty", "w").close()
os.symlink("/etc/passwd", f"{out}/link")
os.mkfifo(f"{out}/pipe")
"""
    ran = sandbox.run(job("python3", "-c", code, "{box}/out"))

    assert ran.exit_code == 0, ran.output
    assert dict(ran.files) == {"a/b/report.xml": bytes(range(256)), "empty": b""}


def test_what_is_left_elsewhere_does_not(sandbox):
    ran = sandbox.run(job("sh", "-c", "touch a {box}/b {box}/tools/c $HOME/d $TMPDIR/e && echo ok"))

    assert (ran.output, dict(ran.files)) == ("ok\n", {})


def test_tools_lie_outside_the_workspace_and_the_box_has_a_name(sandbox):
    ran = sandbox.run(
        job(
            *("python3", "{box}/tools/ours/probe.py", "{box}"),
            tools={"ours/probe.py": b"import os, sys; print(os.getcwd() == sys.argv[1] + '/work')"},
        )
    )
    assert ran.output == "True\n"


def test_the_box_is_named_in_the_environment_too(sandbox):
    ran = sandbox.run(
        job("sh", "-c", 'test "$REPORT" = {box}/out/r', environ={"REPORT": "{box}/out/r"})
    )

    assert ran.exit_code == 0


def test_the_environment_is_only_what_is_named(sandbox, monkeypatch):
    monkeypatch.setenv("A_TOKEN", "of the user")
    ran = sandbox.run(job("env", environ={"NAMED": 'it\'s $HOME; `id` "x"'}))

    lines = dict(line.split("=", 1) for line in ran.output.splitlines())
    assert lines["NAMED"] == 'it\'s $HOME; `id` "x"'
    assert {"NAMED"} | SETTINGS <= lines.keys() <= {"NAMED"} | SETTINGS | OF_THE_SHELL


def test_words_of_the_command_are_never_read_by_a_shell(sandbox):
    words = ("a b", "$HOME", "'", '"', "`id`", "*", "", "\n", "\\", "ü")
    ran = sandbox.run(job("python3", "-c", "import sys; print(sys.argv[1:])", *words))

    assert ran.output == f"{list(words)}\n"


def test_folders_of_the_job_come_first_on_the_path(sandbox):
    ran = sandbox.run(
        job("ls", tools={"bin/ls": b"#!/bin/sh\necho ours\n"}, path=("{box}/tools/bin",))
    )
    assert ran.output == "ours\n"


def test_the_workspace_is_a_copy(sandbox, tmp_path):
    (tmp_path / "kept.txt").write_text("before")
    project = Checkout(Folder(tmp_path), frozenset())
    try:
        ran = sandbox.run(
            job(
                "sh",
                "-c",
                "cat *; echo x > kept.txt; touch new; ls",
                files=project.contents(Tree({})),
            )
        )
    finally:
        project.close()

    assert ran.output == "beforekept.txt\nnew\n"
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]
    assert (tmp_path / "kept.txt").read_text() == "before"


def test_nothing_but_its_own_folders_can_be_written(sandbox):
    code = """
import os
for folder in ("/", "/usr", "/etc", "/var", "/home", "/root", "/opt", "/proc", "/sys", "/dev"):
    try:
        with open(f"{folder}/by-the-change", "w"):
            print("written:", folder)
    except OSError:
        pass
open(os.environ["HOME"] + "/by-the-change", "w")
print("looked")
"""
    assert sandbox.run(python(code)).output == "looked\n"


def test_the_user_is_not_root_and_cannot_become_so(sandbox):
    code = """
import os
print(0 in (*os.getresuid(), *os.getresgid(), *os.getgroups()))
for become in (os.setuid, os.setgid):
    try:
        become(0)
        print("root")
    except OSError:
        pass
"""
    assert sandbox.run(python(code)).output == "False\n"


def test_the_only_network_is_its_own_loopback(sandbox):
    code = """
import socket
print([name for _, name in socket.if_nameindex()], len(open("/proc/net/route").readlines()) - 1)
"""
    assert sandbox.run(python(code)).output == "['lo'] 0\n"


def test_it_takes_no_longer_than_its_limit(sandbox):
    code = "import time; print('begun', flush=True); time.sleep(100)"
    ran = sandbox.run(python(code, limits=Limits(seconds=1.5)))

    assert (ran.end, ran.exit_code) == (End.TIME, 137)
    assert ran.output.startswith("begun\n")
    assert ran.seconds >= 1.5
    assert ran.why == "it took longer than 1.5 seconds"


def test_it_uses_no_more_memory_than_its_limit(sandbox):
    code = """
print("begun", flush=True)
held = []
while sum(map(len, held)) < 512 * 2**20:
    held.append(bytes(range(256)) * 4096)
print("had it all", flush=True)
"""
    assert "had it all" in sandbox.run(python(code)).output
    ran = sandbox.run(python(code, limits=Limits(seconds=20, memory=128 * MIB)))

    assert ran.end is End.MEMORY
    assert ran.output.startswith("begun\n")
    assert "had it all" not in ran.output
    assert ran.why == "it used more than 128 MiB of memory"


def test_it_writes_no_more_output_than_its_limit(sandbox):
    ran = sandbox.run(job("yes", limits=Limits(seconds=20, output=100_000)))

    assert (ran.end, ran.output) == (End.OUTPUT, "y\n" * 50_000)
    assert ran.why == "it wrote more than 100000 bytes of output"


def test_a_full_disk_is_the_commands_own_trouble(sandbox):
    code = """
try:
    for n in range(64):
        with open(f"{n}", "wb") as file:
            file.write(bytes(2**20))
    print("had it all")
except OSError as e:
    print(e.strerror)
"""
    assert sandbox.run(python(code)).output == "had it all\n"
    ran = sandbox.run(python(code, limits=Limits(seconds=20, disk=32 * MIB)))

    assert (ran.end, ran.output) == (End.EXITED, "No space left on device\n")


def test_a_file_is_no_larger_than_its_limit(sandbox):
    code = """
try:
    with open("large", "wb") as file:
        file.write(bytes(4 * 2**20))
    print("had it all")
except OSError as e:
    print(e.strerror)
"""
    assert sandbox.run(python(code)).output == "had it all\n"
    ran = sandbox.run(python(code, limits=Limits(seconds=20, file_size=MIB)))

    assert ran.output == "File too large\n"


def test_it_has_no_more_processes_than_its_limit(sandbox):
    code = """
import subprocess
started = []
try:
    for _ in range(60):
        started.append(subprocess.Popen(["sleep", "100"]))
    print("had them all")
except OSError as e:
    print(e.strerror)
print(len(started))
"""
    assert sandbox.run(python(code)).output == "had them all\n60\n"
    ran = sandbox.run(python(code, limits=Limits(seconds=20, processes=40)))

    refused, count = ran.output.splitlines()
    assert refused == "Resource temporarily unavailable"
    assert 20 < int(count) < 40


def test_what_it_leaves_running_is_dead_when_it_is_over(sandbox):
    marker = f"300.{secrets.randbelow(10**9):09}"
    code = f"""
import subprocess, sys, time
subprocess.Popen(["sleep", "{marker}"], start_new_session=True)
subprocess.Popen(["setsid", "sh", "-c", "trap '' TERM INT HUP; sleep {marker}"])
time.sleep(1)
print("left")
"""
    with ThreadPoolExecutor() as pool:
        run = pool.submit(sandbox.run, python(code))
        seen = set()
        while not run.done():
            seen.update(processes_with(marker))
            time.sleep(0.05)

    assert run.result().output == "left\n"
    assert len(seen) >= 3, "it never ran"
    assert processes_with(marker) == []


def test_two_runs_share_nothing(sandbox):
    places = "/tmp /dev/shm /var/tmp $HOME $TMPDIR . {box} {box}/out"
    first = sandbox.run(
        job("sh", "-c", f"for d in {places}; do touch $d/mark 2>/dev/null; done; ls $HOME/mark")
    )
    second = sandbox.run(
        job("sh", "-c", f"for d in {places}; do ls $d | grep mark; done; echo looked")
    )

    assert first.output.endswith("/mark\n")
    assert second.output == "looked\n"


def test_a_large_workspace_arrives_whole(sandbox):
    content = random.Random(1).randbytes(50 * MIB)
    ran = sandbox.run(job("sha256sum", "large", files={"large": content}))

    assert ran.output == f"{hashlib.sha256(content).hexdigest()}  large\n"


def test_files_of_any_content_and_name_arrive(sandbox):
    files = {
        "binary": bytes(range(256)) * 3,
        "empty": b"",
        "block": bytes(512),
        "päth/日本/🙂": b"unicode",
        "a b/c\nd": b"blanks",
        "-rf": b"dash",
        "'\"`$(id)\\": b"quotes",
        os.fsdecode(b"\xff\xfe"): b"not utf-8",
        "/".join(["long" * 20] * 5): b"long",
    }
    ran = sandbox.run(job("cp", "-r", ".", "{box}/out/copy", files=files))

    assert ran.exit_code == 0, ran.output
    assert dict(ran.files) == {f"copy/{path}": content for path, content in files.items()}


def test_links_arrive_as_links(sandbox):
    work = Files(
        {"real": "content"}, {"inside": "real", "outside": "/etc/hostname", "dead": "none"}
    )
    ran = sandbox.run(job("sh", "-c", "readlink inside outside dead; cat inside", files=work))

    assert ran.output == "real\n/etc/hostname\nnone\ncontent"


def test_a_project_that_does_not_fit_is_an_error_not_a_run(sandbox):
    files = {"large": bytes(8 * MIB)}

    with pytest.raises(ToolError):
        sandbox.run(job("true", files=files, limits=Limits(seconds=20, disk=4 * MIB)))
    assert sandbox.run(job("true", files=files)).exit_code == 0


def test_what_is_mounted_can_be_read_and_not_written(sandbox, tmp_path):
    tmp_path.chmod(0o777)
    (tmp_path / "package.txt").write_text("prepared\n")
    (tmp_path / "package.txt").chmod(0o666)
    script = (
        "cat /env/0/package.txt; echo x > /env/0/package.txt; echo x > /env/0/new; rm -r /env/0"
    )
    ran = sandbox.run(job("sh", "-c", script, mounts=(Mount(tmp_path, "/env/0"),)))

    assert ran.output.startswith("prepared\n")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["prepared\n"]


def test_links_of_the_job_are_laid_out(sandbox):
    ran = sandbox.run(
        job("cat", "{box}/node_modules/x", links={"node_modules": "{box}/tools"}, tools={"x": b"y"})
    )
    assert ran.output == "y"


def test_ten_run_at_once_and_none_gets_anothers(sandbox):
    def run(number):
        script = "cat number; sleep 0.1; cat number > {box}/out/n; ls /tmp"
        return sandbox.run(job("sh", "-c", script, files={"number": f"{number}\n"}))

    with ThreadPoolExecutor(10) as pool:
        runs = list(pool.map(run, range(10)))

    assert [ran.output for ran in runs] == [f"{n}\n" for n in range(10)]
    assert [ran.files["n"] for ran in runs] == [f"{n}\n".encode() for n in range(10)]


def test_what_packs_the_results_is_none_of_the_jobs_own_programs(sandbox):
    fake = "mkdir ../tools/bin; printf '#!/bin/sh\\necho forged\\n' > ../tools/bin/tar; "
    made = f"{fake}chmod +x ../tools/bin/tar; echo real > ../out/x"
    ran = sandbox.run(job("sh", "-c", made, path=("{box}/tools/bin",)))

    assert ran.files == {"x": b"real\n"}


def test_a_job_that_is_written_over_while_it_runs_goes_on_as_it_was(sandbox):
    over = "printf 'echo forged; exit 0\\n%.0s' $(seq 900) > ../job; echo real > ../out/x; exit 3"
    ran = sandbox.run(job("sh", "-c", over))

    assert (ran.exit_code, ran.files) == (3, {"x": b"real\n"})
    assert "forged" not in ran.output
