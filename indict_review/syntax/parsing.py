"""Trees of tree-sitter. No other module imports it; its nodes stay inside this package."""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from indict_review.syntax.grammars import Grammar

if TYPE_CHECKING:
    from tree_sitter import Node as _Node
    from tree_sitter import Tree as _Tree

    Node: TypeAlias = _Node

MOST_TURNS = 20_000
"""Turns of a parser, and one more for each `BYTES_A_TURN`: real code takes a quarter at most.

What makes no sense is tried in more and more ways: 300 KB of it take minutes.
"""

BYTES_A_TURN = 20

_READ_AT_ONCE = 2**16

SNIPPET = 400
"""Bytes of a node that are ever quoted: hostile nodes nest, and each is as long as the file."""


class TangledError(Exception):
    """The parser was stopped: there is no tree."""


class Source:
    """The bytes of a file, read by node."""

    def __init__(self, text: str) -> None:
        # Go's grammar ends a statement at a line's end, and there only.
        self.content = text.encode("utf-8", "replace") + b"\n"

    def between(self, start: int, end: int) -> str:
        """The text between two offsets, cut to `SNIPPET`."""
        return self.content[start : min(end, start + SNIPPET)].decode("utf-8", "replace")

    def text(self, node: "Node") -> str:
        """A node's text, cut to `SNIPPET`."""
        return self.between(node.start_byte, node.end_byte)

    def tail(self, node: "Node") -> str:
        """The last characters of a node."""
        return self.between(max(node.start_byte, node.end_byte - 80), node.end_byte)

    def token(self, node: "Node") -> str:
        """All of a leaf: leaves do not nest."""
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace")


def walk(grammar: Grammar, source: Source) -> Iterator[tuple[int, str | None, "Node"]]:
    """Yield every node, parents first, with its depth and the field it fills. Never recurses.

    Raises `TangledError`.
    """
    cursor = _parsed(grammar, source.content).walk()
    depth, inside = 0, True
    while inside:
        node = cursor.node
        if node is not None:
            yield depth, cursor.field_name, node
        if cursor.goto_first_child():
            depth += 1
            continue
        while inside and not cursor.goto_next_sibling():
            inside = cursor.goto_parent()
            depth -= 1


def _parsed(grammar: Grammar, content: bytes) -> "_Tree":
    from tree_sitter import Language, Parser

    language = getattr(import_module(grammar.module), grammar.language)
    turns = iter(range(MOST_TURNS + len(content) // BYTES_A_TURN))
    try:
        return Parser(Language(language())).parse(
            lambda at, _: content[at : at + _READ_AT_ONCE],  # given bytes, it could not be stopped
            progress_callback=lambda *_: next(turns, None) is None,
        )
    except ValueError as e:
        raise TangledError from e
