"""What the pre-commit hook costs, beside what it is built on and what people use instead.

    python benchmarks/hook.py              # 1, 3 and 30 files; --sizes 300 takes an hour
    python benchmarks/hook.py --sizes 3 --runs 5

Each commit adds files of Python's own library, with a line that nobody has seen before. Compared:

- hook: `indict-review staged`, as pre-commit calls it (cold: content never seen; warm: again)
- core: `semgrep-core` alone, on the same files and rules: nothing can be faster that uses semgrep
- semgrep: `semgrep scan --error`, as semgrep's own pre-commit hook calls it, with the same rules
- bandit: `bandit`, as its hook calls it, if it is installed; other rules, so for orientation
- python: an interpreter that does nothing

They take turns, so that all meet the same machine. The findings of hook, core and semgrep have to
be the same, or there are no figures. Medians; memory is the largest resident set of any process.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from indict_review.tools import rules
from indict_review.tools.semgrep_run import core, executable

WEAK = "\n\ndef run_{n}(name):\n    import os\n\n    os.system(name)\n"
SMALLEST, LARGEST = 1_000, 8_000
"""Bytes of the files that are taken."""


@dataclass(frozen=True)
class Cost:
    """Of one process and its children."""

    seconds: float
    megabytes: float


def measured(command: list[str], folder: Path, environ: dict[str, str]) -> tuple[Cost, bytes]:
    """Run it to its end. What it prints goes to a file: a pipe would make it wait."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environ, stdout=out, stderr=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return Cost(seconds, used.ru_maxrss / 1024), out.read()


def library() -> list[Path]:
    """Files of the standard library, none very small or large."""
    found = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
    fit = [f for f in found if SMALLEST <= f.stat().st_size <= LARGEST]
    return [f for f in fit if not {"site-packages", "test", "tests", "lib2to3"} & set(f.parts)]


class Commit:
    """A repository in which the next commit adds some files."""

    def __init__(self, folder: Path, size: int) -> None:
        self.repo, self.home = folder / "repo", folder / "home"
        self.repo.mkdir(parents=True)
        self.home.mkdir()
        kept = ("PATH", "LANG", "LC_ALL")
        self.environ = {name: os.environ[name] for name in kept if name in os.environ} | {
            "HOME": str(self.home), "GIT_CONFIG_NOSYSTEM": "1", "SEMGREP_SEND_METRICS": "off",
            "SEMGREP_ENABLE_VERSION_CHECK": "0",
        }  # fmt: skip
        self.git("init", "-q", "-b", "main")
        (self.repo / "README").write_text("a project\n")
        self.git("add", ".")
        self.git("-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "first")
        self.names = [f"m{n:03d}.py" for n in range(size)]
        files = library()  # there are some two hundred; each is made another one by its last line
        self.texts = [files[n % len(files)].read_bytes() for n in range(size)]
        asked = {f"rule-{r.digest}": r for r in rules.shipped({"python"})}
        self.idents = {ident: rule.ident for ident, rule in asked.items()}
        self.rules = folder / "rules.json"
        self.rules.write_text(rules.merged(asked))
        self.targets = folder / "targets.json"
        listed = [
            ["CodeTarget", {"path": {"fpath": n, "ppath": f"/{n}"}, "analyzer": "python",
                            "products": ["sast"]}] for n in self.names
        ]  # fmt: skip
        self.targets.write_text(json.dumps(["Targets", listed]))

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.repo, env=self.environ, check=True)

    def stage(self, run: int) -> None:
        """Content that was never there; the first file of ten has a weakness."""
        for n, (name, text) in enumerate(zip(self.names, self.texts, strict=True)):
            weak = WEAK.format(n=n).encode() if n % 10 == 0 else b""
            (self.repo / name).write_bytes(text + weak + f"\n# {run} {n}\n".encode())
        self.git("add", ".")

    def commands(self) -> dict[str, list[str]]:
        """What is compared, by name."""
        program, bandit = core(), shutil.which("bandit")
        assert program is not None
        python, cores = sys.executable, str(len(os.sched_getaffinity(0)))
        listed = {
            "python": [python, "-c", "pass"],
            "core": [str(program), "-json_nodots", "-fast", "-rules", str(self.rules), "-targets",
                     str(self.targets), "-timeout", "10", "-j", cores],
            "core, one thread": [str(program), "-json_nodots", "-fast", "-rules", str(self.rules),
                                 "-targets", str(self.targets), "-timeout", "10", "-j", "1"],
            "hook, cold": [python, "-m", "indict_review", "staged", "--format", "json"],
            "hook, warm": [python, "-m", "indict_review", "staged", "--format", "json"],
            "semgrep": [str(executable()), "scan", "--error", "--json", "--metrics=off",
                        "--disable-version-check", "--quiet", "--config", str(self.rules),
                        *self.names],
        }  # fmt: skip
        if bandit:
            listed["bandit"] = [bandit, "-q", "-f", "json", *self.names]
        return listed

    def seen(self, name: str, out: bytes) -> set[tuple[str, str, int]]:
        """Rule, file and line of each finding."""
        report = json.loads(out)
        if name.startswith("hook"):
            assert not report["skipped"], report["skipped"]
            each = (e for f in report["findings"] for e in f["evidence"])
            return {(e["ident"], e["path"], e["start_line"]) for e in each}
        return {
            (self.idents[r["check_id"].rpartition(".")[2]], r["path"], r["start"]["line"])
            for r in report["results"]
        }


def compare(size: int, runs: int, folder: Path, leave_out: set[str]) -> None:
    """Measure one size and print its table."""
    commit = Commit(folder, size)
    taken: dict[str, list[Cost]] = defaultdict(list)
    commands = {n: c for n, c in commit.commands().items() if n not in leave_out}
    for run in range(runs + 1):  # the first is for the page cache
        commit.stage(run)
        seen = {}
        for name, command in commands.items():
            cost, out = measured(command, commit.repo, commit.environ)
            if run:
                taken[name].append(cost)
            if name not in {"python", "bandit"}:
                seen[name] = commit.seen(name, out)
        first = seen["core"]
        if any(other != first for other in seen.values()):
            told = {name: sorted(found ^ first)[:5] for name, found in seen.items()}
            sys.exit(f"the findings differ, so there are no figures: {told}")
    kilobytes = sum(map(len, commit.texts)) / 1024
    print(f"\n{size} files, {kilobytes:.0f} kB, {len(first)} findings, median of {runs}")
    print(f"{'':18}{'ms':>8}{'of core':>9}{'less core':>11}{'of semgrep':>12}{'MB':>7}")
    middle = {n: statistics.median(c.seconds for c in costs) for n, costs in taken.items()}
    base = min(seconds for name, seconds in middle.items() if name.startswith("core"))
    for name, seconds in middle.items():
        memory = max(cost.megabytes for cost in taken[name])
        share = f"1/{middle['semgrep'] / seconds:.1f}" if "semgrep" in middle else "-"
        more, of_core = (seconds - base) * 1000, seconds / base
        print(f"{name:18}{seconds * 1000:8.0f}{of_core:9.2f}{more:11.0f}{share:>12}{memory:7.0f}")


def main() -> None:
    """See above."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 3, 30])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--without", nargs="*", default=[], help="names of the table to leave out")
    arguments = parser.parse_args()
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory(prefix="indict-bench-") as name:
            compare(size, arguments.runs, Path(name), set(arguments.without))


if __name__ == "__main__":
    main()
