"""What every reviewing command does, in order: the review, the output, the exit code."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from indict_review.commands import progress_line
from indict_review.config import Flags, environment
from indict_review.output import Target, masked, read_task, show
from indict_review.reviewing import Reviewed, Terms, reviewed
from indict_review.sources.interface import Source

INCOMPLETE = 3


def conduct(
    source: Callable[[str | None], Source],
    *,
    task: str | None,
    formats: Sequence[str],
    outputs: Sequence[str],
    record: Path | None,
    quiet: bool,
    runs: bool = True,
    own: bool = False,
    agent: bool = False,
    by: Callable[..., Reviewed] = reviewed,
    then: Callable[[Reviewed], bool] | None = None,
    **options: Any,
) -> int:
    """Review what the source has, and show it. Returns the exit code.

    `source` is given the task's text. `runs`, `own` and `agent`: see `Terms`. `by` makes the
    review of it; `then` is called once that was shown, and says whether more was wanted of it than
    it could give: no warning is enough then. `options` are those of `Flags`.
    """
    targets = Target.pair(formats, outputs)
    asked = source(read_task(task))
    # Half a second needs no log; on a terminal a line is drawn over, should it take longer.
    with progress_line.shown(quiet or not (runs or sys.stderr.isatty())) as listen:
        terms = Terms(runs, own, record, agent=agent)
        outcome = by(asked, Flags(**options), terms, listen)
    config = outcome.config
    show(masked(outcome.review), config.fail_on, targets, environment())
    wanting = then is not None and then(outcome)
    if outcome.exit_code == INCOMPLETE and config.on_incomplete == "warn" and not wanting:
        return let_through()
    return outcome.exit_code


def let_through() -> int:
    """The exit code where somebody wants no more than a warning of what is incomplete."""
    click.echo("indict-review: incomplete, and let through by --on-incomplete warn", err=True)
    return 0
