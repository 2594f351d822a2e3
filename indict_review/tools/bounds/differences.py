"""Sums and differences that wrap, where a comparison should have come first."""

from collections.abc import Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.functions import Assigned
from indict_review.tools.bounds.guards import RELATIONS, Guards
from indict_review.tools.bounds.kinds import DIFFERENCE, WRAPPING_CHECK
from indict_review.tools.c.expressions import bare, operator, sides, value
from indict_review.tools.c.signs import Sign, named


def unsigned_differences(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `size_t n = a - b;` with no comparison of a or b before, or of n after."""
    function = guards.function
    for each in function.assigned:
        target = function.declared.get(each.target)
        both = _operands(each.value, "-") if each.value is not None and each.sign == "=" else None
        if target is None or not target.is_unsigned or both is None:
            continue
        left, right = (function.variable(side) for side in both)
        if left is None or right is None or not (left.is_unsigned and right.is_number):
            continue
        at = each.piece.start
        if guards.has(left.name, at) or guards.has(right.name, at) or _is_met_next(guards, each):
            continue
        yield Sign(DIFFERENCE, each.piece, _said(left.name, right.name, each.target))


def wrapping_checks(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `if (offset + n > limit)` where neither is compared by itself."""
    function = guards.function
    for node in (n for n in function.of("binary_expression") if operator(n) in RELATIONS):
        both = sides(node)
        larger = both[operator(node) in {"<", "<="}] if both is not None else None
        added = _operands(larger, "+") if larger is not None else None
        one, other = (function.variable(s) for s in added) if added is not None else (None, None)
        if larger is None or one is None or other is None:
            continue
        wide = all(each.is_unsigned and each.is_wide for each in (one, other))
        if not wide or not (one.is_parameter or other.is_parameter):
            continue
        smaller = both[operator(node) not in {"<", "<="}] if both is not None else larger
        if smaller.text in {one.name, other.name}:
            continue  # `a + b < a` is how one asks whether it wrapped
        if not any(_has_upper(guards, each.name, node) for each in (one, other)):
            said = "may wrap and pass: neither is compared by itself"
            yield Sign(WRAPPING_CHECK, node, f"{named(larger.text)} {said}.")


def _operands(piece: Piece, sign: str) -> tuple[Piece, Piece] | None:
    piece = bare(piece)
    plain = piece.kind == "binary_expression" and operator(piece) == sign and value(piece) is None
    return sides(piece) if plain else None


def _said(left: str, right: str, what: str) -> str:
    wrong = f"where {named(right)} is the larger one, {named(what)} is no length"
    return f"{named(left)} and {named(right)} were not compared: {wrong}."


def _is_met_next(guards: Guards, each: Assigned) -> bool:
    later = [c for c in guards.of(each.target) if c.piece.start >= each.piece.start]
    return bool(later) and later[0].is_relation


def _has_upper(guards: Guards, name: str, node: Piece) -> bool:
    """`if (n > limit)` before the comparison, or in the same condition."""
    for compared in guards.of(name, node.start):
        both = sides(compared.piece)
        if both is None or operator(compared.piece) not in RELATIONS:
            return True
        larger = both[operator(compared.piece) in {"<", "<="}]
        if compared.piece is not node and name in set(guards.function.mentioned(larger)):
            return True
    return False
