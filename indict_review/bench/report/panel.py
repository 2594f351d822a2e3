"""The picture of a README: what quality costs, for every strategy, suite beside suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indict_review.bench.reckoning.results import Metric, Results, Table
from indict_review.bench.report.axes import Frame
from indict_review.bench.report.costing import cost_axes, cost_points
from indict_review.bench.report.marks import series_of
from indict_review.bench.report.page import style
from indict_review.bench.report.scatter import Point, scatter
from indict_review.bench.report.svg import Inside, element, fitted, label, picture
from indict_review.bench.report.tables import MAIN, main_of
from indict_review.bench.report.wording import counts
from indict_review.errors import ConfigError

_MOST = 3
"""Suites."""
_PANEL = 400.0
_HIGH = 400.0


def render(results: Results) -> str:
    """An SVG file that loads nothing. Raises `ConfigError` where nothing can be drawn."""
    shown = _shown(results)
    if not shown:
        raise ConfigError(
            "there is nothing to draw: no strategy has both a main metric and its tokens",
            "Leave --picture out, or name records of a run that was scored.",
        )
    wide = _PANEL * len(shown)
    inside = [
        element("style", style("plots.css")),
        element("rect", x=0.5, y=0.5, width=wide - 1, height=_HIGH - 1, rx=10, class_="ground"),
    ]
    for number, each in enumerate(shown):
        inside += _suite(_PANEL * number, each)
    told = " ".join(f"{each.table.title}: {p.told}." for each in shown for p in each.points)
    return picture("panel", wide, _HIGH, "What quality costs", told, inside) + "\n"


@dataclass(frozen=True)
class _Suite:
    table: Table
    metric: Metric
    points: Sequence[Point]


def _shown(results: Results) -> list[_Suite]:
    """Those that say most: more strategies first, then what is told by execution."""
    series = series_of(results.tables)
    found = [
        _Suite(table, metric, points)
        for table in results.tables
        if (metric := main_of(table)) and (points := cost_points(table, series))
    ]
    return sorted(found, key=lambda s: (-len(s.points), MAIN.index(s.metric.name)))[:_MOST]


def _suite(left: float, suite: _Suite) -> list[Inside]:
    axes = cost_axes(suite.metric, suite.points)
    frame = Frame(left + 62, 92, _PANEL - 92, _HIGH - 152, *axes)
    below = f"{suite.table.model}, {counts(point.up for point in suite.points)}"
    return [
        label(left + 24, 34, fitted(suite.table.title, _PANEL - 40, 15), class_="head"),
        label(left + 24, 53, fitted(below, _PANEL - 40), class_="soft"),
        *scatter(frame, suite.points),
    ]
