"""Reads a file's outline in one walk of its tree."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indict_review.syntax.grammars import BLOCKS, GIVING_UP, NOTHING, OUTPUT, STATEMENTS, Grammar
from indict_review.syntax.outline import Definition, Outline, Parameter, Statement, SyntaxFault
from indict_review.syntax.parsing import Source, TangledError, walk
from indict_review.syntax.signatures import function_name, given_name, own_name, signature

if TYPE_CHECKING:
    from indict_review.syntax.parsing import Node

_LAST_NAME = re.compile(r"(\w+)\W*$")
_TANGLED = SyntaxFault(1, "code that is too tangled to be parsed")
_NAME = re.compile(r"(?!new\b)[^\W\d]\w*")


def read(grammar: Grammar, text: str) -> Outline:
    """Outline the text. Faults do not stop it: what can be read around them is read."""
    source = Source(text)
    reader = _Reader(grammar, source)
    try:
        for depth, field_name, node in walk(grammar, source):
            reader.visit(depth, field_name, node)
    except TangledError:
        return Outline((_TANGLED,), (), (), frozenset(), depth=0)
    return reader.outline()


@dataclass
class _Unit:
    """A statement under way."""

    line: int
    tokens: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)

    @property
    def does_nothing(self) -> bool:
        """It passes, gives up, or is a constant or its return."""
        if not self.tokens or self.tokens[0] in {"raise", "throw"}:
            return True
        if self.calls:
            return all(name in GIVING_UP | NOTHING for name in self.calls)
        return "=" not in self.tokens and self.names <= NOTHING

    @property
    def is_idle(self) -> bool:
        """It does nothing, or only tells somebody."""
        if self.does_nothing:
            return True
        tells = bool(self.calls) or self.tokens[0] == "echo"
        return tells and "=" not in self.tokens and all(name in OUTPUT for name in self.calls)

    def done(self) -> Statement:
        return Statement(self.line, " ".join(self.tokens), tuple(self.calls), self.is_idle)


@dataclass
class _Function:
    """A function under way; `name` is None for a closure that nothing names."""

    name: str | None
    lines: tuple[int, int]
    parameters: tuple[Parameter, ...]
    returns: bool
    body: list[_Unit] = field(default_factory=list)

    def done(self) -> Definition | None:
        if self.name is None:
            return None
        stub = all(unit.does_nothing for unit in self.body)
        return Definition(self.name, "function", *self.lines, self.parameters, stub, self.returns)


class _Reader:
    """What is around the current node is kept in stacks, by depth."""

    def __init__(self, grammar: Grammar, source: Source) -> None:
        self.grammar = grammar
        self.source = source
        self.around: list[Node] = []
        self.scopes: list[tuple[int, str]] = []
        self.functions: list[tuple[int, _Function]] = []
        self.units: list[tuple[int, _Unit]] = []
        self.defined: list[_Function | Definition] = []
        self.stated: list[_Unit] = []
        self.faults: list[SyntaxFault] = []
        self.exports: set[str] = set()
        self.depth = 0

    def outline(self) -> Outline:
        found = [d.done() if isinstance(d, _Function) else d for d in self.defined]
        return Outline(
            faults=tuple(self.faults),
            definitions=tuple(d for d in found if d is not None),
            statements=tuple(unit.done() for unit in self.stated if unit.tokens),
            exports=frozenset(self.exports),
            depth=self.depth,
        )

    def visit(self, depth: int, field_name: str | None, node: "Node") -> None:
        """Take in one node; parents come before their children."""
        self.depth = max(self.depth, depth)
        del self.around[depth:]
        for stack in (self.scopes, self.functions, self.units):
            while stack and stack[-1][0] >= depth:
                stack.pop()
        if node.is_error or node.is_missing:
            self.faults.append(_fault(self.source, node))
        if "comment" not in node.type:
            self._state(depth, field_name, node)
            if node.is_named:  # `class` is a keyword, too
                self._define(depth, field_name, node)
                self._export(field_name, node)
            self._use(node)
        self.around.append(node)

    def _state(self, depth: int, field_name: str | None, node: "Node") -> None:
        """Begin a statement, if one begins here."""
        parent = self.around[-1] if self.around else None
        expression = parent is not None and field_name == "body" and node.type not in BLOCKS
        expression = expression and parent is not None and parent.type in self.grammar.closures
        if expression or (parent is not None and _is_statement(parent.type, node)):
            unit = _Unit(node.start_point[0] + 1)
            self.stated.append(unit)
            self.units.append((depth, unit))
            if self.functions:
                self.functions[-1][1].body.append(unit)

    def _define(self, depth: int, field_name: str | None, node: "Node") -> None:
        """Open a function, type or scope, if this is one."""
        parent = self.around[-1] if self.around else None
        if node.type in self.grammar.functions:
            self._open(depth, node, node, function_name(self.source, node))
        elif node.type in self.grammar.closures:
            name = given_name(self.source, field_name, parent)
            self._open(depth, node if name is None else parent or node, node, name)
        elif node.type in self.grammar.types | self.grammar.scopes:
            if name := own_name(self.source, node):
                self.scopes.append((depth, self._qualified(name)))
                if node.type in self.grammar.types and not _is_mention(node):
                    self.defined.append(Definition(self.scopes[-1][1], "type", *_lines(node)))

    def _open(self, depth: int, named: "Node", node: "Node", name: str | None) -> None:
        qualified = None if name is None else self._qualified(name)
        parameters = signature(self.grammar, self.source, node)
        function = _Function(qualified, _lines(named), parameters, _is_expression(node))
        self.defined.append(function)
        self.functions.append((depth, function))
        if qualified is not None:
            self.scopes.append((depth, qualified))

    def _use(self, node: "Node") -> None:
        """Add the node to the function and the statement it is in."""
        if self.functions and _gives_a_value(node):
            self.functions[-1][1].returns = True
        if not self.units:
            return
        unit = self.units[-1][1]
        if node.type in self.grammar.calls:
            unit.calls.append(self._callee(node))
        if node.child_count == 0 and node.end_byte > node.start_byte:
            text = self.source.token(node)
            unit.tokens.append(text)
            if node.type.endswith("identifier") or node.type in {"name", "self", "this"}:
                unit.names.add(text)

    def _export(self, field_name: str | None, node: "Node") -> None:
        if node.type not in {"identifier", "shorthand_property_identifier", "property_identifier"}:
            return
        around = [n.type for n in self.around[:4]]
        name = self.source.text(node)
        if around == ["module", "expression_statement", "assignment"]:
            exported = field_name == "left" and not name.startswith("_")
        elif around[1:2] == ["export_statement"]:
            parent = self.around[-1].type
            declared = parent == "variable_declarator" and field_name == "name"
            exported = parent == "export_specifier" or (declared and len(self.around) == 4)
        else:  # CommonJS: `module.exports = { name, name: … }`
            exported = around[1:3] == ["expression_statement", "assignment_expression"]
            exported = exported and self.source.text(self.around[2]).startswith("module.exports")
            exported = exported and around[3:] == ["object"] and len(self.around) <= 5
            exported = exported and field_name in {None, "key"}
        if exported:
            self.exports.add(name)

    def _qualified(self, name: str) -> str:
        return f"{self.scopes[-1][1]}.{name}" if self.scopes else name

    def _callee(self, call: "Node") -> str:
        for part in ("name", "function", "macro", "constructor", "type"):
            target = call.child_by_field_name(part)
            if target is not None:
                match = _LAST_NAME.search(self.source.tail(target))
                return match[1] if match else ""
        first = _NAME.search(self.source.text(call))  # PHP: `new Name(…)` has no field for it
        return first[0] if first else ""


def _fault(source: Source, node: "Node") -> SyntaxFault:
    what = source.text(node)[:40]
    detail = f"{node.type!r} is missing" if node.is_missing else f"cannot read {what!r}"
    return SyntaxFault(node.start_point[0] + 1, detail)


def _lines(node: "Node") -> tuple[int, int]:
    return node.start_point[0] + 1, node.end_point[0] + 1


def _is_statement(parent: str, node: "Node") -> bool:
    if not node.is_named or node.type in BLOCKS or "parameter" in node.type:
        return False
    return parent in BLOCKS or node.type.endswith(STATEMENTS)


def _is_mention(node: "Node") -> bool:
    """C: `struct S x;` only mentions S."""
    return node.type.endswith("_specifier") and node.child_by_field_name("body") is None


def _gives_a_value(node: "Node") -> bool:
    """A `yield`, or a `return` that has a value."""
    if node.type in {"return_statement", "return_expression"}:
        return any("comment" not in child.type for child in node.named_children)
    return node.is_named and node.type in {"yield", "yield_statement", "yield_expression"}


def _is_expression(function: "Node") -> bool:
    """A function whose body is an expression; in Rust its last expression is its value."""
    if function.type == "function_item":
        return function.child_by_field_name("return_type") is not None
    body = function.child_by_field_name("body") or function.child_by_field_name("value")
    return body is not None and (body.type not in BLOCKS or body.type == "arrow_expression_clause")
