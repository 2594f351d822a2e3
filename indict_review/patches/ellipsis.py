"""Python's own `...`: which are code, and which functions have nothing else any more."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

_Block = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Ellipses:
    """The `...` of a Python file."""

    meant: frozenset[int]
    """Lines, from 1, on which one is a part of an expression, or all that a definition has."""
    hollow: frozenset[str]
    """Functions and classes, by their qualified names, that have nothing else but a docstring."""
    filled: frozenset[str]
    """Those that do something."""

    @classmethod
    def of(cls, text: str, *, stub: bool = False) -> "Ellipses":
        """Read a file; none are meant in one that does not parse, and all in a `stub`."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text.removeprefix("\ufeff").encode("utf-8", "replace").decode())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return cls(frozenset(), frozenset(), frozenset())
        blocks = list(_blocks(tree))
        alone = {block.body[-1].lineno for _, block in blocks if _is_hollow(block)}
        filled = frozenset(name for name, block in blocks if not all(map(_is_idle, block.body)))
        hollow = frozenset(name for name, block in blocks if _is_hollow(block))
        own = frozenset() if stub else _statements(tree)
        inside = {n.lineno for n in ast.walk(tree) if _is_dots(n) and n not in own}
        return cls(frozenset(alone | inside), hollow - filled, filled)


def emptied(before: str, after: str) -> str | None:
    """A function or class of Python code that did something, and has `...` in its place."""
    if "..." not in after:
        return None
    lost = Ellipses.of(after).hollow & Ellipses.of(before).filled
    return min(lost, default=None)


def _blocks(tree: ast.Module) -> Iterator[tuple[str, _Block]]:
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        prefix, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            inner = prefix
            if isinstance(child, _Block):
                yield prefix + child.name, child
                inner = f"{prefix}{child.name}."
            waiting.append((inner, child))


def _is_hollow(block: _Block) -> bool:
    body = block.body[1:] if ast.get_docstring(block, clean=False) is not None else block.body
    return len(body) == 1 and isinstance(body[0], ast.Expr) and _is_dots(body[0].value)


def _is_dots(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_idle(statement: ast.stmt) -> bool:
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)


def _statements(tree: ast.Module) -> frozenset[ast.expr]:
    """The expressions that are statements of their own."""
    return frozenset(node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
