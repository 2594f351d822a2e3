"""What is used, or freed again, after it was freed."""

from collections.abc import Iterator

from indict_review.tools.c.signs import Kind, Sign
from indict_review.tools.lifetimes.names import FREES, releases
from indict_review.tools.lifetimes.paths import Ask, first, following
from indict_review.tools.lifetimes.steps import PLACE, Act, Flow, Step, root

USED = Kind(
    "c-use-after-free",
    "CWE-416",
    "Free it after its last use, or set it to NULL where it is freed and leave the function there.",
)
TWICE = Kind(
    "c-double-free",
    "CWE-415",
    "Free it in one place only, or set it to NULL where it is freed first.",
)


def used_after_free(flow: Flow) -> Iterator[Sign]:
    """See `Look`. Each variable once."""
    told: set[str] = set()
    for number, step in enumerate(flow.steps):
        what = freed(flow, step)
        if what is not None and what not in told:
            found, stop = _use_of(what, step), _end_of(what, root(what) not in flow.types)
            if use := first(flow, following(flow, number), found, stop):
                told.add(what)
                yield _sign(what, step, use)


def freed(flow: Flow, step: Step) -> str | None:
    """What this step frees, if it does."""
    if step.act is not Act.CALL or len(step.args) != 1 or not step.alone:
        return None
    (what,) = step.args
    # Of somebody else's, a function of that name may free only what is in it.
    declared = "" if what in flow.parameters else flow.types.get(what, "")
    return what if PLACE.fullmatch(what) and releases(step.what, declared) else None


def _use_of(what: str, freeing: Step) -> Ask:
    is_certain = freeing.what in FREES

    def found(step: Step) -> bool:
        if step.act is Act.CALL and what in step.args and not step.what.isupper():
            return is_certain or step.what == freeing.what
        is_use = step.act is Act.FOLLOW or (step.act is Act.RETURN and is_certain)
        return is_use and step.what == what

    return found


def _end_of(what: str, is_shared: bool) -> Ask:
    """Whatever may set it: a macro that is given it, a call that has what it is in."""

    def stop(step: Step) -> bool:
        if step.act is not Act.CALL:
            return step.sets(what)
        if what in step.args:
            return step.what.isupper()
        return is_shared or root(what) in step.args

    return stop


def _sign(what: str, freeing: Step, use: Step) -> Sign:
    again = use.act is Act.CALL and (use.what == freeing.what or use.what in FREES)
    kind, how = (TWICE, "freed again") if again else (USED, "used")
    there = f"by {freeing.what} at line {freeing.line}"
    return Sign(kind, use.piece, f"{what} is freed {there}, and {how} at line {use.line}.")
