"""Python that hears nothing of what fails inside of it, and loops that are never entered."""

import ast

from indict_review.syntax.grammars import OUTPUT

_CATCHES = {"Exception", "BaseException", "AssertionError"}


def swallows(handler: ast.ExceptHandler) -> bool:
    """It catches a failed assertion, and does nothing about it."""
    caught = handler.type is None or _names_any(handler.type)
    return caught and all(_is_idle(statement) for statement in handler.body)


def suppresses(block: ast.With | ast.AsyncWith) -> bool:
    """It is `suppress(AssertionError)` or alike, or expects that the assertion fails."""
    return any(_suppresses(item.context_expr) for item in block.items)


def iterates(values: ast.expr) -> bool | None:
    """Whether there is anything to loop over; None where it depends."""
    if isinstance(values, ast.Call) and isinstance(values.func, ast.Name):
        one = values.args[0] if len(values.args) == 1 else None
        is_zero = isinstance(one, ast.Constant) and one.value == 0
        return False if values.func.id == "range" and is_zero else None
    if isinstance(values, (ast.Tuple, ast.List, ast.Set)):
        return bool(values.elts)
    return bool(values.value) if isinstance(values, ast.Constant) else None


def _suppresses(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = value.func.attr if isinstance(value.func, ast.Attribute) else _name(value.func)
    return name in {"suppress", "raises", "assertRaises"} and any(map(_names_any, value.args))


def _names_any(value: ast.expr) -> bool:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return any(_name(part) in _CATCHES for part in parts)


def _name(value: ast.expr) -> str:
    return value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")


def _is_idle(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        value = statement.value
        return isinstance(value, ast.Constant) or (
            isinstance(value, ast.Call) and _name(value.func) in OUTPUT
        )
    return isinstance(statement, (ast.Pass, ast.Continue, ast.Break, ast.Return))
