"""What captions, pointers and screen readers say of a plot."""

from __future__ import annotations

from collections.abc import Iterable

from indict_review.bench.reckoning.results import Estimate, Metric, Row
from indict_review.bench.report import notation

LINES = "Lines are intervals at 95%."


def in_words(row: Row, metric: Metric) -> str:
    """A value with its interval."""
    estimate, unit = row.cells[metric.name], metric.unit
    name = "%" if notation.UNITS[unit] == "%" else ""
    return f"{notation.number(estimate.value, unit)}{name} ({notation.interval(estimate, unit)})"


def counts(estimates: Iterable[Estimate]) -> str:
    """How many samples stand behind them."""
    found = sorted({estimate.count for estimate in estimates}) or [0]
    ends = [notation.count(n) for n in (found[0], found[-1])]
    return f"n = {ends[0]}" if ends[0] == ends[1] else f"n = {ends[0]} to {ends[1]}"
