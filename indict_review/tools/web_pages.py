"""What a search on the web found, read out of whatever form it came in."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indict_review.errors import ToolError

MOST = 3
"""Pages of an answer."""
_EXCERPT, _TITLE, _ADDRESS = 400, 120, 300
"""Characters."""
_TAG = re.compile(r"<[^<>]{0,200}>")


@dataclass(frozen=True)
class Page:
    """What a search found: strangers' text, on one line each."""

    title: str
    address: str
    excerpt: str


def has(answer: object, key: str) -> bool:
    """A search without a result leaves the part out."""
    return isinstance(answer, dict) and key in answer


def rows(answer: object, *keys: str) -> list[Mapping[str, object]]:
    """The list of objects below the keys. Raises `ToolError` for another form."""
    for key in keys:
        answer = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise ToolError("the answer has not the form that it should have")
    return answer


def pages(
    found: Iterable[Mapping[str, object]], title: str, address: str, excerpt: str
) -> list[Page]:
    """The first ones that have a title and an address of the web."""

    def made() -> Iterator[Page]:
        for row in found:
            where = str(row.get(address) or "")
            told = _plain(row.get(title), _TITLE)
            if told and re.fullmatch(rf"https?://[!-~]{{1,{_ADDRESS}}}", where):
                yield Page(told, where, _plain(row.get(excerpt), _EXCERPT))

    return list(made())[:MOST]


def _plain(text: object, limit: int) -> str:
    """Without tags, on one line, and short: it is anybody's text."""
    bare = html.unescape(_TAG.sub("", str(text or "")[: 4 * limit]))
    seen = "".join(char for char in bare if char.isprintable() or char.isspace())
    return " ".join(seen.split())[:limit]
