"""How to make the results again: the commands, what they ran with, and what that took."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from indict_review.bench.record import Manifest, Record, Records
from indict_review.bench.report import notation
from indict_review.bench.report.document import Block, Commands, Heading, Paragraph, Terms

_FLAGS = {
    "strategies": "--strategy",
    "model": "--model",
    "judge": "--judge",
    "sandbox": "--sandbox",
    "groups": "--group",
    "limit": "--limit",
    "seed": "--seed",
    "budget": "--budget",
}
"""Of `bench run`, by what a manifest says; in the order in which they are written."""

_USUAL = {"seed": 0}
"""What need not be said."""

_OF_A_SHARD = frozenset({"shard", "data", "planned", "machine", "scorers"})
"""What differs between the shards of a run."""


def remaking(records: Records) -> Iterator[Block]:
    """Blocks: one part for each call, whose shards stand together."""
    yield Heading(2, "How to make it again")
    yield Paragraph(
        "The data are yours to fetch: `indict-review bench list` says where each suite's are"
        " published. Samples are chosen by hash, so the same call takes the same ones. What it took"
        " is the sum of all answers: a draft counts with each strategy that reviews it."
    )
    for calls in _together(records.manifests):
        yield Heading(3, _text(calls[0].told.get("suite")))
        yield Commands(tuple(command(manifest) for manifest in calls))
        runs = {manifest.ident for manifest in calls}
        mine = [record for record in records.records if record.run in runs]
        replayed = calls[0].told.get("replayed")
        took = "no model was asked" if replayed else spent(mine)
        yield Terms((*_settings(calls), ("took", took)))


def _together(manifests: Iterable[Manifest]) -> list[list[Manifest]]:
    calls: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
    for manifest in manifests:
        shared = {k: v for k, v in manifest.told.items() if k not in _OF_A_SHARD}
        calls[_text(shared.get("suite")), json.dumps(shared, sort_keys=True)].append(manifest)
    for members in calls.values():
        members.sort(key=lambda m: (_number(_text(m.told.get("shard"))), m.ident))
    return [calls[key] for key in sorted(calls)]


def _number(shard: str) -> int:
    found = re.match(r"\d{1,6}", shard)
    return int(found[0]) if found else 0


def command(manifest: Manifest) -> str:
    """The line for a shell. It names neither data nor folder: those are the reader's."""
    told = {**manifest.told}
    if told.get("replayed"):
        told["model"] = f"replay:{_text(told['replayed'])}"
    if _text(told.get("suite")).startswith("calibrate"):
        return _calibrating(told)
    words = ["indict-review", "bench", "run", _text(told.get("suite")), "--data", "DATA"]
    shard = _text(told.get("shard"))
    is_part = shard not in {"", "1/1"}
    words += ["--out", f"RUN-{_number(shard)}" if is_part else "RUN"]
    for key, flag in _FLAGS.items():
        if told.get(key) != _USUAL.get(key):
            words += [word for value in _values(told.get(key)) for word in (flag, value)]
    words += ["--shard", shard] if is_part else []
    return shlex.join(words + _tests(told.get("tests")))


def _calibrating(told: Mapping[str, object]) -> str:
    """Which commits were the last ones is not told: the samples' names begin with theirs."""
    words = ["indict-review", "bench", "calibrate", "--repo", "REPOSITORY", "--head", "COMMIT"]
    for key, flag in {**_FLAGS, "groups": "--kind"}.items():
        if key not in {"strategies", "judge"} and told.get(key) != _USUAL.get(key):
            words += [word for value in _values(told.get(key)) for word in (flag, value)]
    return shlex.join(words + _tests(told.get("tests")))


def _tests(told: object) -> list[str]:
    """How tests were run. Where their environment lies is the reader's, too."""
    if not isinstance(told, Mapping):
        return []
    image, env = told.get("sandbox_image"), told.get("test_env")
    return [
        *(["--sandbox-image", _text(image)] if image else []),
        *(["--test-env", "ENV"] if env else []),
    ]


def _values(told: object) -> list[str]:
    """What a flag is given, once for each."""
    if isinstance(told, Mapping):
        return [f"{_text(key)}={_text(value)}" for key, value in sorted(told.items())]
    return [
        _text(each) for each in (told if isinstance(told, list) else [told]) if each is not None
    ]


def _settings(calls: Sequence[Manifest]) -> Iterator[tuple[str, str]]:
    """All else that is known of them, each shard's where they differ."""
    keys = sorted({key for m in calls for key in m.told} - {"planned", "suite", *_FLAGS})
    for key in keys:
        texts = dict.fromkeys(_text(manifest.told.get(key)) for manifest in calls)
        shown = "; ".join(text for text in texts if text)
        if shown:
            yield key, shown
    yield "run", ", ".join(manifest.ident for manifest in calls)


def _text(told: object) -> str:
    """Whatever stands in a manifest, on one line. Of a long digest, its beginning."""
    if isinstance(told, Mapping):
        parts = ((_text(key), _text(value)) for key, value in sorted(told.items()))
        return ", ".join(f"{key} {value}" for key, value in parts if value)
    if isinstance(told, list):
        return ", ".join(map(_text, told))
    text = "" if told is None else str(told)
    return re.sub(r"\b([0-9a-f]{16})[0-9a-f]{48}\b", r"\1", text)


def spent(records: Sequence[Record]) -> str:
    """In sum."""
    read, kept, written, calls = (
        sum(getattr(record, name) for record in records)
        for name in ("prompt_tokens", "cached_tokens", "completion_tokens", "calls")
    )
    # Exact: other sums depend on the order.
    whole, models = (
        math.fsum(getattr(record, name) for record in records)
        for name in ("seconds", "model_seconds")
    )
    told = [
        f"{notation.hours(whole)} of work, {notation.hours(models)} of it in models",
        f"{notation.count(calls)} calls",
        f"{notation.count(read)} tokens read, {notation.count(kept)} of them from a cache",
        f"{notation.count(written)} written",
    ]
    usd = [record.cost_usd for record in records if record.cost_usd]
    return "; ".join([*told, f"US$ {math.fsum(usd):,.2f}"] if usd else told)
