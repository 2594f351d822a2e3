"""Functions as nested plain data: what an analyzer that follows their statements reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from indict_review.syntax.grammars import GRAMMARS, TSX
from indict_review.syntax.parsing import Source, TangledError, walk

if TYPE_CHECKING:
    from indict_review.syntax.parsing import Node

DEEPEST = 160
"""Levels of the tree. What nests deeper is left out: whoever walks pieces may recurse."""

LONGEST = 300
"""Bytes of a piece that `text` is made of."""

MOST_NODES = 250_000
"""Of the tree, in the functions of a file that are read: some half a megabyte of real code. As many
are looked at to find the functions."""

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\\\n", re.DOTALL)
_IDLE = re.compile(r"(?<=\W) | (?=\W)")
_UNTYPED = re.compile(r"(?:^|(?<=[;}/]\n)|(?<=\n\n))(?=[A-Za-z_]\w*[ \t]*\([^;{}]{0,2000}\)\s*\{)")
"""Where a C function without a type begins. C89 took it for `int`; the grammar is lost there."""


@dataclass(frozen=True, eq=False)
class Piece:
    """One node of the tree, with the named nodes and operators in it, and without comments."""

    kind: str
    """As the grammar calls it, e.g. `call_expression`."""
    role: str | None
    """The field that it fills in what it is a part of, e.g. `condition`."""
    line: int
    """From 1."""
    end_line: int
    start: int
    """In bytes of `content`."""
    end: int
    parts: tuple["Piece", ...]
    content: bytes = field(repr=False)
    """The whole file, as it was parsed: in C, each function has a type."""

    @cached_property
    def text(self) -> str:
        """Its code, without comments and idle white space: the same for the same expression."""
        code = self.content[self.start : min(self.end, self.start + LONGEST)]
        plain = _COMMENT.sub(" ", code.decode("utf-8", "replace"))
        return _IDLE.sub("", " ".join(plain.split()))

    def part(self, role: str) -> "Piece | None":
        """The first part that fills this field."""
        return next((part for part in self.parts if part.role == role), None)

    def walk(self) -> Iterator["Piece"]:
        """This piece and all in it, in the order of the text."""
        left = [self]
        while left:
            piece = left.pop()
            yield piece
            left.extend(reversed(piece.parts))


@dataclass(frozen=True)
class Functions:
    """What was read of a file."""

    read: tuple[Piece, ...] = ()
    left: tuple[int, ...] = ()
    """Lines of functions that were too much. Of a file too tangled to find them in, its first."""


def whole(language: str, text: str) -> Piece | None:
    """All of a file, in any language with a grammar; None if it is too tangled or too much."""
    source = Source(text)
    grammars = (GRAMMARS[language], TSX) if language == "typescript" else (GRAMMARS[language],)
    try:
        roots = [next(walk(grammar, source))[2] for grammar in grammars]
    except TangledError:
        return None
    root = min(roots, key=lambda node: node.has_error)
    return None if root.descendant_count > MOST_NODES else _piece(root, source.content)


@lru_cache(maxsize=8)
def functions(language: str, text: str, lines: range) -> Functions:
    """The functions of a C or C++ file that have any of these lines; lambdas are part of theirs.

    A block that belongs to nothing is one, too: what is before it did not parse.
    """
    source = Source(_UNTYPED.sub("int ", text) if language == "c" else text)
    try:
        _, _, root = next(walk(GRAMMARS[language], source))
        found = list(_functions(root, language, lines))
    except TangledError:
        return Functions(left=(1,))
    read, left, nodes = list[Piece](), list[int](), MOST_NODES
    for node in found:
        if node.descendant_count > nodes:
            left.append(node.start_point[0] + 1)
        else:
            nodes -= node.descendant_count
            read.append(_piece(node, source.content))
    return Functions(tuple(read), tuple(left))


def _functions(root: "Node", language: str, lines: range) -> Iterator["Node"]:
    """Raises `TangledError` where there are too many nodes to find them in."""
    left, seen = [root], 0
    while left:
        node = left.pop()
        seen += 1
        if seen > MOST_NODES:
            raise TangledError
        if node.start_point[0] + 1 >= lines.stop or node.end_point[0] + 1 < lines.start:
            continue
        if _is_function(node):
            yield node
        elif language != "c" or node.type != "initializer_list":  # C has no functions in tables
            left.extend(reversed(node.children))


def _is_function(node: "Node") -> bool:
    """And no class behind a macro, which the grammar takes for one."""
    if node.type != "function_definition":
        return node.type == "compound_statement"
    inner = node.child_by_field_name("declarator")
    while inner is not None and inner.type != "function_declarator":
        inner = next((n for n in inner.named_children if n.type.endswith("declarator")), None)
    return inner is not None and node.child_by_field_name("body") is not None


def _piece(function: "Node", content: bytes) -> Piece:
    cursor = function.walk()

    def read(depth: int) -> Piece:
        node, role = cursor.node or function, cursor.field_name
        parts = []
        inside = depth > 0 and cursor.goto_first_child()
        while inside:
            each = cursor.node
            named = each is not None and (each.is_named or cursor.field_name == "operator")
            if named and each is not None and "comment" not in each.type:
                parts.append(read(depth - 1))
            inside = cursor.goto_next_sibling() or not cursor.goto_parent()
        first, last = node.start_point[0] + 1, node.end_point[0] + 1
        place = (first, last, node.start_byte, node.end_byte)
        return Piece(node.type, role, *place, tuple(parts), content)

    return read(DEEPEST)
