"""Answers as files: what was answered is asked no second time, and can be scored again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from indict_review.bench.interface import Answer, Flag
from indict_review.review import Usage


def text_of(answer: Answer) -> str:
    """The file of an answer: JSON in ASCII."""
    return json.dumps(asdict(answer))


def answer_of(text: str) -> Answer | None:
    """The answer in a file; None for what is torn, or is none that this version reads."""
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _read(told: Mapping[str, Any]) -> Answer:
    if wrong := [name for name, is_right in _FIELDS.items() if not is_right(told[name])]:
        raise ValueError(f"its {wrong[0]!r} is not what it has to be")
    flags = tuple(map(_flag, told["flags"]))
    skipped = tuple(told["skipped"])
    return Answer(**{**told, "usage": Usage(**told["usage"]), "flags": flags, "skipped": skipped})


def _flag(told: Mapping[str, Any]) -> Flag:
    flag = Flag(**{**told, "tools": tuple(told["tools"])})
    texts = (flag.path, flag.ident, flag.severity, *flag.tools)
    if not (_are(texts, str) and _are((flag.start_line, flag.end_line), int)):
        raise ValueError("it is no flag")
    return flag


def _are(values: Iterable[object], *kinds: type) -> bool:
    return all(isinstance(each, kinds) for each in values)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and _are(value, str)


def _is_usage(value: object) -> bool:
    """Of a model whose price is not known, the cost is None."""
    return isinstance(value, dict) and _are(value.values(), int, float, type(None))


_FIELDS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(("reply", "gate"), lambda value: isinstance(value, str)),
    **dict.fromkeys(("withheld", "revised", "verified"), lambda value: isinstance(value, bool)),
    "files": lambda value: isinstance(value, dict) and _are(value.values(), str),
    "flags": lambda value: isinstance(value, list),
    "skipped": _are_texts,
    "usage": _is_usage,
    "seconds": lambda value: isinstance(value, int | float),
}
"""Whoever computes with an answer need not ask what it is made of."""
