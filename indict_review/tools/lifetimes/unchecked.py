"""What may be a null pointer, and is followed before anybody looked."""

from collections.abc import Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.c.expressions import arguments, callee, mentioned
from indict_review.tools.c.signs import Kind, Sign
from indict_review.tools.lifetimes.names import ALLOCATES, BORROWS, FINDS, FOLLOWS, MAY_FAIL
from indict_review.tools.lifetimes.paths import Ask, first, following
from indict_review.tools.lifetimes.steps import PLACE, Act, Flow, Step, is_part

UNCHECKED = Kind(
    "c-null-unchecked",
    "CWE-476",
    "Test it for NULL right where it is set, and leave the function there.",
    title="Null pointer not checked for",
)


def followed_unchecked(flow: Flow) -> Iterator[Sign]:
    """See `Look`. Each variable once."""
    told: set[str] = set()
    for number, step in enumerate(flow.steps):
        if step.act is not Act.ASSIGN or step.what in told or not PLACE.fullmatch(step.what):
            continue
        reason = _may_be_null(step.value) if step.value is not None else None
        if reason and (use := _unlooked(flow, number, step.what)):
            told.add(step.what)
            said = f"{step.what} is what {reason}, at line {step.line}"
            message = f"{said}, and is followed at line {use.line} with no test in between."
            yield Sign(UNCHECKED, use.piece, message)


def _unlooked(flow: Flow, number: int, what: str) -> Step | None:
    return first(flow, following(flow, number), _follows(what), _tests(what))


def _may_be_null(value: Piece) -> str | None:
    """A constant amount of memory is there, or the machine is lost; others have a say in `n`."""
    name = callee(value)
    given = {each for argument in arguments(value) for each in mentioned(argument)}
    if name in MAY_FAIL or (name in ALLOCATES and not all(map(str.isupper, given))):
        return f"{name} returns, NULL where there is no memory"
    return f"{name} returns, NULL where there is none" if name in FINDS else None


def _follows(what: str) -> Ask:
    def found(step: Step) -> bool:
        if step.act is Act.CALL:
            return what in step.args and step.what in FOLLOWS
        return step.act is Act.FOLLOW and step.what == what

    return found


def _tests(what: str) -> Ask:
    """Or hands it on: whoever has it may test it."""

    def stop(step: Step) -> bool:
        if step.act is Act.CALL:
            return what in step.args and step.what not in BORROWS
        renamed = step.act is Act.ASSIGN and step.value is not None and step.value.text == what
        asked = step.act in {Act.TEST, Act.HINT} and is_part(what, step.what)
        return renamed or asked or step.sets(what)

    return stop
