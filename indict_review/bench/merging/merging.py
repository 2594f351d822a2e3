"""Shards and runs put together: the same bytes in whatever order they are named.

A record that is there twice is there once; two that contradict each other are refused, since
nobody knows which is the right one. What is merged came from other machines: it is read as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indict_review.bench.merging.mixture import clashes, notes
from indict_review.bench.record import Manifest, Record, Records, line_of, sorted_for_file
from indict_review.bench.runs.manifest import ASIDE
from indict_review.errors import ConfigError


@dataclass(frozen=True)
class Merged:
    """All of them."""

    records: Records
    notes: tuple[str, ...]
    """What people have to know of it, a line each."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Of the file: manifests, then records, each sorted."""
        entries: tuple[Manifest | Record, ...] = (*self.records.manifests, *self.records.records)
        return tuple(line_of(entry) for entry in entries)


def merged(parts: Sequence[Records], *, mixed: bool = False) -> Merged:
    """Put them together.

    Raises `ConfigError` for records that contradict each other and, unless `mixed`, for runs of
    one suite and model that were made with other data or prompts, or scored in other ways.
    """
    manifests = _manifests(m for part in parts for m in part.manifests)
    records = _records(r for part in parts for r in part.records)
    known = {m.ident for m in manifests}
    if strange := next((r for r in records if r.run not in known), None):
        raise ConfigError(
            f"the run {strange.run!r} has records and no manifest",
            "Merge files as `bench run` and `bench merge` write them.",
        )
    both = Records(manifests, records)
    found = tuple(clashes(both))
    if found and not mixed:
        raise ConfigError(found[0], "--mixed merges them all the same.")
    return Merged(both, (*found, *notes(both)))


def _manifests(all_of_them: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """Each run once. Of one that was at work on several machines, the first in order is named."""
    by_run: dict[str, Manifest] = {}
    for manifest in sorted(all_of_them, key=line_of):
        there = by_run.setdefault(manifest.ident, manifest)
        if _making(there) != _making(manifest):
            raise ConfigError(
                f"the run {manifest.ident!r} is there twice, scored in two ways",
                "`bench run --rescore` scores both alike; or merge one of them.",
            )
    return tuple(sorted(by_run.values(), key=_place))


def _place(manifest: Manifest) -> tuple[str, ...]:
    return (*(str(manifest.told.get(k)) for k in ("suite", "model", "shard")), manifest.ident)


def _making(manifest: Manifest) -> dict[str, object]:
    return {key: value for key, value in manifest.told.items() if key not in ASIDE}


def _records(all_of_them: Iterable[Record]) -> tuple[Record, ...]:
    by_work: dict[tuple[str, str], Record] = {}
    for record in all_of_them:
        there = by_work.setdefault((record.run, record.key), record)
        if there != record:
            raise ConfigError(
                f"the run {record.run!r} has two outcomes of {record.strategy!r}"
                f" for the sample {record.sample!r}",
                "It was run twice, each time from the beginning: merge one of the two.",
            )
    return tuple(sorted_for_file(by_work.values()))
