"""How a model is held to a schema: by whatever its provider has."""

import json
from enum import Enum
from typing import Any

from indict_review.models.interface import Schema

NAME = "reply"
_SHOWN = "\n\nAnswer with one JSON value, without code fences, that satisfies this JSON Schema:\n"
_TOOL = "Give your answer."


class Shape(Enum):
    """A way to ask for JSON, the strictest first."""

    SCHEMA = "a response format"
    TOOL = "a tool call"
    TEXT = "words"


def shaped(request: dict[str, Any], schema: Schema, shape: Shape, *, sure: bool) -> dict[str, Any]:
    """The request in that shape. Unless it is `sure` to bind, the model is shown the schema too."""
    plain = dict(schema)
    if shape is Shape.TEXT or not sure:
        request = _showing(request, plain)
    if shape is Shape.SCHEMA:
        form = {"type": "json_schema", "json_schema": {"name": NAME, "schema": plain}}
        return {**request, "response_format": form}
    if shape is Shape.TOOL:
        function = {"name": NAME, "description": _TOOL, "parameters": plain}
        return {
            **request,
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": NAME}},
            # litellm would look whether the tool is one of an MCP server, by a package that it
            # may not have, or not in its version.
            "_skip_mcp_handler": True,
        }
    return request


def _showing(request: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """At the very end, so that what comes before it stays what caches know."""
    *earlier, last = request["messages"]
    text = _SHOWN + json.dumps(schema)
    content = last["content"]
    added = content + text if isinstance(content, str) else [*content[:-1], _longer(content, text)]
    return {**request, "messages": [*earlier, {**last, "content": added}]}


def _longer(blocks: list[dict[str, Any]], text: str) -> dict[str, Any]:
    return {**blocks[-1], "text": blocks[-1]["text"] + text}
