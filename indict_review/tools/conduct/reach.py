"""What of a Python file of tests is ever run, and can fail: the rest says nothing."""

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from indict_review.errors import ToolError
from indict_review.tools.conduct.swallowing import iterates, suppresses, swallows
from indict_review.tools.conduct.truth import truth

_ENDS = {"exit", "_exit", "quit", "abort"}
"""Calls that end the program, and well."""

# `except*` has a type of its own, from Python 3.11 on.
_TRIES: tuple[type[ast.Try], ...] = (ast.Try, getattr(ast, "TryStar", ast.Try))


@dataclass
class Reach:
    """By line, what a Python text hides from who runs its tests."""

    idle: set[int] = field(default_factory=set)
    """Statements that are never run, or whose failure goes nowhere."""
    tests: set[int] = field(default_factory=set)
    """The functions that a runner finds: the last of a name, in a module or a class of tests."""


@lru_cache(maxsize=512)
def reach(text: str) -> Reach | None:
    """None if it does not parse. Raises `ToolError` if it is nested too deeply to look."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(text.removeprefix("\ufeff").encode("utf-8", "replace").decode())
        found = Reach()
        _Reader(found).scope(module.body)
    except (SyntaxError, ValueError):
        return None
    except (RecursionError, MemoryError) as e:
        raise ToolError("the tests are nested too deeply") from e
    return found


@dataclass
class _Reader:
    found: Reach

    def scope(self, body: Sequence[ast.stmt]) -> None:
        """A module or a class: who has which name at its end is found."""
        live: list[ast.stmt] = []
        self.block(body, live)
        named: dict[str, ast.stmt] = {}
        for statement in live:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                named[statement.name] = statement
            for target in _targets(statement):
                if isinstance(target, ast.Name):
                    named.pop(target.id, None)
                    if _is_switched_off(statement, target):
                        return
                elif isinstance(target, ast.Attribute) and _is_switched_off(statement, target):
                    named.pop(_last_name(target.value), None)
        for statement in named.values():
            if isinstance(statement, ast.ClassDef) and _is_collected(statement):
                self.scope(statement.body)
            elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.found.tests.add(statement.lineno)
                self.block(statement.body, [])
                self.drop_uncalled(statement)

    def block(self, body: Sequence[ast.stmt], live: list[ast.stmt]) -> bool:
        """Whether it surely ends what it is in; `live` gets what may be run of it."""
        for at, statement in enumerate(body):
            live.append(statement)
            if self.ends(statement, live):
                self.drop(body[at + 1 :])
                return True
        return False

    def ends(self, statement: ast.stmt, live: list[ast.stmt]) -> bool:
        """Whether nothing that follows the statement is run."""
        if isinstance(statement, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
            return True
        if isinstance(statement, (ast.If, ast.While)):
            return self.branch(statement, live)
        if isinstance(statement, (ast.For, ast.AsyncFor)):
            return self.loop(statement, live)
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            if suppresses(statement):
                self.drop_assertions(statement.body)
            return self.block(statement.body, live) and _returns(statement.body)
        if isinstance(statement, ast.Match):
            return self.match(statement, live)
        if isinstance(statement, _TRIES):
            return self.attempt(statement, live)
        called = statement.value if isinstance(statement, ast.Expr) else None
        return isinstance(called, ast.Call) and _last_name(called.func) in _ENDS

    def branch(self, statement: ast.If | ast.While, live: list[ast.stmt]) -> bool:
        """An `if` or `while`, of which one side may never be run."""
        known = truth(statement.test)
        loops = isinstance(statement, ast.While)
        if known is None:
            ended = self.block(statement.body, live)
            return self.block(statement.orelse, live) and ended and not loops
        taken, other = statement.body, statement.orelse
        if not known:
            taken, other = other, taken
        self.drop(other)
        return self.block(taken, live) and (not loops or not known or _returns(taken))

    def loop(self, statement: ast.For | ast.AsyncFor, live: list[ast.stmt]) -> bool:
        """A `for`, of nothing, of something, or of what nobody knows."""
        certain = iterates(statement.iter)
        if certain is False:
            self.drop(statement.body)
            return self.block(statement.orelse, live)
        ended = self.block(statement.body, live) and _returns(statement.body)
        self.block(statement.orelse, live)
        return ended and certain is True

    def attempt(self, statement: ast.Try, live: list[ast.stmt]) -> bool:
        """A `try`: what its handlers swallow cannot fail."""
        if any(swallows(handler) for handler in statement.handlers):
            self.drop_assertions(statement.body)
        ended = self.block(statement.body, live) and _returns(statement.body)
        for handler in statement.handlers:
            self.block(handler.body, [])
        self.block(statement.orelse, live)
        return self.block(statement.finalbody, live) or ended

    def match(self, statement: ast.Match, live: list[ast.stmt]) -> bool:
        """A `match`: one that takes anything in the end, and always ends, ends it all."""
        ended = [self.block(case.body, live) for case in statement.cases]
        last = statement.cases[-1]
        takes_all = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        return all(ended) and takes_all and last.guard is None

    def drop(self, body: Sequence[ast.stmt]) -> None:
        """These are never run."""
        self.found.idle.update(n.lineno for n in _within(body))

    def drop_uncalled(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Functions inside of one that nothing in it speaks of."""
        spoken = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
        for each in function.body:
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if each.name not in spoken and not each.decorator_list:
                    self.drop(each.body)

    def drop_assertions(self, body: Sequence[ast.stmt]) -> None:
        """These are run, and nobody hears of what they raise."""
        self.found.idle.update(n.lineno for n in _within(body) if _asserts(n))


def _within(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    nodes = (node for statement in body for node in ast.walk(statement))
    return (node for node in nodes if isinstance(node, ast.stmt))


def _asserts(node: ast.stmt) -> bool:
    called = node.value if isinstance(node, ast.Expr) else None
    named = isinstance(called, ast.Call) and _last_name(called.func).startswith("assert")
    return named or isinstance(node, ast.Assert)


def _returns(body: Sequence[ast.stmt]) -> bool:
    """A block ends by returning: no loop, and nothing that catches, keeps it."""
    return any(isinstance(statement, ast.Return) for statement in body)


def _last_name(value: ast.expr) -> str:
    return value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")


def _targets(statement: ast.stmt) -> Sequence[ast.expr]:
    """What means another thing from here on."""
    return statement.targets if isinstance(statement, (ast.Delete, ast.Assign)) else ()


def _is_switched_off(statement: ast.stmt, target: ast.expr) -> bool:
    """It says `__test__ = False`."""
    off = isinstance(statement, ast.Assign) and truth(statement.value) is False
    return off and _last_name(target) == "__test__"


def _is_collected(found: ast.ClassDef) -> bool:
    """By its name, if it is no `TestCase` by its bases; pytest wants none with an `__init__`."""
    if found.bases:
        return True
    made = any(isinstance(s, ast.FunctionDef) and s.name == "__init__" for s in found.body)
    return not made and (found.name.startswith(("Test", "Describe")) or found.name.endswith("Test"))
