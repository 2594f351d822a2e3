"""What a whole run may spend. At a cap no sample is begun, and those in hand are finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from indict_review.bench.engines.interface import Task
from indict_review.bench.runs.progress import Progress
from indict_review.config.mappings import BUDGET
from indict_review.errors import ConfigError
from indict_review.models.budget import Budget


@dataclass(frozen=True)
class Caps:
    """Of one call; called again, a run has all of it once more.

    Who is free takes the next sample before it is known what the last one cost. Money and tokens
    are those of the models that answer, not the judge's.
    """

    limit: Budget = field(default_factory=Budget)

    def reached(self, progress: Progress) -> str:
        """The cap that is reached, in words; empty: none."""
        limit, spent = self.limit, progress.spent
        tokens = spent.prompt_tokens - spent.cached_tokens + spent.completion_tokens
        if limit.seconds is not None and progress.seconds >= limit.seconds:
            return f"{limit.seconds:g} s have passed"
        if limit.tokens is not None and tokens >= limit.tokens:
            return f"{tokens:,} of {limit.tokens:,} tokens are spent"
        if limit.usd is not None and spent.cost_usd is None:
            return f"nobody knows how much of ${limit.usd:g} is spent: the model names no price"
        if limit.usd is not None and (spent.cost_usd or 0) >= limit.usd:
            return f"${spent.cost_usd:.4f} of ${limit.usd:g} are spent"
        return ""

    def within(self, tasks: Iterable[Task], progress: Progress) -> Iterator[Task]:
        """The tasks, until a cap is reached; which one, is left in `progress.capped`.

        The first is begun in any case: a slow machine could call again and again, and do nothing.
        """
        for number, task in enumerate(tasks):
            progress.capped = self.reached(progress) if number else ""
            if progress.capped:
                return
            yield task


def read(parts: Sequence[str]) -> Caps:
    """What `--cap` said, e.g. `seconds=3600`. Raises `ConfigError`."""
    try:
        return Caps(BUDGET.read(parts))
    except ValueError as e:
        raise ConfigError(f"--cap {e}", BUDGET.expected) from e
