"""What may be called better, and the best: only where chance alone would hardly do it."""

from __future__ import annotations

from indict_review.bench.reckoning.results import Better, Difference, Metric, Row, Table


def verdict(difference: Difference, metric: Metric) -> str:
    """What may be said of a comparison."""
    if not difference.is_one:
        return "no difference shown"
    if metric.better is Better.NEITHER:
        return "a difference"
    return "better" if _gain(difference, metric) > 0 else "worse"


def is_best(table: Table, row: Row, metric: Metric) -> bool:
    """Whether its value is the best, and every comparison made with it shows that it is better."""
    values = sorted(r.cells[metric.name].value for r in table.rows if metric.name in r.cells)
    if metric.better is Better.NEITHER or metric.name not in row.cells:
        return False
    best = values[-1] if metric.better is Better.HIGHER else values[0]
    made = [
        _gain(d, metric) * (1 if d.other == row.label else -1) if d.is_one else 0.0
        for d in table.differences
        if d.metric == metric.name and row.label in (d.one, d.other)
    ]
    mine = row.cells[metric.name].value
    return mine == best and values.count(best) == 1 and bool(made) and min(made) > 0


def _gain(difference: Difference, metric: Metric) -> float:
    """How much better the other is than the one."""
    delta = difference.delta.value
    return delta if metric.better is Better.HIGHER else -delta
