"""`check-removed`: a guard or an assertion is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indict_review.bench.calibrate.interface import Edit
from indict_review.bench.calibrate.naming import called
from indict_review.syntax.grammars import BLOCKS
from indict_review.syntax.pieces import Piece

LONGEST = 3
"""Statements of a guard, e.g. a line in a log and a `raise`. With more it is a part of the work."""

_FILES = {"module", "program", "translation_unit", "source_file", "compilation_unit"}
_LEAVES = {"raise_statement", "throw_statement", "goto_statement"}
_NOTHING = re.compile(
    r"return\s*\(?(None|False|false|NULL|null|nil|undefined|-\d+|[\w., ]*[Ee]rr[\w. ]*"
    r"|new \w*Error\b.*|(?:fmt|errors)\.(?:Errorf|New)\b.*)?\)?;?",
    re.DOTALL,
)
"""What returns nothing, or an error: any other value is a result."""
_ENDS = {"abort", "exit", "panic", "fail", "fatal", "fatalf", "die"}
_ASSERTS = {"assert", "invariant"}
_REMARK = re.compile(rb"\s*(?:#|//)[^\n]*|[ \t\r]*")


def removed(language: str, file: Piece) -> Iterator[Edit]:
    """See `Mutator`. Only what has its lines to itself: a piece of a line would be torn out."""
    for block in file.walk():
        if block.kind in BLOCKS - _FILES:
            for piece in block.parts:
                if _is_check(piece) and (lines := _own_lines(piece)):
                    yield Edit(*lines, _instead(language, block, piece))


def _is_check(piece: Piece) -> bool:
    if piece.kind == "assert_statement":
        return True
    if piece.kind == "expression_statement":
        return _call(piece) in _ASSERTS
    body = piece.part("consequence")
    if piece.kind != "if_statement" or piece.part("alternative") or body is None:
        return False
    inside = _statements(body)
    return 0 < len(inside) <= LONGEST and _leaves(inside[-1])


def _statements(body: Piece) -> tuple[Piece, ...]:
    """Those of a block; what stands there without one is its own."""
    while body.kind in BLOCKS and len(body.parts) == 1 and body.parts[0].kind in BLOCKS:
        body = body.parts[0]  # Go has a list in its block
    return body.parts if body.kind in BLOCKS else (body,)


def _leaves(statement: Piece) -> bool:
    if statement.kind == "return_statement":
        return _NOTHING.fullmatch(statement.text) is not None
    return statement.kind in _LEAVES or _call(statement) in _ENDS


def _call(statement: Piece) -> str:
    """The name of what a statement calls and does nothing else."""
    parts = statement.parts if statement.kind == "expression_statement" else ()
    return called(parts[0]) if len(parts) == 1 else ""


def _own_lines(piece: Piece) -> tuple[int, int] | None:
    """Where its lines begin and end; None if something else is on them."""
    content = piece.content
    start = content.rfind(b"\n", 0, piece.start) + 1
    end = content.find(b"\n", piece.end)
    alone = not content[start : piece.start].strip()
    alone = alone and _REMARK.fullmatch(content, piece.end, end) is not None
    return (start, end + 1) if alone else None


def _instead(language: str, block: Piece, piece: Piece) -> str:
    """Nothing, but in Python a block must have something in it."""
    if language != "python" or len(block.parts) > 1:
        return ""
    start = piece.content.rfind(b"\n", 0, piece.start) + 1
    return f"{piece.content[start : piece.start].decode()}pass\n"
