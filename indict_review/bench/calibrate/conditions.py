"""`condition-inverted`: a comparison says the opposite, a `not` comes or goes."""

from __future__ import annotations

from collections.abc import Iterator

from indict_review.bench.calibrate.interface import Edit
from indict_review.syntax.pieces import Piece

OPPOSITE = {
    "<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "==", "===": "!==",
    "!==": "===", "in": "not in", "not in": "in", "is": "is not", "is not": "is",
}  # fmt: skip

_COMPARISONS = {"comparison_operator", "binary_expression"}
_NEGATIONS = {"not_operator", "unary_expression"}
_LOOPS = {"while_statement", "for_statement", "for_clause", "do_statement"}
_PLAIN = {
    "identifier", "call", "call_expression", "attribute", "member_expression", "method_invocation",
    "field_access", "field_expression", "selector_expression",
}  # fmt: skip
"""What a bare `if` may ask: anything else would need parentheses."""


def inverted(language: str, file: Piece) -> Iterator[Edit]:
    """See `Mutator`. Not of loops: a fault that never ends is no riddle."""
    loops = [c for p in file.walk() if p.kind in _LOOPS and (c := p.part("condition"))]
    for piece in file.walk():
        if not any(c.start <= piece.start and piece.end <= c.end for c in loops):
            edit = _comparison(piece) or _negation(piece) or _bare(language, piece)
            if edit:
                yield edit


def _comparison(piece: Piece) -> Edit | None:
    sides = [part for part in piece.parts if part.role != "operator"]
    if piece.kind not in _COMPARISONS or len(sides) != 2 or "__name__" in piece.text:
        return None
    between = piece.content[sides[0].end : sides[1].start]
    sign = between.strip()
    opposite = OPPOSITE.get(" ".join(sign.decode("utf-8", "replace").split()))
    start = sides[0].end + between.find(sign)
    return Edit(start, start + len(sign), opposite) if opposite else None


def _negation(piece: Piece) -> Edit | None:
    inner = piece.part("argument") or piece.part("operand")
    if piece.kind not in _NEGATIONS or inner is None:
        return None
    sign = piece.content[piece.start : inner.start].strip()
    return Edit(piece.start, inner.start, "") if sign in {b"!", b"not"} else None


def _bare(language: str, piece: Piece) -> Edit | None:
    asked = piece.part("condition") if piece.kind == "if_statement" else None
    if asked is not None and asked.kind == "parenthesized_expression" and len(asked.parts) == 1:
        asked = asked.parts[0]
    if asked is None or asked.kind not in _PLAIN:
        return None
    return Edit(asked.start, asked.start, "not " if language == "python" else "!")
