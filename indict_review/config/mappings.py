"""The settings that have parts: what may be spent, which models take part, which files count."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from indict_review.config.kinds import Kind, each, matching, split
from indict_review.config.words import did_you_mean, named
from indict_review.models.budget import Budget
from indict_review.scope import Paths

_PARTS = ("tokens", "usd", "seconds")
_LIMIT = r"^(?=.*[1-9])(tokens=[0-9]{1,12}|(usd|seconds)=[0-9]{0,12}(\.[0-9]{1,6})?)$"

# `!` would take back what an earlier line says, in .gitignore: here there are two lists.
_GLOB = r"^(?!!)(?=.*[^/])[^\u0000-\u001f]+$"

ROLES = ("actor", "safety", "helpfulness", "summary")
"""Who a model may play. `summary` judges checks, and sums up in the published algorithm."""

_name, _name_schema = matching(r"^[^\s\u0000-\u001f=][^\u0000-\u001f]*$")
_casts, _casts_schema = each(
    *matching(rf"^({'|'.join(ROLES)})=[^\s\u0000-\u001f][^\u0000-\u001f]*$")
)
_limits, _limits_schema = each(*matching(_LIMIT))
_globs, _globs_schema = each(*matching(_GLOB))


def _fields(value: object, read: Callable[[str, object], Any]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"is {named(value)}")
    return {key: _part(key, given, read) for key, given in value.items()}


def _part(key: Any, given: object, read: Callable[[str, object], Any]) -> Any:
    try:
        return read(key, given)
    except ValueError as e:
        raise ValueError(f"has a part {named(key)} that {e}") from e


def _known(key: object, known: tuple[str, ...]) -> None:
    if key not in known:
        raise ValueError(f"is unknown{did_you_mean(key, known)}")


def _limit(key: str, value: object) -> float:
    _known(key, _PARTS)
    right = int if key == "tokens" else (int, float)
    if isinstance(value, right) and not isinstance(value, bool) and 0 < value < math.inf:
        return value
    raise ValueError(f"is {named(value)}")


def _budget(value: object) -> Budget:
    if isinstance(value, list | tuple):
        parts: dict[str, object] = {}
        for part in _limits(value):
            name, _, amount = part.partition("=")
            if name in parts:
                raise ValueError(f"has {name} twice")
            parts[name] = int(amount) if name == "tokens" else float(amount)
        value = parts
    found = _fields(value, _limit)
    return Budget(found.get("tokens"), found.get("usd"), found.get("seconds"))


def _playing(key: str, value: object) -> str:
    _known(key, ROLES)
    return _name(value)


def _models(value: object) -> tuple[tuple[str, str], ...]:
    if isinstance(value, list | tuple):
        parts: dict[str, object] = {}
        for part in _casts(value):
            role, _, name = part.partition("=")
            if role in parts:
                raise ValueError(f"has {role} twice")
            parts[role] = name
        value = parts
    return tuple(_fields(value, _playing).items())


def _glob_list(key: str, value: object) -> tuple[str, ...]:
    _known(key, ("include", "exclude"))
    return _globs(value)


def _paths(value: object) -> Paths:
    return Paths(**_fields(value, _glob_list))


def _object(properties: Mapping[str, object]) -> Mapping[str, object]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


_amount = {"type": "number", "exclusiveMinimum": 0}

BUDGET = Kind(
    _budget,
    {
        "anyOf": [
            _object(
                {
                    "tokens": {"type": "integer", "minimum": 1},
                    "usd": _amount,
                    "seconds": _amount,
                }
            ),
            _limits_schema,
        ]
    },
    "Write tokens=N, usd=N or seconds=N, with N above 0, each once.",
    split,
)

MODELS = Kind(
    _models,
    {"anyOf": [_object(dict.fromkeys(ROLES, _name_schema)), _casts_schema]},
    f"Write ROLE=NAME, each role once; the roles are {', '.join(ROLES)}.",
    split,
)

PATHS = Kind(
    _paths,
    _object({"include": _globs_schema, "exclude": _globs_schema}),
    "Write `paths: {include: [globs], exclude: [globs]}`; a glob is as in .gitignore, without `!`.",
)
