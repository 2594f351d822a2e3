"""Makes the plain assertions of a check say what they saw, and keeps count of them.

    assert f(x) == 3        ->      @left = f(x)
                                    @right = 3
                                    @reached()
                                    assert @left == @right, @failed("f(x) == 3", @left, @right)

Runs in the sandbox, with whatever Python is there: no younger than 3.8 is assumed.
"""

from __future__ import annotations

import ast
import reprlib
from typing import Callable  # noqa: UP035 (older Pythons)

_LONGEST = 200
_ENDS = ("unittest.main", "pytest.main")


class Count:
    """How many assertions were come to, and how many did not hold."""

    def __init__(self, restore: Callable[[], None]) -> None:
        self.reached = 0
        self.failed = 0
        self._restore = restore
        self._show = reprlib.Repr()
        self._show.maxstring = self._show.maxother = _LONGEST

    def reach(self) -> None:
        """Called before each."""
        self.reached += 1

    def fail(self, source: str, *values: object) -> str:
        """The message of one that did not hold."""
        self._restore()  # before anything else is looked at: the built-in names
        self.failed += 1
        return f"{source}, with " + " and ".join(map(self._shown, values))

    def _shown(self, value: object) -> str:
        try:
            return self._show.repr(value)[: 2 * _LONGEST]
        except BaseException:  # of the code under review: whatever its `__repr__` does
            return "what cannot be shown"


class Telling(ast.NodeTransformer):
    """See the module."""

    def __init__(self) -> None:
        self.asserts = 0

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        """Each becomes several statements, all on its own line."""
        self.asserts += 1
        test = node.test
        source = ast.unparse(test) if hasattr(ast, "unparse") else "assertion"
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            made = {"@left": test.left, "@right": test.comparators[0]}
            told: ast.expr = ast.Compare(_load("@left"), test.ops, [_load("@right")])
        else:
            made, told = {"@left": test}, _load("@left")
        values: list[ast.expr] = [_load(name) for name in made]
        message = _call("@failed", [ast.Constant(source[:_LONGEST]), *values])
        if node.msg is not None:
            # What the check says itself comes last, and is only looked at when it is needed.
            message = ast.BinOp(message, ast.Add(), _call("@added", [node.msg]))
        assigned = [ast.Assign([ast.Name(name, ast.Store())], v) for name, v in made.items()]
        done = [ast.Expr(_call("@reached", [])), *assigned, ast.Assert(told, message)]
        return [ast.fix_missing_locations(ast.copy_location(stmt, node)) for stmt in done]

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Calls that run the tests of a module and then exit: the harness runs them itself."""
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            owner = call.func.value
            if isinstance(owner, ast.Name) and f"{owner.id}.{call.func.attr}" in _ENDS:
                return ast.copy_location(ast.Pass(), node)
        return node


def _load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _call(name: str, values: list[ast.expr]) -> ast.expr:
    return ast.Call(_load(name), values, [])


def prepared(source: bytes, path: str, count: Count) -> tuple[ast.Module, dict[str, object]]:
    """The check as it is run, and the names it needs. Raises what `ast.parse` raises."""
    telling = Telling()
    tree = telling.visit(ast.parse(source, path))
    names = {
        "@reached": count.reach,
        "@failed": count.fail,
        "@added": lambda said: f": {said}",
    }
    return tree, {**names, "@asserts": telling.asserts}


def uncalled_tests(tree: ast.Module) -> list[str]:
    """Functions called `test…`, without arguments, that the check defines and does not use."""
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    tests = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test")]
    return [n.name for n in tests if n.name not in used and not n.args.args]
