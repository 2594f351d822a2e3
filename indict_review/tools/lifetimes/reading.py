"""What a piece of C or C++ is, as far as pointers go."""

from indict_review.syntax.pieces import Piece
from indict_review.tools.c.expressions import bare, operator

NULL = frozenset({"NULL", "0", "nullptr", "false", "FALSE"})
"""How nothing is written."""


def follows(piece: Piece) -> bool:
    """Whether it goes where a pointer points."""
    if piece.kind == "field_expression":
        return operator(piece) == "->"
    if piece.kind == "pointer_expression":
        return operator(piece) == "*"
    return piece.kind == "subscript_expression"


def against_null(left: Piece, right: Piece) -> Piece | None:
    """What is compared with nothing, if anything is."""
    if bare(right).text in NULL:
        return left
    return right if bare(left).text in NULL else None


def is_headless(piece: Piece) -> bool:
    """A call without a semicolon."""
    return (
        piece.kind == "expression_statement"
        and len(piece.parts) == 1
        and piece.parts[0].kind == "call_expression"
        and piece.content[piece.end - 1 : piece.end] != b";"
    )
