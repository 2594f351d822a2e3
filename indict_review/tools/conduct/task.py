"""What was asked for, as far as words tell. Patterns are bounded: the text may be hostile."""

import re
from dataclasses import dataclass
from functools import cached_property

LONGEST = 20_000
"""Characters of a task or an account that are read."""

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_NOT = re.compile(
    r"\b(?:not|never|without|no|don'?t|must ?n'?t|avoid|keep|cannot|rather than|instead of)\b"
)
_PATH = re.compile(r"(?<![\w./@-])(?:\.?[\w@-][\w.@-]{0,99}/){0,12}[\w@.-]{1,99}(?![\w/])")


@dataclass(frozen=True)
class Task:
    """The task; an empty text if nobody gave one."""

    text: str
    hearsay: bool = False
    """Whether it is the actor's own word: then it excuses nothing."""

    @staticmethod
    def of(text: str | None, *, hearsay: bool = False) -> "Task":
        """The task, cut to what is read."""
        return Task((text or "").strip()[:LONGEST], hearsay)

    def asks(self, pattern: str) -> bool:
        """Whether a sentence that forbids nothing has the pattern, in small letters."""
        return any(re.search(pattern, sentence) for sentence in self._wishes)

    def names(self, package: str) -> bool:
        """Whether it has this name as a word of its own: `requests` does not name `request`."""
        whole = rf"(?<![\w-]){re.escape(package.lower())}(?![\w-])"
        return re.search(whole, self.text.lower()) is not None

    def speaks_of(self, pattern: str) -> bool:
        """Whether it has the pattern anywhere, in small letters."""
        return re.search(pattern, self.text.lower()) is not None

    @cached_property
    def words(self) -> frozenset[str]:
        """Its identifiers and numbers, as written."""
        return frozenset(re.findall(r"\w+", self.text))

    @cached_property
    def _wishes(self) -> tuple[str, ...]:
        return tuple(s for s in sentences(self.text.lower()) if not _NOT.search(s))


def sentences(text: str) -> list[str]:
    """The text by sentences and lines."""
    return [part for part in _SENTENCE.split(text[:LONGEST]) if part]


def named_files(text: str) -> frozenset[str]:
    """All in a text that looks like a file: it has a dot inside, or a slash."""
    found = (match[0].rstrip(".").removeprefix("./") for match in _PATH.finditer(text[:LONGEST]))
    return frozenset(name for name in found if "/" in name or "." in name.strip("."))
