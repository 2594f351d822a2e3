"""Secrets in the change are masked in every output, transcript and prompt (promise 5).

What is masked is a value; its name stays. A masked secret keeps a stable placeholder, so that an
edit can carry it. More is masked than is told as a finding: also what stands in tests and examples.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from indict_review import cwe
from indict_review.cutting import CUT, may_be_cut
from indict_review.tools.secrets_seen import credentials
from indict_review.tools.secrets_value import is_plain

_FILE = re.compile(r"(?m)^\+\+\+ (?:b/)?(.+?)\t?$")
_OP = r"[ \t]{0,8}[+.&]?[ \t]{0,8}"
_JOINED = re.compile(
    rf"""(["']){_OP}(?:\\?\r?\n[ +-]?[ \t]{{0,60}}{_OP})?[bruBRU]{{0,2}}\1""",
)
"""Between two literals that are one: `"a" + "b"`, also over two lines, and of a diff."""
_LITERAL = re.compile(r"""(["'])((?:(?!\1)[^\n]){0,200})\1""")
_MOST_JOINED = 2_000
"""Characters of the lines that such literals stand in."""
_LEAST_PART = 4
"""Characters of a secret that are too many to be shown."""


def secrets_in(text: str, read: set[int] | None = None) -> tuple[str, ...]:
    """The secret values in a text, longest first. Of a unified diff the names of files count.

    `read`: see `credentials`.
    """
    found = {each.value for path, part in _parts(text) for each in credentials(part, path, read)}
    found.update(_split(text))
    return tuple(sorted(filter(_is_foreign, found), key=lambda s: (-len(s), s)))


def _is_foreign(value: str) -> bool:
    """What stands in our own words is public: masked, it would rewrite our questions."""
    return value not in _own_words()


@cache
def _own_words() -> str:
    prompts = sorted((Path(__file__).parent / "critics" / "prompts").glob("*.md"))
    titles = (title for title, _ in cwe.CWES.values())
    return "\n".join([*(path.read_text("utf-8") for path in prompts), *titles])


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """A diff, file by file. A line that only looks like a heading makes this a little less sharp.

    In a file of settings a value needs no quotes; elsewhere that would be code.
    """
    start, path = 0, ""
    for heading in _FILE.finditer(text):
        yield path, text[start : heading.start()]
        start, path = heading.start(), heading[1]  # it may have a secret itself
    yield path, text[start:]


def _split(text: str) -> Iterator[str]:
    """Parts of a secret that is put together of literals: `"ghp_" + "…"`."""
    for lines in _joined(text):
        whole = [each.value for each in credentials(_JOINED.sub("", lines))]
        parts = {literal[2] for literal in _LITERAL.finditer(lines)} if whole else ()
        long = (part for part in parts if len(part) >= _LEAST_PART and not is_plain(part))
        yield from (part for part in long if any(part in value for value in whole))


def _joined(text: str) -> Iterator[str]:
    """The lines, each time some, in which literals are put together."""
    start = end = -1
    for match in _JOINED.finditer(text):
        if match.start() > end:
            yield from _lines(text, start, end)
            line = text.rfind("\n", 0, match.start())
            start = text.rfind("\n", 0, max(line, 0)) + 1  # their name may stand above
        if match.end() > end:
            end = _end(text, match.end())
    yield from _lines(text, start, end)


def _lines(text: str, start: int, end: int) -> Iterator[str]:
    if 0 <= start and end - start < _MOST_JOINED:
        yield text[start:end]


def _end(text: str, at: int) -> int:
    """Where the line ends."""
    found = text.find("\n", at)
    return len(text) if found == -1 else found


class Mask:
    """Hides secrets behind placeholders, and puts them back."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._holders: dict[str, str] = {}
        self._forms: list[tuple[str, str]] = []
        self._beginnings: dict[str, str] = {}
        self._lengths: list[int] = []
        """Of the beginnings, the longest first."""
        self._read: set[int] = set()
        """Digests of the lines that were learnt from: every prompt begins with the same ones."""
        self._add(secrets)

    def learn(self, text: str) -> None:
        """Hide the secrets of this text as well, from now on."""
        self._add(secrets_in(text, self._read))

    def hide(self, text: str) -> str:
        """The text without secrets, its own and those known, in any form a review may write."""
        self.learn(text)
        for form, holder in self._forms:
            text = text.replace(form, holder)
        return self._hide_beginnings(text) if CUT in text else text

    def _hide_beginnings(self, text: str) -> str:
        """Of known secrets, what cuts left of them."""
        *cuts, rest = text.split(CUT)
        return CUT.join([*map(self._hide_at_end, cuts), rest])

    def _hide_at_end(self, text: str) -> str:
        for length in self._lengths:
            if holder := self._beginnings.get(text[-length:]):
                return text[:-length] + holder
        return text

    def show(self, text: str) -> str:
        """The text with the secrets back in their places."""
        for secret, holder in self._holders.items():
            text = text.replace(holder, secret)
        return text

    def _add(self, secrets: Iterable[str]) -> None:
        new = [secret for secret in secrets if secret not in self._holders]
        for secret in new:
            holder = f"<secret-{len(self._holders) + 1}>"
            self._holders[secret] = holder
            forms = _forms(secret)
            self._forms += ((form, holder) for form in forms)
            self._beginnings |= {part: holder for form in forms for part in _beginnings(form)}
        if new:  # the longest first, or what contains another one would be left in part
            self._forms.sort(key=lambda each: -len(each[0]))
            self._lengths = sorted({len(part) for part in self._beginnings}, reverse=True)


def _forms(secret: str) -> set[str]:
    """Itself, and as JSON, Python, an address or a page would have it."""
    escaped = (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret))
    return {
        secret,
        quote(secret, safe="", errors="surrogateescape"),
        html.escape(secret),
        *(e[1:-1] for e in escaped),
    }


def _beginnings(form: str) -> Iterator[str]:
    """What a cut may leave of it."""
    places = range(_LEAST_PART, len(form))
    return (form[:at] for at in places if may_be_cut(form, at))
