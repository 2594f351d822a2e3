"""What functions are called and what they take, in the ten grammars."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indict_review.syntax.grammars import Grammar
from indict_review.syntax.outline import Definition, Parameter
from indict_review.syntax.parsing import Source

if TYPE_CHECKING:
    from indict_review.syntax.parsing import Node

_WORD = re.compile(r"\w+")
_RECEIVER = re.compile(r"(\w+)\s*(?:\[[^\]]*\])?\s*\)$")
_UNPASSED = ("splat", "separator")
_QUALIFIERS = re.compile(r"\b(?:const|final|mut|readonly|in)\b|\s+")


def compatible(grammar: Grammar, before: Definition, after: Definition) -> bool:
    """Whether every call of `before` is still a call of `after`.

    Parameters may be added where callers can leave them out; where callers cannot name a
    parameter, it may be renamed.
    """
    old = list(before.signature)
    for new in after.signature:
        if old and _replaces(grammar, old[0], new):
            old.pop(0)
        elif not new.optional or not all(p.takes_the_rest for p in old):
            return False
    return not old


def _replaces(grammar: Grammar, old: Parameter, new: Parameter) -> bool:
    if old.optional and not new.optional:
        return False
    if grammar.typed and old.type != new.type:
        return False
    renamed = grammar.by_position and _WORD.fullmatch(old.name) and _WORD.fullmatch(new.name)
    return old.name == new.name or bool(renamed)


def own_name(source: Source, node: "Node") -> str:
    """The name a type or scope gives itself (a Rust `impl`: its type's), or nothing."""
    name = node.child_by_field_name("type" if node.type == "impl_item" else "name")
    if name is None:
        return ""
    return _dotted(source.text(name).partition("<")[0])


def function_name(source: Source, node: "Node") -> str:
    """The name a function gives itself; Go's methods are named by their receiver, too."""
    name = node.child_by_field_name("name")
    if name is None:
        declarator = _with_parameters(node).child_by_field_name("declarator")
        return _dotted(source.text(declarator)) if declarator is not None else node.type
    receiver = node.child_by_field_name("receiver")  # Go: `(s *Server[T])`
    of = _RECEIVER.search(source.text(receiver)) if receiver is not None else None
    return f"{of[1]}.{source.text(name)}" if of else source.text(name)


def given_name(source: Source, field: str | None, parent: "Node | None") -> str | None:
    """What a closure is assigned to: `exports.run = …`, `run = () => …`, `{run: …}`."""
    if parent is None or field not in {"value", "right"}:
        return None
    for side in ("name", "left", "property", "key"):
        target = parent.child_by_field_name(side)
        if target is not None and target.end_byte - target.start_byte <= 80:
            return source.text(target)
    return None


def signature(grammar: Grammar, source: Source, function: "Node") -> tuple[Parameter, ...]:
    """The parameters, in order."""
    single = function.child_by_field_name("parameter")  # JavaScript: `x => …`
    if single is not None:
        return (Parameter(source.text(single), "", optional=False),)
    parameters = _with_parameters(function).child_by_field_name("parameters")
    if parameters is None:
        return ()
    found = tuple(
        parameter
        for node in parameters.named_children
        if "comment" not in node.type
        for parameter in _parameters(grammar, source, node)
    )
    return () if [p.type for p in found if not p.name] == ["void"] else found


def _parameters(grammar: Grammar, source: Source, node: "Node") -> Iterator[Parameter]:
    """One; several for Go's `a, b int`; without a name in a C prototype or for `...`."""
    parts = [child.type for child in node.children]
    optional = bool({"=", "?", "..."} & set(parts)) or node.type == "variadic_parameter"
    optional = optional or any(part in kind for kind in (node.type, *parts) for part in _UNPASSED)
    default = next((c.start_byte for c in node.children if c.type == "="), node.end_byte)
    names = _names(node)
    shared = node.child_by_field_name("type") if len(names) > 1 else None
    for name in names:
        declared = source.between(node.start_byte, name.start_byte) + " "
        declared += source.between(name.end_byte, max(default, name.end_byte))
        if shared is not None:
            declared = source.text(shared)
        declared = _QUALIFIERS.sub("", declared) if grammar.typed else ""
        yield Parameter(source.text(name), declared, optional)
    if not names:
        yield Parameter("", _QUALIFIERS.sub("", source.text(node)), optional)


def _names(parameter: "Node") -> list["Node"]:
    named = list(parameter.children_by_field_name("name"))
    for field in ("pattern", "left"):
        named = named or list(parameter.children_by_field_name(field))
    if named:
        return named
    declarator = parameter.child_by_field_name("declarator")
    if declarator is not None:
        return [_innermost(declarator)]
    inner = [c for c in parameter.named_children if c.type != "modifiers"]
    if parameter.type == "typed_parameter":
        return inner[:1]
    if parameter.type == "spread_parameter":  # Java: `int... more`
        return [inner[-1].child_by_field_name("name") or inner[-1]]
    is_declaration = parameter.type.endswith(("_declaration", "_parameter"))
    return [] if is_declaration else [parameter]


def _with_parameters(function: "Node") -> "Node":
    """The node whose parameters they are: in C the innermost function declarator."""
    found, inner = function, function.child_by_field_name("declarator")
    while inner is not None:
        if inner.type == "function_declarator":
            found = inner
        inner = _inside(inner)
    return found


def _innermost(declarator: "Node") -> "Node":
    inner: Node | None = declarator
    while inner is not None:
        declarator, inner = inner, _inside(inner)
    return declarator


def _inside(declarator: "Node") -> "Node | None":
    """C: what the star, brackets or parentheses are around; some have no field for it."""
    inner = declarator.child_by_field_name("declarator")
    if inner is not None or declarator.child_count == 0:
        return inner
    kinds = ("declarator", "identifier")
    return next((c for c in declarator.named_children if c.type.endswith(kinds)), None)


def _dotted(name: str) -> str:
    return name.strip().replace("::", ".").replace("\\", ".")
