"""Indexes that were not compared with both ends, or too late."""

import re
from collections.abc import Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.functions import Function
from indict_review.tools.bounds.guards import RELATIONS, Guards
from indict_review.tools.bounds.kinds import LATE_CHECK, NEGATIVE
from indict_review.tools.bounds.parsed import outside
from indict_review.tools.c.expressions import element, mentioned, operator, sides, value
from indict_review.tools.c.signs import Sign, named

_TO_UNSIGNED = re.compile(r"\((?:unsigned|size_t|u_?int|u\d|ut\d|ulong)|sizeof|SIZE|COUNT|nitems")
"""Beside these a comparison is one of unsigned numbers, and tells both ends."""

_SMALL = re.compile(r"8|16|byte|ntohs|getc", re.IGNORECASE)
"""Readers of numbers so small that an int has them all above zero, as they mostly are unsigned."""


def late_checks(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `p->data[0]` before `p->data_len` is compared, as it is later on."""
    first: dict[str, Piece] = {}
    for node in guards.function.of("subscript_expression"):
        parts = element(node)
        if parts and parts[0].kind == "field_expression" and value(parts[1]) is not None:
            if not _is_written(guards.function, node):
                first.setdefault(parts[0].text, node)
    for base, node in first.items():
        lengths = re.compile(rf"{re.escape(base)}_?\w*(?:len|length|size)")
        met = [c for c in guards.compared if any(lengths.fullmatch(name) for name in c.places)]
        if met and met[0].piece.start > node.start:
            length = next(name for name in met[0].places if lengths.fullmatch(name))
            told = f"{named(node.text)} is read, and {named(length)} is compared only after that."
            yield Sign(LATE_CHECK, node, told)


def negative_indexes(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `if (n >= MAX) return; a[n]` where n is signed. Once a variable."""
    function, told = guards.function, set[str]()
    for node in function.of("subscript_expression"):
        for name in _indexes(function, node) - told:
            given = [each for each in function.given(name) if each.piece.end <= node.start]
            reader = outside(function, given[-1]) if given else None
            met = guards.of(name, node.start)
            if reader is None or _SMALL.search(reader) or not met:
                continue
            if all(_tells_upper(c.piece, name) for c in met):
                told.add(name)
                said = f"is signed and comes from {named(reader)}; only its upper end is compared"
                yield Sign(NEGATIVE, node, f"{named(name)} {said} before it is an index.")


def _is_written(function: Function, node: Piece) -> bool:
    """A value is put there, or it is not looked at: `&p[3]`, `sizeof p[3]`."""
    outer = function.around(node)
    if outer is None or outer.kind == "sizeof_expression":
        return True
    assigned = outer.kind == "assignment_expression" and node.role == "left"
    return assigned or (outer.kind == "pointer_expression" and operator(outer) == "&")


def _indexes(function: Function, node: Piece) -> set[str]:
    """The signed variables that an index is made of, but for small ones."""
    parts = element(node)
    names = set(function.mentioned(parts[1])) if parts is not None else set()
    found = {name: function.declared.get(name) for name in names}
    return {name for name, v in found.items() if v and v.is_signed and not v.is_narrow}


def _tells_upper(piece: Piece, name: str) -> bool:
    both = sides(piece)
    if both is None or operator(piece) not in RELATIONS or _TO_UNSIGNED.search(piece.text):
        return False
    other = both[1] if name in set(mentioned(both[0])) else both[0]
    return value(other) not in {0, -1, 1} and not other.text.startswith("-")
