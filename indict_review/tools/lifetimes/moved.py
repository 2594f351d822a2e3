"""Pointers into memory that was moved, and iterators of what was erased."""

from collections.abc import Iterator

from indict_review.evidence import Confidence
from indict_review.tools.c.expressions import callee
from indict_review.tools.c.signs import Kind, Sign
from indict_review.tools.lifetimes.names import MOVES
from indict_review.tools.lifetimes.paths import Ask, first, following
from indict_review.tools.lifetimes.steps import PLACE, Act, Flow, Step

MOVED = Kind(
    "c-use-after-realloc",
    "CWE-416",
    "Keep an offset instead of the pointer, or set the pointer anew after realloc().",
    title="Pointer into memory that realloc() moved",
)
ERASED = Kind(
    "cpp-use-after-erase",
    "CWE-416",
    "Go on with what erase() returns: it = container.erase(it), and no ++it then.",
    Confidence.HIGH,
    "Iterator used after erase()",
)

_ITERATORS = frozenset("begin cbegin rbegin find lower_bound upper_bound".split())


def used_after_move(flow: Flow) -> Iterator[Sign]:
    """See `Look`. Other names of what is given to realloc()."""
    moves = [n for n, s in enumerate(flow.steps) if s.act is Act.CALL and MOVES.search(s.what)]
    for number, step in enumerate(flow.steps):
        if not moves or step.act is not Act.ASSIGN or step.what not in flow.types:
            continue
        for move in flow.patience.over(moves):
            if use := _use_after(flow, number, move):
                by = flow.steps[move]
                said = f"{step.what} points into {by.args[0]} since line {step.line}, which"
                moved = f"{by.what} may move at line {by.line}"
                yield Sign(MOVED, use.piece, f"{said} {moved}, and is followed at line {use.line}.")
                break


def _use_after(flow: Flow, number: int, move: int) -> Step | None:
    """Where what step `number` set is followed after `move`, if it pointed there."""
    one, other = flow.steps[number], flow.steps[move]
    what, moved = one.what, other.args[0] if other.args else ""
    value = one.value.text if one.value is not None else ""
    into = value == moved or value.startswith((f"{moved}+", f"&{moved}["))
    if not into or moved == what or not PLACE.fullmatch(moved):
        return None

    def is_set(step: Step) -> bool:
        return step.sets(what) or step.sets(moved)

    if not first(flow, following(flow, number), lambda step: step is other, is_set):
        return None
    return first(flow, following(flow, move), _follows(what), lambda step: step.sets(what))


def _follows(what: str) -> Ask:
    return lambda step: step.act is Act.FOLLOW and step.what == what


def used_after_erase(flow: Flow) -> Iterator[Sign]:
    """See `Look`. Only where what erase() returns is thrown away."""
    for number, step in enumerate(flow.steps):
        if flow.language != "cpp" or step.act is not Act.CALL or step.what != "erase":
            continue
        if not step.alone or len(step.args) != 1 or not _is_iterator(flow, step.args[0]):
            continue
        (what,) = step.args
        if use := first(flow, following(flow, number), *_advanced(what)):
            gone = f"{what} is of what erase() took away at line {step.line}"
            yield Sign(ERASED, use.piece, f"{gone}, and is used at line {use.line}.")


def _advanced(what: str) -> tuple[Ask, Ask]:
    """`++it` and `*it`; up to `it = …`."""

    def found(step: Step) -> bool:
        is_step = step.act is Act.ASSIGN and step.value is None
        return (is_step or step.act is Act.FOLLOW) and step.what == what

    return found, lambda step: step.sets(what)


def _is_iterator(flow: Flow, what: str) -> bool:
    """And no key: erase() takes either."""
    steps = flow.patience.over(flow.steps)
    values = [s.value for s in steps if s.act is Act.ASSIGN and s.what == what and s.value]
    begun = any(v.kind == "call_expression" and callee(v) in _ITERATORS for v in values)
    return begun or "iterator" in flow.types.get(what, "")
