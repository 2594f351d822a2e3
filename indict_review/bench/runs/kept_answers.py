"""Answers as files: what was answered is asked no second time, and can be scored again."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    fields["usage"] = Usage(**fields["usage"])  # type: ignore[arg-type]
    fields["flags"] = tuple(_flag(flag) for flag in fields["flags"])  # type: ignore[attr-defined]
    fields["skipped"] = tuple(fields["skipped"])  # type: ignore[arg-type]
    return Answer(**fields)  # type: ignore[arg-type]


def _flag(told: Mapping[str, object]) -> Flag:
    return Flag(**{**told, "tools": tuple(told["tools"])})  # type: ignore[arg-type]
