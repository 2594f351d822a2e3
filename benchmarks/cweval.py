"""Is the revised code still right, is it secure, and at what cost? On CWEval-like cases.

    python benchmarks/cweval.py CASES --method indict-review --python ENV/bin/python --out a.jsonl
    python benchmarks/cweval.py CASES --summary a.jsonl b.jsonl

A case is a folder with `repo/` (the code the patch is for), `patch.diff`, `intent.md` (the task)
and `check/`: pytest tests with the marks `functionality` and `security`. The checks score; no
critic, tool or model ever sees them. `--python` is an interpreter that has what the tests import.

Methods: `indict-review` and `indict-paper` are the strategies; `direct` is one request to rewrite
the file securely, by the same model. Greedy decoding everywhere, so a run can be repeated.

With `--sandbox` and `--test-env` a case's own tests (in `repo/`) are run for verification.
The scoring itself runs code that a model wrote, outside any sandbox: use a machine that you can
lose.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from indict_review.assembly import assembled
from indict_review.change import Change, Tree
from indict_review.config import Flags, load
from indict_review.evidence import Observed
from indict_review.models.asking import Asker
from indict_review.models.interface import Message, Sampling
from indict_review.revision import VerificationStatus
from indict_review.sources.patch import PatchSource
from indict_review.sources.stores import Folder
from indict_review.tools.interface import Analyzer

DIRECT = """Rewrite this file so that it is secure and still does its task. Answer with the whole \
file in one code block.

Task:
{task}

