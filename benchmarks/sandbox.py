"""What a run in a sandbox costs, beside the same command in a bare container and a bare `bwrap`.

    python benchmarks/sandbox.py

Cold: the first run, with the search for the daemon and the image. Warm: a later one, with a spare
container at hand, as it is while tests take longer than a container takes to start. In turn, so
that all meet the same machine. Median of `RUNS`. Needs a Docker daemon with the image, and bwrap.
"""

import statistics
import subprocess
import time
from collections.abc import Callable, Iterator

from indict_review.sandbox.box import member
from indict_review.sandbox.bubblewrap import Bubblewrap
from indict_review.sandbox.docker import Docker
from indict_review.sandbox.interface import Job, Sandbox

RUNS = 20
PAUSE = 1.5
"""Seconds between two runs: longer than a container takes to start."""
IMAGE = "indict-review/python:1"
BARE_DOCKER = ["docker", "run", "--rm", "--network=none", IMAGE, "true"]
BARE_BWRAP = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]


class Empty:
    """A workspace without files."""

    def members(self) -> Iterator[bytes]:
        yield member("work", None)


def run(sandbox: Sandbox) -> None:
    ran = sandbox.run(Job(("true",), Empty()))
    assert ran.exit_code == 0, ran


def cold() -> None:
    sandbox = Docker()
    run(sandbox)
    closing.append(sandbox)


closing: list[Docker] = []


def command(words: list[str]) -> Callable[[], None]:
    return lambda: void(subprocess.run(words, check=True, capture_output=True))


def void(_: object) -> None:
    """Nothing comes of it."""


def main() -> None:
    docker, bubblewrap = Docker(), Bubblewrap()
    run(docker)
    run(bubblewrap)
    measured: dict[str, Callable[[], None]] = {
        "docker run (bare)": command(BARE_DOCKER),
        "docker, cold": cold,
        "docker, warm": lambda: run(docker),
        "bwrap (bare)": command([*BARE_BWRAP, "true"]),
        "bubblewrap": lambda: run(bubblewrap),
    }
    taken: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(RUNS):
        for name, measure in measured.items():
            time.sleep(PAUSE)
            began = time.perf_counter()
            measure()
            taken[name].append(time.perf_counter() - began)
            while closing:
                closing.pop().close()
    docker.close()
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    for name, median in medians.items():
        bare = medians["docker run (bare)" if "docker" in name else "bwrap (bare)"]
        print(f"{median * 1000:7.0f} ms  {median / bare:5.2f} of bare  {name}")


if __name__ == "__main__":
    main()
