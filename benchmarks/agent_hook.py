"""What an agent's hook costs for one edit, beside semgrep's core alone on the same file and rules.

    python -m benchmarks.agent_hook             # in the repository's top folder
    python -m benchmarks.agent_hook --runs 5

Each run writes, as Claude Code would, a file of Python's own library with a line that nobody has
seen before; in every second one it is a weakness. Compared, in turns: the hook, cold; semgrep-core
with the rules for Python; an interpreter that does nothing. Medians, and the largest of the runs.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.hook import WEAK, Commit


def timed(command: list[str], commit: Commit, text: str = "") -> tuple[float, str]:
    """Seconds, and what it printed."""
    began = time.perf_counter()
    ran = subprocess.run(
        command, cwd=commit.repo, env=commit.environ, input=text, capture_output=True, text=True
    )
    return time.perf_counter() - began, ran.stdout


def edit(commit: Commit, run: int) -> tuple[str, bool]:
    """The payload of a write that was never made before, and whether it is weak."""
    is_weak = run % 2 == 0
    text = commit.texts[0].decode() + (WEAK.format(n=run) if is_weak else "") + f"\n# {run}\n"
    (commit.repo / commit.names[0]).write_text(text)  # for the core; the hook is told it
    written = {"file_path": f"hook_{run}.py", "content": text}
    payload = {
        "session_id": "bench", "hook_event_name": "PreToolUse", "tool_name": "Write",
        "tool_input": written,
    }  # fmt: skip
    return json.dumps(payload), is_weak


def main() -> None:
    """See above."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    taken: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="indict-bench-") as name:
        commit = Commit(Path(name), 1)
        hook = [sys.executable, "-m", "indict_review", "agent-hook"]
        core = commit.commands()["core"]
        for run in range(runs + 1):  # the first is for the page cache
            payload, is_weak = edit(commit, run)
            turns = {
                "hook": timed(hook, commit, payload),
                "core": timed(core, commit),
                "python": timed([sys.executable, "-c", "pass"], commit),
            }
            if ("deny" in turns["hook"][1]) != is_weak:
                sys.exit(f"the hook is wrong about run {run}: {turns['hook'][1][:300]}")
            if run:
                for what, (seconds, _) in turns.items():
                    taken[what].append(seconds)
    base = statistics.median(taken["core"])
    print(f"{'':8}{'ms':>7}{'most':>7}{'of core':>9}")
    for what, seconds in taken.items():
        middle = statistics.median(seconds)
        print(f"{what:8}{middle * 1000:7.0f}{max(seconds) * 1000:7.0f}{middle / base:9.2f}")


if __name__ == "__main__":
    main()
