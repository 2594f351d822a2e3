"""A comparison as programs read it."""

from __future__ import annotations

import json
from dataclasses import asdict

from indict_review.bench.comparing.comparing import Comparison, Contrast
from indict_review.bench.comparing.forms import Shown
from indict_review.bench.reckoning.sides import Side

SCHEMA = "indict-review/bench-compare/1"


def render(shown: Shown) -> str:
    """Every number, unrounded."""
    told = {
        "schema": SCHEMA,
        "names": shown.names,
        "comparisons": [_object(each, shown) for each in shown.comparisons],
    }
    return json.dumps(told, indent=2, sort_keys=True) + "\n"


def _object(each: Comparison, shown: Shown) -> dict[str, object]:
    sides = {name: _side(side) for name, side in (("a", each.one), ("b", each.other))}
    return {
        "suite": each.suite,
        **sides,
        "samples": len(each.one.records),
        "units": each.units,
        "fewest_that_show": each.fewest,
        "notes": each.notes,
        "metrics": [_contrast(contrast, shown.samples) for contrast in each.contrasts],
    }


def _side(side: Side) -> dict[str, object]:
    return {"strategy": side.strategy, "model": side.records[0].model}


def _contrast(contrast: Contrast, samples: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "name": contrast.metric.name,
        "unit": contrast.metric.unit.value,
        "better": contrast.metric.better.value,
        "a": asdict(contrast.one),
        "b": asdict(contrast.other),
        "delta": asdict(contrast.delta),
        "p": contrast.p,
        "p_adjusted": contrast.adjusted,
        "test": contrast.test or None,
        "difference": contrast.is_one,
    }
    if samples:
        told |= {"higher_in_a": contrast.lower, "higher_in_b": contrast.higher}
    return told
