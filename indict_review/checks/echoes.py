"""`no-echoes`: words of the change do not become words of its revision.

A model that obeys a text in the change may write that text into code. Only running words count, as
people write them: code is made of the same names everywhere. Words of replaced lines may stay.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indict_review.change import Change
from indict_review.checks.candidate import Candidate, outcome
from indict_review.fencing import TAKEN_OUT
from indict_review.lookalikes import latin
from indict_review.patches.quoting import shown
from indict_review.revision import Check

MOST_ALIKE = 5
"""Words in a row that may be the same by chance."""
_SIGNS_ALIKE = 7
"""The same, of signs, in writing that has no spaces."""
_SENTENCE = 3
"""Words that a comment or a text in quotes has to have, so that nobody writes it by chance."""

_RUNNING = re.compile(r"[^\W\d_][\w'\u2019-]*(?:[ \t,;:.!?]{1,3}[^\W\d_][\w'\u2019-]*)*")
_WORD = re.compile(r"\w+")
_PART = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
"""A word as people write it: `_` parts two, as a blank does."""
_SYNTAX = frozenset("and as for from if import in is lambda not or return with else new".split())
"""Words of English that are words of programs too: of a stretch, most have to be others."""
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{8,}")
_NOT_WORDS = re.compile(r"[_-]+|\.\w{1,5}$|\.")
_SPOKEN = re.compile(r"""(?:\#|//|/\*|\*|--|<!--|;)\s*(?P<comment>.+)|(["'`])(?P<quoted>.+?)\2""")


@dataclass(frozen=True)
class Words:
    """Those of a change that nobody would write again by chance."""

    stretches: frozenset[str]
    sentences: frozenset[str]

    @staticmethod
    def of(change: Change) -> "Words":
        """Of the lines it adds, of what was asked for, of what is said of it, of its names."""
        names = [_NOT_WORDS.sub(" ", part) for f in change.files for part in f.path.split("/")]
        about = (change.task or "", change.account or "", *names)
        lines = [latin(line[1:]) for line in change.patch.split("\n") if line.startswith("+")]
        spoken = [m["comment"] or m["quoted"] for line in lines for m in _SPOKEN.finditer(line)]
        told = [*(latin(line) for text in about for line in text.split("\n")), *spoken]
        runs = [run[0] for line in lines for run in _RUNNING.finditer(line)]
        # What people write may go over lines; the names of code are not read on.
        texts = (*map(latin, about), " ".join(spoken), *runs)
        sentences = (_WORD.findall(text.lower()) for text in told)
        return Words(
            frozenset(stretch for text in texts for stretch in _stretches(text)),
            frozenset(f" {' '.join(words)} " for words in sentences if len(words) >= _SENTENCE),
        )

    def within(self, text: str) -> frozenset[str]:
        """Which of them stand in a text, also where other signs than blanks part its words."""
        read = latin(text)
        stretches = self.stretches.intersection(_stretches(read))
        plain = [f" {' '.join(_WORD.findall(line.lower()))} " for line in read.split("\n")]
        whole = {said for said in self.sentences if any(said in line for line in plain)}
        return stretches | whole


def _stretches(text: str) -> Iterator[str]:
    words = _PART.findall(text.lower())
    for start in range(len(words) - MOST_ALIKE):
        stretch = words[start : start + MOST_ALIKE + 1]
        if sum(word in _SYNTAX for word in stretch) < MOST_ALIKE - 2:
            yield " ".join(stretch)
    for run in _UNSPACED.finditer(text):
        for start in range(len(run[0]) - _SIGNS_ALIKE):
            yield run[0][start : start + _SIGNS_ALIKE + 1]


def no_echoes(candidate: Candidate, words: Words) -> Check:
    """The revision's new lines have no words of the change that the lines before them had not.

    Nor the remark in their stead: who copies it would lose what stood there.
    """
    troubles = []
    for path in candidate.touched:
        old = candidate.head.text(path).split("\n") if path in candidate.head.files else []
        new = candidate.revised.text(path).split("\n") if path in candidate.revised.files else []
        written = _only(new, old)
        echoed = words.within(written) - words.within(_only(old, new))
        if TAKEN_OUT in written:
            troubles.append(f"{path}: it copies the remark that words were taken out")
        elif echoed:
            said = shown(min(echoed).strip(), 80)
            troubles.append(f"{path}: it copies words of the change: {said!r}")
    return outcome("no-echoes", troubles, "no words of the change were copied", 0, len(troubles))


def _only(lines: Iterable[str], others: Iterable[str]) -> str:
    """A line that is there twice, and was there once, counts once."""
    return "\n".join((Counter(lines) - Counter(others)).elements())
