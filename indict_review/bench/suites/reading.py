"""Reading the data of a suite: whatever is not as published is said, with the place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.interface import Sample
from indict_review.errors import ConfigError
from indict_review.formats.safe_text import without_surrogates


@dataclass(frozen=True)
class Entry(Mapping[str, object]):
    """An object of the data, with its place in them. All in it is text that nobody vouches for."""

    fields: Mapping[str, object]
    place: str
    """E.g. `entry 3 of instruct.json`."""

    def __getitem__(self, name: str) -> object:
        """See `Mapping`."""
        return self.fields[name]

    def __iter__(self) -> Iterator[str]:
        """See `Mapping`."""
        return iter(self.fields)

    def __len__(self) -> int:
        """See `Mapping`."""
        return len(self.fields)


def objects(path: Path) -> Iterator[Mapping[str, object]]:
    """The objects of a JSON list, or of JSON lines. Raises `ConfigError`."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        reason = e.strerror if isinstance(e, OSError) else "it is not UTF-8"
        raise ConfigError(
            f"the data {path} cannot be read: {reason}",
            "`indict-review bench list` says what --data is to name.",
        ) from e
    for place, row in _rows(path, text):
        if not isinstance(row, dict):
            raise misread(path, f"{place} is no object")
        yield Entry(row, f"{place} of {path}")


def loaded(text: str) -> object:
    """JSON; half a character in it is U+FFFD, as no file can hold it. Raises as `json.loads`."""
    told = json.loads(text)
    return _whole(told) if "\\ud" in text.lower() else told


def _whole(told: object) -> object:
    match told:
        case str():
            return without_surrogates(told)[0]
        case list():
            return [_whole(each) for each in told]
        case dict():
            return {without_surrogates(name)[0]: _whole(each) for name, each in told.items()}
    return told


def _rows(path: Path, text: str) -> Iterator[tuple[str, object]]:
    try:
        if text.lstrip().startswith("["):
            yield from ((f"entry {n}", row) for n, row in enumerate(_listed(loaded(text)), 1))
            return
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield f"line {number}", loaded(line)
    except (ValueError, RecursionError) as e:
        raise misread(path, f"it is no JSON: {e}") from e


def _listed(told: object) -> list[object]:
    if not isinstance(told, list):
        raise ValueError("it is no list")
    return told


def text_of(row: Mapping[str, object], name: str) -> str:
    """A field that has to be there, as text. Raises `ConfigError`."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        place = row.place if isinstance(row, Entry) else "an entry of the data"
        raise ConfigError(
            f"{place} has no text {name!r}",
            "`indict-review bench list` says where each suite's data are published.",
        )
    return str(value)


def distinct(path: Path, samples: Iterable[Sample]) -> Iterator[Sample]:
    """Each sample once: what is there twice, word for word, would only be counted twice.

    Raises `ConfigError` for two of the same name that differ.
    """
    seen: dict[str, tuple[int, str]] = {}
    for number, sample in enumerate(samples, 1):
        first, digest = seen.setdefault(sample.ident, (number, sample.digest))
        if digest != sample.digest:
            name = ascii(sample.ident)
            raise misread(path, f"samples {first} and {number} differ and are both called {name}")
        if first == number:
            yield sample


def misread(path: Path, reason: str) -> ConfigError:
    """For data of another form."""
    return ConfigError(
        f"the data {path} are not as published: {reason}",
        "`indict-review bench list` says what --data is to name.",
    )
