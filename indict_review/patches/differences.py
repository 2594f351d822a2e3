"""Where two texts differ. `difflib` takes cubic time on texts made for it; this cannot."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

MAX_EDITS = 100
"""Between two lines that occur once in both, more edits than this are shown as one replacement."""


class Span(NamedTuple):
    """`before[i1:i2]` became `after[j1:j2]`."""

    i1: int
    i2: int
    j1: int
    j2: int


def differences(before: Sequence[str], after: Sequence[str]) -> list[Span]:
    """The spans in order, none touching the next. Time grows with lines times `MAX_EDITS`.

    Lines that occur once in both are matched first, as patience diff does; between them, Myers'
    greedy algorithm (1986) finds the fewest edits.
    """
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(line, len(numbers)) for line in before]
    b = [numbers.setdefault(line, len(numbers)) for line in after]
    spans: list[Span] = []
    i = j = 0
    for i_end, j_end in [*_anchors(a, b), (len(a), len(b))]:
        if i < i_end or j < j_end:
            spans += _between(a, b, Span(i, i_end, j, j_end))
        i, j = i_end + 1, j_end + 1
    return _joined(spans)


def _anchors(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """Lines that occur once in both: the longest run of them that keeps its order."""
    in_a, in_b = Counter(a), Counter(b)
    where = {line: j for j, line in enumerate(b) if in_b[line] == 1}
    pairs = [(i, where[line]) for i, line in enumerate(a) if in_a[line] == 1 and line in where]
    ends: list[int] = []
    at: list[int] = []
    previous: list[int | None] = []
    for n, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        previous.append(at[length - 1] if length else None)
        ends[length : length + 1] = [j]
        at[length : length + 1] = [n]
    run = []
    last = at[-1] if at else None
    while last is not None:
        run.append(pairs[last])
        last = previous[last]
    return run[::-1]


def _between(a: Sequence[int], b: Sequence[int], gap: Span) -> list[Span]:
    i1, i2, j1, j2 = gap
    while i1 < i2 and j1 < j2 and a[i1] == b[j1]:
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and a[i2 - 1] == b[j2 - 1]:
        i2, j2 = i2 - 1, j2 - 1
    if i1 == i2 or j1 == j2:
        return [Span(i1, i2, j1, j2)] if i1 < i2 or j1 < j2 else []
    edits = _fewest_edits(a[i1:i2], b[j1:j2])
    if edits is None:
        return [Span(i1, i2, j1, j2)]
    return [Span(i1 + x, i1 + x2, j1 + y, j1 + y2) for x, x2, y, y2 in edits]


def _fewest_edits(a: Sequence[int], b: Sequence[int]) -> list[Span] | None:
    """One-line edits in order, or None if it takes more than `MAX_EDITS`."""
    furthest = {1: 0}
    rounds: list[dict[int, int]] = []
    for d in range(min(len(a) + len(b), MAX_EDITS) + 1):
        rounds.append(dict(furthest))
        for k in range(-d, d + 1, 2):
            x = furthest[k + 1] if _goes_down(furthest, k, d) else furthest[k - 1] + 1
            while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += 1
            furthest[k] = x
            if x >= len(a) and x - k >= len(b):
                return _walked_back(rounds, len(a), len(b))
    return None


def _goes_down(furthest: dict[int, int], k: int, d: int) -> bool:
    return k == -d or (k != d and furthest[k - 1] < furthest[k + 1])


def _walked_back(rounds: Sequence[dict[int, int]], x: int, y: int) -> list[Span]:
    edits = []
    for d in range(len(rounds) - 1, 0, -1):
        k = x - y
        down = _goes_down(rounds[d], k, d)
        k += 1 if down else -1
        x = rounds[d][k]
        y = x - k
        edits.append(Span(x, x, y, y + 1) if down else Span(x, x + 1, y, y))
    return edits[::-1]


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].i2 == span.i1 and joined[-1].j2 == span.j1:
            span = Span(joined[-1].i1, span.i2, joined.pop().j1, span.j2)
        joined.append(span)
    return joined
