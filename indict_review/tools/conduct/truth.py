"""What a Python expression is worth whatever the code does: true, false, or nobody can say."""

import ast
from collections.abc import Sequence

LONGEST = 4_000
"""Characters of an assertion that is read: nesting in it is bounded by them."""


def always_holds(assertion: str) -> bool:
    """Whether a statement is an `assert` that cannot fail. What does not parse is none."""
    if not assertion.startswith("assert ") or len(assertion) > LONGEST:
        return False
    try:
        read = ast.parse(assertion).body[0]
        return isinstance(read, ast.Assert) and truth(read.test) is True
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def truth(value: ast.expr) -> bool | None:
    """None where it depends on something. Nothing is run."""
    if isinstance(value, ast.Constant):
        return bool(value.value)
    if isinstance(value, (ast.Tuple, ast.List, ast.Set)):
        return None if _spreads(value.elts) else bool(value.elts)
    if isinstance(value, ast.Dict):
        return bool(value.values) if all(value.keys) else None
    if isinstance(value, ast.Lambda):
        return True
    if isinstance(value, ast.Name):
        return False if value.id == "TYPE_CHECKING" else None
    if isinstance(value, ast.NamedExpr):
        return truth(value.value)
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
        known = truth(value.operand)
        return None if known is None else not known
    if isinstance(value, ast.BoolOp):
        return _joined([truth(part) for part in value.values], isinstance(value.op, ast.Or))
    if isinstance(value, ast.Compare):
        sides = (value.left, *value.comparators)
        pairs = zip(sides, value.ops, sides[1:], strict=False)
        return _joined([_compared(*pair) for pair in pairs], either=False)
    return None


def _spreads(parts: Sequence[ast.expr]) -> bool:
    return any(isinstance(part, ast.Starred) for part in parts)


def _joined(known: list[bool | None], either: bool) -> bool | None:
    """Of `or`, where one true side is enough, or of `and`, where one false side is."""
    if either in known:
        return either
    return None if None in known else not either


def _compared(left: ast.expr, how: ast.cmpop, right: ast.expr) -> bool | None:
    """Values with values, the same with itself, and anything with `mock.ANY`."""
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        same = (type(left.value), left.value) == (type(right.value), right.value)
    elif _is_any(left) or _is_any(right) or ast.dump(left) == ast.dump(right):
        same = True
    else:
        return None
    if isinstance(how, (ast.Eq, ast.Is)):
        return same
    if isinstance(how, (ast.NotEq, ast.IsNot)):
        return not same
    return True if same and isinstance(how, (ast.LtE, ast.GtE)) else None


def _is_any(value: ast.expr) -> bool:
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return name == "ANY"
