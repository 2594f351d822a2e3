"""One line of `records.jsonl`: ids, hashes, verdicts and counts; nothing of the data's own text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from indict_review.bench.interface import Answered, Mark, Marks
from indict_review.errors import ConfigError

VERSION = "indict-review/bench/1"


@dataclass(frozen=True)
class Record:
    """What is known of one sample and one strategy."""

    key: str
    suite: str
    sample: str
    unit: str
    group: str
    language: str | None
    strategy: str
    model: str
    run: str
    """The manifest it belongs to: `Manifest.ident`."""
    data: str
    """SHA-256 of the sample."""
    answer: str
    """SHA-256 of the answer."""
    marks: Marks
    calls: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost_usd: float | None
    seconds: float
    """Wall time."""
    model_seconds: float
    """Of it, in models."""
    skipped: tuple[str, ...] = ()
    draft: str = ""
    """SHA-256 of the direct answer that it began with; empty: of none."""

    @property
    def fresh_tokens(self) -> int:
        """Those that cost: read from no cache, or written."""
        return self.prompt_tokens - self.cached_tokens + self.completion_tokens


def record_of(done: Answered, marks: Marks, model: str, run: str) -> Record:
    """The line for it."""
    sample, answer, usage = done.sample, done.answer, done.answer.usage
    return Record(
        key=done.key,
        suite=sample.suite,
        sample=sample.ident,
        unit=sample.together,
        group=sample.group,
        language=sample.language,
        strategy=done.strategy,
        model=model,
        run=run,
        data=sample.digest,
        answer=answer.digest,
        draft=done.draft.digest if done.draft else "",
        marks=dict(sorted(marks.items())),
        calls=usage.calls,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=usage.cached_tokens,
        completion_tokens=usage.completion_tokens,
        cost_usd=None if usage.cost_usd is None else round(usage.cost_usd, 6),
        seconds=round(answer.seconds, 3),
        model_seconds=round(usage.seconds, 3),
        skipped=answer.skipped,
    )


@dataclass(frozen=True)
class Manifest:
    """What a run was made with, so that somebody else can make it again."""

    ident: str
    told: Mapping[str, object] = field(default_factory=dict)
    """As it stands in the file: versions, hashes, settings, machine. See `manifest.py`."""

    @property
    def planned(self) -> tuple[str, ...]:
        """The keys of all that the run is to do."""
        listed = self.told.get("planned", ())
        return tuple(str(key) for key in listed) if isinstance(listed, list) else ()


@dataclass(frozen=True)
class Records:
    """All of a file."""

    manifests: tuple[Manifest, ...]
    records: tuple[Record, ...]


def line_of(entry: Record | Manifest) -> str:
    """One line, its newline included: the same for the same entry, wherever it is written."""
    if isinstance(entry, Manifest):
        told: dict[str, object] = {"schema": VERSION, "manifest": entry.ident, **entry.told}
    else:
        told = asdict(entry)
    return json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":")) + "\n"


def read(path: Path) -> Records:
    """What a file of records holds. Raises `ConfigError` if it is something else.

    A last line without an end that nobody can read is what a kill leaves: it is not done.
    """
    try:
        lines = path.read_text("ascii").split("\n")
        torn = bool(lines[-1]) and len(lines) > 1 and not _is_json(lines[-1])
        return parse(lines[:-1] if torn or not lines[-1] else lines, str(path))
    except OSError as e:
        raise ConfigError(
            f"{path} cannot be read: {e.strerror}", "Name a `records.jsonl` of `bench run`."
        ) from e
    except UnicodeDecodeError as e:
        raise _no_records(str(path), 0, e) from e


def parse(lines: Iterable[str], name: str) -> Records:
    """The same, of its lines."""
    manifests: list[Manifest] = []
    records: list[Record] = []
    for number, line in enumerate(lines, 1):
        try:
            entry = _entry(json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError) as e:
            raise _no_records(name, number, e) from e
        if isinstance(entry, Manifest):
            manifests.append(entry)
        else:
            records.append(entry)
    if not manifests:
        raise _no_records(name, 1, ValueError("it names no run"))
    return Records(tuple(manifests), tuple(records))


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _entry(told: object) -> Record | Manifest:
    if not isinstance(told, dict):
        raise ValueError("it is no JSON object")
    if told.get("schema") == VERSION:
        ident = str(told["manifest"])
        rest = {k: v for k, v in told.items() if k not in {"schema", "manifest"}}
        if _depth(rest) > _DEEPEST:
            raise ValueError(f"it has more than {_DEEPEST} levels")
        return Manifest(ident, rest)
    if "schema" in told:
        raise ValueError(f"its version is not {VERSION}")
    told.setdefault("draft", "")  # before it was written down, runs were never mixed
    if wrong := [name for name, is_right in _FIELDS.items() if not is_right(told[name])]:
        raise ValueError(f"its {wrong[0]!r} is not what it has to be")
    told["skipped"] = tuple(told["skipped"])
    return Record(**told)


_DEEPEST = 20


def _depth(told: object) -> int:
    """How many levels there are, as far as it matters."""
    level, depth = [told], 0
    while level and depth <= _DEEPEST:
        level = [inside for each in level for inside in _inside(each)]
        depth += 1
    return depth


def _inside(told: object) -> Iterable[object]:
    match told:
        case dict():
            return told.values()
        case list():
            return told
    return ()


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    """Up to where a float holds every whole number; no NaN."""
    return isinstance(value, int | float) and 0 <= value < 2**53


def _is_count(value: object) -> bool:
    return isinstance(value, int) and _is_number(value)


def _is_marks(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(mark, Mark) for mark in value.values())


_FIELDS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(("key", "suite", "sample", "unit", "group"), _is_text),
    **dict.fromkeys(("strategy", "model", "run", "data", "answer", "draft"), _is_text),
    **dict.fromkeys(("calls", "prompt_tokens", "cached_tokens", "completion_tokens"), _is_count),
    **dict.fromkeys(("seconds", "model_seconds"), _is_number),
    "language": lambda value: value is None or _is_text(value),
    "cost_usd": lambda value: value is None or _is_number(value),
    "marks": _is_marks,
    "skipped": lambda value: isinstance(value, list) and all(map(_is_text, value)),
}
"""Whoever computes with a record need not ask what it is made of."""


def _no_records(name: str, number: int, error: Exception) -> ConfigError:
    return ConfigError(
        f"{name} is no file of records that this version reads: line {number}: {error}",
        "Name a `records.jsonl` of `bench run`, or run it anew.",
    )


def sorted_for_file(records: Iterable[Record]) -> Iterator[Record]:
    """The order in which they stand in a merged file."""
    return iter(sorted(records, key=lambda r: (r.suite, r.unit, r.sample, r.strategy, r.run)))
