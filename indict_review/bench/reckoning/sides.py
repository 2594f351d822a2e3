"""What one strategy did: its records, each sample once, and what they say of a metric."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from indict_review.bench.reckoning.measures import Measure, Part
from indict_review.bench.record import Record
from indict_review.bench.strategies.table import STRATEGIES

Cell = tuple[str, str]
"""A unit, and the sample in it; of what is counted by units, the sample is empty."""
Parts = Mapping[Cell, Part]


@dataclass(frozen=True)
class Told:
    """What the records say of one measure."""

    parts: Parts
    untold: int
    """Cells that were asked for it, of which nobody could say."""


@dataclass(frozen=True)
class Side:
    """One strategy with one model, in one suite."""

    strategy: str
    records: Sequence[Record]

    def told(self, measure: Measure) -> Told:
        """What it comes to, sample by sample or unit by unit."""
        cells: dict[Cell, list[Record]] = defaultdict(list)
        for record in self.records:
            if all(name in record.marks for name in measure.needs):
                cells[record.unit, "" if measure.by_unit else record.sample].append(record)
        parts = {cell: measure.tell(theirs) for cell, theirs in cells.items()}
        known = {cell: part for cell, part in parts.items() if part is not None}
        return Told(known, len(parts) - len(known))


def sides(records: Sequence[Record]) -> list[Side]:
    """By strategy, in the order of their table; those that are in none, by name."""
    order = list(STRATEGIES)
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record.strategy].append(record)
    names = sorted(found, key=lambda n: (order.index(n) if n in order else len(order), n))
    return [Side(name, found[name]) for name in names]


def once(records: Iterable[Record], replays: Container[str] = ()) -> tuple[list[Record], int]:
    """Each sample once by each strategy, of the same data in all; and how many were left out.

    Of runs that did the same, that with most strategies counts, then the first by name, and of
    `replays` only what nobody else did. What another run has besides is there if it began with the
    same draft: else strategies would differ by the luck of their drafts.
    """
    samples: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        samples[record.sample].append(record)
    kept = [each for name in sorted(samples) for each in _of_one(samples[name], replays)]
    return kept, sum(map(len, samples.values())) - len(kept)


def _of_one(records: Sequence[Record], replays: Container[str]) -> Iterable[Record]:
    many = Counter(record.run for record in records)
    order = sorted(
        records,
        key=lambda r: (r.run in replays, -many[r.run], r.run, r.strategy, r.data, r.answer),
    )
    kept: dict[str, Record] = {}
    for record in order:
        if (record.data, record.draft) == (order[0].data, order[0].draft):
            kept.setdefault(record.strategy, record)
    return kept.values()
