"""What an outsider can change in a text that Bandit speaks of: it does not ask itself.

`f"... = %s"` without a name in it, `"a" + "b"` and `"{}".format(TABLE)` are what the code says they
are. A name in capitals is a constant (PEP 8). Quoting for the shell counts as mending.
"""

import ast
import re
from collections.abc import Iterator, Sequence

HOLE = "\0"
"""Stands in a text for what is put in when the program runs."""

_QUOTING = "quote"
_PERCENT = re.compile(r"%(?:\(\w*\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")
_OF_A_NAME = re.compile(
    r"(?i)(?:\b(?:from|into|update|join|table|select|distinct|by|set|view|index|on|where|and)\s+"
    r"|[\w`\"\]]\.|\bset\b[^=]*,\s*|\bselect\b[^()]*,\s*)[`\"\[]?$"
)
"""What stands in SQL before the name of a table or column. No parameter of a query can be one."""


def takes_values(sql: str) -> bool:
    """Whether something is put in where a parameter could stand instead."""
    pieces = sql.split(HOLE)
    before = ("X".join(pieces[: n + 1]) for n in range(len(pieces) - 1))
    return any(not _OF_A_NAME.search(text) for text in before)


class Texts:
    """One file's expressions, by their place."""

    def __init__(self, source: bytes) -> None:
        """In what does not parse nothing is known to be constant."""
        self._parents: dict[ast.AST, ast.AST] = {}
        try:
            tree: ast.AST = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node

    def at(self, line: int, column: int) -> str:
        """The text that starts there, or the first argument of the call, with its holes."""
        starting = [
            node
            for node in self._parents
            if (getattr(node, "lineno", 0), getattr(node, "col_offset", -1)) == (line, column)
        ]
        texts = [node for node in starting if isinstance(node, (ast.Constant, ast.JoinedStr))]
        calls = [node for node in starting if isinstance(node, ast.Call)]
        try:
            if texts:
                return _text(self._whole(texts[0]))
            return _text(calls[0].args[0]) if calls and calls[0].args else HOLE
        except RecursionError:
            return HOLE

    def _whole(self, node: ast.AST) -> ast.AST:
        """All that a piece of text is put together with."""
        parent = self._parents.get(node)
        while parent is not None and _joins(parent, node):
            node, parent = parent, self._parents.get(parent)
        return node


def _joins(parent: ast.AST, node: ast.AST) -> bool:
    if isinstance(parent, ast.Call):
        return parent.func is node
    if isinstance(parent, ast.Attribute):
        return parent.attr == "format"
    return isinstance(parent, (ast.BinOp, ast.JoinedStr))


def _text(node: ast.AST) -> str:
    """As far as the code says it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value)
    if isinstance(node, (ast.JoinedStr, ast.Tuple, ast.List)):
        parts = node.values if isinstance(node, ast.JoinedStr) else node.elts
        return "".join(_text(part) for part in parts)
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Add):
            return _text(node.left) + _text(node.right)
        given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        return _filled(_text(node.left), _PERCENT, given)
    if isinstance(node, ast.Call):
        return _called(node)
    name = getattr(node, "id", "") or getattr(node, "attr", "")
    return "X" if name.isupper() else HOLE


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr == "format":
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        return _filled(_text(function.value), _BRACES, given)
    name = getattr(function, "attr", "") or getattr(function, "id", "")
    return "X" if name == _QUOTING else HOLE


def _filled(template: str, places: re.Pattern[str], given: Sequence[ast.AST]) -> str:
    """With what is given, in its order; a place that there is no more for is a hole."""
    texts: Iterator[str] = map(_text, given)
    return places.sub(lambda _: next(texts, HOLE), template)
