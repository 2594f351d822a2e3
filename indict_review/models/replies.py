"""Replies that have to be JSON: found in what a model wrote, and held to their schema."""

import json
import re
from typing import Any

from indict_review.errors import ReplyError
from indict_review.models.interface import Schema

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.S)
_MOST_TRIES = 200
"""Braces at which a value might begin: the prose around it may have many."""


def parsed(reply: str, schema: Schema) -> dict[str, Any]:
    """Parse strictly. Raises `ReplyError` with one short reason that a model can act on."""
    import jsonschema  # 0.1 s: only when a model is asked

    try:
        data = json.loads(reply)
    except (ValueError, RecursionError) as e:
        raise ReplyError(f"it is not JSON ({str(e)[:80]})") from e
    try:
        jsonschema.validate(data, schema)
    except jsonschema.ValidationError as e:
        where = "/".join(str(p) for p in e.absolute_path) or "the top level"
        raise ReplyError(f"at {where}: {e.message[:160]}") from e
    if not isinstance(data, dict):
        raise ReplyError("it is not a JSON object")
    return data


def unwrapped(reply: str) -> str:
    """The one JSON object in a reply that has thoughts, prose or a code fence around it.

    Where there is none, or more than one, the reply as it is: which of them was meant is not
    guessed.
    """
    if _value(reply) is not None:
        return reply
    text = _THOUGHT.sub("", reply)
    found: list[str] = []
    at = text.find("{")
    for _ in range(_MOST_TRIES):
        if at < 0:
            break
        end = _end(text, at)
        if end is not None:
            found.append(text[at:end])
        at = text.find("{", at + 1 if end is None else end)
    return found[0] if len(found) == 1 and at < 0 else reply


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _end(text: str, at: int) -> int | None:
    """Where the JSON object that begins there ends."""
    try:
        return json.JSONDecoder().raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None
