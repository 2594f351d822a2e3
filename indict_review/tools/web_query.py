"""What of a critic's question may leave this machine. Trust ends here, the other way round.

A critic was shown the change, and answers about the project; what it asks may hold any of it, the
more so if the change tells it to. So a query is made of words alone: those of common language and
of public APIs, and others only where they stand nowhere in the project.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from indict_review.critique import Request
from indict_review.redact import Mask, secrets_in
from indict_review.tools.code_files import CodeFiles
from indict_review.tools.web_own import Own
from indict_review.tools.web_words import is_public, vocabulary

MOST_ASKED = 600
"""Characters of a question that are looked at."""
MOST_WORDS = 12
MOST_CODE = 300
"""Characters, where code may be sent."""
_LONGEST_TOKEN = 40

_NUMBERED = re.compile(r"(?ai)(?:CWE-\d{1,4}|CVE-\d{4}-\d{4,6}|\d{1,2}(?:\.\d{1,2})?)")
_PLACE = re.compile(r"[/\\@]")
"""In a path, an address, a mail's."""
_PLAIN = re.compile(r"[A-Za-z][a-z]+|[A-Z]{2,}")
_TOKEN = re.compile(r"[^\s\"'`()\[\]{},;:=<>]{6,}")
_AROUND = ".,;:!?\"'`()[]{}<>"


class NotAsked(Exception):
    """The question may not leave. Says why, and nothing of what was in it."""


@dataclass(frozen=True)
class Outgoing:
    """Takes out of a question what is the project's own."""

    files: CodeFiles
    with_code: bool = False
    """Whether the user lets code go: then only secrets are taken out."""

    def query(self, request: Request) -> str:
        """What is to be sent. Raises `NotAsked`, and `ToolError` if the project cannot be read."""
        whole = f"{request.query} {request.snippet}" if self.with_code else request.query
        text = " ".join(whole[:MOST_ASKED].split())
        hidden = Mask(self._secrets(text)).hide(text)
        if self.with_code:
            code = " ".join(word for word in hidden.split() if len(word) <= _LONGEST_TOKEN)
            return _some(code[:MOST_CODE])
        if hidden != text:
            raise NotAsked("it holds a secret")
        if self._own.has_line(re.findall(r"[^\W_]+", text.lower())):
            raise NotAsked("it repeats a line of the project")
        return _some(" ".join(islice(self._words(text), MOST_WORDS)))

    def _words(self, text: str) -> Iterator[str]:
        """The words that may go; of what looks like code, those that everybody knows."""
        for word in (token.strip(_AROUND) for token in text.split()):
            if _NUMBERED.fullmatch(word):
                if not self._own.has_number(word):
                    yield word
            elif _PLAIN.fullmatch(word):
                if word.lower() in vocabulary() or not self._own.has_word(word.lower()):
                    yield word
            elif not _PLACE.search(word):
                yield from filter(is_public, re.findall(r"[^\W_]+", word))

    def _secrets(self, text: str) -> list[str]:
        """Those in the text, whole or in part: a line of the project may show what they are."""
        tokens = set(_TOKEN.findall(text))
        lines = (
            line
            for whole in self.files.texts.values()
            for line in whole.split("\n")
            if any(token in line for token in tokens)
        )
        known = (*self._changed, *secrets_in("\n".join([text, *lines])))
        return [*known, *(t for t in tokens if any(t in s and t != s for s in known))]

    @cached_property
    def _changed(self) -> tuple[str, ...]:
        """The secrets of the change: of a diff, the names of its files tell more of them."""
        change = self.files.change
        return secrets_in("\n".join((change.patch, change.task or "", change.account or "")))

    @cached_property
    def _own(self) -> Own:
        return Own(self.files)


def _some(query: str) -> str:
    if not query.strip():
        raise NotAsked("nothing in it but what is the project's own")
    return query
