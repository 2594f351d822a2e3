"""Every attack in both sandboxes: it ran, it got nothing, and the host is as it was."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.hostile.assault import Outcome, assault, limits, workspace
from tests.hostile.attacks.catalogue import ATTACKS
from tests.hostile.score import summary
from tests.sandboxes import job

BITE = [name for name, attack in ATTACKS.items() if attack.bites]


@pytest.mark.parametrize("name", [n for n, a in ATTACKS.items()])
def test_an_attack_gets_nothing(sandbox, name, trap, outcomes):
    outcome = assault(sandbox, ATTACKS[name], trap)

    outcomes.append(outcome)
    assert outcome.got == ()
    assert outcome.tried, outcome.shown
    assert outcome.ends_as_it_should, (outcome.end, outcome.shown)


def test_after_all_of_them_the_sandbox_still_works(sandbox):
    ran = sandbox.run(job("sh", "-c", "ls -A; echo x > ../out/y; echo done", files={"a": "b"}))

    assert (ran.end.value, ran.exit_code, ran.output) == ("exited", 0, "a\ndone\n")
    assert ran.files == {"y": b"x\n"}


@pytest.mark.parametrize("name", BITE)
def test_where_nothing_stops_it_it_gets_something(name, trap, tmp_path):
    """The attacks that do no harm, on the bare host: else they would show nothing."""
    work = tmp_path / "box/work"
    (tmp_path / "box/out").mkdir(parents=True)
    files = workspace(trap, limits())
    for path, content in files.files.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(content.encode() if isinstance(content, str) else content)
    (work / "links").mkdir()
    for path, target in files.links.items():
        (work / path).symlink_to(target)

    ran = subprocess.run(
        [sys.executable, "-m", "attacks", name], cwd=work, capture_output=True, text=True
    )

    assert "\nTRIED\n" in ran.stdout, ran.stderr
    assert "\nGOT " in ran.stdout
    if name.startswith(("tcp", "udp", "sockets", "abstract")):
        assert _soon(lambda: trap.touched)
    if name == "files_of_the_host":
        assert trap.sprung()


def test_what_runs_is_not_root_on_the_host(sandbox, trap):
    seen: set[str] = set()
    run = threading.Thread(
        target=sandbox.run, args=(job("sh", "-c", f"sleep 2; : {trap.tag}-identity"),)
    )
    run.start()
    while run.is_alive():
        for entry in filter(str.isdigit, os.listdir("/proc")):
            with suppress(OSError):
                if f"{trap.tag}-identity".encode() in Path(f"/proc/{entry}/cmdline").read_bytes():
                    status = Path(f"/proc/{entry}/status").read_text()
                    seen.add(status.partition("\nUid:")[2].splitlines()[0])
        time.sleep(0.05)

    assert seen
    assert not any("0" in uids.split() for uids in seen)


def test_the_figure_counts_what_was_tried_and_what_got_through():
    held = Outcome("docker", "a", True, "exited", True, ())
    got = Outcome("docker", "b", True, "exited", True, ("the secret",))
    late = Outcome("bubblewrap", "a", True, "time", False, ())

    assert summary([held, got, late]) == (
        "hostile: docker 2 tried, 1 got anything; bubblewrap 1 tried, 1 got anything"
    )


def _soon(happened):
    """What another thread takes note of. It may take a moment on a busy machine."""
    until = time.monotonic() + 10
    while not happened() and time.monotonic() < until:
        time.sleep(0.01)
    return happened()
