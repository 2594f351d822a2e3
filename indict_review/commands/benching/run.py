"""`indict-review bench run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indict_review.commands import options
from indict_review.commands.benching.watched import watched

if TYPE_CHECKING:
    from indict_review.bench.runs.progress import Progress, Watch
    from indict_review.bench.runs.session import Wanted

TOLD = 5
"""Reasons of failures."""
INCOMPLETE, INTERRUPTED = 3, 130

_PATH = click.Path(path_type=Path)

_EXAMPLES = """
\b
Examples:
  indict-review bench run cyberseceval-instruct --data instruct.json --out run --limit 21
  indict-review bench run sven --data pairs.jsonl --out tools --strategy tools --model none
  indict-review bench run sven --data pairs.jsonl --out part-2 --shard 2/4 --cap seconds=18000
  indict-review bench run cyberseceval-instruct --data instruct.json --limit 21 --out again \\
      --model replay:run
\b
Called again with the same --out, it goes on where it was, however it ended. Nothing is fetched:
`bench list` says where data are published.
\b
Exit codes:
  0  all of it is done          2  usage, settings, or data of another form
  3  some of it has no record: some failed, or a cap was reached
  130  interrupted
"""


@click.command("run", epilog=_EXAMPLES)
@click.argument("suite")
@click.option("--data", type=_PATH, required=True, help="The suite's data, as published.")
@click.option("--out", type=_PATH, required=True, help="The folder of the run.")
@click.option("--strategy", "strategies", multiple=True, metavar="NAME", help="Once for each.")
@click.option("--model", metavar="NAME", help="As for a review; `replay:RUN` repeats a run.")
@click.option("--api-base", metavar="URL", help="The server of an OpenAI-compatible model.")
@click.option("--judge", metavar="NAME", help="A model that judges; `replay:RUN`: that of a run.")
@click.option("--limit", type=click.IntRange(1), help="So many units, in turn of each group.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only of this group.")
@click.option("--shard", metavar="I/N", help="Part I of N.")
@click.option("--seed", type=int, default=0, help="Chooses the units.")
@click.option("--jobs", type=click.IntRange(1, 1024), default=1, help="Samples worked on at once.")
@click.option("--budget", multiple=True, metavar="KIND=N", help="Of each answer, as for a review.")
@click.option(
    "--cap", multiple=True, metavar="KIND=N", help="Of this call, in the same words: no sample is "
    "begun afterwards."
)  # fmt: skip
@click.option("--sandbox", metavar="NAME", help="Where code runs: `auto`, `docker`, `bwrap`.")
@click.option("--sandbox-image", metavar="IMAGE", help="The image for docker.")
@click.option("--test-env", type=_PATH, metavar="DIR", help="What tests need, as for a review.")
@click.option("--rounds", type=int, help="Exchanges in a dialogue, at most.")
@click.option(
    "--engine", type=click.Choice(["threads", "ray"]), default="threads", help="Where it is done."
)
@click.option("--ray-address", metavar="ADDRESS", help="The Ray cluster; without it, one is found.")
@click.option("--rescore", is_flag=True, help="Score the answers of --out anew; ask no model.")
@options.quiet
def command(
    suite: str,
    data: Path,
    out: Path,
    strategies: tuple[str, ...],
    judge: str | None,
    limit: int | None,
    groups: tuple[str, ...],
    shard: str | None,
    seed: int,
    jobs: int,
    cap: tuple[str, ...],
    engine: str,
    ray_address: str | None,
    rescore: bool,
    quiet: bool,
    **flags: object,
) -> int:
    """Run a suite, or go on with a run that was cut short."""
    from indict_review.bench.runs import caps, choosing, session
    from indict_review.config import Flags

    wanted = session.Wanted(
        suite,
        data,
        out,
        strategies or session.STANDARD,
        Flags(**flags),  # type: ignore[arg-type]
        choosing.Choice(limit, *_shard(shard or "1/1"), seed, groups),
        jobs,
        judge,
        caps.read(cap),
        engine,
        ray_address,
    )
    try:
        with watched(jobs, quiet) as watch:
            progress = _conduct(wanted, watch, rescore)
    except KeyboardInterrupt:
        _say(f"interrupted. What was answered is kept in {out}: the same call goes on.")
        return INTERRUPTED
    _tell(progress, wanted, rescore)
    return 0 if progress.done == progress.total else INCOMPLETE


def _conduct(wanted: Wanted, watch: Watch, rescore: bool) -> Progress:
    from indict_review.bench.runs import rescoring, session
    from indict_review.config import environment

    if rescore:
        return rescoring.conduct(wanted, environment(), watch)
    return session.conduct(wanted, environment(), watch)


def _shard(text: str) -> tuple[int, int]:
    from indict_review.errors import ConfigError

    part, _, parts = text.partition("/")
    if part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts):
        return int(part), int(parts)
    raise ConfigError(f"--shard {text} is no part of a whole", "Write e.g. --shard 2/4.")


def _tell(progress: Progress, wanted: Wanted, rescore: bool) -> None:
    """How it ended, also where nobody watches."""
    reasons = progress.reasons()
    for reason, count, sample in reasons[:TOLD]:
        _say(f"{count:,} failed: {reason} ({sample}{' and others' if count > 1 else ''})")
    if rest := sum(count for _, count, _ in reasons[TOLD:]):
        _say(f"{rest:,} failed for other reasons")
    if progress.capped:
        _say(f"a cap is reached: {progress.capped}")
    left = progress.total - progress.done
    if rescore and progress.failed:
        _say("nothing was replaced: the records are as they were")
    elif left:
        again = "call it without --rescore" if rescore else "the same call goes on"
        _say(f"{left:,} of {progress.total:,} are left: {again}")
    else:
        _say(f"all {progress.total:,} are done: `indict-review bench report {wanted.out}`")


def _say(line: str) -> None:
    from indict_review.formats.safe_text import visible

    click.echo(visible(f"indict-review: {line}"), err=True)
