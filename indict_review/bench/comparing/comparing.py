"""Two strategies, models or runs on the samples that both have: do they differ?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indict_review.bench.comparing.naming import Named, records_of, strategies
from indict_review.bench.reckoning import noting, stats
from indict_review.bench.reckoning.columns import METRICS
from indict_review.bench.reckoning.estimating import estimate, on_both, paired
from indict_review.bench.reckoning.measures import Measure
from indict_review.bench.reckoning.results import Better, Estimate, Metric, Unit
from indict_review.bench.reckoning.sides import Parts, Side, once
from indict_review.bench.record import Manifest, Records
from indict_review.errors import ConfigError


@dataclass(frozen=True)
class Contrast:
    """One metric of both, on the same samples."""

    metric: Metric
    one: Estimate
    other: Estimate
    delta: Estimate
    """The other less the one."""
    p: float | None = None
    """Two-sided; None where it is shown beside the others and not tested."""
    adjusted: float | None = None
    """By Holm's method over the metrics that are tested."""
    test: str = ""
    higher: tuple[str, ...] = ()
    """Of yes and no: the samples, or pairs, in which the other is higher."""
    lower: tuple[str, ...] = ()

    @property
    def is_one(self) -> bool:
        """Whether it may be called a difference."""
        return self.adjusted is not None and self.adjusted < stats.LEVEL

    @property
    def verdict(self) -> str:
        """What may be said of it: nothing of what was not tested."""
        if not self.is_one:
            return "" if self.adjusted is None else "no difference shown"
        if self.metric.better is Better.NEITHER:
            return "a difference"
        up = self.metric.better is Better.HIGHER
        return f"a difference: {'better' if (self.delta.value > 0) == up else 'worse'}"


@dataclass(frozen=True)
class Comparison:
    """Of one suite, on the samples that both have."""

    suite: str
    one: Side
    other: Side
    contrasts: tuple[Contrast, ...]
    notes: tuple[str, ...]
    """On what is not compared, and what else is not the same."""

    @property
    def units(self) -> int:
        """So many of the samples are independent of each other."""
        return len({record.unit for record in self.one.records})

    @property
    def fewest(self) -> int:
        """So many of them have to differ, all one way, before anything shows."""
        return stats.fewest(sum(contrast.p is not None for contrast in self.contrasts))


def compare(one: Named, other: Named) -> list[Comparison]:
    """One for each suite and strategy that both have. Raises `ConfigError` if there is none."""
    ours, theirs = records_of(one), records_of(other)
    pairs = strategies(one, other, ours.records, theirs.records)
    named = (*ours.manifests, *theirs.manifests)
    runs = [run for n, run in enumerate(named) if run not in named[:n]]
    found = [
        _comparison(suite, _side(ours, suite, first), _side(theirs, suite, second), runs)
        for suite in sorted({r.suite for r in ours.records} & {r.suite for r in theirs.records})
        for first, second in pairs
    ]
    if made := [comparison for comparison in found if comparison.one.records]:
        return made
    why = [note for comparison in found for note in comparison.notes] or ["their suites differ"]
    raise ConfigError(
        f"{one.path} and {other.path} share no sample: {'; '.join(dict.fromkeys(why))}",
        "Compare runs of the same suite, data and --seed.",
    )


def _side(records: Records, suite: str, strategy: str) -> Side:
    theirs = [r for r in records.records if (r.suite, r.strategy) == (suite, strategy)]
    return Side(strategy, once(theirs)[0])


def _comparison(suite: str, one: Side, other: Side, runs: Sequence[Manifest]) -> Comparison:
    ours, theirs = ({r.sample: r for r in side.records} for side in (one, other))
    both = sorted(ours.keys() & theirs.keys())
    same = [name for name in both if ours[name].data == theirs[name].data]
    left_out = {
        "only in A": len(ours) - len(both),
        "only in B": len(theirs) - len(both),
        "of other data under the same name": len(both) - len(same),
    }
    one = replace(one, records=[ours[name] for name in same])
    other = replace(other, records=[theirs[name] for name in same])
    idents = {r.run for side in (one, other) for r in side.records}
    return Comparison(
        suite,
        one,
        other,
        _contrasts(one, other),
        (
            *(f"left out: {count:,} {what}" for what, count in left_out.items() if count),
            *noting.of_runs([run for run in runs if run.ident in idents]),
        ),
    )


def _contrasts(one: Side, other: Side) -> tuple[Contrast, ...]:
    made = [found for m in METRICS if (found := _contrast(m, one, other)) is not None]
    adjusted = iter(stats.holm([contrast.p for contrast in made if contrast.p is not None]))
    return tuple(
        contrast if contrast.p is None else replace(contrast, adjusted=next(adjusted))
        for contrast in made
    )


def _contrast(measure: Measure, one: Side, other: Side) -> Contrast | None:
    parts = on_both(measure, one, other)
    ours, theirs = (estimate(measure, side) for side in parts)
    pair = paired(measure, *parts)
    if pair is None or ours is None or theirs is None:
        return None
    if measure.metric.unit is Unit.USD and not (ours.value or theirs.value):
        return None  # what costs no money is no row of zeros
    contrast = Contrast(measure.metric, ours, theirs, pair.delta)
    if not measure.tested:
        return contrast
    contrast = replace(contrast, p=pair.p, test=pair.test)
    if measure.metric.unit is not Unit.SHARE:
        return contrast
    return replace(contrast, higher=_where(*parts), lower=_where(*reversed(parts)))


def _where(less: Parts, more: Parts) -> tuple[str, ...]:
    """The samples, or units, in which the second is higher."""
    rates = [(cell, stats.ratio(less[cell]), stats.ratio(more[cell])) for cell in less]
    return tuple(
        sample or unit
        for (unit, sample), low, high in rates
        if low is not None and high is not None and low < high
    )
