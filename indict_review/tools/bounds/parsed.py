"""Numbers that come from outside and are used as lengths, with no comparison in between."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.functions import Assigned, Function
from indict_review.tools.bounds.guards import Guards
from indict_review.tools.bounds.kinds import PARSED, PARSED_COPY, PARSED_SIZE
from indict_review.tools.bounds.sizes import ALLOCATES
from indict_review.tools.c.expressions import (
    arguments,
    bare,
    callee,
    element,
    mentioned,
    operator,
    place,
    sides,
    terms,
)
from indict_review.tools.c.signs import Kind, Sign, named

READS = re.compile(
    r"(?:ntoh[ls]|(?:be|le)(?:16|32|64)_?to\w+|atoi|atol|strtou?ll?|get(?:be|le)(?:16|24|32|64)"
    r"|(?:\w*_)?(?:get|read|load|peek|fetch)_?(?:u|s|i|int|uint|le|be)?_?(?:8|16|24|32|64)\w{0,5}"
    r"|(?:\w*_)?R[BL](?:16|24|32|64)|[A-Za-z]*[sS]wap(?:16|32|64)\w*"
    r"|Read\w*(?:Byte|Short|Long|MSB|LSB|Word|Int|16|32)\w*|(?:avio|bytestream2?)_\w*(?:16|24|32)"
    r"|(?:\w*_)?get_(?:byte|word|dword|short|long|bits\w*))$"
)
"""Names of what takes a number out of bytes, a file or a text."""

_COPY = re.compile(r"(?:\w*_)?(?:mem(?:cpy|move)|bcopy|CopyMemory|copy_from_user)$")


def outside(function: Function, each: Assigned) -> str | None:
    """What read the number that is assigned; None if it is not from outside."""
    return _reader(function, each.value) if each.value is not None and each.sign == "=" else None


def unbounded_lengths(guards: Guards) -> Iterator[Sign]:
    """See `Look`. Once a variable."""
    function, told = guards.function, set[str]()
    nodes = _by_name(function)
    for each in function.assigned:
        name = each.target
        reader = outside(function, each) if name not in told else None
        used = _first_use(function, each, nodes.get(name, [])) if reader is not None else None
        if used is None or reader is None or _is_bounded(guards, each, used[1].start):
            continue
        told.add(name)
        kind, node, how = used
        said = f"comes from {named(reader)} and is not compared with a bound before it is {how}"
        yield Sign(kind, node, f"{named(name)} {said}.")


def _by_name(function: Function) -> Mapping[str, list[Piece]]:
    """Calls and assignments by what they speak of, in the order of the text."""
    found: dict[str, list[Piece]] = defaultdict(list)
    nodes = function.of("call_expression", "assignment_expression")
    for node in sorted(nodes, key=lambda each: each.start):
        for name in set(function.mentioned(node)):
            found[name].append(node)
    return found


def _reader(function: Function, piece: Piece) -> str | None:
    piece = bare(piece)
    if piece.kind == "call_expression":
        return callee(piece) if READS.match(callee(piece)) else None
    both = sides(piece) if operator(piece) in {"|", "+", "<<"} else None
    if both is None:
        return None
    if operator(piece) == "|" and "<<" in piece.text and "&" not in piece.text:
        nodes = function.within(piece)
        elements = (parts for node in nodes if (parts := element(node)) is not None)
        owners = (function.declared.get(parts[0].text) for parts in elements)
        if any(owner is not None and owner.is_bytes for owner in owners):
            return piece.text
    return _reader(function, both[0]) or _reader(function, both[1])


def _is_bounded(guards: Guards, each: Assigned, before: int) -> bool:
    """Compared between where it was read and where it is used."""
    met = (c for name in guards.kin(each.target, 1) for c in guards.of(name, before))
    return any(c.piece.start >= each.piece.start for c in met)


def _first_use(
    function: Function, each: Assigned, nodes: Sequence[Piece]
) -> tuple[Kind, Piece, str] | None:
    """The first use as a length, until something else is assigned."""
    first = bisect_right(nodes, each.piece.end, key=lambda node: node.start)
    for node in islice(nodes, first, None):
        function.patience.spend(node.end - node.start)
        if (used := _use(function, node, each.target)) is not None:
            return used
        left = node.part("left")
        if left is not None and operator(node) == "=" and place(left) == each.target:
            return None
    return None


def _use(function: Function, node: Piece, name: str) -> tuple[Kind, Piece, str] | None:
    if node.kind == "assignment_expression":
        to = function.variable(node.part("left"))
        right = node.part("right")
        steps = operator(node) == "+=" and to is not None and to.stars == 1 and right is not None
        if steps and right is not None and place(right) == name:
            return PARSED, node, "added to a pointer"
        return None
    given = arguments(node)
    if _COPY.match(callee(node)) and len(given) == 3 and name in terms(given[2]):
        made = any(_was_made_for(function, side, name) for side in given[:2])
        return None if made else (PARSED_COPY, node, "copied")
    if ALLOCATES.search(callee(node)):
        owner = function.declared.get(name)
        sums = (terms(argument) for argument in given)
        if any(name in each and each[""] > 0 for each in sums) and not (owner and owner.is_narrow):
            return PARSED_SIZE, node, "made larger and allocated"
    return None


def _was_made_for(function: Function, buffer: Piece, name: str) -> bool:
    """It was allocated with this length."""
    target = next(mentioned(buffer), "")
    values = (each.value for each in function.given(target) if each.value is not None)
    return any(name in set(function.mentioned(each)) for each in values)
