"""What a piece calls, and what it gives a name to: the grammars have several words for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indict_review.syntax.pieces import Piece

_CALLS = {"call", "call_expression", "method_invocation"}
_NOT_BY_PLACE = ("keyword_argument", "splat", "spread")
_LAST_NAME = re.compile(r"(\w+)\W*$")
_NAMES = ("name", "key", "left")
_VALUES = ("value", "right")


def raw(piece: Piece) -> str:
    """Its code as it stands."""
    return piece.content[piece.start : piece.end].decode("utf-8", "replace")


def plain(name: str) -> str:
    """A name without the habits of languages: `escape_html` and `escapeHTML` are one."""
    return name.replace("_", "").lower()


def called(piece: Piece) -> str:
    """The plain name of what it calls, without what that belongs to; empty if it is no call."""
    target = piece.part("function") or piece.part("name") if piece.kind in _CALLS else None
    found = _LAST_NAME.search(target.text) if target else None
    return plain(found[1]) if found else ""


def arguments(call: Piece) -> tuple[Piece, ...]:
    """Those that are given by their place."""
    listed = call.part("arguments")
    parts = listed.parts if listed else ()
    return tuple(p for p in parts if not any(word in p.kind for word in _NOT_BY_PLACE))


def given(file: Piece) -> Iterator[tuple[str, Piece]]:
    """Every plain name in a file that is given a value, with the value.

    `verify=True`, `secure: true`, `ALLOWED_HOSTS = [...]`.
    """
    for piece in file.walk():
        name = next((p for role in _NAMES if (p := piece.part(role))), None)
        value = next((p for role in _VALUES if (p := piece.part(role))), None)
        found = _LAST_NAME.search(name.text) if name and value else None
        if found and value:
            yield plain(found[1]), _inner(value)


def _inner(value: Piece) -> Piece:
    """Go wraps each side in a list, or in an element of one."""
    while value.kind in {"expression_list", "literal_element"} and len(value.parts) == 1:
        value = value.parts[0]
    return value
