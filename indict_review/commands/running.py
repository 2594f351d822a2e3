"""What every reviewing command does, in order: settings, the change, the review, the output."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from indict_review.assembly import assembled
from indict_review.change import Change
from indict_review.commands import progress_line
from indict_review.config import REPOSITORY_FILE, Config, Flags, environment, load, nested
from indict_review.decision import Decision
from indict_review.errors import ConfigError, ToolError
from indict_review.events import Listener
from indict_review.output import Target, masked, read_task, show
from indict_review.review import Review
from indict_review.sources.interface import Source

INCOMPLETE = 3


@dataclass(frozen=True)
class Terms:
    """On which terms a change is reviewed: what only the caller knows."""

    runs: bool = True
    """See `assembled`, like the rest."""
    own: bool = False
    record: Path | None = None
    replies: Mapping[str, Decision] = field(default_factory=dict)
    fresh: frozenset[str] | None = None


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
    **options: Any,
) -> int:
    """Review what the source has, and show it. Returns the exit code.

    `source` is given the task's text. `runs` and `own`: see `assembled`. `options` are those of
    `Flags`.
    """
    targets = Target.pair(formats, outputs)
    asked = source(read_task(task))
    # Half a second needs no log; on a terminal a line is drawn over, should it take longer.
    with progress_line.shown(quiet or not (runs or sys.stderr.isatty())) as listen:
        review, config = reviewed(asked, Flags(**options), Terms(runs, own, record), listen)
    show(masked(review), config.fail_on, targets, environment())
    code = review.exit_code(config.fail_on)
    return let_through() if code == INCOMPLETE and config.on_incomplete == "warn" else code


def reviewed(source: Source, flags: Flags, terms: Terms, listen: Listener) -> tuple[Review, Config]:
    """Review what the source has, and keep what `apply` and `dismiss` need of it."""
    config = _settings(flags, source, own=terms.own)
    change = _collected(source)
    config = nested(config, source.base, [file.path for file in change.files])
    if terms.own and REPOSITORY_FILE in change.after.files:
        load(flags, source.project, environment())  # or a mistake gets in
    with assembled(
        config,
        change,
        source,
        terms.record,
        listen,
        runs=terms.runs and bool(change.files),
        own=terms.own,
        replies=terms.replies,
        fresh=terms.fresh,
    ) as reviewer:
        review = reviewer.review(change)
    return _kept(review, config, source.folder), config


def let_through() -> int:
    """The exit code where somebody wants no more than a warning of what is incomplete."""
    click.echo("indict-review: incomplete, and let through by --on-incomplete warn", err=True)
    return 0


def _settings(flags: Flags, source: Source, *, own: bool) -> Config:
    """As the base has them. If those cannot be read, the commit that mends them is let through."""
    try:
        return load(flags, source.base, environment())
    except ConfigError:
        if not own:
            raise
        return load(flags, source.project, environment())


def _collected(source: Source) -> Change:
    change = source.collect()
    if change.files:
        return change
    what = "nothing is staged" if change.source == "staged" else "the two sides are the same"
    return replace(change, notes=(*change.notes, f"{what}: there was nothing to review"))


def _kept(review: Review, config: Config, folder: Path | None) -> Review:
    """What `apply` and `dismiss` need of it. That it could not be kept is said, and no more."""
    if folder is None:
        return review
    from indict_review import kept

    try:
        if review.findings or review.dismissed or review.revision:
            kept.keep(review, config.fail_on, folder)
        else:
            kept.forget(folder)
    except ToolError as e:
        return replace(review, notes=(*review.notes, str(e)))
    return review
