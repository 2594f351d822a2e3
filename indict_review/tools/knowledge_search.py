"""Which entries a question is about: BM25 over what they say, names and titles above all."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from indict_review.tools.knowledge_entries import Entry

# Robertson and Zaragoza's usual constants.
_K1, _B = 1.2, 0.75
_TITLE, _KEYWORD, _TEXT = 4, 2, 1
"""How often a word counts, by where it stands."""
KEYED = 3
"""The score of an entry's keywords that makes it fit: one strong, or three weak ones."""
RANKED = 7.0
"""So does this rank: what questions about other things get stays below it, nearly always."""

_WORD = re.compile(r"[a-z]+\d*|\d+")
_API = re.compile(r"[a-z]\w*(?:\.\w+)*")
_MADE_UP = re.compile(r"[._\d]|[a-z][A-Z]")
_ENDS = re.compile(r"(?:ing|ed|es|s|e)$")
_EMPTY = frozenset(
    "a about all an and any are as at be been but by can could do does for from get have how i if "
    "in into is it its make me my no not of on one or our out should so such than that the their "
    "them then there these they this to use used using user users want was way we what when where "
    "which who why will with without would you your code function python java javascript php go "
    "rust safe secure security vulnerability weakness attack best fix check cwe".split()
)


class Search:
    """Built once, in memory: it takes a few milliseconds."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    def best(self, question: str) -> list[Entry]:
        """Those that fit, best first: by a keyword or call of theirs, or by many words."""
        small = question.lower()
        spoken = frozenset(_API.findall(small))
        weights = {word: self._weight(word) for word in set(_stems(question))}
        scored = []
        for entry, counts, calls in self._index:
            keyed = entry.score(small) + (KEYED if calls & spoken else 0)
            ranked = self._rank(weights, counts)
            if keyed >= KEYED or ranked >= RANKED:
                scored.append((keyed + ranked, entry))
        return [entry for _, entry in sorted(scored, key=lambda pair: -pair[0])]

    def _rank(self, weights: Mapping[str, float], counts: Counter[str]) -> float:
        length = _K1 * (1 - _B + _B * counts.total() / self._average)
        return sum(w * counts[x] * (_K1 + 1) / (counts[x] + length) for x, w in weights.items())

    def _weight(self, word: str) -> float:
        """The fewer entries have it, the more it tells; what none has, as much as a rare one."""
        having = sum(word in counts for _, counts, _ in self._index) or 1
        return math.log(1 + (len(self._index) - having + 0.5) / (having + 0.5))

    @cached_property
    def _average(self) -> float:
        return sum(counts.total() for _, counts, _ in self._index) / len(self._index)

    @cached_property
    def _index(self) -> list[tuple[Entry, Counter[str], frozenset[str]]]:
        return [(entry, _counted(entry), _calls(entry)) for entry in self._entries]


def _calls(entry: Entry) -> frozenset[str]:
    """What code calls, as questions name it: what is a word of English as well tells nothing."""
    names = (name.strip(".*") for names in entry.calls.values() for name in names)
    return frozenset(name.lower() for name in names if _MADE_UP.search(name))


def _counted(entry: Entry) -> Counter[str]:
    counts: Counter[str] = Counter()
    calls = [name for names in entry.calls.values() for name in names]
    for weight, texts in (
        (_TITLE, (entry.title, *entry.names)),
        (_KEYWORD, (*entry.strong, *calls)),
        (_TEXT, (*entry.weak, entry.what, entry.check, *entry.fix.values())),
    ):
        for word in set(_stems(" ".join(texts))):
            counts[word] += weight
    return counts


def _stems(text: str) -> list[str]:
    """Beginnings of words, so that `escaping` and `escape` are one; empty words left out."""
    words = (word for word in _WORD.findall(text.lower()) if word not in _EMPTY)
    return [
        (_ENDS.sub("", word) if len(word) > 5 else word.removesuffix("s"))[:6] for word in words
    ]
