"""Texts that are formatted into arrays which are too small for them."""

import re
from collections.abc import Iterator, Sequence

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.arrays import is_unmeasured, room
from indict_review.tools.bounds.guards import Guards
from indict_review.tools.bounds.kinds import FORMAT, WRITTEN_OFFSET
from indict_review.tools.c.expressions import arguments, bare, callee, terms, value
from indict_review.tools.c.signs import Sign, named

_DIRECTIVE = re.compile(r"%[-+ #0]*(\d*|\*)(?:\.(\d*|\*))?(hh|h|ll|l|z|j|t)?([a-zA-Z%])")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]+|[0-7]{1,3}|.)")
_WIDEST = {
    "d": {"hh": 4, "h": 6, "": 11},
    "u": {"hh": 3, "h": 5, "": 10},
    "x": {"hh": 2, "h": 4, "": 8},
}
_WIDEST |= {"i": _WIDEST["d"], "X": _WIDEST["x"]}
"""Characters of the largest number, by directive and size, its sign included."""
_LONG = 20
_NO_END = 1 << 30
_SYSTEM = {"INET_ADDRSTRLEN": 16, "INET6_ADDRSTRLEN": 46, "IFNAMSIZ": 16}


def formats_too_long(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `char a[8]; sprintf(a, "%d", n)`: the longest that may come is counted."""
    function = guards.function
    for name, call in function.calls:
        given = arguments(call)
        to = room(function, given[0]) if name == "sprintf" and len(given) > 1 else None
        if to is None or to.size is None or given[1].kind != "string_literal":
            continue
        has = value(to.size) or _SYSTEM.get(to.size.text)
        needs = _longest(guards, call, given[1].text[1:-1], given[2:])
        if has is not None and needs > has:
            many = "more" if needs >= _NO_END else str(needs)
            yield Sign(FORMAT, call, f"{named(to.name)} has {has} bytes; {many} may be written.")


def _longest(guards: Guards, call: Piece, form: str, given: Sequence[Piece]) -> int:
    """The most bytes that a format may write, its end included; 0 if that is not known."""
    total = 1 + len(_ESCAPE.sub("_", _DIRECTIVE.sub("", form)))
    left = list(given)
    for width, precision, size, kind in _DIRECTIVE.findall(form):
        if kind == "%":
            total += 1
        elif "*" in width + precision or not left:
            return 0
        else:
            one = _one(guards, call, left.pop(0), size, kind, precision)
            if not one:
                return 0
            total += max(one, int(width or 0))
    return total


def _one(guards: Guards, call: Piece, given: Piece, size: str, kind: str, precision: str) -> int:
    """The same for one directive; 0 for what is bounded elsewhere, or may be."""
    variable = guards.function.variable(given)
    if kind == "c":
        return 1
    if kind == "s" and precision:
        return int(precision)
    if variable is None:
        return 0
    if kind == "s":
        return _NO_END if is_unmeasured(guards, variable, call.start) else 0
    plain = variable.is_number and not variable.is_narrow
    if kind not in _WIDEST or not plain or guards.has(variable.name, call.start):
        return 0
    return _WIDEST[kind].get(size, _LONG)


def written_offsets(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `n += snprintf(buf + n, size - n, …)` with no look at n. Once a function."""
    for each in guards.function.assigned:
        call = bare(each.value) if each.value is not None and each.sign == "+=" else each.piece
        given = arguments(call)
        if callee(call) not in {"snprintf", "vsnprintf"} or len(given) < 3:
            continue
        left = terms(given[1]).get(each.target) == -1
        if left and each.target in terms(given[0]) and not guards.of(each.target):
            said = "it says what would have been written, so that this may pass the end"
            message = f"{named(each.target)} goes on by snprintf's result: {said}."
            yield Sign(WRITTEN_OFFSET, call, message)
            return
