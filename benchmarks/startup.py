"""What the command line costs to import, beside what click alone costs.

    python benchmarks/startup.py

Each is a fresh interpreter, in turn, so that both meet the same machine. Median of `RUNS`.
"""

import statistics
import subprocess
import sys
import time

RUNS = 21
STATEMENTS = ("import click", "import indict_review.cli")


def seconds(statement: str) -> float:
    """Wall time of one fresh interpreter that runs the statement."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - began


def main() -> None:
    """Print both medians, their difference and their ratio."""
    for statement in STATEMENTS:  # once for the page cache
        seconds(statement)
    taken = {statement: [] for statement in STATEMENTS}
    for _ in range(RUNS):
        for statement in STATEMENTS:
            taken[statement].append(seconds(statement))
    click, ours = (statistics.median(taken[statement]) for statement in STATEMENTS)
    for statement, median in zip(STATEMENTS, (click, ours), strict=True):
        print(f"{median * 1000:7.1f} ms  {statement}")
    print(f"{(ours - click) * 1000:7.1f} ms  more, {ours / click:.2f} times")


if __name__ == "__main__":
    main()
