"""What the bench costs beside the models that it measures. Run it in the repository's top folder.

    python -m benchmarks.bench overhead RUN SUITE DATA    # of a run that is done
    python -m benchmarks.bench throughput                 # --slots 4; takes minutes
    python -m benchmarks.bench replay                     # --samples 1000

- overhead: where the time of a run went. `models` and `method` (analyzers, tests, verification) are
  of its records, each draft once; `bench` is all else, seen by having a copy of the run scored
  anew: start, reading, scoring, journal. The share that counts is that of `bench`.
- throughput: tokens a second that the embedded model writes, with several prompts in hand and one
  at a time, and their ratio. They take turns, so that both meet the same machine; medians.
- replay: seconds to run samples again whose transcripts are there, with the real detector. The
  prompts and the code are made up here, in eight languages.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from indict_review.bench.interface import Write
from indict_review.bench.record import read
from indict_review.bench.runs import answering
from indict_review.bench.strategies.table import DRAFT
from indict_review.bench.suites import table as suites
from indict_review.cli import run
from indict_review.config import cache_dir, environment
from indict_review.models import weights
from indict_review.models.interface import Message, Sampling
from indict_review.models.local import Local
from tests.bench_runs import cast_with
from tests.scripted import ScriptedModel

CODE = {
    "c": "char b[9];\nstrcpy(b, a{n});\n",
    "cpp": "int add_{n}(int a) {{ return a + {n}; }}\n",
    "csharp": "class A{n} {{ int F(int a) {{ return a + {n}; }} }}\n",
    "java": "class A{n} {{ java.util.Random r = new java.util.Random(); }}\n",
    "javascript": "const run{n} = (a) => eval(a + {n});\n",
    "php": "<?php\n$a{n} = md5($_GET['a']);\n",
    "python": "import hashlib\n\n\ndef f{n}(a):\n    return hashlib.md5(a)\n",
    "rust": "fn f{n}(a: i32) -> i32 {{ a + {n} }}\n",
}
"""By language, some of which the detector knows."""


def called(*arguments: object) -> float:
    """Seconds of one `indict-review bench run`, a process of its own."""
    command = [sys.executable, "-m", "indict_review", "bench", "run", *map(str, arguments)]
    began = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def overhead(folder: Path, suite: str, data: Path) -> None:
    """Print where the time of a run went."""
    writes = {s.ident for s in suites.named(suite).samples(data) if isinstance(s.work, Write)}
    records = read(folder / "records.jsonl").records
    drafts = {r.sample: r for r in records if r.strategy == DRAFT.name and r.sample in writes}
    whole, models = 0.0, 0.0
    for record in records:
        draft = drafts.get(record.sample) if record.strategy != DRAFT.name else None
        whole += record.seconds - (draft.seconds if draft else 0)
        models += record.model_seconds - (draft.model_seconds if draft else 0)
    with tempfile.TemporaryDirectory(prefix="indict-bench-") as scratch:
        copy = Path(shutil.copytree(folder, Path(scratch) / "run"))
        bench = called(suite, "--data", data, "--out", copy, "--rescore", "--quiet")
    total = whole + bench
    for name, seconds in (("models", models), ("method", whole - models), ("bench", bench)):
        print(f"{seconds:9.1f} s {seconds / total:7.2%}  {name}")
    print(f"{total:9.1f} s          {len(records)} answers")


def prompts(count: int) -> list[str]:
    """Tasks that differ from the first word on, so that no prompt's reading is saved."""
    languages = list(CODE)
    return [
        f"{n}. Write a function in {languages[n % len(languages)]} that adds {n} to a number."
        for n in range(count)
    ]


def asked(model: Local, tasks: list[str], tokens: int) -> tuple[float, list[str]]:
    """Tokens a second, and the replies."""

    def reply(task: str) -> tuple[int, str]:
        said = model.complete([Message("user", task)], None, Sampling(tokens), lambda count: None)
        return said.usage.completion_tokens, said.text

    with ThreadPoolExecutor(model.slots) as pool:
        list(pool.map(reply, tasks[: model.slots]))  # the engine is loaded, and warm
        began = time.perf_counter()
        told = list(pool.map(reply, tasks))
        seconds = time.perf_counter() - began
    return sum(count for count, _ in told) / seconds, [text for _, text in told]


