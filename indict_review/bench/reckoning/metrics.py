"""From records to tables: what each strategy comes to, and whether they differ.

The same records make the same results, in whatever order they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indict_review.bench.reckoning import noting, stats
from indict_review.bench.reckoning.columns import COSTS, METRICS
from indict_review.bench.reckoning.estimating import estimate, on_both, paired
from indict_review.bench.reckoning.measures import Measure
from indict_review.bench.reckoning.results import Difference, Metric, Results, Row, Table, Unit
from indict_review.bench.reckoning.sides import Side, once, sides
from indict_review.bench.record import Manifest, Record, Records
from indict_review.bench.strategies.table import DRAFT
from indict_review.bench.suites.table import SUITES

__all__ = ["METRICS", "summarize"]


def summarize(records: Records) -> Results:
    """A table for each suite and model."""
    manifests = sorted({m.ident: m for m in records.manifests}.values(), key=lambda m: m.ident)
    places = {(r.suite, r.model) for r in records.records} | {_place(m) for m in manifests}
    tables = [_table(_part(place, records, manifests)) for place in sorted(places)]
    return Results(tuple(tables), tuple(manifests))


@dataclass(frozen=True)
class _Part:
    """What a table is made of."""

    suite: str
    model: str
    records: Sequence[Record]
    runs: Sequence[Manifest]


def _place(manifest: Manifest) -> tuple[str, str]:
    return str(manifest.told.get("suite", "")), str(manifest.told.get("model", ""))


def _part(place: tuple[str, str], records: Records, manifests: Iterable[Manifest]) -> _Part:
    found = [record for record in records.records if (record.suite, record.model) == place]
    idents = {record.run for record in found}
    runs = [m for m in manifests if _place(m) == place or m.ident in idents]
    return _Part(*place, found, runs)


def _table(part: _Part) -> Table:
    replays = {run.ident for run in part.runs if run.told.get("replayed")}
    kept, left_out = once(part.records, replays)
    # What a replay took says nothing of what it replays.
    kept = [replace(r, seconds=0.0, model_seconds=0.0) if r.run in replays else r for r in kept]
    strategies = sides(kept)
    rows = [_row(side, part.model, METRICS) for side in strategies]
    differences = _differences(strategies)
    done = {record.key for record in part.records}
    planned = done.union(*(run.planned for run in part.runs))
    return Table(
        suite=part.suite,
        title=SUITES[part.suite].about.title if part.suite in SUITES else part.suite,
        model=part.model,
        metrics=tuple(m.metric for m in METRICS if _is_told(m.metric, rows)),
        rows=tuple(rows),
        groups=_groups(kept, part.model),
        differences=tuple(differences),
        planned=len(planned),
        done=len(done),
        notes=(
            *noting.of_answers(len(planned), len(done), left_out),
            *noting.of_runs(part.runs),
            *noting.of_samples(strategies),
            *noting.of_tests(differences, strategies),
        ),
    )


def _is_told(metric: Metric, rows: Sequence[Row]) -> bool:
    """Whether there is anything to show. What costs no money is no column of zeros."""
    cells = [row.cells[metric.name] for row in rows if metric.name in row.cells]
    return any(cell.value for cell in cells) if metric.unit is Unit.USD else bool(cells)


def _row(side: Side, model: str, measures: Iterable[Measure]) -> Row:
    made = {m.metric.name: estimate(m, side.told(m).parts) for m in measures}
    cells = {name: cell for name, cell in made.items() if cell is not None}
    return Row(side.strategy, model, len(side.records), cells)


def _groups(records: Sequence[Record], model: str) -> dict[str, tuple[Row, ...]]:
    """Without what they cost."""
    names = sorted({record.group for record in records})
    measures = [m for m in METRICS if m.metric.name not in COSTS]
    by_name = {n: sides([r for r in records if r.group == n]) for n in names if len(names) > 1}
    return {n: tuple(_row(s, model, measures) for s in found) for n, found in by_name.items()}


def _differences(strategies: Sequence[Side]) -> list[Difference]:
    """Of each strategy from the draft, or else from the first, in what is tested."""
    if not strategies:
        return []
    one = next((s for s in strategies if s.strategy == DRAFT.name), strategies[0])
    found = [
        (measure.metric.name, other.strategy, pair)
        for measure in METRICS
        for other in strategies
        if measure.tested and other is not one
        if (pair := paired(measure, *on_both(measure, one, other))) is not None
    ]
    adjusted = stats.holm([pair.p for _, _, pair in found])
    return [
        Difference(metric, one.strategy, other, pair.delta, pair.p, holm, pair.test)
        for (metric, other, pair), holm in zip(found, adjusted, strict=True)
    ]
