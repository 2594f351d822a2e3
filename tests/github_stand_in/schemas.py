"""Request bodies, checked by a cut of GitHub's OpenAPI description (see `compare.py`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

SCHEMAS: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("requests.json").read_text()
)
_KINDS = {type(None): "nil", dict: "an object", list: "an array"}


def complaint(route: str, body: Any) -> str | None:
    """What GitHub would say about this body, or None. No schema: the route takes no body."""
    schema = SCHEMAS.get(route)
    if schema is None:
        return None if not body else "The route takes no body."
    errors = jsonschema.Draft4Validator(schema).iter_errors({} if body is None else body)
    found = min(errors, key=_depth, default=None)
    return None if found is None else f"Invalid request.\n\n{_said(found)}"


def _depth(error: jsonschema.ValidationError) -> tuple[int, str]:
    return len(error.path), str(error.path)


def _said(error: jsonschema.ValidationError) -> str:
    where = f"For '{'/'.join(['properties', *map(str, error.path)])}', " if error.path else ""
    if error.validator == "type":
        shown = _KINDS.get(type(error.instance)) or json.dumps(error.instance)
        kind = error.validator_value
        return f"{where}{shown} is not {'an' if str(kind)[0] in 'aio' else 'a'} {kind}."
    return f"{where}{error.message}."