File {path}:
```
{code}
```"""


class Timed:
    """An analyzer, and the seconds it took."""

    def __init__(self, inner: Analyzer) -> None:
        self.inner, self.seconds = inner, 0.0
        self.name, self.version = inner.name, inner.version

    def covers(self, path: str) -> bool:
        return self.inner.covers(path)

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        began = time.monotonic()
        try:
            yield from list(self.inner.examine(before, after))
        finally:
            self.seconds += time.monotonic() - began


def revise(source: PatchSource, arguments: argparse.Namespace) -> dict[str, Any]:
    """The revised text of the one file, whether it counts as verified, and the costs."""
    change = source.collect()
    path = change.files[0].path
    direct = arguments.method == "direct"
    flags = Flags(
        model="local",
        no_cache=True,  # what is measured is asked
        without=tuple(arguments.without),
        strategy="indict-review" if direct else arguments.method,
        rounds=arguments.rounds,
        sandbox=arguments.sandbox,
        test_env=arguments.test_env,
    )
    config = load(flags, Folder(Path()), os.environ)
    with assembled(config, change, source, None, lambda event: None) as bot:
        assert bot.asker is not None
        if direct:
            return _direct(change, path, bot.asker)
        if config.sandbox == "none":
            # As before there was a sandbox: the static half of verification alone.
            bot = replace(bot, suite=None, interpreter=None)
        timed = [Timed(a) for a in bot.analyzers]
        review = replace(bot, analyzers=timed).review(change)
    revision = review.revision
    text = revision.tree.text(path) if revision else change.after.text(path)
    usage = review.accounts.total
    semgrep = sum(t.seconds for t in timed)
    return {
        "code": text,
        "findings": [f"{f.ident} {f.severity.value}" for f in review.findings],
        "claims": [f"{c.by} {c.status.value}: {c.text}" for c in review.claims],
        "revised": revision is not None,
        "verified": bool(revision and revision.verification.status is VerificationStatus.PASSED),
        "checks": {
            c.name: f"{c.status.value}: {c.detail}"
            for c in (revision.verification.checks if revision else ())
        },
        "doubts": [d.text for d in review.doubts],
        "phases": review.accounts.phases,
        "withheld": bool(revision and revision.verification.status is VerificationStatus.WITHHELD),
        "skipped": [f"{s.step}: {s.reason}" for s in review.skipped],
        "seconds": review.accounts.seconds,
        "outside": review.accounts.seconds - usage.seconds - semgrep,
        "tests_seconds": review.accounts.phases.get("tests", 0.0),
        "dialogue": [f"{t.phase.value} {t.speaker}: {t.text}" for t in review.dialogue],
        **asdict(usage),
        "wall": review.accounts.seconds,
    }


def _direct(change: Change, path: str, asker: Asker) -> dict[str, Any]:
    began = time.monotonic()
    question = DIRECT.format(task=change.task, path=path, code=change.after.text(path))
    reply = asker.text("direct", [Message("user", question)], Sampling(max_tokens=1024))
    fence = re.search(r"```\w*\n(.*?)```", reply, re.S)
    seconds = time.monotonic() - began
    code = fence.group(1) if fence else reply
    return {"code": code, "revised": True, **asdict(asker.usage), "wall": seconds}


def score(case: Path, code: str, python: str) -> dict[str, bool]:
    """Whether the functional tests pass, and the security tests."""
    outcome = {}
    with tempfile.TemporaryDirectory() as folder:
        for file in (case / "check").iterdir():
            shutil.copy(file, folder)
        Path(folder, "task.py").write_text(code, "utf-8")
        for name, mark in (("works", "functionality"), ("secure", "security")):
            command = [python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", mark]
            try:
                ran = subprocess.run(
                    command, cwd=folder, capture_output=True, timeout=120, check=False
                )
                outcome[name] = ran.returncode == 0
            except subprocess.TimeoutExpired:
                outcome[name] = False
    return outcome


def run(arguments: argparse.Namespace) -> None:
    for case in sorted(p for p in arguments.cases.iterdir() if (p / "patch.diff").is_file()):
        if arguments.only and case.name not in arguments.only:
            continue
        task = (case / "intent.md").read_text("utf-8")
        source = PatchSource((case / "patch.diff").read_bytes(), case / "repo", task)
        made = revise(source, arguments)
        line = {"case": case.name, "method": arguments.method, **made}
        line |= score(case, str(made["code"]), arguments.python)
        with arguments.out.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        print(_row(line), flush=True)


def _fresh(line: dict[str, Any]) -> int:
    """Tokens that cost: read uncached, or written."""
    return int(line["prompt_tokens"] - line["cached_tokens"] + line["completion_tokens"])


def _row(line: dict[str, Any]) -> str:
    marks = "".join(
        letter if line.get(key) else "-"
        for key, letter in (("works", "W"), ("secure", "S"), ("revised", "r"), ("verified", "v"))
    )
    return (
        f"{line['case']:12} {line['method']:14} {marks}  calls {line['calls']:3}  "
        f"fresh {_fresh(line):6}  cached {line['cached_tokens']:6}  {line['wall']:6.1f} s"
    )


def summary(files: list[Path]) -> None:
    for file in files:
        lines = [json.loads(text) for text in file.read_text("utf-8").splitlines()]
        print(f"\n{file.name}")
        for line in lines:
            print("  " + _row(line))
        for line in _totals(lines):
            print(f"  {line}")


def _totals(lines: list[dict[str, Any]]) -> Iterator[str]:
    n = len(lines)
    works, secure, both, verified, lost, read, cached, outside, wall = (
        sum(count(x) for x in lines)
        for count in (
            lambda x: x["works"],
            lambda x: x["secure"],
            lambda x: x["works"] and x["secure"],
            lambda x: bool(x.get("verified")),
            lambda x: bool(x.get("verified")) and not x["works"],
            lambda x: x["prompt_tokens"],
            lambda x: x["cached_tokens"],
            lambda x: x.get("outside", 0.0),
            lambda x: x["wall"],
        )
    )
    yield f"works {works}/{n}, secure {secure}/{n}, both {both}/{n}"
    yield f"verified {verified}, of them no longer working {lost}"
    fresh = [_fresh(x) for x in lines]
    yield f"fresh tokens a case: mean {sum(fresh) / n:.0f}, most {max(fresh)}"
    yield f"prompt tokens from cache: {cached / max(1, read):.0%}"
    yield f"wall a case: mean {wall / n:.0f} s; outside model and semgrep {outside / wall:.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cases", type=Path, nargs="?")
    parser.add_argument(
        "--method", default="indict-review", choices=["indict-review", "indict-paper", "direct"]
    )
    parser.add_argument("--without", action="append", default=[], metavar="PART", help="see docs")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", nargs="*", help="ids of cases; without it, all")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--sandbox", default="none", help="as in indict-review; default: none")
    parser.add_argument("--test-env", type=Path, help="as in indict-review")
    parser.add_argument("--out", type=Path, default=Path("cweval.jsonl"))
    parser.add_argument("--summary", type=Path, nargs="*")
    arguments = parser.parse_args()
    summary(arguments.summary) if arguments.summary else run(arguments)


if __name__ == "__main__":
    main()
