"""What is known of weaknesses, offline: of a change by what it does, of a question by its words."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indict_review.change import Change
from indict_review.critique import Request
from indict_review.evidence import Background
from indict_review.tools.knowledge_calls import Done, done
from indict_review.tools.knowledge_entries import ENTRIES, Entry, read
from indict_review.tools.knowledge_search import Search

MOST = 3
"""How many entries an answer has at most."""
ENOUGH = 3
"""The score that makes an entry fit a change: one call, one strong keyword, or three weak ones."""
_CALL, _MOST_CALLS = 4, 2
"""What a call counts, and how many do."""
_READ = 100_000
"""Characters of a change that are searched: it may be of any size, and is not trusted."""


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
        text = "\n".join([change.task or "", *lines])
        fitting = self.for_change(text, language, done(change))
        left = [cwe for cwe in fitting if cwe not in told][: max(1, MOST - len(told))]
        return (_told(self._by_id[cwe][0], language) for cwe in left)

    def answer(self, request: Request, language: str | None) -> Iterator[Background]:
        """See `Lookup.answer`. A query is a CWE's number or free words; it may find nothing."""
        numbers = re.findall(r"\bcwe-0*([1-9]\d*)", request.query.lower())
        named = [e for n in numbers for e in self._by_id.get(f"CWE-{n}", ())]
        found = named or ([] if numbers else self._asked(request.query, language))
        unique = {entry.cwe: entry for entry in found}
        return (_told(entry, language) for entry in list(unique.values())[:MOST])

    def for_change(
        self, text: str, language: str | None, did: Mapping[str, Done] | None = None
    ) -> list[str]:
        """The CWEs that added lines and task are about, at most three, best first.

        By what the lines do, and by the words of both.
        """
        small = text[:_READ].lower()
        scored = [
            (entry.score(small) + _doing(entry, did or {}), entry)
            for entry in self._entries
            if entry.idiom(language)
        ]
        fitting = [(score, entry) for score, entry in scored if score >= ENOUGH]
        return [entry.cwe for _, entry in sorted(fitting, key=lambda pair: -pair[0])][:MOST]

    def _asked(self, question: str, language: str | None) -> list[Entry]:
        found = self._search.best(question[:_READ])
        return [entry for entry in found if entry.idiom(language)]

    @cached_property
    def _entries(self) -> list[Entry]:
        return read(self.folder)

    @cached_property
    def _search(self) -> Search:
        return Search(self._entries)

    @cached_property
    def _by_id(self) -> dict[str, list[Entry]]:
        """By the entry's own number first, then by those it answers for."""
        found = {entry.cwe: [entry] for entry in self._entries}
        for entry in self._entries:
            for cwe in entry.also:
                found.setdefault(cwe, []).append(entry)
        return found


def _doing(entry: Entry, did: Mapping[str, Done]) -> int:
    """What it counts that the change calls what the entry is about."""
    called = sum(
        part.does(pattern)
        for language, part in did.items()
        for pattern in entry.called_in(language)
    )
    return _CALL * min(called, _MOST_CALLS)


def _told(entry: Entry, language: str | None) -> Background:
    """OWASP's categories are for people: models are shown the detail."""
    fix = entry.idiom(language)
    detail = f"{entry.what} Check: {entry.check}" + (f" Fix: {fix}" if fix else "")
    category = f" (OWASP {', '.join(entry.owasp)})" if entry.owasp else ""
    return Background("knowledge", f"{entry.cwe}: {entry.title}{category}", detail)


def _language(change: Change) -> str | None:
    """The one that most lines were added in."""
    added: Counter[str] = Counter()
    for file in change.files:
        if file.language:
            added[file.language] += file.added
    return added.most_common(1)[0][0] if added else None
