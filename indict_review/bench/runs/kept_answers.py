"""Answers as files: what was answered is asked no second time, and can be scored again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

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


def _read(told: Mapping[str, object]) -> Answer:
    fields = dict(told)
    if not all(_is_a(fields[name], kind) for name, kind in _KINDS.items()):
        raise TypeError("it is no answer")
    fields["usage"] = Usage(**fields["usage"])  # type: ignore[arg-type]
    fields["flags"] = tuple(_flag(flag) for flag in fields["flags"])  # type: ignore[attr-defined]
    fields["skipped"] = tuple(fields["skipped"])  # type: ignore[arg-type]
    return Answer(**fields)  # type: ignore[arg-type]


def _flag(told: Mapping[str, object]) -> Flag:
    flag = Flag(**{**told, "tools": tuple(told["tools"])})  # type: ignore[arg-type]
    texts, numbers = (flag.path, flag.ident, flag.severity), (flag.start_line, flag.end_line)
    if not (_are(texts, str) and _are(numbers, int) and _are(flag.tools, str)):
        raise TypeError("it is no flag")
    return flag


_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("reply", "gate"), str),
    **dict.fromkeys(("withheld", "revised", "verified"), bool),
    **dict.fromkeys(("flags", "skipped"), list),
    **dict.fromkeys(("files", "usage"), dict),
    "seconds": float,
}


def _is_a(value: object, kind: type) -> bool:
    match value:
        case dict() if "calls" not in value:  # the files
            return kind is dict and _are(value.values(), str)
        case dict():  # the usage: of no price, the cost is None
            return kind is dict and _are((v for v in value.values() if v is not None), int, float)
        case int() if not isinstance(value, bool):
            return kind in {int, float}
    return isinstance(value, kind)


def _are(values: Iterable[object], *kinds: type) -> bool:
    return all(isinstance(each, kinds) for each in values)
