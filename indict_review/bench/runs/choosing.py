"""Which samples are done: the same ones in every run with the same seed.

Units are ordered by a hash of the seed and their name, and taken in turn from each group, so that
a few samples still are of every language. Of what the limit leaves, shards get one after the other.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import lcm

from indict_review.bench.interface import Sample


@dataclass(frozen=True)
class Choice:
    """What the user asked for."""

    limit: int | None = None
    """Units, e.g. pairs; None: all."""
    shard: int = 1
    shards: int = 1
    """Shard `shard` of so many, counted from 1."""
    seed: int = 0
    groups: tuple[str, ...] = ()
    """Only these; empty: all."""


def chosen(samples: Iterable[Sample], choice: Choice) -> list[Sample]:
    """Those to be done, all of a unit one after the other."""
    units: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        if not choice.groups or sample.group in choice.groups:
            units[sample.together].append(sample)
    taken = _in_turn(list(units.values()), choice.seed)[: choice.limit]
    groups = len({unit[0].group for unit in units.values()})
    mine = (u for n, u in enumerate(taken) if _shard(n, groups, choice.shards) == choice.shard)
    return [sample for unit in mine for sample in unit]


def _shard(number: int, groups: int, shards: int) -> int:
    """The shard of a unit: in turn, one left out whenever groups and shards come round together.

    Otherwise, of eight languages in four shards, each would have two of them and no other.
    """
    together = lcm(groups, shards)
    left_out = number // together if together < groups * shards else 0
    return (number + left_out) % shards + 1


def _in_turn(units: Sequence[list[Sample]], seed: int) -> list[list[Sample]]:
    groups: dict[str, list[list[Sample]]] = defaultdict(list)
    for unit in sorted(units, key=lambda u: _place(u[0].together, seed)):
        groups[unit[0].group].append(unit)
    rows = zip_longest(*(groups[name] for name in sorted(groups)))
    return [unit for row in rows for unit in row if unit is not None]


def _place(name: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode("utf-8", "surrogateescape")).digest()
