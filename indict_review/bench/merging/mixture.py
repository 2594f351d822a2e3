"""What does not belong together, though it is of one suite; and what is missing."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from indict_review.bench.record import Manifest, Record, Records

APART = (
    *("prompts", "judge", "scorers", "engine", "rounds", "budget", "without", "web", "sandbox"),
    *("tests", "replayed"),
)
"""With another of these, numbers are of another thing."""
BESIDE = ("versions",)
"""Another of these may matter."""
FAMILY = ("suite", "model", "strategies", "seed", "limit", "groups")
"""What the shards of one call have in common."""
_NAMED = 5
"""So many are listed, the rest is counted."""


def clashes(both: Records) -> Iterator[str]:
    """Why numbers of these runs do not belong in one table."""
    yield from _other_data(both.records)
    yield from _made_otherwise(both.manifests, APART)


def notes(both: Records) -> Iterator[str]:
    """What people have to know all the same."""
    yield from _models(both.records)
    yield from _made_otherwise(both.manifests, BESIDE)
    yield from _several_times(both.records)
    for suite, told in shards_missing(both.manifests):
        yield f"{suite}: {told}"
    yield from _answers_missing(both)


def _other_data(records: Iterable[Record]) -> Iterator[str]:
    first: dict[tuple[str, str], Record] = {}
    for record in records:
        there = first.setdefault((record.suite, record.sample), record)
        if there.data != record.data:
            yield (
                f"{record.suite}: the sample {record.sample!r} of the run {record.run!r} is not"
                f" the one of {there.run!r}"
            )
            return


def _made_otherwise(manifests: Iterable[Manifest], keys: Sequence[str]) -> Iterator[str]:
    """Of one suite and model."""
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for manifest in manifests:
        where = f"{manifest.told.get('suite')} with {manifest.told.get('model')}"
        for key in keys:
            seen[where, key].add(_comparable(manifest, key))
    for (where, key), values in sorted(seen.items()):
        if len(values) > 1:
            yield f"{where}: runs with different {key}"


def _comparable(manifest: Manifest, key: str) -> str:
    value = manifest.told.get(key)
    if isinstance(value, dict):  # the labels are those of a shard's own samples
        value = {name: part for name, part in value.items() if name != "labels"}
    return json.dumps(value, sort_keys=True)


def _models(records: Iterable[Record]) -> Iterator[str]:
    models: dict[str, set[str]] = defaultdict(set)
    for record in records:
        models[f"{record.suite}, {record.strategy}"].add(record.model)
    for where, names in sorted(models.items()):
        if len(names) > 1:
            yield f"{where}: {len(names)} models, each in its own table: {_listed(names)}"


def _several_times(records: Iterable[Record]) -> Iterator[str]:
    runs: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for record in records:
        runs[record.suite, record.model, record.key].add(record.run)
    again: dict[str, int] = defaultdict(int)
    for (suite, model, _), several in runs.items():
        again[f"{suite} with {model}"] += len(several) > 1
    for where, count in sorted(again.items()):
        if count:
            yield f"{where}: {count:,} answers are of several runs"


def shards_missing(manifests: Iterable[Manifest]) -> Iterator[tuple[str, str]]:
    """The suite, and which are not among these."""
    there: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for manifest in manifests:
        family = json.dumps([manifest.told.get(key) for key in FAMILY], sort_keys=True)
        shard, shards = _shard(manifest)
        there[str(manifest.told.get("suite")), family, shards].add(shard)
    for (suite, _, shards), some in sorted(there.items(), key=lambda item: item[0]):
        if absent := shards - len(some):
            numbers = (str(n) for n in range(1, shards + 1) if n not in some)
            yield suite, f"{absent:,} of {shards:,} shards missing: {_first(numbers, absent)}"


def _shard(manifest: Manifest) -> tuple[int, int]:
    """What is no shard is all of it."""
    told = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", str(manifest.told.get("shard")))
    shard, shards = (int(told[1]), int(told[2])) if told else (1, 1)
    return (shard, shards) if 1 <= shard <= shards else (1, 1)


def _answers_missing(both: Records) -> Iterator[str]:
    done = {(record.run, record.key) for record in both.records}
    planned: dict[str, list[bool]] = defaultdict(list)
    for manifest in both.manifests:
        suite = str(manifest.told.get("suite"))
        planned[suite] += [(manifest.ident, key) in done for key in set(manifest.planned)]
    for suite, each in sorted(planned.items()):
        if missing := each.count(False):
            yield f"{suite}: {missing:,} of {len(each):,} answers missing: their runs are not done"


def _listed(names: Collection[str]) -> str:
    return _first(iter(sorted(names)), len(names))


def _first(names: Iterator[str], count: int) -> str:
    told = ", ".join(islice(names, _NAMED))
    return f"{told} and {count - _NAMED:,} more" if count > _NAMED else told