def throughput(slots: int, count: int, tokens: int, runs: int) -> None:
    """Print both speeds, and their ratio."""
    path = weights.find(cache_dir(environment()))
    if path is None:
        sys.exit("the embedded model is not here: `indict-review model pull`")
    models = [Local(path), replace(Local(path), slots=slots)]
    speeds: dict[int, list[float]] = {model.slots: [] for model in models}
    replies = {}
    for _ in range(runs):
        for model in models:
            speed, replies[model.slots] = asked(model, prompts(count), tokens)
            speeds[model.slots].append(speed)
    one, many = (statistics.median(speeds[n]) for n in (1, slots))
    same = sum(a == b for a, b in zip(replies[1], replies[slots], strict=True))
    print(f"{one:7.1f} tokens a second, one at a time")
    print(f"{many:7.1f} tokens a second, {slots} at a time: {many / one:.2f} times")
    print(f"{same} of {count} replies are the same")


def scripted(question: str, schema: object) -> str:
    """A reply with code in the language that the prompt names."""
    number, _, rest = question.partition(".")
    name = next((name for name in CODE if f" {name} " in rest), "python")
    return f"Here it is:\n```{name}\n{CODE[name].format(n=number)}```"


def replay(count: int, strategies: list[str], jobs: int) -> None:
    """Record a run, and print what it takes to replay it."""
    with tempfile.TemporaryDirectory(prefix="indict-bench-") as scratch:
        folder, data = Path(scratch), Path(scratch) / "instruct.json"
        languages = list(CODE)
        rows = [
            {"prompt_id": n, "language": languages[n % len(CODE)], "test_case_prompt": text}
            for n, text in enumerate(prompts(count))
        ]
        data.write_text(json.dumps(rows))
        asks = [part for name in strategies for part in ("--strategy", name)]
        call = ["cyberseceval-instruct", "--data", data, *asks, "--sandbox", "none", "--quiet"]
        answering.cast = cast_with(ScriptedModel(scripted))
        if run(["bench", "run", *map(str, call), "--out", str(folder / "first")]) != 0:
            sys.exit("it could not be recorded")
        again = ["--out", folder / "again", "--model", f"replay:{folder / 'first'}"]
        seconds = called(*call, *again, "--jobs", jobs)
        first, other = (_answers(folder / name) for name in ("first", "again"))
    print(f"{seconds:7.1f} s for {count} samples, {len(other)} answers ({', '.join(strategies)})")
    print("the answers are the same" if first == other else "THE ANSWERS DIFFER")


def _answers(folder: Path) -> dict[str, str]:
    return {r.key: r.answer for r in read(folder / "records.jsonl").records}


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parts = parser.add_subparsers(dest="part", required=True)
    part = parts.add_parser("overhead")
    part.add_argument("run", type=Path)
    part.add_argument("suite")
    part.add_argument("data", type=Path)
    part = parts.add_parser("throughput")
    part.add_argument("--slots", type=int, default=4)
    part.add_argument("--prompts", type=int, default=16)
    part.add_argument("--tokens", type=int, default=128)
    part.add_argument("--runs", type=int, default=3)
    part = parts.add_parser("replay")
    part.add_argument("--samples", type=int, default=1000)
    part.add_argument("--jobs", type=int, default=2)
    part.add_argument("--strategy", nargs="+", default=["direct"])
    told = parser.parse_args()
    if told.part == "overhead":
        overhead(told.run, told.suite, told.data)
    elif told.part == "throughput":
        throughput(told.slots, told.prompts, told.tokens, told.runs)
    else:
        replay(told.samples, told.strategy, told.jobs)


if __name__ == "__main__":
    main()
