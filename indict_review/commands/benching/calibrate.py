"""`indict-review bench calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indict_review.commands import options
from indict_review.commands.benching.watched import watched

if TYPE_CHECKING:
    from indict_review.bench.calibrate.planting import Planted

_PATH = click.Path(path_type=Path)
KINDS = ("check-removed", "condition-inverted", "escape-dropped", "permission-widened")
INTERRUPTED = 130

_EXAMPLES = """
\b
Examples:
  indict-review bench calibrate --model none
  indict-review bench calibrate --commits 200 --limit 50 --test-env .venv --out calibrated
  indict-review bench calibrate --kind check-removed --test-command "pytest -q tests/unit"
  indict-review bench report calibrated
\b
Faults are planted in what your last commits added, one at a time: in memory, never in your
files. A fault counts if a test of yours fails of it, in the sandbox, or a rule speaks up. Each is
then reviewed as that commit, and so is the commit as it was. The tests are not run for the review.
Called again, it goes on where it was.
\b
Exit codes:
  0  all of it is done       2  usage, settings, or nothing that a fault can be planted in
  3  incomplete: no fault could be proven, or something could not be run or reviewed
"""


@click.command("calibrate", epilog=_EXAMPLES)
@options.repo
@click.option("--head", metavar="REV", default="HEAD", help="The newest commit.")
@click.option("--commits", type=click.IntRange(1), default=50, help="The last so many (50).")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this; once for each."
)
@click.option("--limit", type=click.IntRange(1), default=20, help="So many faults (20).")
@click.option("--seed", type=int, default=0, help="Chooses the faults.")
@click.option("--out", type=_PATH, help="The folder of the run; otherwise one in the cache.")
@click.option("--model", metavar="NAME", help="As for a review.")
@click.option("--api-base", metavar="URL", help="The server of an OpenAI-compatible model.")
@click.option("--budget", multiple=True, metavar="KIND=N", help="Of each review.")
@click.option("--jobs", type=click.IntRange(1), default=1, help="Reviews at once.")
@click.option("--sandbox", metavar="NAME", help="Where tests run, as for a review.")
@click.option("--sandbox-image", metavar="IMAGE", help="The image for docker.")
@click.option("--test-command", metavar="CMD", help="As for a review.")
@click.option("--test-env", type=_PATH, metavar="DIR", help="What tests need, as for a review.")
@options.quiet
def command(
    repo: Path,
    head: str,
    commits: int,
    kinds: tuple[str, ...],
    limit: int,
    seed: int,
    out: Path | None,
    model: str | None,
    api_base: str | None,
    budget: tuple[str, ...],
    jobs: int,
    sandbox: str | None,
    sandbox_image: str | None,
    test_command: str | None,
    test_env: Path | None,
    quiet: bool,
) -> int:
    """What does the bot see in your code? Faults planted in your own history."""
    from indict_review.bench.calibrate.outcome import text
    from indict_review.bench.calibrate.session import Wanted, conduct
    from indict_review.config import Flags, environment

    flags = Flags(
        model=model,
        api_base=api_base,
        budget=budget,
        sandbox=sandbox,
        sandbox_image=sandbox_image,
        test_command=test_command,
        test_env=test_env,
    )
    wanted = Wanted(
        repo, head, commits, tuple(sorted({*kinds} or KINDS)), limit, seed, out, flags, jobs
    )
    try:
        with watched(jobs, quiet) as watch:
            outcome = conduct(wanted, environment(), _silent if quiet else _planting, watch)
    except KeyboardInterrupt:
        click.echo("indict-review: interrupted. It is all kept: the same call goes on.", err=True)
        return INTERRUPTED
    for line in text(outcome):
        click.echo(line)
    click.echo(f"indict-review: all of it is kept in {outcome.folder}", err=True)
    return 0 if outcome.is_whole else 3


def _planting(planted: Planted) -> None:
    click.echo(f"{planted.tried} tried, {len(planted.faults)} proven", err=True)


def _silent(planted: Planted) -> None:
    """Nobody is told."""
