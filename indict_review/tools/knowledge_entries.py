"""The entries of what is known of weaknesses: short, in our own words, one file per CWE.

Short because a small model pays for each token it reads, and literal because it does what it reads.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from indict_review import yaml_text
from indict_review.errors import ToolError

ENTRIES = Path(__file__).parent.parent / "knowledge"

_STRONG, _WEAK = 3, 1
_SPOKEN_AS = {"typescript": "javascript", "cpp": "c"}


@dataclass(frozen=True)
class Entry:
    """One family of weaknesses."""

    cwe: str
    title: str
    names: tuple[str, ...]
    """What others call it: questions are asked in their words."""
    also: tuple[str, ...]
    """Other CWEs that the entry answers for."""
    owasp: tuple[str, ...]
    """Its categories in OWASP's Top Ten, such as `A03:2021`."""
    strong: tuple[str, ...]
    """Names and words that hardly stand for anything else, in small letters."""
    weak: tuple[str, ...]
    """Words that go with it, and with much else."""
    calls: Mapping[str, tuple[str, ...]]
    """By language, what code calls that may have it: see `knowledge_calls`."""
    what: str
    check: str
    fix: Mapping[str, str]
    """By language; `any` where all others do alike."""

    def idiom(self, language: str | None) -> str | None:
        """How it is fixed in a language; None where it does not occur."""
        name = language or "python"
        return self.fix.get(name) or self.fix.get(_SPOKEN_AS.get(name, "any"), self.fix.get("any"))

    def called_in(self, language: str) -> tuple[str, ...]:
        """What code of a language calls that may have it."""
        return self.calls.get(language, ()) + self.calls.get(_SPOKEN_AS.get(language, ""), ())

    def score(self, text: str) -> int:
        """How well its keywords fit a text in small letters. Each counts once."""
        strong = sum(_stands_in(word, text) for word in (self.title.lower(), *self.strong))
        return _STRONG * strong + _WEAK * sum(_stands_in(word, text) for word in self.weak)


def read(folder: Path) -> list[Entry]:
    """All entries of a folder. Raises `ToolError` if they cannot be read, or there are none."""
    try:
        entries = [
            _entry(yaml_text.load(file.read_bytes())) for file in sorted(folder.glob("*.yaml"))
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise ToolError(f"the entries in {folder} cannot be read: {e}") from e
    if not entries:
        raise ToolError(f"there are no entries in {folder}")
    return entries


def _entry(data: Mapping[str, object]) -> Entry:
    keywords, calls, fix = data["keywords"], data.get("calls") or {}, data["fix"]
    if not (isinstance(keywords, dict) and isinstance(calls, dict) and isinstance(fix, dict)):
        raise TypeError("keywords, calls or fix are no mapping")
    return Entry(
        cwe=str(data["cwe"]),
        title=str(data["title"]),
        names=_words(data.get("names")),
        also=_words(data.get("also")),
        owasp=_words(data.get("owasp")),
        strong=_words(keywords["strong"]),
        weak=_words(keywords["weak"]),
        calls={str(language): _words(names) for language, names in calls.items()},
        what=str(data["what"]),
        check=str(data["check"]),
        fix={str(language): str(idiom) for language, idiom in fix.items()},
    )


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | None):
        raise TypeError(f"{value!r} is no list")
    return tuple(map(str, value or ()))


def _stands_in(word: str, text: str) -> bool:
    # Searching for the bare word first is what keeps this quick.
    return word in text and _pattern(word).search(text) is not None


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    """A whole word: `_` parts words, so that `user_password` holds `password`; a plural counts."""
    before = r"(?<![a-z0-9])" if word[0].isalnum() else ""
    after = r"(?:s|es)?(?![a-z0-9])" if word[-1].isalnum() else ""
    return re.compile(before + re.escape(word) + after)
