"""What is the project's own: words and numbers that a query to the web may not hold."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from indict_review.cwe import CWES
from indict_review.tools.code_files import CodeFiles
from indict_review.tools.web_words import is_within_one, vocabulary

_SHORTEST, _LONGEST = 4, 20
"""Letters of a word of a critic's own."""
_PIECE = 6
"""Letters in a row that stand so in the project: they are its own."""
_COPIED = 5
"""Words in a row that stand so in the project: they are quoted from it."""
_FIRST_CVE = 1999
_PART = re.compile(rf"[A-Z]?[a-z]{{{_SHORTEST - 1},}}|[A-Z]{{{_SHORTEST},}}")
"""Of a name, such as `acmePayroll`."""


@dataclass(frozen=True)
class Own:
    """All that a critic can have seen of the project."""

    files: CodeFiles

    def has_line(self, words: Sequence[str]) -> bool:
        """Whether some of the words stand there in a row."""
        runs = [words[n : n + _COPIED] for n in range(len(words) - _COPIED + 1)]
        return any(
            all(word in text for word in run) and re.search(r"[\W_]+".join(run), text)
            for run in runs
            for text in self._texts
        )

    def has_number(self, number: str) -> bool:
        """Whether the digits stand there, however they are parted. Known weaknesses are public."""
        kind, *parts = number.upper().split("-")
        if kind == "CWE":
            return number.upper() not in CWES
        if kind == "CVE":
            if not _FIRST_CVE <= int(parts[0]) <= time.localtime().tm_year:
                return True  # it is none
            if any(number.lower() in text for text in self._texts):
                return False
        digits = (parts or [number.replace(".", "")])[-1]
        return any(each in self._squeezed for each in (digits, digits[::-1]))

    def has_word(self, word: str) -> bool:
        """Whether a word has something of the project's in it, and is none of the critic's own.

        Also turned round, run together, mixed up, or with letters around it.
        """
        if not _SHORTEST <= len(word) <= _LONGEST or word in self._squeezed:
            return True
        short, mixed = self._names
        if "".join(sorted(word)) in mixed or word[::-1] in vocabulary():
            return True
        return any(
            (piece in self._squeezed and not is_within_one(piece))
            if len(piece) == _PIECE
            else piece in short
            for piece in _pieces(word)
        )

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(text.lower() for text in self._seen())

    @cached_property
    def _squeezed(self) -> str:
        """Letters and digits alone: `10.20` and `acme_payroll` are hidden by no dots."""
        return "\n".join("".join(re.findall(r"[^\W_]+", text)) for text in self._texts)

    @cached_property
    def _names(self) -> tuple[frozenset[str], frozenset[str]]:
        """Short words that are no common ones, and of the longer ones the letters in order."""
        parts = {m[0].lower() for text in self._seen() for m in _PART.finditer(text)}
        words = parts - vocabulary()
        short = frozenset(word for word in words if len(word) < _PIECE)
        return short, frozenset("".join(sorted(word)) for word in words - short)

    def _seen(self) -> Iterator[str]:
        change = self.files.change
        yield from (change.patch, change.task or "", change.account or "", *self.files.texts)
        yield from (tree.text(p) for tree in (change.before, change.after) for p in tree.files)
        yield from self.files.texts.values()


def _pieces(word: str) -> Iterator[str]:
    """What is short enough to be looked for, read from both ends."""
    for text in (word, word[::-1]):
        for length in range(_SHORTEST, _PIECE + 1):
            yield from (text[n : n + length] for n in range(len(text) - length + 1))
