"""The code around a change: what critics may ask of the project, answered in few words.

    >>> answer(Request("code", "parse_header"))
    `parse_header` is defined in http/headers.py:12: … called in: … tested in: …

What it quotes is the project's own text, and the change's: hostile data, to be shown as data.
"""

import re
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from indict_review.change import Change
from indict_review.critique import Request
from indict_review.cutting import cut
from indict_review.evidence import Background
from indict_review.languages import BY_SUFFIX
from indict_review.patches.quoting import shown
from indict_review.tools.code_files import CodeFiles
from indict_review.tools.code_search import Defined, Found, Place, search
from indict_review.tools.touched import Touched

ROOM = 1_800
"""Bytes of an answer: about 600 tokens."""
MOST_CALLERS, MOST_TESTS = 4, 3
MOST_SECONDS = 4.0
"""Of one answer, the first one's reading apart."""
_MOST_NAMES = 5
"""Of a query, those that are looked for."""
_WIDEST = 120
"""Characters of a quoted line."""

_NAME = re.compile(r"[^\W\d]\w*(?:(?:\.|::|->|#|\\)[^\W\d]\w*)*")
_LIKE_CODE = re.compile(r"\w_\w|[a-z\d][A-Z]|\W")
_ABOUT_THE_CHANGE = re.compile(r"(?i)\b(?:call(?:s|ed|ers?)?|us(?:es?|ed|age)|tests?|tested)\b")


@dataclass(frozen=True)
class Code:
    """A `Lookup` over the project that a change belongs to. Nothing is run, no link followed."""

    files: CodeFiles
    name: str = "code"

    def about(self, change: Change, known: Collection[str]) -> Iterator[Background]:
        """See `Lookup.about`. Nothing: a small model heeds what it asked for, and pays for all."""
        return iter(())

    def answer(self, request: Request, language: str | None) -> Iterator[Background]:
        """See `Lookup.answer`. A query names what it is about; else it is about the change."""
        texts = self.files.texts
        until = time.monotonic() + MOST_SECONDS
        best: Found | None = None
        unsearched = 0
        names = self._names(request.query)[:_MOST_NAMES]
        for asked in names:
            found = search(asked, texts, until)
            unsearched += found.unsearched
            if found and (best is None or found.definitions):
                best = found
            if found.definitions:
                break
        limits = _limits(self.files.unread + unsearched)
        if best is not None:
            yield Background(self.name, _summary(best), _detail(best, limits))
        elif names and limits:
            yield Background(self.name, f"{shown(names[0])}: nothing was found, but {limits}")

    def _names(self, query: str) -> list[str]:
        """What looks like code; else what the change calls or defines, and what it touches."""
        coded, plain = [], []
        for match in _NAME.finditer(query):
            name, after = match[0], query[match.end() : match.end() + 1]
            if _is_file(name):
                continue
            if after in {"(", "`"} or _LIKE_CODE.search(name):
                coded.append(name)
            elif name in self._called:
                plain.append(name)
        if not coded and _ABOUT_THE_CHANGE.search(query):
            functions = Touched(self.files.change).functions.values()
            plain += [name for names in functions for name in names]
        return list(dict.fromkeys(coded or plain))

    @cached_property
    def _called(self) -> frozenset[str]:
        """What stands in front of a parenthesis in the change: a plain word may be its name."""
        return frozenset(re.findall(r"(\w+) ?\(", self.files.change.patch))


def _is_file(name: str) -> bool:
    """`app.py` is no attribute of `app`."""
    return f".{name.rpartition('.')[2]}" in BY_SUFFIX


def _limits(left: int) -> str:
    """What may be missing, said with the answer: nobody is to take it for all there is."""
    return f"{left} files were not looked through: too many, too large or not readable" * bool(left)


def _summary(found: Found) -> str:
    where = f"defined in {_at(found.definitions[0])}" if found.definitions else "not defined here"
    return f"{found.name}: {where}; {len(found.callers)} calls, {len(found.tests)} more in tests"


def _detail(found: Found, limits: str) -> str:
    """The definition gets what its uses leave of the room, and half of it at least."""
    uses = [
        *_listed("called in:", found.callers, MOST_CALLERS),
        *_listed("tests that call it:", found.tests, MOST_TESTS),
    ]
    if not found.callers and found.mentions:
        uses += _listed("named, not called, in:", found.mentions, MOST_CALLERS)
    below = _fitted(uses, ROOM // 2) + ([limits] if limits else [])
    return "\n".join([*_fitted(_defined(found), ROOM - _size(below)), *below])


def _defined(found: Found) -> Iterator[str]:
    if not found.definitions:
        yield f"`{found.name}` is not defined in the project."
        return
    first, *others = found.definitions
    yield f"`{first.name}` is defined in {_at(first)}:"
    if others:
        yield f"(also in {', '.join(map(_at, others[:3]))})"
    yield from (cut(line, _WIDEST) for line in first.text.split("\n"))


def _listed(title: str, places: Sequence[Place], most: int) -> Iterator[str]:
    yield title if places else f"{title} none"
    for place in places[:most]:
        inside = f" in {shown(place.inside)}" if place.inside else ""
        yield f"{_at(place)}{inside}: {cut(place.text, _WIDEST)}"
    if len(places) > most:
        yield f"and {len(places) - most} more"


def _at(place: Place | Defined) -> str:
    return f"{shown(place.path)}:{place.line}"


def _fitted(lines: Iterator[str] | Sequence[str], room: int) -> list[str]:
    """Whole lines; how many do not fit is said."""
    wanted = list(lines)
    kept: list[str] = []
    for line in wanted:
        if _size([*kept, line]) > room:
            break
        kept.append(line)
    left = len(wanted) - len(kept)
    return [*kept, f"[{left} lines are not shown]"] if left else kept


def _size(lines: Sequence[str]) -> int:
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)
