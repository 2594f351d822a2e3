"""What of a critic's question may leave this machine. Trust ends here, the other way round.

A critic was shown the change, and answers about the project; what it asks may hold any of it, the
more so if the change tells it to. So a query is made of words alone: those of common language and
of public APIs, and others only where they stand nowhere in the project.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from pathlib import Path

from indict_review.critique import Request
from indict_review.languages import BY_SUFFIX
from indict_review.redact import Mask, secrets_in
from indict_review.tools.code_files import CodeFiles

MOST_ASKED = 600
"""Characters of a question that are looked at."""
MOST_WORDS = 12
MOST_CODE = 300
"""Characters, where code may be sent."""
_LONGEST_WORD, _LONGEST_TOKEN = 20, 40
_COPIED = 5
"""Words in a row that stand so in the project: they are quoted from it."""
_KNOWN = Path(__file__).parent.parent / "knowledge"

_NUMBERED = re.compile(r"(?i)(?:CWE-\d{1,4}|CVE-\d{4}-\d{4,6}|\d{1,2}(?:\.\d{1,2})?)")
_PLACE = re.compile(r"[/\\@]")
"""In a path, an address, a mail's."""
_PLAIN = re.compile(r"[^\W\d_]?[a-z]*|[A-Z]+")
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
        if self._is_copied(re.findall(r"[^\W_]+", text.lower())):
            raise NotAsked("it repeats a line of the project")
        return _some(" ".join(islice(self._words(text), MOST_WORDS)))

    def _words(self, text: str) -> Iterator[str]:
        """The words that may go; of what looks like code, those that everybody knows."""
        for word in (token.strip(_AROUND) for token in text.split()):
            if _NUMBERED.fullmatch(word):
                yield word
            elif _PLAIN.fullmatch(word):
                if word.lower() in _vocabulary() or self._is_strange(word.lower()):
                    yield word
            elif not _PLACE.search(word):
                yield from (p for p in re.findall(r"[^\W_]+", word) if p.lower() in _vocabulary())

    def _is_strange(self, word: str) -> bool:
        """Whether it is a word of the critic's own: it stands nowhere in the project."""
        return 3 < len(word) <= _LONGEST_WORD and not any(word in text for text in self._texts)

    def _is_copied(self, words: Sequence[str]) -> bool:
        runs = [words[n : n + _COPIED] for n in range(len(words) - _COPIED + 1)]
        return any(
            all(word in text for word in run) and re.search(r"[\W_]+".join(run), text)
            for run in runs
            for text in self._texts
        )

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
    def _texts(self) -> tuple[str, ...]:
        """In small letters, all that a critic can have seen of the project."""
        change = self.files.change
        said = (change.patch, change.task or "", change.account or "", *self.files.texts)
        touched = (tree.text(path) for tree in (change.before, change.after) for path in tree.files)
        return tuple(text.lower() for text in (*said, *touched, *self.files.texts.values()))


def _some(query: str) -> str:
    if not query.strip():
        raise NotAsked("nothing in it but what is the project's own")
    return query


@cache
def _vocabulary() -> frozenset[str]:
    """Words that say nothing of a project: common ones, and those of public APIs."""
    texts = [path.read_text("utf-8") for path in sorted(_KNOWN.iterdir())]
    words = re.findall(r"[^\W_]+", " ".join([*texts, *BY_SUFFIX.values()]).lower())
    return frozenset(words) | sys.stdlib_module_names
