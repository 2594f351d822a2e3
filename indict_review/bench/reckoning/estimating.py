"""From the parts of samples to an estimate, and from two strategies' to a difference."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from indict_review.bench.reckoning import stats
from indict_review.bench.reckoning.measures import Measure, Part
from indict_review.bench.reckoning.results import Estimate, Unit
from indict_review.bench.reckoning.sides import Parts, Side
from indict_review.bench.strategies.table import DRAFT


@dataclass(frozen=True)
class Paired:
    """Two strategies on the same samples, as a test sees them."""

    delta: Estimate
    p: float
    test: str


def estimate(measure: Measure, parts: Parts) -> Estimate | None:
    """The rate or the mean. None where there is nothing that it could be of.

    The interval of yes and no is Wilson's; where a unit counts more than once, that of as many as
    are as good as independent (`stats.independent`). Of means, units are drawn anew.
    """
    rows = _rows(parts)
    sums = stats.totals(rows) if rows else (0.0, 0.0)
    value = stats.ratio(sums)
    if value is None:
        return None
    count = int(sums[1]) if measure.is_count else sum(part.of > 0 for part in parts.values())
    hits = int(sums[0]) if measure.is_count else None
    return Estimate(value, *_interval(measure, rows, value), count, hits)


def _interval(measure: Measure, rows: list[stats.Row], value: float) -> stats.Interval:
    rows = [row for row in rows if row[1]]
    once = all(row[1] == 1 for row in rows)
    if measure.is_count and once:
        return stats.wilson(value * len(rows), len(rows))
    is_share = measure.metric.unit is Unit.SHARE
    if is_share and (measure.is_count or once):
        count = stats.independent(rows)
        return stats.wilson(value * count, count)
    low, high = stats.bootstrap(rows, stats.ratio)
    # Where all units agree, a bootstrap has no doubts left: each counts once then.
    return stats.wilson(value * len(rows), len(rows)) if is_share and low == high else (low, high)


def on_both(measure: Measure, one: Side, other: Side) -> tuple[Parts, Parts]:
    """What each says, of the samples of which both say something."""
    ours, theirs = (dict(side.told(measure).parts) for side in (one, other))
    if measure.par is not None:
        par = Part(measure.par, 1.0)
        if one.strategy == DRAFT.name:
            ours = ours or dict.fromkeys(theirs, par)
        if other.strategy == DRAFT.name:
            theirs = theirs or dict.fromkeys(ours, par)
    both = sorted(ours.keys() & theirs.keys())
    return {cell: ours[cell] for cell in both}, {cell: theirs[cell] for cell in both}


def paired(measure: Measure, one: Parts, other: Parts) -> Paired | None:
    """How far the other is from the one; both of the same samples. None: there is nothing.

    Yes and no: McNemar's test, exact. A judge against par: the sign test. All else: the
    strategies of each unit are exchanged.
    """
    rows = [row for row in _rows(one, other) if row[1] or row[3]]
    value = stats.gap(stats.totals(rows)) if rows else None
    if value is None:
        return None
    count = sum(one[cell].of > 0 or other[cell].of > 0 for cell in one)
    step = _step(measure, rows)
    if step is None:
        interval, p = _drawn(measure, rows, value), stats.exchange_test(rows)
        return Paired(Estimate(value, *interval, count), p, "exchange test")
    gained, lost = sum(r[2] > r[0] for r in rows), sum(r[2] < r[0] for r in rows)
    low, high = stats.paired_rates(gained, lost, len(rows))
    test = "exact McNemar" if measure.is_count else "sign test"
    delta = Estimate(value, low * step, high * step, count)
    return Paired(delta, stats.sign_test(gained, lost), test)


def _step(measure: Measure, rows: list[stats.Row]) -> float | None:
    """By how much units differ, if it is always as much: then only the direction counts."""
    steps = {abs(row[2] - row[0]) for row in rows} - {0.0}
    once = all(row[1] == row[3] == 1 for row in rows)
    if measure.metric.unit is not Unit.SHARE or not once or len(steps) > 1:
        return None
    return steps.pop() if steps else 1.0


def _drawn(measure: Measure, rows: list[stats.Row], value: float) -> stats.Interval:
    once = all(row[1] == row[3] == 1 for row in rows)
    if measure.metric.unit is not Unit.SHARE or not (measure.is_count or once):
        return stats.bootstrap(rows, stats.gap)
    low, high = stats.paired_ratios(rows)
    least = stats.paired_rates(max(value, 0.0) * len(rows), max(-value, 0.0) * len(rows), len(rows))
    # Where all units agree there is no variance to go by, and where most do, too little.
    return min(low, least[0]), max(high, least[1])


def _rows(*sides: Parts) -> list[stats.Row]:
    """What each unit adds: samples that are one unit depend on each other."""
    units: dict[str, list[stats.Row]] = defaultdict(list)
    for cell in sides[0]:
        units[cell[0]].append(tuple(value for side in sides for value in side[cell]))
    return [stats.totals(rows) for rows in units.values()]
