"""What records come to: estimates with intervals, rows, differences. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from indict_review.bench.record import Manifest


class Better(str, Enum):
    """Which way a metric is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Unit(str, Enum):
    """What a metric is counted in."""

    SHARE = "share"
    """0 to 1, shown in percent."""
    TOKENS = "tokens"
    SECONDS = "seconds"
    CALLS = "calls"
    USD = "usd"


@dataclass(frozen=True)
class Metric:
    """One column."""

    name: str
    """As in JSON, e.g. `safe`."""
    title: str
    """As people read it, e.g. `safe by static analysis`."""
    unit: Unit
    better: Better
    about: str
    """One line: how it is counted, and where that can mislead."""


@dataclass(frozen=True)
class Estimate:
    """A rate or a mean, with its interval at 95%."""

    value: float
    low: float
    high: float
    count: int
    """Samples (of pairs: pairs) that it is of."""
    hits: int | None = None
    """Of a rate: how many of them."""


@dataclass(frozen=True)
class Row:
    """One strategy with one model."""

    strategy: str
    model: str
    count: int
    """Samples."""
    cells: Mapping[str, Estimate]
    """By the metric's name; what could not be told is not there."""

    @property
    def label(self) -> str:
        """As plots name it."""
        return self.strategy


@dataclass(frozen=True)
class Difference:
    """Two strategies on the same samples."""

    metric: str
    one: str
    other: str
    """The label of each; the difference is other less one."""
    delta: Estimate
    p: float
    """Two-sided."""
    adjusted: float
    """The same, by Holm's method over all differences of the table."""
    test: str
    """E.g. `exact McNemar`, `paired bootstrap`, `sign test`."""

    @property
    def is_one(self) -> bool:
        """Whether it may be called a difference."""
        return self.adjusted < 0.05


@dataclass(frozen=True)
class Table:
    """What a suite came to."""

    suite: str
    title: str
    model: str
    metrics: tuple[Metric, ...]
    rows: tuple[Row, ...]
    groups: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """The same by group: language, weakness, form of attack; empty where there is only one."""
    differences: tuple[Difference, ...] = ()
    planned: int = 0
    """Pieces of work that the runs were to do; `done` of them are in the records."""
    done: int = 0
    notes: tuple[str, ...] = ()
    """What the reader has to know, e.g. that some are missing."""


@dataclass(frozen=True)
class Results:
    """All of a file of records."""

    tables: tuple[Table, ...]
    manifests: tuple[Manifest, ...]
