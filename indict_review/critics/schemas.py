"""The forms in which critics answer. Local engines are held to them token by token.

There they can quote nothing but lines of the change. From others any quote is taken, and located:
what stands nowhere is dropped.
"""

from collections.abc import Sequence
from typing import Any

from indict_review.fencing import untrusted
from indict_review.models.interface import Form


def look(finding_ids: Sequence[str], lines: Sequence[str], tools: Sequence[str]) -> Form:
    """A blind first look: a stance on each finding, claims, one request."""
    return Form(_look(finding_ids, (), tools, {}), _look(finding_ids, lines, tools, _SHORT))


def look_at_draft(lines: Sequence[str]) -> Form:
    """A look at a revision: what it leaves open or breaks."""
    return Form(_look_at_draft((), {}), _look_at_draft(lines, _SHORT))


def exchange(claim_ids: Sequence[str], lines: Sequence[str], more: bool) -> Form:
    """A stance on each of the other's open claims; one claim more if `more` can be judged."""
    return Form(_exchange(claim_ids, (), {}, more), _exchange(claim_ids, lines, _SHORT, more))


HARMS = ("none", "malware", "theft", "spying", "fraud", "sabotage")


def task() -> Form:
    """What was asked for: its purpose, and the harm it is meant to do."""
    return Form(_task({}), _task(_SHORT))


def task_shown(lines: Sequence[str]) -> Form:
    """The line that shows the harm."""
    return Form(_task_shown((), {}), _task_shown(lines, _SHORT))


def judgement(task_lines: Sequence[str]) -> Form:
    """Whether a check asserts what the task asks for, and where the task says so."""
    return Form(_judgement((), {}), _judgement(task_lines, _SHORT))


_SENTENCE = 260
"""Characters that an engine is held to for one sentence: small models go on and on."""

Limit = dict[str, int]
_SHORT: Limit = {"maxLength": _SENTENCE}


def _look(
    finding_ids: Sequence[str], lines: Sequence[str], tools: Sequence[str], short: Limit
) -> dict[str, Any]:
    stance = _object(
        id={"enum": list(finding_ids) or ["none"]},
        stance={"enum": ["agree", "dispute"]},
        why={"type": "string", **short},
    )
    request = _object(tool={"enum": [*tools, "none"]}, query={"type": "string"})
    return _object(
        findings={"type": "array", "items": stance, "maxItems": len(finding_ids)},
        claims={"type": "array", "items": _claim(lines, short), "maxItems": 2},
        request=request,
    )


def _task(short: Limit) -> dict[str, Any]:
    return _object(purpose={"type": "string", **short}, harm={"enum": list(HARMS)})


def _task_shown(lines: Sequence[str], short: Limit) -> dict[str, Any]:
    return _object(quote=_quote(lines), why={"type": "string", **short})


def _judgement(task_lines: Sequence[str], short: Limit) -> dict[str, Any]:
    return _object(
        quote=_quote(task_lines),
        why={"type": "string", **short},
        asked={"enum": ["yes", "no"]},
    )


def _look_at_draft(lines: Sequence[str], short: Limit) -> dict[str, Any]:
    return _object(claims={"type": "array", "items": _claim(lines, short), "maxItems": 1})


def _exchange(
    claim_ids: Sequence[str], lines: Sequence[str], short: Limit, more: bool
) -> dict[str, Any]:
    stance = _object(
        claim={"enum": list(claim_ids) or ["none"]},
        stance={"enum": ["support", "dispute"]},
        why={"type": "string", **short},
    )
    return _object(
        answers={"type": "array", "items": stance, "maxItems": len(claim_ids)},
        add={"type": "array", "items": _claim(lines, short), "maxItems": int(more)},
    )


MOST_QUOTABLE = 120
"""Above this many lines the quote is free text again: a grammar of that size costs more time."""


def _claim(lines: Sequence[str], short: Limit) -> dict[str, Any]:
    return _object(
        quote=_quote(lines),
        problem={"type": "string", **short},
        cwe={"type": "string", "pattern": "^(CWE-[0-9]{1,4}|none)$"},
        check={"type": "string", **short},
    )


def _quote(lines: Sequence[str]) -> dict[str, Any]:
    """A line of the change, word for word, where the engine can be held to it."""
    distinct = list(dict.fromkeys(line for line in lines if line.strip()))
    if not distinct or len(distinct) > MOST_QUOTABLE:
        return {"type": "string"}
    return {"enum": [untrusted(line) for line in distinct]}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
