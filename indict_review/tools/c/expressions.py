"""Expressions of C and C++: what they name, what they are worth, what they add up."""

import re
from collections import Counter
from collections.abc import Iterator

from indict_review.syntax.pieces import Piece

_NAMED = frozenset({"identifier", "field_expression", "subscript_expression", "pointer_expression"})
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\d*)[uUlLzZ]*$")
_AROUND = frozenset({"parenthesized_expression", "condition_clause"})
_CAST = re.compile(r"(?:static|reinterpret|const)_cast<")

_SIZES = {
    "char": 1, "int8_t": 1, "uint8_t": 1, "u8": 1, "bool": 1,
    "short": 2, "int16_t": 2, "uint16_t": 2, "u16": 2,
    "int": 4, "unsigned": 4, "unsigned int": 4, "float": 4, "int32_t": 4, "uint32_t": 4, "u32": 4,
    "double": 8, "int64_t": 8, "uint64_t": 8, "u64": 8,
}  # fmt: skip


def bare(piece: Piece) -> Piece:
    """Without the parentheses and casts around it."""
    while True:
        if piece.kind in _AROUND and len(piece.parts) == 1:
            piece = piece.parts[0]
        elif piece.kind == "cast_expression" and (inner := piece.part("value")) is not None:
            piece = inner
        elif piece.kind == "call_expression" and (inner := _cast(piece)) is not None:
            piece = inner
        else:
            return piece


def _cast(call: Piece) -> Piece | None:
    """What a cast of C++ is given, which looks like a call."""
    function, given = call.part("function"), call.part("arguments")
    if function is None or function.kind != "template_function" or given is None:
        return None
    return given.parts[0] if len(given.parts) == 1 and _CAST.match(call.text) else None


def callee(call: Piece) -> str:
    """The last name of what is called: `read` for `io->read(…)`; empty for anything odd."""
    function = call.part("function")
    while function is not None and function.kind not in {"identifier", "field_identifier"}:
        function = function.part("field") or function.part("name")
    return function.text if function is not None else ""


def arguments(call: Piece) -> tuple[Piece, ...]:
    """What is handed over, casts and parentheses apart."""
    given = call.part("arguments")
    return tuple(map(bare, given.parts)) if given is not None else ()


def operator(piece: Piece) -> str:
    """`+`, `<=`, …; empty where there is none."""
    sign = piece.part("operator")
    return sign.text if sign is not None else ""


def sides(piece: Piece) -> tuple[Piece, Piece] | None:
    """Left and right, casts and parentheses apart."""
    left, right = piece.part("left"), piece.part("right")
    return (bare(left), bare(right)) if left is not None and right is not None else None


def element(piece: Piece) -> tuple[Piece, Piece] | None:
    """Of `a[i]`: `a` and `i`."""
    if piece.kind != "subscript_expression":
        return None
    array, index = piece.part("argument"), piece.part("index") or piece.part("indices")
    if index is not None and index.kind == "subscript_argument_list":
        index = index.parts[0] if index.parts else None
    return (bare(array), bare(index)) if array is not None and index is not None else None


def place(piece: Piece) -> str | None:
    """The text of a variable, field or element; None for anything that is none."""
    piece = bare(piece)
    if piece.kind == "update_expression" and (inner := piece.part("argument")) is not None:
        piece = bare(inner)
    if piece.kind not in _NAMED or (piece.kind == "pointer_expression" and operator(piece) == "&"):
        return None
    return piece.text


def mentioned(piece: Piece) -> Iterator[str]:
    """The variables, fields and elements that it speaks of; of `a->b` the whole, and not `a`."""
    left = [piece]
    while left:
        each = left.pop()
        if each.kind in _NAMED and each.role != "function":
            yield each.text
        if each.kind == "field_expression":
            base = each.part("argument")
            left.extend([base] if base is not None and base.kind != "identifier" else [])
        elif each.kind == "call_expression":
            left.extend(arguments(each))
            function = each.part("function")
            if function is not None and (owner := function.part("argument")) is not None:
                left.append(owner)
        elif each.kind not in {"sizeof_expression", "type_descriptor"}:
            left.extend(each.parts)


def declared_name(declarator: Piece) -> str:
    """The name in a declarator."""
    while inner := declarator.part("declarator") or next(
        (p for p in declarator.parts if p.kind.endswith(("declarator", "identifier"))), None
    ):
        declarator = inner
    return declarator.text


def value(piece: Piece) -> int | None:
    """A number that is written out, or the sum, difference or product of such."""
    piece = bare(piece)
    if piece.kind == "number_literal":
        match = _NUMBER.match(piece.text)
        return (
            None
            if match is None
            else int(match[1], 8 if match[1].isdigit() and match[1][0] == "0" else 0)
        )
    if piece.kind == "sizeof_expression":
        named = piece.part("type") or piece.part("value")
        return _SIZES.get(named.text.strip("()")) if named is not None else None
    both = sides(piece) if piece.kind == "binary_expression" else None
    if both is None or operator(piece) not in {"+", "-", "*"}:
        return None
    one, other = value(both[0]), value(both[1])
    if one is None or other is None:
        return None
    return {"+": one + other, "-": one - other, "*": one * other}[operator(piece)]


def terms(piece: Piece, sign: int = 1) -> Counter[str]:
    """The summands of a sum, each with how often it is added; numbers under the empty name."""
    piece = bare(piece)
    both = sides(piece) if piece.kind == "binary_expression" else None
    if both is None or operator(piece) not in {"+", "-"}:
        known = value(piece)
        return Counter({piece.text: sign} if known is None else {"": sign * known})
    total = terms(both[0], sign)
    total.update(terms(both[1], -sign if operator(piece) == "-" else sign))
    return total


def factors(piece: Piece) -> Iterator[Piece]:
    """What a product multiplies; the whole, if it is none."""
    both = sides(bare(piece))
    if both is not None and operator(bare(piece)) == "*":
        for side in both:
            yield from factors(side)
    else:
        yield bare(piece)
