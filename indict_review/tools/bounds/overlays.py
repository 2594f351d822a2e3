"""Structures laid over bytes, of which there may be too few."""

import re
from collections.abc import Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.functions import Function
from indict_review.tools.bounds.guards import Guards
from indict_review.tools.bounds.kinds import OVERLAY
from indict_review.tools.c.expressions import bare, mentioned
from indict_review.tools.c.signs import Sign, named

_LENGTH = re.compile(r"len|size|left|remain|bytes|sz", re.IGNORECASE)
_TYPE = re.compile(r"(?:const )?(?:struct )?(\w+)(?: const)?\s?\*$")
_NUMBERS = re.compile(
    r"_*(?:u|s)?(?:int|char|void|long|short|float|double|byte|word|dword)|unsigned|signed|[us]\d"
    r"|g?u?(?:int|char)",
    re.IGNORECASE,
)


def unmeasured_overlays(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `h = (struct header *)buf; h->kind` and `sizeof(*h)` is compared with nothing.

    The first of each function.
    """
    function = guards.function
    for each in function.assigned:
        type_ = _struct(each.value) if each.value is not None and each.sign == "=" else None
        base = next(mentioned(bare(each.value)), "") if each.value is not None and type_ else ""
        length = _length(function, base)
        if type_ is None or length is None or _is_measured(function, each.target, type_):
            continue
        fields = (n for n in function.of("field_expression") if n.start > each.piece.end)
        owned = ((n, n.part("argument")) for n in fields)
        used = next((n for n, owner in owned if owner and owner.text == each.target), None)
        if used is None or _is_checked(guards, base, length, used.start):
            continue
        said = (
            f"{named(type_)} is laid over {named(base)}, of which there are {named(length)} bytes"
        )
        yield Sign(OVERLAY, used, f"{said}; whether that is enough is not checked.")
        return


def _struct(piece: Piece) -> str | None:
    """The type that a cast lays over what it is given."""
    while piece.kind == "parenthesized_expression" and len(piece.parts) == 1:
        piece = piece.parts[0]
    to = piece.part("type")
    text = to.text if piece.kind == "cast_expression" and to is not None else ""
    if match := re.match(r"(?:const|reinterpret)_cast<(.{1,99}?)>", piece.text):
        text = match[1]
    named_ = _TYPE.match(text)
    return None if named_ is None or _NUMBERS.match(named_[1]) else named_[1]


def _length(function: Function, base: str) -> str | None:
    """The parameter after the buffer, or what goes down as the buffer is moved on."""
    buffer = function.declared.get(base)
    if buffer is None or not buffer.stars:
        return None
    for one, other in zip(function.parameters, function.parameters[1:], strict=False):
        if one.name == base and not other.stars and _LENGTH.search(other.name):
            return other.name
    if buffer.is_bytes and any(each.sign == "+=" for each in function.given(base)):
        down = (each.target for each in function.assigned if each.sign == "-=")
        return next((name for name in down if _LENGTH.search(name)), None)
    return None


def _is_measured(function: Function, target: str, type_: str) -> bool:
    size = re.compile(rf"sizeof\s?\(?\s?(?:\*\s?{re.escape(target)}|(?:\w+ )*{re.escape(type_)})\b")
    return any(size.match(node.text) for node in function.of("sizeof_expression"))


def _is_checked(guards: Guards, base: str, length: str, before: int) -> bool:
    """`length > 0` is no size; whoever is handed the buffer and decides may have looked."""
    if any(not c.is_relation for c in guards.of(base, before)):
        return True
    less = [a.piece.end for a in guards.function.given(length) if a.sign == "-="]
    since = max((end for end in less if end < before), default=0)
    met = (c for c in guards.of(length, before) if c.piece.start > since)
    return any("0" not in _bounds(c.piece) for c in met)


def _bounds(piece: Piece) -> set[str]:
    return {bare(part).text for part in piece.parts if part.role in {"left", "right"}}
