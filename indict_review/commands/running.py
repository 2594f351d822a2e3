"""What every reviewing command does, in order: settings, the change, the review, the output."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from indict_review.assembly import assembled
from indict_review.commands import progress_line
from indict_review.config import Config, Flags, environment, load
from indict_review.output import Target, read_task, show
from indict_review.sources.interface import Source


def conduct(
    source: Callable[[str | None], Source],
    *,
    task: str | None,
    formats: Sequence[str],
    outputs: Sequence[str],
    record: Path | None,
    quiet: bool,
    adjust: Callable[[Config], Config] = lambda config: config,
    **options: Any,
) -> int:
    """Review what the source has, and show it. Returns the exit code.

    `source` is given the task's text. `options` are those of `Flags`.
    """
    targets = Target.pair(formats, outputs)
    asked = source(read_task(task))
    config = adjust(load(Flags(**options), asked.base, environment()))
    with progress_line.shown(quiet) as listen:
        change = asked.collect()
        with assembled(config, change, asked, record, listen) as reviewer:
            review = reviewer.review(change)
    show(review, config.fail_on, targets, environment())
    return review.exit_code(config.fail_on)
