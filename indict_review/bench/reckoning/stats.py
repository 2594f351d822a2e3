"""Intervals at 95% and tests, in the standard library alone, the same wherever they are computed.

Sums are `math.fsum`'s, which rounds once: `sum` adds floats in another way since Python 3.12. What
is drawn at random comes of `random.Random`, seeded with the data in their own order, so neither the
order of lines nor the run changes it.

A row is what one independent unit adds, e.g. `(hits, tries)` of a pair of samples; two strategies
on the same unit make one row of both halves. Samples that depend on each other are one row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import compress, product
from random import Random

Row = tuple[float, ...]
Interval = tuple[float, float]
Statistic = Callable[[Row], float | None]
"""Of the sums of a sample's columns; None where it is not defined."""

Z = 1.959963984540054
"""The normal distribution's 97.5th percentile."""
LEVEL = 0.05
"""Below it, a difference is called one."""
RESAMPLES = 1000
SHUFFLES = 1999
"""With the +1, the smallest p is 1/2000."""
EXACT = 12
"""Up to so many units that differ, every exchange is tried."""


def ratio(sums: Row) -> float | None:
    """A rate or a mean: the first sum by the second."""
    return sums[0] / sums[1] if sums[1] else None


def gap(sums: Row) -> float | None:
    """The ratio of the second half less that of the first."""
    one, other = ratio(sums[:2]), ratio(sums[2:])
    return None if one is None or other is None else other - one


def totals(rows: Iterable[Row]) -> Row:
    """The sum of each column."""
    return tuple(math.fsum(column) for column in zip(*rows, strict=True))


def wilson(hits: float, count: float) -> Interval:
    """The score interval of a rate (Wilson 1927). `count` is above 0."""
    share, spread = hits / count, Z * Z / count
    centre = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def independent(rows: Sequence[Row]) -> float:
    """How many independent tries tell as much of a rate as these units, `(hits, tries)` each.

    The effective sample size by the design effect, with Student's t for the few units that the
    variance is of (Korn and Graubard 1998). Where all units agree, each counts once; never more
    than there are tries, nor fewer than one.
    """
    hits, tries = totals(rows)
    share, units = hits / tries, len(rows)
    spread = math.fsum((top - share * of) ** 2 for top, of in rows) / tries**2
    if units == 1 or not spread:
        return float(units)
    variance = spread * units / (units - 1)
    count = share * (1 - share) / variance * (Z / student(units - 1)) ** 2
    return max(1.0, min(count, tries))


def student(freedom: int) -> float:
    """The 97.5th percentile of Student's t: of few degrees from the table, else by Fisher's series
    (1941), right to 0.003."""
    if freedom <= len(_STUDENT):
        return _STUDENT[freedom - 1]
    first = (Z**3 + Z) / (4 * freedom)
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
    return Z + first + second


_STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


def paired_ratios(rows: Sequence[Row]) -> Interval:
    """Of `gap`, a difference of rates: by the variance of what each unit adds to it, with t.

    Linearized, as in surveys of clusters (Woodruff 1971). One unit tells nothing.
    """
    sums = totals(rows)
    value = gap(sums)
    assert value is not None  # noqa: S101 - see `bootstrap`
    if len(rows) == 1:
        return -1.0, 1.0
    one, other = sums[0] / sums[1], sums[2] / sums[3]
    added = [(r[2] - other * r[3]) / sums[3] - (r[0] - one * r[1]) / sums[1] for r in rows]
    spread = math.fsum(each * each for each in added) * len(rows) / (len(rows) - 1)
    half = student(len(rows) - 1) * math.sqrt(spread)
    return max(-1.0, value - half), min(1.0, value + half)


def bootstrap(rows: Sequence[Row], statistic: Statistic) -> Interval:
    """The percentile interval (Efron 1979); it is too narrow for a handful of rows.

    Where the statistic of all rows is not defined, nobody has an interval to ask for.
    """
    whole = statistic(totals(rows))
    assert whole is not None  # noqa: S101 - see above
    ordered = sorted(rows)
    random = Random(repr(ordered))  # noqa: S311 - no secret
    drawn = (random.choices(ordered, k=len(ordered)) for _ in range(RESAMPLES))
    told = (statistic(totals(sample)) for sample in drawn)
    values = sorted([value for value in told if value is not None] or [whole])
    tail = int(len(values) * LEVEL / 2)
    return min(values[tail], whole), max(values[-1 - tail], whole)


def paired_rates(gained: float, lost: float, count: float) -> Interval:
    """Of the difference of two rates on the same units (Bonett and Price 2012).

    `gained` units have it with the other only, `lost` with the one only. Unlike a bootstrap, it
    has its doubts where all units agree.
    """
    more, less = (gained + 1) / (count + 2), (lost + 1) / (count + 2)
    half = Z * math.sqrt((more + less - (more - less) ** 2) / (count + 2))
    share = (gained - lost) / count
    low, high = more - less - half, more - less + half
    return max(-1.0, min(low, share)), min(1.0, max(high, share))


def sign_test(one: int, other: int) -> float:
    """Two-sided and exact, of units that differ one way and the other (Dixon and Mood 1946).

    Of pairs of yes and no it is McNemar's test (1947) without its approximation.
    """
    count = one + other
    tail = sum(math.comb(count, k) for k in range(min(one, other) + 1))
    return min(1.0, 2 * tail / (1 << count))


def exchange_test(rows: Sequence[Row]) -> float:
    """Two-sided p of `gap`, the halves of each row exchanged at random (Fisher 1935, Noreen 1989).

    Exact for few rows that differ; else drawn, and the observed one counted among the draws
    (Phipson and Smyth 2010), so that p is never 0.
    """
    sums = totals(rows)
    seen = gap(sums)
    assert seen is not None  # noqa: S101 - see `bootstrap`
    changes = sorted(tuple(b - a for a, b in zip(r[:2], r[2:], strict=True)) for r in rows)
    changes = [change for change in changes if any(change)]
    if not changes:
        return 1.0
    bar = abs(seen) * (1 - 1e-9)  # sums of other subsets round otherwise

    def is_extreme(chosen: Iterable[bool]) -> bool:
        moved = totals([(0.0, 0.0), *compress(changes, chosen)])
        value = gap(tuple(s + sign * m for s, sign, m in zip(sums, _AWAY, moved * 2, strict=True)))
        return value is None or abs(value) >= bar  # what is not defined speaks for no difference

    if len(changes) <= EXACT:
        # To exchange all of them as well changes no more than the sign: half of the ways do.
        ways = [(False, *rest) for rest in product((False, True), repeat=len(changes) - 1)]
        return sum(map(is_extreme, ways)) / len(ways)
    random = Random(repr(changes))  # noqa: S311
    draws = (random.choices((False, True), k=len(changes)) for _ in range(SHUFFLES))
    return (1 + sum(map(is_extreme, draws))) / (1 + SHUFFLES)


_AWAY = (1, 1, -1, -1)
"""What one half gets, the other loses."""


def holm(values: Sequence[float]) -> list[float]:
    """The p values adjusted for being so many, by steps down from the smallest (Holm 1979)."""
    adjusted, highest = [1.0] * len(values), 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = highest
    return adjusted


def fewest(tests: int) -> int:
    """How many units have to differ, all one way, for a difference to show in so many tests."""
    units = 1
    while sign_test(units, 0) * tests >= LEVEL:
        units += 1
    return units
