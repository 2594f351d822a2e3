"""The content of files on GitHub: small ones many at once by GraphQL, the others one by one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from indict_review.errors import HostError, Refused
from indict_review.github.answers import Told
from indict_review.github.interface import Api, Json

MOST_REQUESTS = 600
_AT_ONCE = 50
_BYTES_AT_ONCE = 2**20
_LARGEST_TEXT = 400_000
"""Bytes; GraphQL cuts texts that are larger than half a megabyte."""


@dataclass
class Blobs:
    """Reads each once. What does not hash to its name is not taken."""

    api: Api
    repository: str
    sizes: Mapping[str, int]
    """Bytes of each, known before."""
    _read: dict[str, bytes] = field(default_factory=dict, repr=False)
    _refused: set[str] = field(default_factory=set, repr=False)
    _asked: int = 0
    _has_texts: bool = True

    def read(self, oids: Sequence[str]) -> list[bytes | None]:
        """Of each the content; None: `lacking` says why. Raises `HostError` if nobody answers."""
        done = self._read.keys() | self._refused
        wanted = [oid for oid in dict.fromkeys(oids) if oid not in done]
        texts = [oid for oid in wanted if self.sizes.get(oid, _LARGEST_TEXT) < _LARGEST_TEXT]
        for some in self._portions(texts):
            self._take_texts(some)
        for oid in wanted:
            if oid not in self._read and self._may_ask():
                self._take(oid)
        return [self._read.get(oid) for oid in oids]

    def lacking(self, oid: str) -> str:
        """Why one was not read."""
        if oid in self._refused:
            return "GitHub does not give its content"
        return f"GitHub was asked {MOST_REQUESTS} times for files already"

    def _portions(self, oids: Sequence[str]) -> Iterator[list[str]]:
        some: list[str] = []
        size = 0
        for oid in oids:
            size += self.sizes[oid]
            if some and (len(some) == _AT_ONCE or size > _BYTES_AT_ONCE):
                yield some
                some, size = [], self.sizes[oid]
            some.append(oid)
        if some:
            yield some

    def _take_texts(self, oids: Sequence[str]) -> None:
        """Those that are UTF-8. A failure is no loss: they are asked for one by one."""
        if not self._has_texts or not self._may_ask():
            return
        parts = "".join(f'o{i}:object(oid:"{o}"){{...on Blob{{text}}}}' for i, o in enumerate(oids))
        owner, _, name = self.repository.partition("/")
        query = f"query($o:String!,$n:String!){{repository(owner:$o,name:$n){{{parts}}}}}"
        try:
            data = self.api.graphql(query, {"o": owner, "n": name}).data
        except Refused:  # it wants a token even for what is public
            self._has_texts = False
            return
        except HostError:
            return
        for i, oid in enumerate(oids):
            text = _inner(data, "repository", f"o{i}", "text")
            if isinstance(text, str):
                self._keep(oid, text.encode("utf-8", "replace"))

    def _take(self, oid: str) -> None:
        path = f"/repos/{quote(self.repository)}/git/blobs/{quote(oid)}"
        try:
            text = Told(self.api.get(path), "the content of a file").text("content")
            self._keep(oid, base64.b64decode(text))
        except (Refused, ValueError):
            pass  # it stays out, and that is said of it
        if oid not in self._read:
            self._refused.add(oid)

    def _keep(self, oid: str, content: bytes) -> None:
        hashed = (hashlib.sha256 if len(oid) == 64 else hashlib.sha1)()
        hashed.update(b"blob %d\0" % len(content))
        hashed.update(content)
        if hashed.hexdigest() == oid:
            self._read[oid] = content

    def _may_ask(self) -> bool:
        self._asked += 1
        return self._asked <= MOST_REQUESTS


def _inner(value: Json, *keys: str) -> Json:
    """What stands there, or None: an answer of GraphQL may have holes."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
