"""Whether a check in Python asserts anything of the project.

Nothing is run, so it is a rule of thumb: what the project gave has to come up, by name, in an
assertion, or to decide whether one is come to.
"""

import ast
import builtins
import sys
from collections.abc import Collection, Iterator

_OF_TESTS = frozenset({"pytest", "hypothesis", "nose", "numpy"})
"""Modules that checks use and that are not what is under review."""
_LOADERS = frozenset({"import_module", "run_path", "run_module", "spec_from_file_location"})
_STARTERS = frozenset({"subprocess", "runpy", "importlib"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_DECIDES = (ast.If, ast.Try, ast.For, ast.While, ast.With, ast.FunctionDef, ast.AsyncFunctionDef)


def asserts_something_of(tree: ast.Module, modules: Collection[str]) -> str:
    """What is wrong with it, in words; empty if nothing is."""
    given = _given(tree, modules)
    if not given:
        return "it imports nothing of the project"
    _spread(tree, given)
    expectations = list(_expectations(tree))
    if not expectations:
        return "it asserts nothing"
    if not any(_mentions(node, given) for node in expectations):
        return "what it asserts is nothing of the project"
    return ""


def _given(tree: ast.Module, modules: Collection[str]) -> set[str]:
    """Names that the project's modules are bound to, or what can load or start them."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _is_of_project(alias.name, modules):
                    names.add(alias.asname or alias.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            if node.level or _is_of_project(node.module or "", modules):
                names |= {alias.asname or alias.name for alias in node.names}
            elif node.module in _STARTERS:
                names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and node.id in {"__import__", "exec"}:
            names.add(node.id)
    if "*" in names:
        names |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - _bound(tree)
    return names


def _is_of_project(module: str, modules: Collection[str]) -> bool:
    top = module.partition(".")[0]
    return top in modules or top in _STARTERS or top not in {*sys.stdlib_module_names, *_OF_TESTS}


def _bound(tree: ast.Module) -> set[str]:
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _is_store(n)}
    return stored | set(dir(builtins))


def _is_store(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _spread(tree: ast.Module, names: set[str]) -> None:
    """Add the names that are made from such names, or handed to such calls, until no more come."""
    before = -1
    while len(names) != before:
        before = len(names)
        for node in ast.walk(tree):
            names |= set(_made(node, names))


def _made(node: ast.AST, names: set[str]) -> Iterator[str]:
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For)):
        source = node.iter if isinstance(node, ast.For) else node.value
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if source is not None and _mentions(source, names):
            for target in targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))
    elif (
        isinstance(node, ast.withitem)
        and node.optional_vars
        and _mentions(node.context_expr, names)
    ):
        yield from (n.id for n in ast.walk(node.optional_vars) if isinstance(n, ast.Name))
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        if any(_mentions(inner, names) for inner in node.body):
            yield node.name
    elif isinstance(node, ast.Call) and _mentions(node.func, names):
        for value in (*node.args, *(k.value for k in node.keywords)):
            yield from (n.id for n in ast.walk(value) if isinstance(n, ast.Name))
    elif isinstance(node, ast.Try) and any(_mentions(inner, names) for inner in node.body):
        yield from (h.name for h in node.handlers if h.name)


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))


def _expectations(tree: ast.Module) -> Iterator[ast.AST]:
    """What can fail, each as the part of the check that decides whether it does."""
    decides: dict[ast.AST, ast.AST] = {}
    for node in ast.walk(tree):  # outermost first
        for child in ast.iter_child_nodes(node):
            decides[child] = node if isinstance(node, _DECIDES) else decides.get(node, child)
        if isinstance(node, ast.Assert):
            if not isinstance(node.test, ast.Constant):
                yield node.test
            elif not node.test.value:
                yield decides[node]
        elif isinstance(node, ast.Raise) and _name(node.exc) == "AssertionError":
            yield decides[node]
        elif isinstance(node, ast.With):
            if any(_name(item.context_expr).lower().endswith("raises") for item in node.items):
                yield from node.body
        elif isinstance(node, ast.Call) and _expects(_name(node)):
            yield node


def _expects(name: str) -> bool:
    return name.startswith(("assert", "assert_")) or name in {"fail", "raises"}


def _name(node: ast.AST | None) -> str:
    """The last part of the name that is raised, called or entered."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
