"""What a person names to compare: `FILE_OR_RUN[:STRATEGY][@MODEL]`, and the records it means."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.record import Record, Records, read
from indict_review.bench.runs.journal import RECORDS
from indict_review.errors import ConfigError

_FORM = "It is FILE_OR_RUN[:STRATEGY][@MODEL], e.g. `run:direct` or `all.jsonl@local`."
_REST = re.compile(r"(?::(?P<strategy>[^@]+))?(?:@(?P<model>.+))?")


@dataclass(frozen=True)
class Named:
    """One side of a comparison, as it was named."""

    path: Path
    strategy: str | None = None
    model: str | None = None

    @property
    def file(self) -> Path:
        """Of a run, its records."""
        return self.path / RECORDS if self.path.is_dir() else self.path


def named(text: str) -> Named:
    """The longest path that is there, then the rest: both may have `:` and `@` in their names.

    Raises `ConfigError`.
    """
    ends = [len(text), *(at for at in range(len(text) - 1, 0, -1) if text[at] in ":@")]
    for end in ends:
        rest = _REST.fullmatch(text[end:])
        if rest and os.path.exists(text[:end]):
            return Named(Path(text[:end]), rest["strategy"], rest["model"])
    raise ConfigError(f"{text!r} names no run and no file of records", _FORM)


def records_of(name: Named) -> Records:
    """Those of its model, of all suites and strategies. Raises `ConfigError`."""
    there = read(name.file)
    models = sorted({record.model for record in there.records})
    if not models:
        raise ConfigError(f"{name.path} has no answers yet", "Go on with its run first.")
    if name.model is None and len(models) > 1:
        raise ConfigError(
            f"{name.path} has several models: {', '.join(models)}", f"Name one: {name.path}@MODEL."
        )
    wanted = models[0] if name.model is None else name.model
    if wanted not in models:
        raise ConfigError(
            f"{name.path} has no answers of the model {wanted!r}", f"It has {', '.join(models)}."
        )
    kept = tuple(record for record in there.records if record.model == wanted)
    runs = {record.run for record in kept}
    return Records(tuple(run for run in there.manifests if run.ident in runs), kept)


def strategies(
    one: Named, other: Named, ours: Sequence[Record], theirs: Sequence[Record]
) -> list[tuple[str, str]]:
    """Which is to be compared with which: without names, all that both have. Raises `ConfigError`.

    Where only one side names its strategy, the other's is its only one, or the same.
    """
    there = [sorted({record.strategy for record in records}) for records in (ours, theirs)]
    if one.strategy is None and other.strategy is None and [len(t) for t in there] != [1, 1]:
        pairs = [(name, name) for name in there[0] if name in there[1]]
    else:
        pairs = [(_one_of(one, other, there[0]), _one_of(other, one, there[1]))]
    if not pairs:
        raise ConfigError(
            f"{one.path} and {other.path} share no strategy", _choose(other, there[1])
        )
    same_model = {record.model for record in ours} == {record.model for record in theirs}
    if one.file.samefile(other.file) and same_model and all(a == b for a, b in pairs):
        raise ConfigError("both sides are the same answers", _choose(other, there[1]))
    return pairs


def _one_of(name: Named, beside: Named, there: Sequence[str]) -> str:
    wanted = name.strategy or (there[0] if len(there) == 1 else beside.strategy)
    if wanted not in there:
        raise ConfigError(
            f"{name.path} has no answers of the strategy {wanted!r}", _choose(name, there)
        )
    return str(wanted)


def _choose(name: Named, there: Iterable[str]) -> str:
    return f"Name one, e.g. {name.path}:{next(iter(there))}; it has {', '.join(there)}."
