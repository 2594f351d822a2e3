"""How numbers are written: here and nowhere else, and the same on every machine."""

from __future__ import annotations

from indict_review.bench.reckoning.results import Estimate, Unit

UNITS = {
    Unit.SHARE: "%",
    Unit.TOKENS: "",
    Unit.SECONDS: "",
    Unit.CALLS: "",
    Unit.USD: "US$",
}
"""As column heads have them, unless the metric's title says it."""

_DECIMALS = {Unit.SHARE: 1, Unit.TOKENS: 0, Unit.SECONDS: 1, Unit.CALLS: 1, Unit.USD: 4}


def number(value: float, unit: Unit, *, sign: bool = False) -> str:
    """In the unit that `UNITS` names, without its name. Of what is rounded to 0, 0."""
    shown = 100 * value if unit is Unit.SHARE else value
    decimals = _DECIMALS[unit]
    if round(shown, decimals) == 0:
        return f"{0:.{decimals}f}"  # a minus before a zero says nothing
    return f"{shown:{'+' if sign else ''},.{decimals}f}"


def interval(estimate: Estimate, unit: Unit, *, sign: bool = False) -> str:
    """`low to high`."""
    ends = (number(end, unit, sign=sign) for end in (estimate.low, estimate.high))
    return " to ".join(ends)


def probability(p: float) -> str:
    """Of a test."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def count(many: float) -> str:
    """Of things; thousands set apart."""
    return f"{many:,.0f}"


def short(many: float) -> str:
    """For an axis: `500`, `2k`, `1.5M`."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if many >= size:
            return f"{many / size:g}{letter}"
    return f"{many:g}"


def hours(seconds: float) -> str:
    """`3.2 h`, or minutes where that is more telling."""
    return f"{seconds / 3600:,.1f} h" if seconds >= 3600 else f"{seconds / 60:,.1f} min"
