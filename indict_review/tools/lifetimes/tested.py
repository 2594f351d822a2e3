"""Tests for a null pointer that come too late."""

from collections.abc import Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.c.signs import Kind, Sign
from indict_review.tools.lifetimes.steps import PLACE, STEP, Act, Flow, Step, is_part

LATE = Kind(
    "c-null-test-late",
    "CWE-476",
    "Move the test in front of the first use.",
    title="Null pointer tested after use",
)


def tested_late(flow: Flow) -> Iterator[Sign]:
    """See `Look`. A pointer that was followed on every way to its test."""
    told: set[str] = set()
    for step, before in zip(flow.steps, _followed(flow), strict=True):
        use = before.get(step.what) if step.act is Act.TEST and step.alone else None
        if use is not None and step.what not in told and use.line != step.line:
            told.add(step.what)
            tested = f"{step.what} is tested for NULL at line {step.line}"
            yield Sign(LATE, use, f"{tested}, but followed at line {use.line} before.")


def _followed(flow: Flow) -> list[dict[str, Piece]]:
    """Before each step, what was followed on every way there and never tested, and where."""
    known: list[dict[str, Piece] | None] = [None] * len(flow.steps)
    known[0] = {}
    tested = {step.what for step in flow.steps if step.act is Act.TEST and step.alone}
    left = [0]
    while left:
        number = left.pop()
        step, here = flow.steps[number], known[number] or {}
        flow.patience.spend(STEP + len(here) * (1 + len(flow.ways[number])))
        after = {what: use for what, use in here.items() if not _forgets(step, what)}
        if step.act is Act.FOLLOW and step.what in tested and PLACE.fullmatch(step.what):
            after.setdefault(step.what, step.piece)
        for way in flow.ways[number]:
            there = known[way.to]
            merged = after if there is None else {w: n for w, n in there.items() if w in after}
            if merged != there:
                known[way.to] = merged
                left.append(way.to)
    return [each or {} for each in known]


def _forgets(step: Step, what: str) -> bool:
    if step.act is Act.NOTHING and step.what:
        return True  # clean-up behind a label tests what it may be handed by any way
    return step.sets(what) or (step.act in {Act.TEST, Act.HINT} and is_part(what, step.what))
