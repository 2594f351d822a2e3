"""Where trust ends: the JSON that a hook is called with. Read strictly, within limits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown

LARGEST = 16 * 2**20
"""Bytes."""

_HINT = "`indict-review agent-hook --help` names the agents it knows; nothing was looked at."


@dataclass(frozen=True)
class Payload:
    """A JSON object. All questions raise `ConfigError` for a value of another kind."""

    values: Mapping[str, object]

    @classmethod
    def parse(cls, raw: bytes | str) -> Payload:
        """Raises `ConfigError` for what is larger than `LARGEST`, or no JSON object."""
        if len(raw) > LARGEST:
            raise _broken(f"is larger than {LARGEST // 2**20} MiB")
        try:
            values = json.loads(raw, object_pairs_hook=_once)
        except (ValueError, RecursionError) as e:  # not UTF-8, not JSON, or nested too deep
            raise _broken("is no JSON") from e
        if not isinstance(values, dict):
            raise _broken("is no JSON object")
        return cls(values)

    def has(self, *names: str) -> bool:
        """Whether there is any of them, and not null."""
        return any(self.values.get(name) is not None for name in names)

    def text(self, *names: str) -> str:
        """Of the first of these names that is there: agents name the same thing differently."""
        found = self.maybe_text(*names)
        if found is None:
            raise _broken(f"has no `{names[0]}`")
        return found

    def maybe_text(self, *names: str) -> str | None:
        """The same, or None."""
        for name in names:
            value = self.values.get(name)
            if value is not None:
                return _text(name, value)
        return None

    def flag(self, name: str) -> bool:
        """False if it is not there."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise _broken(f"has a `{name}` that is neither true nor false")
        return value is True

    def number(self, name: str) -> int:
        """0 if it is not there."""
        value = self.values.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise _broken(f"has a `{name}` that is no number")
        return value

    def part(self, name: str) -> Payload:
        """An object in it."""
        return _object(name, self.values.get(name))

    def parts(self, name: str) -> tuple[Payload, ...]:
        """A list of objects in it."""
        listed = self.values.get(name)
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            raise _broken(f"has a `{name}` that is no list")
        return tuple(_object(name, each) for each in listed)


def _object(name: str, value: object) -> Payload:
    if not isinstance(value, dict):
        raise _broken(f"has a `{name}` that is no object")
    return Payload(value)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _broken(f"has a `{name}` that is no text")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as e:  # half of a surrogate pair: no file can hold it
        raise _broken(f"has a `{name}` that is no Unicode text") from e
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Two readers may take a name that comes twice in two ways."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name comes twice")
    return values


def _broken(how: str) -> ConfigError:
    return ConfigError(f"the hook's input {shown(how)}", _HINT)
