"""Which files a task is about: BM25 over their words, and more for names, paths and definitions."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from indict_review.languages import of_path
from indict_review.relevant.words import Words, counted, spoken
from indict_review.syntax import definitions, has_grammar

# Robertson and Zaragoza's usual constants: how soon a word that repeats says nothing new, and how
# much longer files are held back.
_K1, _B = 1.2, 0.75

_IN_PATH = 2.0
"""How often a word counts that stands in the file's path."""
_DEFINED = 8.0
"""What a name of the task adds in the file that defines it: as much as a few rare words."""
_ASIDE = 0.5
"""What words count in documentation, which speaks of everything, and in tests, which repeat it."""
_NAMED = 1_000.0
"""More than words ever add up to: the task names the file."""
_LEAST = 0.2
"""Of the best file's score: what has less only shares common words."""


@dataclass(frozen=True)
class Ranked:
    """A file that a task may be about."""

    path: str
    text: str
    score: float


def ranked(words: Words, files: Mapping[str, str]) -> list[Ranked]:
    """Those of the files that the task is about, best first."""
    counts = {path: counted(text) for path, text in files.items()}
    weights = _weights(words.plain, counts)
    average = sum(c.total() for c in counts.values()) / max(1, len(counts)) or 1.0
    scored = [
        Ranked(path, text, _score(path, counts[path], weights, average) + _known(words, path, text))
        for path, text in files.items()
    ]
    best = max((each.score for each in scored), default=0.0)
    least = min(best, _NAMED / 100) * _LEAST
    kept = [each for each in scored if each.score > 0 and each.score >= least]
    return sorted(kept, key=lambda each: (-each.score, each.path))


def _weights(words: frozenset[str], counts: Mapping[str, Counter[str]]) -> dict[str, float]:
    """What each word says: the fewer files have it, the more."""
    total = len(counts)
    having = {word: sum(word in c for c in counts.values()) for word in words}
    return {w: math.log(1 + (total - n + 0.5) / (n + 0.5)) for w, n in having.items()}


def _score(path: str, count: Counter[str], weights: Mapping[str, float], average: float) -> float:
    length = _K1 * (1 - _B + _B * count.total() / average)
    inside = sum(w * count[x] * (_K1 + 1) / (count[x] + length) for x, w in weights.items())
    named = spoken(path)
    score = inside + _IN_PATH * sum(w for x, w in weights.items() if x in named)
    aside = not has_grammar(of_path(path)) or ("test" in named and "test" not in weights)
    return _ASIDE * score if aside else score


def _known(words: Words, path: str, text: str) -> float:
    """What the task says of this very file."""
    score = _NAMED if is_named(path, words.paths) else 0.0
    spoken = [name for name in words.names if name in text]
    language = of_path(path)
    if spoken and language is not None and has_grammar(language):
        defined = {d.name.rpartition(".")[2] for d in definitions(language, text)}
        score += _DEFINED * sum(name in defined for name in spoken)
    return score


def is_named(path: str, paths: Sequence[str] | frozenset[str]) -> bool:
    """Whether one of these is the path, its end or its last part."""
    parts = PurePosixPath(path).parts
    ends = {"/".join(parts[n:]) for n in range(len(parts))}
    return not ends.isdisjoint(paths)
