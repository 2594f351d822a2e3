"""What one review costs an agent that asks the server, beside one that starts a process for each.

    python -m benchmarks.mcp_server             # in the repository's top folder
    python -m benchmarks.mcp_server --runs 5

Each run has a patch reviewed by tools alone that nobody has seen before: a file of Python's own
library with a line of its own; in every second one it is a weakness. Compared, in turns: a server
that is warm; the same patch once more (its content was seen); `indict-review patch --model none`;
semgrep-core alone with the rules for Python; an interpreter that does nothing. Once: the time from
the server's start to its answer to `initialize`. Medians, and the largest of the runs.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from benchmarks.hook import WEAK, Commit

Taken = dict[str, list[float]]


def patch(commit: Commit, run: int, name: str) -> tuple[str, bool]:
    """A patch that adds a file, and whether it is weak. The core reads the same from the disk."""
    is_weak = run % 2 == 0
    text = commit.texts[0].decode() + (WEAK.format(n=run) if is_weak else "") + f"\n# {run} {name}"
    (commit.repo / commit.names[0]).write_text(text + "\n")
    lines = text.split("\n")
    body = "".join(f"+{line}\n" for line in lines)
    return f"--- /dev/null\n+++ b/{name}_{run}.py\n@@ -0,0 +1,{len(lines)} @@\n{body}", is_weak


def process(command: list[str], commit: Commit, text: str = "") -> tuple[float, int]:
    """Seconds, and the exit code."""
    began = time.perf_counter()
    ran = subprocess.run(
        command, cwd=commit.repo, env=commit.environ, input=text, capture_output=True, text=True
    )
    return time.perf_counter() - began, ran.returncode


async def measured(commit: Commit, runs: int) -> Taken:
    """All of them take turns, so that they meet the same machine."""
    taken: Taken = defaultdict(list)
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "indict_review", "mcp", "--repo", str(commit.repo)],
        env={**commit.environ, "PYTHONPATH": str(Path.cwd())},
    )
    began = time.perf_counter()
    async with stdio_client(server) as ends, ClientSession(*ends) as session:
        await session.initialize()
        taken["start to `initialize`"].append(time.perf_counter() - began)
        for run in range(runs + 1):  # the first is for the page cache
            await turn(commit, run, session.call_tool, taken)
    return taken


async def turn(commit: Commit, run: int, call: Callable[..., Awaitable[Any]], taken: Taken) -> None:
    """One of each."""
    text, is_weak = patch(commit, run, "asked")
    for name in ("server", "server, content seen before"):
        began = time.perf_counter()
        answer = await call("review_patch", {"patch": text})
        note(taken, name, run, time.perf_counter() - began)
        assert answer.structuredContent["gate"] == ("rejected" if is_weak else "accepted"), answer
    seconds, _ = process(commit.commands()["core"], commit)
    note(taken, "core", run, seconds)
    text, is_weak = patch(commit, run, "piped")
    command = [sys.executable, "-m", "indict_review", "patch", "-", "--model", "none", "--quiet"]
    seconds, code = process([*command, "--sandbox", "none"], commit, text)
    note(taken, "indict-review patch", run, seconds)
    assert code == int(is_weak), code
    note(taken, "python", run, process([sys.executable, "-c", "pass"], commit)[0])


def note(taken: Taken, name: str, run: int, seconds: float) -> None:
    """Keep it, unless it is of the first run."""
    if run:
        taken[name].append(seconds)


def main() -> None:
    """See above."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="indict-bench-") as name:
        commit = Commit(Path(name), 1)
        commit.environ["PYTHONPATH"] = str(Path.cwd())
        taken = anyio.run(measured, commit, runs)
    core = statistics.median(taken["core"])
    print(f"{'':28} {'median ms':>10} {'max ms':>8} {'of core':>8}")
    for each, seconds in taken.items():
        median = statistics.median(seconds)
        print(f"{each:28} {median * 1e3:10.0f} {max(seconds) * 1e3:8.0f} {median / core:8.2f}")


if __name__ == "__main__":
    main()
