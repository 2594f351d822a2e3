"""Compares the stand-in with GitHub's own OpenAPI description, and says where they differ.

python -m tests.github_stand_in.compare api.github.com.deref.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.github_stand_in.schemas import SCHEMAS
from tests.github_stand_in.serving import ROUTES

_KEYS = ("type", "enum", "required", "maxItems", "maxLength", "format")
_WORDS_ONLY = {"format"}
"""Told by GitHub of numbers and names as well; nothing is checked by it."""


def differences(description: dict[str, Any]) -> Iterator[str]:
    """One line for each."""
    paths = description["paths"]
    for route in ROUTES:
        if route.template == "/graphql":
            continue
        # GitHub's own names of the places differ between routes; ours are the same as theirs.
        theirs = paths.get(route.template, {}).get(route.verb.lower())
        if theirs is None:
            yield f"{route.name}: GitHub has no such route"
            continue
        asked = theirs.get("requestBody", {}).get("content", {}).get("application/json", {})
        yield from _compared(route.name, SCHEMAS.get(route.name), asked.get("schema"))
    for name in SCHEMAS.keys() - {route.name for route in ROUTES}:
        yield f"{name}: a schema without a route"


def _compared(where: str, ours: Any, theirs: Any) -> Iterator[str]:
    if ours is None or theirs is None:
        if ours is not theirs:
            yield f"{where}: {'not checked here' if ours is None else 'unknown to GitHub'}"
        return
    for key in _KEYS:
        one, other = _fact(ours, key), _fact(theirs, key)
        if one != other and not (one is None and key in _WORDS_ONLY):
            yield f"{where}: {key} is {one}, of GitHub's {other}"
    mine, its = ours.get("properties", {}), theirs.get("properties", {})
    for name in sorted(its.keys() - mine.keys()):
        yield f"{where}.{name}: refused here"
    for name, schema in mine.items():
        yield from _compared(f"{where}.{name}", schema, its.get(name))
    if "items" in ours or "items" in theirs:
        yield from _compared(f"{where}[]", ours.get("items"), theirs.get("items"))


def _fact(schema: dict[str, Any], key: str) -> Any:
    value = schema.get(key)
    if key == "type" and schema.get("nullable"):
        value = [value, "null"]
    return sorted(value) if isinstance(value, list) else value


def main() -> None:
    for line in differences(json.loads(Path(sys.argv[1]).read_text())):
        print(line)


if __name__ == "__main__":
    main()
