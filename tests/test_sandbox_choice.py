"""Which sandbox is used, on a machine that has one, the other, or none."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indict_review.errors import ConfigError, ToolError
from indict_review.sandbox import choice
from indict_review.sandbox.choice import Available, choose, describe
from indict_review.sandbox.host import Host
from indict_review.sandbox.interface import End, Limits, Mount
from tests.sandboxes import job


class Fake:
    """A sandbox that works for some toolchains."""

    def __init__(self, name, *works):
        self.name, self.works, self.closed = name, works, False

    def identity(self, toolchain):
        if toolchain not in self.works:
            raise ToolError(f"{self.name} has nothing for {toolchain}: install it")
        return f"{self.name} 1.0"

    def close(self):
        self.closed = True


@pytest.fixture
def machine(monkeypatch):
    """A machine with these two: what docker and bubblewrap work for."""

    def of(docker=(), bubblewrap=()):
        made = {"docker": Fake("docker", *docker), "bubblewrap": Fake("bubblewrap", *bubblewrap)}
        monkeypatch.setattr(choice, "Docker", lambda image: made["docker"])
        monkeypatch.setattr(choice, "Bubblewrap", lambda: made["bubblewrap"])
        return made

    return of


def test_docker_comes_first(machine):
    machine(docker=["python"], bubblewrap=["python"])

    assert choose("auto").name == "docker"


def test_without_docker_it_is_bubblewrap(machine):
    made = machine(bubblewrap=["python"])

    assert choose("auto").name == "bubblewrap"
    assert made["docker"].closed


def test_each_toolchain_is_a_choice_of_its_own(machine):
    machine(docker=["python"], bubblewrap=["python", "go"])

    assert choose("auto", toolchain="go").name == "bubblewrap"
    assert choose("auto", toolchain="python").name == "docker"


def test_with_neither_both_reasons_are_given_and_the_host_is_not_taken(machine):
    made = machine()

    with pytest.raises(ToolError) as raised:
        choose("auto")
    assert "docker has nothing for python: install it" in str(raised.value)
    assert "bubblewrap has nothing for python: install it" in str(raised.value)
    with pytest.raises(ToolError):
        choose("auto", trusted=True)
    assert made["docker"].closed
    assert made["bubblewrap"].closed


@pytest.mark.parametrize(("name", "kind"), [("docker", "docker"), ("bwrap", "bubblewrap")])
def test_a_named_one_is_that_one_or_an_error(machine, name, kind):
    machine(docker=["python"], bubblewrap=["python"])
    assert choose(name).name == kind

    machine(**{"docker" if kind == "bubblewrap" else "bubblewrap": ["python"]})
    with pytest.raises(ToolError, match=f"{kind} has nothing for python"):
        choose(name)


def test_none_is_none(machine):
    machine(docker=["python"])

    assert choose("none") is None


def test_the_host_needs_trust():
    with pytest.raises(ConfigError) as raised:
        choose("host")

    assert raised.value.exit_code == 2
    assert "--i-trust-this-code" in raised.value.hint
    assert isinstance(choose("host", trusted=True), Host)
    with pytest.raises(ValueError, match="never"):
        Host(False)


def test_the_doctor_hears_of_both(machine):
    made = machine(docker=[], bubblewrap=["python"])

    assert describe() == (
        Available("docker", False, "docker has nothing for python: install it"),
        Available("bubblewrap", True, "bubblewrap 1.0"),
    )
    assert all(fake.closed for fake in made.values())


HOST = Host(True)


def is_running(pid):
    """Dead ones stay in /proc until their parent asks for them."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "XZ"
    except OSError:
        return False


def is_soon(condition):
    deadline = time.monotonic() + 10
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds


def test_the_host_runs_a_job_in_a_folder_that_is_gone_afterwards(monkeypatch):
    monkeypatch.setenv("A_TOKEN", "of the user")
    ran = HOST.run(
        job("sh", "-c", "pwd; cat a/b; env; echo left > {box}/out/c; exit 3", files={"a/b": "x\n"})
    )

    folder, content, *environment = ran.output.splitlines()
    assert (ran.end, ran.exit_code, dict(ran.files)) == (End.EXITED, 3, {"c": b"left\n"})
    assert (content, Path(folder).name) == ("x", "work")
    assert not Path(folder).parent.exists()
    assert f"HOME={Path(folder).parent}/home" in environment
    assert "A_TOKEN" not in ran.output
    assert HOST.identity("python") == "the host itself (no sandbox)"


def test_the_host_kills_what_the_job_started_and_nothing_else():
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        ran = HOST.run(job("sh", "-c", "sleep 61 & echo $!; kill -0 $! && echo runs"))
        child, runs = ran.output.split()

        assert runs == "runs"
        assert is_soon(lambda: not is_running(child))
        assert is_running(bystander.pid)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_the_host_keeps_the_limit_on_time_and_on_output():
    slow = HOST.run(job("sh", "-c", "sleep 60 & sleep 60", limits=Limits(seconds=0.5)))
    loud = HOST.run(job("yes", limits=Limits(seconds=20, output=1000)))

    assert (slow.end, loud.end) == (End.TIME, End.OUTPUT)
    assert loud.output == "y\n" * 500


def test_on_the_host_an_environment_is_where_it_is(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "hello").write_text("#!/bin/sh\necho prepared\n")
    (tmp_path / "bin" / "hello").chmod(0o755)
    mounted = Mount(tmp_path, "/env/0")

    assert HOST.run(job("hello", mounts=(mounted,), path=("/env/0/bin",))).output == "prepared\n"


def test_a_reader_that_gets_away_does_not_hold_the_review(tmp_path):
    script = f"setsid sh -c 'echo $$ > {tmp_path}/pid; exec sleep 60' & sleep 0.5"
    began = time.monotonic()
    try:
        ran = HOST.run(job("sh", "-c", script))
        assert ran.end is End.EXITED
        assert time.monotonic() - began < 30
    finally:
        os.kill(int((tmp_path / "pid").read_text()), 9)


def test_choosing_imports_no_docker_library():
    code = (
        "import sys; from indict_review.sandbox import choice; choice.choose('none');"
        "sys.exit('docker' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
