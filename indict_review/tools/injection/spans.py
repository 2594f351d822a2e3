"""Which lines of a text read as instructions to a model: also where a sentence goes over lines."""

import re
from collections.abc import Iterator, Sequence

from indict_review.change import Change
from indict_review.tools.injection.wording import Wording, instructions

_LEADER = re.compile(r"^\s*(?:[-+]?\s*)(?:#+|//+!?|/\*+|\*+/?|--|;+|%|<!--|\"\"\"|''')?\s*")
_TOGETHER = 3
"""Lines that a sentence may go over."""


def worded_lines(lines: Sequence[str]) -> Iterator[tuple[int, Wording]]:
    """Line numbers from 0, with what is said there; a sentence counts for each line it is on."""
    told = set()
    for number, line in enumerate(lines):
        for wording in instructions(line):
            told.add(number)
            yield number, wording
    plain = [_LEADER.sub("", line).removesuffix("*/").strip() for line in lines]
    for size in range(2, _TOGETHER + 1):
        for start in range(len(lines) - size + 1):
            part = range(start, start + size)
            if told.isdisjoint(part) and all(plain[n] for n in part):
                for wording in instructions(" ".join(plain[n] for n in part)):
                    told.update(part)
                    yield from ((n, wording) for n in part)


def spans_of(change: Change) -> tuple[str, ...]:
    """What to take out of a change before a model reads it: lines, words about it, names."""
    names = [f.path for f in change.files if any(instructions(spoken(f.path)))]
    texts = (change.patch, change.task or "", change.account or "")
    found = [*(span for text in texts for span in spans(text)), *names]
    return tuple(dict.fromkeys(found))


def spans(text: str) -> tuple[str, ...]:
    """The lines themselves, without the space around them, each once: what to take out."""
    lines = text.split("\n")
    numbers = sorted({number for number, _ in worded_lines(lines)})
    bare = (lines[n].removeprefix("+").removeprefix("-").strip() for n in numbers)
    return tuple(dict.fromkeys(filter(None, bare)))


def spoken(path: str) -> str:
    """A path as the words that it may be made of."""
    return re.sub(r"[_\-/.]+", " ", path)
