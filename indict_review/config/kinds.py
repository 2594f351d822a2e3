"""What a setting's value can be: how it is read, and how a JSON Schema says the same."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from indict_review.config.words import did_you_mean, named

T = TypeVar("T")

MOST = 100
"""Entries of a list."""

_LONGEST = 4096
"""Characters of a text."""

_FILLED = r"^[^\u0000]*[^\u0000\s][^\u0000]*$"


@dataclass(frozen=True)
class Kind(Generic[T]):
    """One kind of value."""

    read: Callable[[object], T]
    """What YAML gives, checked; strict: `"3"` is a text and no number. Raises `ValueError` with
    what it is instead, as in "is a list"."""
    schema: Mapping[str, object]
    expected: str
    """A sentence on what to write."""
    parse: Callable[[str], object] = str
    """What an environment variable's text would be in a file."""


def matching(pattern: str) -> tuple[Callable[[object], str], Mapping[str, object]]:
    """Reader and schema of a text that the pattern matches."""

    def read(value: object) -> str:
        if isinstance(value, str) and len(value) <= _LONGEST and re.fullmatch(pattern, value):
            return value
        raise ValueError(f"is {named(value)}")

    return read, {"type": "string", "pattern": pattern, "maxLength": _LONGEST}


def each(
    read: Callable[[object], str], schema: Mapping[str, object]
) -> tuple[Callable[[object], tuple[str, ...]], Mapping[str, object]]:
    """Reader and schema of a list of such texts."""

    def read_all(value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"is {named(value)}")
        if len(value) > MOST:
            raise ValueError(f"has more than {MOST} entries")
        try:
            return tuple(read(entry) for entry in value)
        except ValueError as e:
            raise ValueError(f"has an entry that {e}") from e

    return read_all, {"type": "array", "items": schema, "maxItems": MOST}


def split(text: str) -> list[str]:
    """A list, as the environment has it: commas stand between its entries."""
    return [part.strip() for part in text.split(",")]


_text, _text_schema = matching(_FILLED)
_texts, _texts_schema = each(_text, _text_schema)

TEXT = Kind(_text, _text_schema, "Write a text, in quotes if it looks like anything else.")

TEXTS = Kind(
    lambda value: (_text(value),) if isinstance(value, str) else _texts(value),
    {"anyOf": [_text_schema, _texts_schema]},
    "Write one text, or a list like `[a, b]`.",
    split,
)


def one_of(words: Sequence[str]) -> Kind[str]:
    """A word of a closed list."""

    def read(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        raise ValueError(f"is {named(value)}, which is unknown{did_you_mean(value, words)}")

    return Kind(read, {"enum": list(words)}, f"It is one of: {', '.join(words)}.")


def some_of(words: Sequence[str]) -> Kind[tuple[str, ...]]:
    """A list of words of a closed list."""
    word = one_of(words)
    read, schema = each(word.read, word.schema)
    return Kind(
        lambda value: (word.read(value),) if isinstance(value, str) else read(value),
        {"anyOf": [word.schema, schema]},
        f"Write a list of these: {', '.join(words)}.",
        split,
    )


def number(least: int, most: int) -> Kind[int]:
    """A whole number between two, both included."""

    def read(value: object) -> int:
        if type(value) is int and least <= value <= most:
            return value
        raise ValueError(f"is {named(value)}")

    return Kind(
        read,
        {"type": "integer", "minimum": least, "maximum": most},
        f"It is a number from {least} to {most}.",
        lambda text: int(text) if re.fullmatch("[0-9]{1,9}", text) else text,
    )


def _yes(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"is {named(value)}")


_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

YES_NO = Kind(
    _yes, {"type": "boolean"}, "Write `true` or `false`.", lambda t: _WORDS.get(t.lower(), t)
)


def _folder(value: object) -> Path:
    try:
        return Path(_text(value)).expanduser()
    except RuntimeError:  # `~nobody`
        raise ValueError(f"is {named(value)}, and there is no such home") from None


FOLDER = Kind(_folder, _text_schema, "Name a folder that is there.")
