"""What is known of weaknesses, offline: short entries in our own words, one file per CWE.

Entries are short because a small model pays for each token it reads, and literal because it does
what it reads.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from indict_review import yaml_text
from indict_review.change import Change
from indict_review.critique import Request
from indict_review.errors import ToolError
from indict_review.evidence import Background

ENTRIES = Path(__file__).parent.parent / "knowledge"

MOST = 3
"""How many entries an answer has at most."""
ENOUGH = 3
"""The score that makes an entry fit: one strong keyword, or three weak ones."""
_STRONG, _WEAK = 3, 1
_READ = 100_000
"""Characters of a change that are searched: it may be of any size, and is not trusted."""

_SPOKEN_AS = {"typescript": "javascript", "cpp": "c"}


@dataclass(frozen=True)
class Entry:
    """One family of weaknesses."""

    cwe: str
    title: str
    also: tuple[str, ...]
    """Other CWEs that the entry answers for."""
    strong: tuple[str, ...]
    """Calls, modules and names that hardly stand for anything else, in small letters."""
    weak: tuple[str, ...]
    """Words that go with it, and with much else."""
    what: str
    check: str
    fix: Mapping[str, str]
    """By language; `any` where all others do alike."""

    def idiom(self, language: str | None) -> str | None:
        """How it is fixed in a language; None where it does not occur."""
        name = language or "python"
        return self.fix.get(name) or self.fix.get(_SPOKEN_AS.get(name, "any"), self.fix.get("any"))

    def score(self, text: str) -> int:
        """How well it fits a text in small letters. Each keyword counts once."""
        strong = sum(_stands_in(word, text) for word in (self.title.lower(), *self.strong))
        return _STRONG * strong + _WEAK * sum(_stands_in(word, text) for word in self.weak)


@dataclass(frozen=True)
class Knowledge:
    """A `Lookup` that needs no network. Entries are read when the first question comes."""

    folder: Path = ENTRIES
    name: str = "knowledge"

    def about(self, change: Change, known: Collection[str]) -> Iterator[Background]:
        """See `Lookup.about`. What findings say already is left out and counts towards `MOST`."""
        lines = (line[1:] for line in change.patch.splitlines() if line.startswith("+"))
        language = _language(change)
        told = {entry.cwe for cwe in known for entry in self._by_id.get(cwe, ())}
        fitting = self.for_change("\n".join([change.task or "", *lines]), language)
        left = [cwe for cwe in fitting if cwe not in told][: max(1, MOST - len(told))]
        return (_told(self._by_id[cwe][0], language) for cwe in left)

    def answer(self, request: Request, language: str | None) -> Iterator[Background]:
        """See `Lookup.answer`. A query is a CWE's number or free words; it may find nothing."""
        numbers = re.findall(r"\bcwe-0*([1-9]\d*)", request.query.lower())
        named = [e for n in numbers for e in self._by_id.get(f"CWE-{n}", ())]
        words = f"{request.query}\n{request.snippet}"
        found = named or ([] if numbers else self._fitting(words, language))
        unique = {entry.cwe: entry for entry in found}
        return (_told(entry, language) for entry in list(unique.values())[:MOST])

    def for_change(self, text: str, language: str | None) -> list[str]:
        """The CWEs whose keywords fit added lines and task best, at most three, best first."""
        return [entry.cwe for entry in self._fitting(text, language)[:MOST]]

    def _fitting(self, text: str, language: str | None) -> list[Entry]:
        small = text[:_READ].lower()
        scored = [(e.score(small), e) for e in self._entries if e.idiom(language)]
        fitting = [(score, entry) for score, entry in scored if score >= ENOUGH]
        return [entry for _, entry in sorted(fitting, key=lambda pair: -pair[0])]

    @cached_property
    def _entries(self) -> list[Entry]:
        try:
            files = sorted(self.folder.glob("*.yaml"))
            entries = [_entry(yaml_text.load(file.read_bytes())) for file in files]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
            raise ToolError(f"the entries in {self.folder} cannot be read: {e}") from e
        if not entries:
            raise ToolError(f"there are no entries in {self.folder}")
        return entries

    @cached_property
    def _by_id(self) -> dict[str, list[Entry]]:
        """By the entry's own number first, then by those it answers for."""
        found = {entry.cwe: [entry] for entry in self._entries}
        for entry in self._entries:
            for cwe in entry.also:
                found.setdefault(cwe, []).append(entry)
        return found


def _told(entry: Entry, language: str | None) -> Background:
    fix = entry.idiom(language)
    detail = f"{entry.what} Check: {entry.check}" + (f" Fix: {fix}" if fix else "")
    return Background("knowledge", f"{entry.cwe}: {entry.title}", detail)


def _entry(read: Mapping[str, object]) -> Entry:
    keywords = read["keywords"]
    fix = read["fix"]
    if not isinstance(keywords, dict) or not isinstance(fix, dict):
        raise TypeError("keywords and fix are no mappings")
    strong, weak = (tuple(str(word) for word in keywords[kind]) for kind in ("strong", "weak"))
    also = read.get("also") or ()
    if not isinstance(also, (list, tuple)):
        raise TypeError("also is no list")
    cwe, title, what, check = (str(read[key]) for key in ("cwe", "title", "what", "check"))
    fixes = {str(language): str(idiom) for language, idiom in fix.items()}
    return Entry(cwe, title, tuple(map(str, also)), strong, weak, what, check, fixes)


def _stands_in(word: str, text: str) -> bool:
    # Searching for the bare word first is what keeps this quick.
    return word in text and _pattern(word).search(text) is not None


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    """A whole word: `_` parts words, so that `user_password` holds `password`; a plural counts."""
    before = r"(?<![a-z0-9])" if word[0].isalnum() else ""
    after = r"(?:s|es)?(?![a-z0-9])" if word[-1].isalnum() else ""
    return re.compile(before + re.escape(word) + after)


def _language(change: Change) -> str | None:
    """The one that most lines were added in."""
    added: Counter[str] = Counter()
    for file in change.files:
        if file.language:
            added[file.language] += file.added
    return added.most_common(1)[0][0] if added else None
