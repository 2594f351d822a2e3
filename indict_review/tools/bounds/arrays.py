"""Arrays that the function declares itself, and more that is put into them."""

import re
from collections.abc import Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.declared import Declared
from indict_review.tools.bounds.functions import Function
from indict_review.tools.bounds.guards import Guards
from indict_review.tools.bounds.kinds import OFF_BY_ONE, SOURCE_LENGTH, TEXT_COPIED
from indict_review.tools.c.expressions import (
    arguments,
    bare,
    callee,
    element,
    operator,
    place,
    sides,
    value,
)
from indict_review.tools.c.signs import Sign, named

_COPY = re.compile(r"(?:memcpy|memmove|strncpy|bcopy|CopyMemory|copy_from_user)$")
_TEXT = re.compile(r"(?:strcpy|strcat|stpcpy)$")


def room(function: Function, piece: Piece) -> Declared | None:
    """The array that is written to, if the function declares it."""
    found = function.variable(piece)
    return found if found is not None and found.is_room else None


def unbounded_copies(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `memcpy(array, s, strlen(s))`"""
    function = guards.function
    for name, call in function.calls:
        given = arguments(call)
        to = room(function, given[0]) if _COPY.match(name) and len(given) == 3 else None
        if to is None:
            continue
        source, size = given[1].text, given[2]
        if callee(size) == "strlen" and [each.text for each in arguments(size)] == [source]:
            if not any(size.text in c.piece.text for c in guards.of(source, call.start)):
                said = f"as much as {named(source)} has, whatever the array has"
                yield Sign(SOURCE_LENGTH, call, f"Into {named(to.name)} goes {said}.")


def unbounded_texts(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `strcpy(array, text)` with a parameter that is not measured before."""
    function = guards.function
    for name, call in function.calls:
        given = arguments(call)
        to = room(function, given[0]) if _TEXT.match(name) and len(given) == 2 else None
        text = function.variable(given[1]) if to is not None else None
        if to is not None and text is not None and is_unmeasured(guards, text, call.start):
            said = f"is copied into the array {named(to.name)}, however long it is"
            yield Sign(TEXT_COPIED, call, f"The text {named(text.name)} {said}.")


def is_unmeasured(guards: Guards, text: Declared, before: int) -> bool:
    """A text that a caller gives, and whose length nobody asked for."""
    if not text.is_parameter or text.stars != 1 or not text.is_bytes:
        return False
    measured = f"strlen({text.name})"
    if any(
        each.value is not None and measured in each.value.text for each in guards.function.assigned
    ):
        return False
    return not guards.of(text.name, before)


def off_by_one(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `int a[N]; for (i = 0; i <= N; i++) a[i]`"""
    function = guards.function
    for loop in function.of("for_statement"):
        on = loop.part("condition")
        both = sides(bare(on)) if on is not None and operator(bare(on)) == "<=" else None
        for parts in map(element, function.within(loop)) if both is not None else ():
            to = room(function, parts[0]) if parts is not None else None
            if both is None or parts is None or to is None or place(parts[1]) != both[0].text:
                continue
            if to.size is not None and _is_size(to, to.size, both[1]):
                said = f"goes up to {named(both[1].text)}, one more than {named(to.name)} has"
                yield Sign(OFF_BY_ONE, both[1], f"{named(both[0].text)} {said}.")
                break


def _is_size(array: Declared, size: Piece, bound: Piece) -> bool:
    counted = rf"\w*(?:SIZE|COUNT|ELEM|LEN|nitems|countof)\w*\({re.escape(array.name)}\)"
    known = value(size)
    if known is not None:
        return known == value(bound) or bool(re.fullmatch(counted, bound.text))
    return size.text == bound.text or bool(re.fullmatch(counted, bound.text))
