"""Runs one bench in processes that are killed, again and again, and in a last one that is not.

    python -m tests.bench_killing DATA OUT KILLS SEED

Half of them are killed from outside, a moment after some more answers are there; the others kill
themselves at one of the next files that they write, e.g. before it is renamed into place.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from indict_review.bench.runs import answering
from indict_review.cli import run
from tests.bench_runs import Slow, cast_with, opinion


def work(data, out, dies_after):
    answering.cast = cast_with(Slow(opinion, 0.003))
    if dies_after:
        sys.addaudithook(Dying(dies_after, out))
    strategies = ("--strategy", "direct", "--strategy", "self-refine")
    os._exit(run(["bench", "run", "sven", "--data", data, "--out", out, "--quiet", "--jobs", "2",
                  "--sandbox", "none", *strategies]))  # fmt: skip


class Dying:
    """A process that is killed at its nth writing of a file of the run."""

    def __init__(self, left, out):
        self.left, self.out = left, out

    def __call__(self, event, arguments):
        writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (writes or event in {"os.rename", "os.remove"}) and self.out in str(arguments[0]):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def begun(data, out, dies_after=0):
    pid = os.fork()
    if pid == 0:
        work(data, out, dies_after)
    return pid


def answers(out):
    folder = Path(out) / "answers"
    return sum(p.suffix == ".json" for p in folder.iterdir()) if folder.is_dir() else 0


def killed(data, out, chance):
    """The signal that ended it."""
    if chance.random() < 0.5:
        pid = begun(data, out, dies_after=chance.randint(1, 60))
    else:
        goal = answers(out) + chance.randint(0, 4)
        pid = begun(data, out)
        while answers(out) < goal:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def main():
    data, out, kills, seed = sys.argv[1:]
    chance = random.Random(int(seed))
    for _ in range(int(kills)):
        ended = killed(data, out, chance)
        print(ended, answers(out), flush=True)
    _, status = os.waitpid(begun(data, out), 0)
    print(f"last: {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
