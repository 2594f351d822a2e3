"""Sizes to allocate: products that wrap, ends that are forgotten."""

import re
from collections.abc import Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.functions import Function
from indict_review.tools.bounds.guards import Guards
from indict_review.tools.bounds.kinds import LOST_END, PRODUCT
from indict_review.tools.c.expressions import arguments, bare, callee, factors, operator
from indict_review.tools.c.signs import Sign, named

ALLOCATES = re.compile(r"(?<!de)(?<!un)alloc(?!at(?:or|ed|ion))\w*$", re.IGNORECASE)
_BOUNDED = frozenset({"call_expression", "conditional_expression", "sizeof_expression"})
_SMALLER = frozenset({">>", "/", "%", "&"})


def wrapping_products(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `malloc(width * height)` of numbers that are compared with nothing."""
    function = guards.function
    for call in (call for name, call in function.calls if ALLOCATES.search(name)):
        made = (each for a in arguments(call) for each in _made_from(function, a, call.start))
        found = (_loose(guards, size, call.start) for size in made)
        if loose := next((each for each in found if each), None):
            one, other = map(named, loose)
            said = f"neither {one} nor {other} was compared with a bound before: the product"
            yield Sign(PRODUCT, call, f"Of the size, {said} may wrap, and be too small.")


def lost_ends(guards: Guards) -> Iterator[Sign]:
    """See `Look`. `p = malloc(strlen(s)); strcpy(p, s);`"""
    function = guards.function
    for each in function.assigned:
        call = bare(each.value) if each.value is not None else each.piece
        if not ALLOCATES.search(callee(call)) or not arguments(call):
            continue
        measured = arguments(call)[0]
        text = arguments(measured)[0].text if callee(measured) == "strlen" else None
        copies = ([a.text for a in arguments(c)] for n, c in function.calls if n == "strcpy")
        if text is not None and [each.target, text] in list(copies):
            said = f"has room for the characters of {named(text)}, and not for the end"
            yield Sign(LOST_END, call, f"{named(each.target)} {said}.")


def _made_from(function: Function, size: Piece, before: int, far: int = 2) -> Iterator[Piece]:
    """A size, and what was last assigned to the variables in it."""
    yield size
    for name in sorted(set(function.mentioned(size))) if far else ():
        given = [each for each in function.given(name) if each.piece.end < before]
        if given and given[-1].sign in {"=", "*="} and (value_ := given[-1].value) is not None:
            yield from _made_from(function, value_, given[-1].piece.start, far - 1)


def _loose(guards: Guards, size: Piece, before: int) -> tuple[str, str] | None:
    """Two factors of its first product, if none of its factors has a bound."""
    function = guards.function
    products = (
        n for n in function.within(size) if n.kind == "binary_expression" and operator(n) == "*"
    )
    product = next(products, None)
    found = []
    for factor in factors(product) if product is not None else ():
        names = set(function.mentioned(factor))
        names -= {name[1:] for name in names if name.startswith("*")}
        if _is_smaller(factor) or not any(_is_variable(function, n) for n in names):
            continue
        if any(_has_bound(guards, name, before) for name in names):
            return None
        found.append(factor.text)
    return (found[0], found[1]) if len(found) > 1 else None


def _is_variable(function: Function, name: str) -> bool:
    """A constant is none, nor a type of a template."""
    return name in function.declared or bool(re.match(r"\*|\w.*(?:->|\.)", name))


def _is_smaller(factor: Piece) -> bool:
    return any(n.kind in _BOUNDED or operator(n) in _SMALLER for n in factor.walk())


def _has_bound(guards: Guards, name: str, before: int) -> bool:
    """A comparison of the product itself comes too late; a check that is called may divide."""
    if any(guards.of(each, before) for each in guards.sources(name)):
        return True
    return any(not c.is_relation for each in guards.kin(name) for c in guards.of(each, before))
