"""What a function compares, and so bounds, before it uses it."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.functions import Function
from indict_review.tools.c.expressions import (
    arguments,
    bare,
    callee,
    operator,
    sides,
    value,
)

RELATIONS = frozenset({"<", ">", "<=", ">="})

_CHECK = re.compile(
    r"check|assert|ensure|require|valid|verify|bound|limit|overflow|range|enough|remain|avail|safe"
    r"|clamp|truncat|(?:^|_)(?:min|max)(?:_t)?$|MIN|MAX",
    re.IGNORECASE,
)
"""Names of functions and macros that look at what they are given, and may leave or cut it."""

_LIMIT = re.compile(
    r"(?:^|_)(?:min|max|clamp|clip|limit|bound)|(?:MIN|MAX|Min|Max|Clamp|Clip|Bound)(?![a-z])"
)
"""Names of functions and macros whose result is bounded."""

_NO_BOUND = frozenset({"0", "-1", "1", "0L", "0UL", "NULL", "nullptr", "EOF"})
_NO_NUMBER = frozenset({"char_literal", "string_literal", "null"})
_BRANCHES = frozenset(
    {"if_statement", "while_statement", "do_statement", "for_statement", "conditional_expression"}
)


_Links = tuple[Mapping[str, set[str]], ...]


@dataclass(frozen=True)
class Compared:
    """One place where variables meet a bound."""

    piece: Piece
    places: frozenset[str]
    is_relation: bool
    """`<`, `>` and so on. Else `==` with more than nothing, or something that is called."""


@dataclass(frozen=True)
class Guards:
    """A guard counts by standing before a use, on whatever path: what is left is likely so."""

    function: Function

    @property
    def compared(self) -> tuple[Compared, ...]:
        """In the order of the text."""
        return self.function.patience.over(self._compared)

    @cached_property
    def _compared(self) -> tuple[Compared, ...]:
        return tuple(sorted(_compared(self.function), key=lambda each: each.piece.start))

    @cached_property
    def _by_place(self) -> Mapping[str, list[Compared]]:
        found: dict[str, list[Compared]] = defaultdict(list)
        for each in self.compared:
            for name in each.places:
                found[name].append(each)
        return found

    @cached_property
    def _links(self) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
        """By variable, those that it was computed from, and those that were computed from it."""
        up: dict[str, set[str]] = defaultdict(set)
        down: dict[str, set[str]] = defaultdict(set)
        function = self.function
        for each in function.assigned:
            computes = each.value is not None and _computes(function, each.value)
            for name in function.mentioned(each.value) if each.value and computes else ():
                up[each.target].add(name)
                down[name].add(each.target)
        return up, down

    def sources(self, name: str) -> frozenset[str]:
        """A variable and what its value was computed from."""
        return self._reach(name, self._links[:1], 3)

    def kin(self, name: str, far: int = 3) -> frozenset[str]:
        """A variable and what its value has to do with, over so many assignments."""
        return self._reach(name, self._links, far)

    def of(self, name: str, before: int | None = None) -> list[Compared]:
        """Where the variable itself is compared, before an offset; in the order of the text."""
        found = self._by_place.get(name, [])
        if before is not None:
            found = found[: bisect_left(found, before, key=lambda each: each.piece.start)]
        return self.function.patience.over(found)

    def has(self, name: str, before: int | None = None) -> bool:
        """Whether it, or what its value has to do with, is compared before an offset."""
        firsts = (found[0] for each in self.kin(name) if (found := self._by_place.get(each)))
        return any(before is None or first.piece.start < before for first in firsts)

    def _reach(self, name: str, links: _Links, far: int) -> frozenset[str]:
        found, edge, over = {name}, {name}, self.function.patience.over
        for _ in range(far):
            near = (over(link.get(each, set())) for each in edge for link in links)
            edge = set().union(*near) - found
            found |= edge
        return frozenset(found)


def _computes(function: Function, piece: Piece) -> bool:
    """By arithmetic alone: what a call gives has no bound from what it was given."""
    calls = (node for node in function.within(piece) if node.kind == "call_expression")
    return all(_LIMIT.search(callee(call)) or callee(call).isupper() for call in calls)


def _compared(function: Function) -> Iterator[Compared]:
    for node in function.of("binary_expression"):
        relation = operator(node) in RELATIONS
        if relation or (operator(node) in {"==", "!="} and _bounds(node)):
            yield Compared(node, frozenset(function.mentioned(node)), relation)
    for name, call in function.calls:
        if _CHECK.search(name) or _decides(function, call):
            # `&n` is there to be filled.
            given = (each for each in arguments(call) if not each.text.startswith("&"))
            yield Compared(call, frozenset(n for a in given for n in function.mentioned(a)), False)
    for node in function.of("switch_statement"):
        if (on := node.part("condition")) is not None:
            yield Compared(node, frozenset(function.mentioned(on)), False)
    for each in function.assigned:
        if each.sign in {"%=", "&="} or (each.value is not None and _is_bounded(each.value)):
            yield Compared(each.piece, frozenset({each.target}), True)


def _bounds(equality: Piece) -> bool:
    """`n == 4` bounds n, `n == 0` and `n == -1` do not."""
    both = sides(equality) or ()
    return all(side.text not in _NO_BOUND and side.kind not in _NO_NUMBER for side in both)


def _decides(function: Function, call: Piece) -> bool:
    """`if (!fits(n)) …`"""
    inner = call
    for outer in function.outwards(call):
        if outer.kind in _BRANCHES:
            return inner.role == "condition"
        if outer.kind.endswith("_statement"):
            return False
        inner = outer
    return False


def _is_bounded(piece: Piece) -> bool:
    piece = bare(piece)
    if piece.kind == "call_expression":
        return bool(_LIMIT.search(callee(piece)))
    both = sides(piece) if operator(piece) in {"%", "&"} else None
    if both is not None:
        return operator(piece) == "%" or value(both[1]) is not None or both[1].text.isupper()
    return piece.kind == "conditional_expression"
