"""Python's own tools on Python code: its compiler, and pyflakes. Nothing is run.

They recurse, so they are only asked about shallow code: `SHALLOW` is for the caller to hold.
"""

import ast
import warnings

from indict_review.errors import ToolError
from indict_review.syntax.outline import SyntaxFault

SHALLOW = 400
"""Levels of tree-sitter's tree, which is deeper than Python's own."""


def compiler_faults(text: str) -> tuple[SyntaxFault, ...]:
    """What Python's compiler objects to: tree-sitter lets wrong indentation pass."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(_plain(text), "<change>", "exec", dont_inherit=True)
    except SyntaxError as e:
        return (SyntaxFault(e.lineno or 1, e.msg),)
    except (ValueError, RecursionError, MemoryError) as e:  # NUL bytes, depth
        return (SyntaxFault(1, str(e) or type(e).__name__),)
    return ()


def unbound(text: str) -> frozenset[str]:
    """See `syntax.unbound_names`."""
    from pyflakes import checker, messages  # type: ignore[import-untyped]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = checker.Checker(ast.parse(_plain(text))).messages
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        raise ToolError(f"the code does not parse: {type(e).__name__}") from e
    kinds = (messages.UndefinedName, messages.UndefinedLocal)
    return frozenset(str(m.message_args[0]) for m in found if isinstance(m, kinds))


def _plain(text: str) -> str:
    """Without what a file may have and Python's compiler takes in no string."""
    return text.removeprefix("\ufeff").encode("utf-8", "replace").decode()
