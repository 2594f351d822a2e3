"""Where a name is defined, called and tested: the word is searched, then the grammar is asked."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from indict_review.languages import of_path
from indict_review.syntax import Statement, definitions, enclosing, statements
from indict_review.tools.conduct.around import names
from indict_review.tools.touched import is_test

_WITHIN = 12
"""Lines from where a statement begins in which its call is looked for."""
_DECLARED = 8
"""Tokens in front of the `=` of a declaration such as `private static final int LIMIT = 3`."""
_IMPORTED = (
    r"^[ \t]*(?:import|from|use|using)[ \t]+(?:\* as )?{0}\b(?!.*['\"]\.)|\b{0} = require\(['\"]\w"
)


@dataclass(frozen=True)
class Defined:
    """What stands behind a name."""

    name: str
    """Qualified: `Basket.add`."""
    path: str
    line: int
    text: str


@dataclass(frozen=True)
class Place:
    """A line that uses a name."""

    path: str
    line: int
    inside: str
    """The function or class around it, or nothing."""
    text: str
    """The line, without the space around it."""


@dataclass
class Found:
    """All that the project says of a name."""

    name: str
    definitions: list[Defined] = field(default_factory=list)
    callers: list[Place] = field(default_factory=list)
    tests: list[Place] = field(default_factory=list)
    """Calls in tests."""
    mentions: list[Place] = field(default_factory=list)
    """Where it stands and is not called: as a value, a base class, in an import."""
    unsearched: int = 0
    """Files that have the word, and for which, or for all of which, there was no time."""

    def __bool__(self) -> bool:
        return bool(self.definitions or self.callers or self.tests)


def search(name: str, texts: Mapping[str, str], until: float) -> Found:
    """Look for a name, such as `add`, `Basket.add` or `Basket::add`, until so late."""
    *owners, last = re.split(r"\.|::|->|#|\\", name)
    found = Found(last)
    word = _word(last)
    holding = [path for path, text in texts.items() if last in text and word.search(text)]
    for count, path in enumerate(holding):
        if not _look(path, texts[path], word, until, found):
            found.unsearched = len(holding) - count
            break
    found.definitions.sort(key=lambda d: is_test(d.path))
    return _owned(found, owners[-1], texts) if owners else found


def _owned(found: Found, owner: str, texts: Mapping[str, str]) -> Found:
    """Only what is the owner's, if it is a class or module of the project, or a foreign module.

    Any other may be a variable, of whatever class: then nothing is left out.
    """
    owns = [d for d in found.definitions if _is_of(d, owner)]
    if owns:
        found.definitions = owns
    elif _is_foreign(owner, texts):
        called = re.compile(rf"(?<!\w){re.escape(owner)}\W{{1,2}}{re.escape(found.name)}(?!\w)")
        found.definitions, found.mentions = [], []
        found.callers = [place for place in found.callers if called.search(place.text)]
        found.tests = [place for place in found.tests if called.search(place.text)]
    return found


def _is_foreign(owner: str, texts: Mapping[str, str]) -> bool:
    """Whether some file imports it, and nothing of the project is called so."""
    if owner in names(texts):
        return False
    imported = re.compile(_IMPORTED.format(re.escape(owner)), re.MULTILINE)
    return any(owner in text and imported.search(text) for text in texts.values())


def _look(path: str, text: str, word: re.Pattern[str], until: float, found: Found) -> bool:
    """Add what one file has, if there is time for it: it may be one of thousands of calls."""
    if time.monotonic() > until:
        return False
    language = of_path(path) or ""
    lines = text.split("\n")
    for d in definitions(language, text):
        if d.name.rpartition(".")[2] == found.name:
            body = "\n".join(lines[d.start_line - 1 : d.end_line])
            found.definitions.append(Defined(d.name, path, d.start_line, body))
    defined = {d.line for d in found.definitions if d.path == path}
    for said in statements(language, text):
        if f" {found.name} " not in f" {said.text} ":
            continue
        if time.monotonic() > until:
            return False
        line = _line(lines, said.line, word)
        place = Place(path, line, enclosing(language, text, line) or "", lines[line - 1].strip())
        if found.name in said.calls:
            tested = is_test(path) or place.inside.startswith("tests.")  # Rust's, beside the code
            (found.tests if tested else found.callers).append(place)
        elif _declares(said, found.name) and (found.name.isupper() or not place.inside):
            found.definitions.append(Defined(found.name, path, said.line, place.text))
        elif line not in defined:
            found.mentions.append(place)
    return True


def _line(lines: list[str], first: int, word: re.Pattern[str]) -> int:
    """A statement may be long: the line of it that has the name."""
    near = range(first, min(first + _WITHIN, len(lines) + 1))
    return next((n for n in near if word.search(lines[n - 1])), first)


def _declares(said: Statement, name: str) -> bool:
    """Whether it gives the name a value: `LIMIT = 3`, `const LIMIT: u8 = 3`."""
    tokens = said.text.split(" ", _DECLARED + 1)[:_DECLARED]
    at = next((n for n, token in enumerate(tokens) if token in {"=", ":="}), 0)
    return name in tokens[:at] and "(" not in tokens[:at]


def _is_of(defined: Defined, owner: str) -> bool:
    """Whether it is a class's, or a module's, of that name."""
    module = defined.path.rpartition("/")[2].partition(".")[0]
    return owner in defined.name.split(".")[:-1] or owner == module


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
