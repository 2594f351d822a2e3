"""Which lines of a text read as instructions to a model: also where a sentence goes over lines."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from indict_review.change import Change
from indict_review.lookalikes import latin
from indict_review.tools.injection.wording import Aim, Wording, in_signs, instructions, plain, said

_WINDOW, _STEP = 8, 4
"""Lines that are read together, and how far on the next ones begin: a sentence has up to five."""
_FEWEST = 3
"""Words of what counts over the end of a line: lines of code say two by chance."""
_WORD = re.compile(r"\w+")


def worded_lines(lines: Sequence[str]) -> Iterator[tuple[int, Wording]]:
    """Line numbers from 0, with what is said there; a sentence counts for each line it is on."""
    told: set[tuple[int, Aim]] = set()
    for number, wording in _worded(lines):
        if (number, wording.aim) not in told:
            told.add((number, wording.aim))
            yield number, wording


def _worded(lines: Sequence[str]) -> Iterator[tuple[int, Wording]]:
    for number, line in enumerate(lines):
        yield from ((number, wording) for wording in in_signs(line))
    spoken = [plain(line) for line in lines]
    yield from _together(spoken)
    if not all(line.isascii() for line in spoken):
        yield from _together([plain(latin(line)) for line in lines])


def _together(spoken: Sequence[str]) -> Iterator[tuple[int, Wording]]:
    """Lines that say nothing, as a bare `#`, do not part a sentence."""
    numbers = [n for n, words in enumerate(spoken) if words]
    for first in range(0, max(len(numbers) - _STEP, 1), _STEP):
        part = numbers[first : first + _WINDOW]
        starts = list(accumulate((len(spoken[n]) + 1 for n in part), initial=0))
        for start, end, wording in said(" ".join(spoken[n] for n in part)):
            on = part[bisect_right(starts, start) - 1 : bisect_right(starts, end - 1)]
            if len(on) == 1 or len(_WORD.findall(wording.said)) >= _FEWEST:
                yield from ((n, wording) for n in on)


@lru_cache(maxsize=64)  # every question of a review begins with the same text
def worded(text: str) -> frozenset[int]:
    """The numbers of these lines alone: what to take out before a model decides."""
    return frozenset(number for number, _ in worded_lines(text.split("\n")))


def speaks(change: Change) -> bool:
    """Whether it holds such a text: in its lines, in words about it, in names."""
    texts = (change.patch, change.task or "", change.account or "")
    names = (spoken(file.path) for file in change.files)
    return any(map(worded, texts)) or any(any(instructions(name)) for name in names)


def spoken(path: str) -> str:
    """A path as the words that it may be made of."""
    return re.sub(r"[_\-/.]+", " ", path)
