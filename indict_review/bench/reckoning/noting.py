"""What the reader of a table has to know, so that it says no more than it can."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from indict_review.bench.merging.mixture import shards_missing
from indict_review.bench.reckoning import stats
from indict_review.bench.reckoning.columns import METRICS
from indict_review.bench.reckoning.results import Difference
from indict_review.bench.reckoning.sides import Side
from indict_review.bench.record import Manifest

FEW = 10
"""Units below which an interval of a mean is too narrow."""

_OWN = frozenset(
    {"planned", "data", "shard", "shards", "suite", "strategies", "groups", "limit", "seed"}
)
"""What shards and runs have of their own: it makes them no worse to put together."""


def of_answers(planned: int, done: int, left_out: int) -> Iterator[str]:
    """On what is there of what was planned. `left_out`: answers that are no further samples."""
    if planned > done:
        yield f"missing: {planned - done:,} of {planned:,} planned answers; the run can go on"
    if left_out:
        yield f"left out: {left_out:,} of what another run has done already, or of other data"


def of_runs(runs: Sequence[Manifest]) -> Iterator[str]:
    """On what is not the same in all."""
    if differing := _differing(runs):
        yield f"of {len(runs)} runs, which differ in {', '.join(differing)}"
    for _, told in shards_missing(runs):
        yield f"{told}; what they planned is in no count"
    for run in runs:
        if original := run.told.get("replayed"):
            yield (
                f"{run.ident} replays {original}: its tokens and prices are those of then, and are"
                " no further ones; its seconds are in no mean"
            )


def _differing(runs: Sequence[Manifest]) -> list[str]:
    names = {name for run in runs for name in run.told} - _OWN
    return sorted(n for n in names if len({_plain(run.told.get(n)) for run in runs}) > 1)


def _plain(value: object) -> str:
    if isinstance(value, dict):  # labels are those of a shard's own samples
        value = {name: part for name, part in value.items() if name != "labels"}
    return json.dumps(value, sort_keys=True)


def of_samples(strategies: Sequence[Side]) -> Iterator[str]:
    """On what the rows are of."""
    yield from _untold(strategies)
    yield from _unrun(strategies)
    yield from _skipped(strategies)
    done = [frozenset(record.sample for record in side.records) for side in strategies]
    if len(set(done)) > 1:
        yield "the rows are not of the same samples: the differences are, the rates are not"
    units = [len({record.unit for record in side.records}) for side in strategies]
    if units and min(units) < FEW:
        yield f"with fewer than {FEW} samples, intervals of means are too narrow"


def of_tests(differences: Sequence[Difference], strategies: Sequence[Side]) -> Iterator[str]:
    """On how much has to differ before anything shows."""
    units = min((len({r.unit for r in side.records}) for side in strategies), default=0)
    if differences and (few := stats.fewest(len(differences))) > units:
        yield (
            f"too few to show even the largest difference: of {len(differences)} comparisons it"
            f" takes {few} independent samples that all differ one way, and there are {units}"
        )


def _unrun(strategies: Sequence[Side]) -> Iterator[str]:
    for side in strategies:
        reasons = Counter(str(told) for r in side.records if (told := r.marks.get("unrun")))
        for reason, count in sorted(reasons.items()):
            yield f"{side.strategy}: of {count:,}, not all checks could be run: {reason}"


def _untold(strategies: Sequence[Side]) -> Iterator[str]:
    for measure in METRICS:
        for side in strategies:
            told = side.told(measure)
            if told.untold:
                count = told.untold + sum(part.of > 0 for part in told.parts.values())
                yield (
                    f"{side.strategy}, {measure.metric.title}: {told.untold:,} of {count:,}"
                    " could not be scored, and are in no rate"
                )


def _skipped(strategies: Sequence[Side]) -> Iterator[str]:
    for side in strategies:
        steps = Counter(step for record in side.records for step in record.skipped)
        if steps:
            listed = ", ".join(f"{name} {count:,}" for name, count in sorted(steps.items()))
            yield f"{side.strategy}: steps that were skipped, by samples: {listed}"
