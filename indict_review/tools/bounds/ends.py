"""Ends of texts, put behind the array."""

import re
from collections.abc import Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.arrays import room
from indict_review.tools.bounds.declared import Declared
from indict_review.tools.bounds.guards import Guards
from indict_review.tools.bounds.kinds import LATE_END
from indict_review.tools.c.expressions import arguments, bare, callee, element, place, value
from indict_review.tools.c.signs import Sign, named

_FILLS = frozenset({"read", "recv", "readlink", "pread"})


def late_ends(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `n = read(f, a, sizeof(a)); a[n] = 0;`"""
    function = guards.function
    for each in function.assigned:
        call = bare(each.value) if each.value is not None else each.piece
        given = arguments(call)
        to = room(function, given[1]) if callee(call) in _FILLS and len(given) > 2 else None
        if to is None or not _is_whole(to, given[2]):
            continue
        for node in function.of("subscript_expression"):
            parts = element(node)
            if node.start < call.end or parts is None or parts[0].text != to.name:
                continue
            if place(parts[1]) == each.target and not _is_held(guards, each.target, call, node):
                said = f"may be all of {named(to.name)}, and then this is the byte behind it"
                yield Sign(LATE_END, node, f"{named(each.target)} {said}.")
            break


def _is_whole(array: Declared, size: Piece) -> bool:
    told = re.fullmatch(rf"sizeof\s?\(?\s?{re.escape(array.name)}\s?\)?", size.text)
    return bool(told) or (array.size is not None and array.size.text == size.text)


def _is_held(guards: Guards, name: str, after: Piece, before: Piece) -> bool:
    """Compared with more than 0 in between."""
    met = (c for c in guards.of(name, before.start) if c.piece.start > after.start)
    return any(value(p) is None for c in met for p in c.piece.parts if p.role == "right")
