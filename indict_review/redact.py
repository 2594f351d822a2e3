"""Secrets in the change are masked in every output, transcript and prompt (promise 5).

What is masked is a value; its name stays. A masked secret keeps a stable placeholder, so that an
edit can carry it. More is masked than is told as a finding: also what stands in tests and examples.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from indict_review.tools.secrets_seen import credentials

_FILE = re.compile(r"(?m)^\+\+\+ (?:b/)?(.+?)\t?$")
_JOINED = re.compile(r"""(["'])\s{0,8}\+?\s{0,8}\1""")
_LITERAL = re.compile(r"""["']([^"'\s]{8,200})["']""")


def secrets_in(text: str) -> tuple[str, ...]:
    """The secret values in a text, longest first. Of a unified diff the names of files count."""
    found = {each.value for path, part in _parts(text) for each in credentials(part, path)}
    found.update(_split(text))
    return tuple(sorted(found, key=lambda s: (-len(s), s)))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """A diff, file by file. A line that only looks like a heading makes this a little less sharp.

    In a file of settings a value needs no quotes; elsewhere that would be code.
    """
    start, path = 0, ""
    for heading in _FILE.finditer(text):
        yield path, text[start : heading.start()]
        start, path = heading.end(), heading[1]
    yield path, text[start:]


def _split(text: str) -> Iterator[str]:
    """Parts of a secret that is put together in one line: `"ghp_" + "…"`."""
    for line in text.split("\n"):
        if len(line) < 1_000 and _JOINED.search(line):
            whole = [each.value for each in credentials(_JOINED.sub("", line))]
            parts = (literal[1] for literal in _LITERAL.finditer(line))
            yield from (part for part in parts if any(part in value for value in whole))


class Mask:
    """Hides secrets behind placeholders, and puts them back."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._holders: dict[str, str] = {}
        self._forms: list[tuple[str, str]] = []
        self._add(secrets)

    def learn(self, text: str) -> None:
        """Hide the secrets of this text as well, from now on."""
        self._add(secrets_in(text))

    def hide(self, text: str) -> str:
        """The text without secrets, its own and those known, in any form a review may write."""
        self.learn(text)
        for form, holder in self._forms:
            text = text.replace(form, holder)
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
            self._forms += ((form, holder) for form in _forms(secret))
        if new:  # the longest first, or what contains another one would be left in part
            self._forms.sort(key=lambda each: -len(each[0]))


def _forms(secret: str) -> set[str]:
    """Itself, and as JSON, Python, an address or a page would have it."""
    escaped = (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret))
    return {
        secret,
        quote(secret, safe="", errors="surrogateescape"),
        html.escape(secret),
        *(e[1:-1] for e in escaped),
    }
