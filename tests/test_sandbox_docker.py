"""What Docker alone does: what holds a container, what is kept warm, and what is left behind."""

import json
import os
import signal
import struct
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from indict_review.errors import ToolError
from indict_review.sandbox.attached import _Frames
from indict_review.sandbox.docker import LABEL, Docker
from indict_review.sandbox.interface import MIB, End, Limits
from indict_review.sandbox.owner import Owner
from tests.sandboxes import job, sandbox_called

ROOT = Path(__file__).parents[1]
TOOLCHAINS = ("c", "dotnet", "go", "java", "node", "php", "python", "rust")


@pytest.fixture(scope="module")
def daemon():
    sandbox_called("docker")
    import docker

    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture
def fresh(daemon):
    """A sandbox of this test alone: the one that tests share keeps nothing warm meanwhile."""
    sandbox_called("docker").close()
    made = Docker()
    yield made
    made.close()


def containers(daemon, pid):
    """What the daemon has of the process with this PID."""
    found = daemon.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True)
    return [c for c in found if Owner.parse(c.labels[LABEL]).pid == pid]


def until(fact, seconds=15.0):
    end = time.monotonic() + seconds
    while not (value := fact()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


@pytest.fixture
def elsewhere(daemon):
    """Starts code of ours in a process of its own, and ends it."""
    started = []

    def start(code):
        begin = "import sys, time\nfrom indict_review.sandbox.docker import Docker\n"
        begin += (
            "from indict_review.sandbox.interface import Limits\nfrom tests.sandboxes import job\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", begin + textwrap.dedent(code)], cwd=ROOT, stdout=subprocess.PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
    Docker().identity("python")  # sweeps


def test_nothing_is_asked_of_the_daemon_before_the_first_use(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    Docker().close()


def test_where_no_daemon_answers_it_says_what_to_look_at(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    for use in (lambda: Docker().identity("python"), lambda: Docker().run(job("true"))):
        with pytest.raises(ToolError, match="docker info"):
            use()


def test_without_the_package_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "docker", None)

    with pytest.raises(ToolError, match="pip install docker"):
        Docker().identity("python")


def test_the_code_is_never_sent_to_a_daemon_on_another_machine(monkeypatch):
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(
                {"ApiVersion": "1.41", "MemoryLimit": True, "PidsLimit": True}
            ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{server.server_port}")
    try:
        with pytest.raises(ToolError, match="another machine"):
            Docker().run(job("true"))
    finally:
        server.shutdown()
        server.server_close()


def test_an_image_that_is_not_here_is_named_with_how_to_make_it(daemon):
    with pytest.raises(ToolError, match=r"docker build -t indict-review/cobol:1 docker/cobol"):
        Docker().run(job("true", toolchain="cobol"))
    with pytest.raises(ToolError, match=r"--sandbox-image"):
        Docker("no-such-image:7").identity("python")


def test_the_image_is_named_by_what_is_in_it(daemon, fresh):
    name, _, digest = fresh.identity("python").partition("@")

    assert name == "docker indict-review/python:1"
    assert daemon.images.get(digest).id == daemon.images.get("indict-review/python:1").id


def test_one_image_can_stand_for_all_toolchains(fresh):
    named = Docker("indict-review/c:1")
    try:
        assert named.identity("go").startswith("docker indict-review/c:1@sha256:")
        assert named.run(job("true", toolchain="go")).exit_code == 0
    finally:
        named.close()


def test_what_runs_has_no_capabilities_no_way_to_get_any_and_a_filter(fresh):
    status = fresh.run(job("cat", "/proc/self/status")).output
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)

    assert {fields[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}
    assert (fields["NoNewPrivs"], fields["Seccomp"]) == ("1", "2")


def test_the_daemon_was_told_every_limit(daemon, fresh):
    limits = Limits(
        seconds=9, memory=99 * MIB, processes=77, cpus=0.5, disk=88 * MIB, file_size=66 * MIB
    )
    fresh.run(job("true", limits=limits))
    (waiting,) = until(lambda: containers(daemon, os.getpid()))
    told = waiting.attrs["HostConfig"]

    assert (told["Memory"], told["MemorySwap"], told["PidsLimit"]) == (99 * MIB, 99 * MIB, 77)
    assert (told["CpuQuota"], told["CpuPeriod"]) == (50_000, 100_000)
    assert f"size={88 * MIB}" in told["Tmpfs"]["/box"]
    assert {u["Name"]: u["Hard"] for u in told["Ulimits"]} == {
        "fsize": 66 * MIB,
        "nofile": 4096,
        "core": 0,
    }
    assert told["ReadonlyRootfs"]
    assert told["NetworkMode"] == "none"
    assert told["LogConfig"]["Type"] == "none"
    assert waiting.attrs["Mounts"] == []


def test_nothing_names_this_machine_or_its_network(fresh):
    ran = fresh.run(job("cat", "/etc/hostname", "/etc/resolv.conf", "/etc/hosts"))

    assert ran.output.startswith("sandbox\nnameserver 127.0.0.1\n")
    assert os.uname().nodename not in ran.output.split()


def test_proxies_of_the_users_docker_settings_stay_outside(tmp_path, monkeypatch, daemon):
    proxy = {"httpProxy": "http://user:password@127.0.0.1:9"}
    (tmp_path / "config.json").write_text(json.dumps({"proxies": {"default": proxy}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    made = Docker()
    try:
        output = made.run(job("sh", "-c", "env; cat /proc/1/environ /proc/$PPID/environ")).output
    finally:
        made.close()

    assert "HOME=" in output
    assert "password" not in output


@pytest.fixture
def image_with(daemon):
    """An image like ours, with further settings."""
    made = []

    def make(*settings):
        source = daemon.containers.create("indict-review/python:1", "true")
        image = source.commit("indict-review/of-a-test", "1", changes=list(settings))
        source.remove()
        made.append(image)
        return "indict-review/of-a-test:1"

    yield make
    for image in made:
        daemon.images.remove(image.id, force=True)


def test_a_volume_of_the_image_is_no_way_to_the_disk(daemon, image_with):
    before = {volume.name for volume in daemon.volumes.list()}
    made = Docker(image_with("VOLUME /opt/data", "VOLUME /opt/more"))
    try:
        script = "for d in /opt/data /opt/more; do ls -d $d; echo x > $d/x; done; cat /opt/*/x"
        ran = made.run(job("sh", "-c", script))
        during = {volume.name for volume in daemon.volumes.list()}
    finally:
        made.close()

    assert ran.output.count("/opt/data\n") == ran.output.count("/opt/more\n") == 1
    assert ran.exit_code != 0, "it could write there"
    assert during <= before


def test_programs_of_the_image_are_found_and_nothing_else_of_it_is_run(image_with):
    name = image_with(
        "ENV PATH=/opt/go/bin:/usr/bin:/bin GOROOT=/opt/go",
        'ENTRYPOINT ["/bin/false"]',
        'CMD ["/bin/false"]',
        "HEALTHCHECK CMD /bin/false",
        "USER root",
        "WORKDIR /root",
    )
    made = Docker(name)
    try:
        ran = made.run(job("sh", "-c", "echo $PATH $GOROOT $HOSTNAME; id -u"))
    finally:
        made.close()

    assert ran.output == "/opt/go/bin:/usr/bin:/bin /opt/go\n65534\n"


def test_memory_that_a_child_lacks_is_the_affair_of_its_parent(fresh):
    code = """
import subprocess, sys
child = subprocess.run([sys.executable, "-c", "x = [bytes(range(256)) * 4096 for _ in range(512)]"])
print("child:", child.returncode)
"""
    ran = fresh.run(job("python3", "-c", code, limits=Limits(seconds=20, memory=128 * MIB)))

    assert (ran.end, ran.output) == (End.EXITED, "child: -9\n")


def test_what_was_left_before_the_time_was_up_comes_back(fresh):
    script = "echo begun > {box}/out/report; sleep 100"
    ran = fresh.run(job("sh", "-c", script, limits=Limits(seconds=1)))

    assert (ran.end, dict(ran.files)) == (End.TIME, {"report": b"begun\n"})


def test_the_first_process_can_be_ended_and_nothing_is_shown_by_it(fresh):
    ran = fresh.run(
        job(
            "sh",
            "-c",
            "echo x > {box}/out/x; echo begun; kill -9 $(cut -d' ' -f4 /proc/$PPID/stat)",
        )
    )

    assert (ran.end, ran.output, dict(ran.files)) == (End.KILLED, "begun\n", {})


def test_the_next_run_is_in_the_container_that_waited(daemon, fresh):
    assert fresh.run(job("true")).exit_code == 0
    (waiting,) = until(
        lambda: [c for c in containers(daemon, os.getpid()) if c.status == "running"]
    )
    runner = threading.Thread(target=fresh.run, args=(job("sleep", "2"),))
    runner.start()
    try:
        sleeps = until(lambda: any("sleep" in p for t in waiting.top()["Processes"] for p in t))
    finally:
        runner.join()

    assert sleeps


def test_a_container_is_used_once(daemon, fresh):
    ids = [
        fresh.run(job("cat", "/proc/self/mountinfo")).output.split("upperdir=")[1] for _ in "abc"
    ]

    assert len({one.split(",")[0] for one in ids}) == 3


def test_one_that_waits_and_dies_is_replaced(daemon, fresh):
    fresh.run(job("true"))
    (waiting,) = until(
        lambda: [c for c in containers(daemon, os.getpid()) if c.status == "running"]
    )
    waiting.remove(force=True)

    assert fresh.run(job("echo", "ran")).output == "ran\n"


def test_other_limits_get_another_container(fresh):
    limit = "cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null"
    runs = [
        fresh.run(job("sh", "-c", limit, limits=Limits(seconds=20, processes=n))).output
        for n in (60, 61, 61, 60)
    ]
    assert runs == ["60\n", "61\n", "61\n", "60\n"]


def test_all_is_gone_when_it_is_closed_and_it_may_be_used_again(daemon, fresh):
    for _ in range(2):
        fresh.run(job("true"))
        assert containers(daemon, os.getpid())
        fresh.close()
        fresh.close()
        assert containers(daemon, os.getpid()) == []


@pytest.mark.parametrize("after", [0.1, 1.0], ids=["as it starts", "as it runs"])
def test_after_ctrl_c_all_is_gone(daemon, elsewhere, after):
    process = elsewhere("""
        docker = Docker()
        try:
            docker.run(job("true"))
            print("one is over", flush=True)
            docker.run(job("sleep", "100", limits=Limits(seconds=100, processes=50)))
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        finally:
            docker.close()
    """)
    assert process.stdout.readline() == b"one is over\n"
    time.sleep(after)
    assert until(lambda: containers(daemon, process.pid))
    process.send_signal(signal.SIGINT)

    assert process.stdout.readline() == b"interrupted\n"
    assert process.wait(20) == 0
    assert containers(daemon, process.pid) == []


def test_what_a_killed_run_left_is_swept_and_what_a_live_one_uses_is_not(daemon, elsewhere):
    code = """
        docker = Docker()
        docker.run(job("true"))
        print("one is over", flush=True)
        ran = docker.run(job("sh", "-c", "sleep 6; echo still here", limits=Limits(seconds=60)))
        print(ran.output, end="", flush=True)
        docker.close()
    """
    dead, alive = elsewhere(code), elsewhere(code)
    for process in (dead, alive):
        assert process.stdout.readline() == b"one is over\n"
        assert until(lambda p=process: len(containers(daemon, p.pid)) == 2)
    dead.kill()
    dead.wait()
    assert len(containers(daemon, dead.pid)) == 2

    made = Docker()
    made.identity("python")
    made.close()

    assert containers(daemon, dead.pid) == []
    assert len(containers(daemon, alive.pid)) == 2
    assert alive.stdout.readline() == b"still here\n"


def test_what_a_killed_run_left_ends_by_itself(daemon, elsewhere):
    process = elsewhere("""
        docker = Docker()
        docker.run(job("true"))
        print("one is over", flush=True)
        docker.run(job("sleep", "100", limits=Limits(seconds=3)))
    """)
    process.stdout.readline()
    assert until(lambda: len(containers(daemon, process.pid)) == 2)
    time.sleep(0.5)
    process.kill()
    process.wait()

    def ended():
        """Another test that uses Docker at this moment may have swept them away already."""
        with suppress(Exception):  # one that goes while the list is made
            return {c.status for c in containers(daemon, process.pid)} <= {"exited"}

    assert until(ended), [c.status for c in containers(daemon, process.pid)]


def test_an_owner_is_known_again_and_seen_to_end():
    process = subprocess.Popen(["sleep", "100"])
    this = Owner.this()
    stat = Path(f"/proc/{process.pid}/stat").read_text()
    child = Owner(this.place, process.pid, stat.rpartition(")")[2].split()[19])
    lived = child.is_gone()
    process.kill()
    until(lambda: ") Z " in Path(f"/proc/{process.pid}/stat").read_text())
    unburied = child.is_gone()
    process.wait()

    assert (lived, unburied, child.is_gone()) == (False, True, True)
    assert Owner.parse(str(this)) == this
    assert this.is_gone() is False
    assert Owner(this.place, this.pid, "1").is_gone() is True
    assert Owner("another boot/-", this.pid, this.started).is_gone() is None


@pytest.mark.parametrize("text", ["", "1", "a b c", "place -1 2", "place 1 2 3"])
def test_what_names_no_owner_is_not_taken_for_one(text):
    assert Owner.parse(text) is None


@pytest.mark.parametrize("size", [1, 3, 7, 8, 9, 1000])
def test_frames_are_taken_apart_wherever_they_are_cut(size):
    sent = [(1, b"archive"), (2, b""), (2, b"o"), (1, bytes(300)), (2, b"utput")]
    wire = b"".join(struct.pack(">BxxxL", s, len(c)) + c for s, c in sent)
    frames, heard = _Frames(), {1: b"", 2: b""}
    for at in range(0, len(wire), size):
        for stream, content in frames.of(wire[at : at + size]):
            heard[stream] += content

    assert heard == {1: b"archive" + bytes(300), 2: b"output"}


def test_every_toolchain_has_an_image_that_runs_as_nobody():
    folders = sorted(p.parent.name for p in (ROOT / "docker").glob("*/Dockerfile"))
    assert folders == list(TOOLCHAINS)
    for name in folders:
        lines = (ROOT / "docker" / name / "Dockerfile").read_text().splitlines()
        assert any(line.startswith("ARG BASE=") and ":" in line for line in lines), name
        assert "FROM ${BASE}" in lines, name
        assert lines[-1] == "USER 65534:65534", name
