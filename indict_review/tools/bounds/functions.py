"""A function of C or C++, as far as bounds go: what it declares, assigns and calls."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.declared import Declared, declared
from indict_review.tools.c.expressions import callee, declared_name, mentioned, operator, place
from indict_review.tools.c.patience import Patience

_PARAMETERS = frozenset({"parameter_declaration", "optional_parameter_declaration"})


@dataclass(frozen=True)
class Assigned:
    """A variable or field gets a value."""

    target: str
    sign: str
    """`=`, `+=`, `++`, …"""
    value: Piece | None
    """None for `++` and `--`."""
    piece: Piece


@dataclass(frozen=True)
class Function:
    """One function. Its pieces come in the order of the text.

    Whoever asks for some of them pays for all of them, as often as they are asked for.
    """

    head: Piece | None
    body: Piece
    patience: Patience

    @cached_property
    def nodes(self) -> tuple[Piece, ...]:
        """All of its body."""
        return tuple(self.body.walk())

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[Piece, ...]]:
        found: dict[str, list[Piece]] = defaultdict(list)
        for node in self.nodes:
            found[node.kind].append(node)
        return {kind: tuple(nodes) for kind, nodes in found.items()}

    def of(self, *kinds: str) -> Iterator[Piece]:
        """Pieces of these kinds, one kind after the other."""
        for kind in kinds:
            yield from self.patience.over(self._by_kind.get(kind, ()))

    def within(self, piece: Piece) -> Iterator[Piece]:
        """All pieces of one piece."""
        self.patience.spend(piece.end - piece.start)
        return piece.walk()

    def mentioned(self, piece: Piece) -> Iterator[str]:
        """See `mentioned`."""
        self.patience.spend(piece.end - piece.start)
        return mentioned(piece)

    @property
    def calls(self) -> tuple[tuple[str, Piece], ...]:
        """All calls, with the last name of what is called."""
        return self.patience.over(self._calls)

    @cached_property
    def _calls(self) -> tuple[tuple[str, Piece], ...]:
        return tuple((callee(call), call) for call in self.of("call_expression"))

    @cached_property
    def _around(self) -> Mapping[int, Piece]:
        return {id(part): node for node in self.nodes for part in node.parts}

    def around(self, piece: Piece) -> Piece | None:
        """What it is a part of."""
        return self._around.get(id(piece))

    def outwards(self, piece: Piece) -> Iterator[Piece]:
        """What it is in, the innermost first."""
        outer = self.around(piece)
        while outer is not None:
            self.patience.spend(1)
            yield outer
            outer = self.around(outer)

    @cached_property
    def declared(self) -> Mapping[str, Declared]:
        """Parameters and variables; of one name, the first."""
        found: dict[str, Declared] = {}
        head = self.head.walk() if self.head is not None else ()
        for node in (node for node in head if node.kind in _PARAMETERS):
            for each in declared(node, parameter=True):
                found.setdefault(each.name, each)
        for node in self.of("declaration"):
            for each in declared(node, parameter=False):
                found.setdefault(each.name, each)
        return found

    @property
    def parameters(self) -> tuple[Declared, ...]:
        """In their order."""
        return self.patience.over(self._parameters)

    @cached_property
    def _parameters(self) -> tuple[Declared, ...]:
        return tuple(each for each in self.declared.values() if each.is_parameter)

    def variable(self, piece: Piece | None) -> Declared | None:
        """The parameter or variable that an expression is, casts apart."""
        name = place(piece) if piece is not None else None
        return self.declared.get(name) if name is not None else None

    @property
    def assigned(self) -> tuple[Assigned, ...]:
        """All that is assigned."""
        return self.patience.over(self._assigned)

    @cached_property
    def _assigned(self) -> tuple[Assigned, ...]:
        return tuple(_assigned(self.nodes))

    @cached_property
    def _given(self) -> Mapping[str, tuple[Assigned, ...]]:
        found: dict[str, list[Assigned]] = defaultdict(list)
        for each in self.assigned:
            found[each.target].append(each)
        return {target: tuple(given) for target, given in found.items()}

    def given(self, target: str) -> tuple[Assigned, ...]:
        """What is assigned to one variable or field."""
        return self.patience.over(self._given.get(target, ()))


def _assigned(nodes: tuple[Piece, ...]) -> Iterator[Assigned]:
    for node in nodes:
        if node.kind == "assignment_expression":
            left, right = node.part("left"), node.part("right")
            if left is not None and (target := place(left)) is not None:
                yield Assigned(target, operator(node), right, node)
        elif node.kind == "init_declarator":
            if (name := node.part("declarator")) is not None:
                yield Assigned(declared_name(name), "=", node.part("value"), node)
        elif node.kind == "update_expression":
            inner = node.part("argument")
            if inner is not None and (target := place(inner)) is not None:
                yield Assigned(target, operator(node), None, node)
