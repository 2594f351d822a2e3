"""Which steps can follow which, where what was tested once is not taken to be otherwise later."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from indict_review.tools.lifetimes.reading import NULL
from indict_review.tools.lifetimes.steps import STEP, Act, Flow, Step, is_part

Facts = frozenset[tuple[str, bool]]
"""Conditions, by their text, and whether they hold."""

FAR = 1_000
"""States of a function that are looked at from one step on. With more, nothing is said of it."""

_NEGATIVE = re.compile(r"-(?:[A-Z]\w*|[1-9]\d*)$|^AVERROR\(|^-?AVERROR_\w+$")
_POSITIVE = re.compile(r"(?:[1-9]\d*|0[xX][0-9a-fA-F]+|true|TRUE)$")


@dataclass(frozen=True)
class Start:
    """Where to begin: before the step `at`."""

    at: int
    facts: Facts = frozenset()


Ask = Callable[[Step], bool]


def first(flow: Flow, starts: Iterable[Start], found: Ask, stop: Ask) -> Step | None:
    """The nearest step that is `found`, over ways that can be gone and have no `stop` before."""
    left = deque(starts)
    seen = set(left)
    while left and len(seen) < FAR:
        here = left.popleft()
        step = flow.steps[here.at]
        flow.patience.spend(STEP + len(step.args))
        if found(step):
            return step
        if not stop(step):
            fresh = [there for there in after(flow, here) if there not in seen]
            seen.update(fresh)
            left.extend(fresh)
    return None


def following(flow: Flow, number: int) -> list[Start]:
    """What can come after a step, with what is known there; nothing if no way leads to it."""
    known = known_at(flow)[number]
    return [] if known is None else list(after(flow, Start(number, known)))


def after(flow: Flow, here: Start) -> Iterator[Start]:
    """The states that can come next."""
    step = flow.steps[here.at]
    flow.patience.spend(STEP + len(here.facts))
    facts = told(flow, step, here.facts)
    known = next((so for so in (True, False) if (step.what, so) in facts), None)
    for way in flow.ways[here.at]:
        if way.when is None or known is None or known == way.when:
            tested = way.when is not None and step.what in repeated(flow)
            yield Start(way.to, facts | {(step.what, bool(way.when))} if tested else facts)


def told(flow: Flow, step: Step, facts: Facts) -> Facts:
    """What is known after a step, before any way is taken."""
    if step.act is Act.ADDRESS or step.act is Act.ASSIGN:
        facts = frozenset(fact for fact in facts if not is_part(step.what, fact[0]))
        if step.value is not None:
            facts |= {fact for fact in _worth(step.what, step.value.text) if fact[0] in asked(flow)}
    return facts


@lru_cache(maxsize=4)
def known_at(flow: Flow) -> tuple[Facts | None, ...]:
    """Before each step, what holds on every way there; None where no way leads."""
    known: list[Facts | None] = [None] * len(flow.steps)
    known[0] = frozenset()
    left = [0]
    while left:
        number = left.pop()
        for there in after(flow, Start(number, known[number] or frozenset())):
            before = known[there.at]
            merged = there.facts if before is None else before & there.facts
            if merged != before:
                known[there.at] = merged
                left.append(there.at)
    return tuple(known)


@lru_cache(maxsize=4)
def asked(flow: Flow) -> frozenset[str]:
    """All conditions."""
    return frozenset(step.what for step in flow.steps if step.act is Act.TEST)


@lru_cache(maxsize=4)
def repeated(flow: Flow) -> frozenset[str]:
    """Conditions worth remembering: they are asked more than once."""
    counted = Counter(step.what for step in flow.steps if step.act is Act.TEST)
    return frozenset(what for what, times in counted.items() if times > 1)


def _worth(what: str, value: str) -> Facts:
    """What conditions come to after a constant was assigned: `if (r)`, `if (r < 0)`."""
    below, above = f"{what}<0", f"{what}>0"
    if value in NULL:
        return frozenset({(what, False), (below, False), (above, False)})
    if _NEGATIVE.search(value):
        return frozenset({(what, True), (below, True), (above, False)})
    if _POSITIVE.match(value):
        return frozenset({(what, True), (below, False), (above, True)})
    return frozenset()
