"""Marks for prompt caches: where prompts part that begin alike.

Most providers find that out by themselves. Anthropic's models read from their cache, and write to
it, only up to places that are marked, and only whole blocks of a message.
"""

import re
from dataclasses import dataclass, field
from typing import Any

WANTED = re.compile(r"^anthropic/|anthropic\.|claude", re.I)
SHORTEST = 4_000
"""Characters: of less, about 1,000 tokens, nothing is kept."""
MOST_MARKS = 4
"""In one request."""
MOST_BEGINNINGS = 32
_MARK = {"type": "ephemeral"}


@dataclass
class Marks:
    """The beginnings that prompts of one process shared. A block stays a block once it was one."""

    _last: list[str] = field(default_factory=list)
    _shared: list[str] = field(default_factory=list)

    def marked(self, messages: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
        """The messages, with the first of the user's in blocks; the shared ones are marked.

        As they are for a model that wants no marks.
        """
        at = next((n for n, m in enumerate(messages) if m["role"] == "user"), None)
        if at is None or not WANTED.search(model):
            return messages
        text = messages[at]["content"]
        self._learn(text)
        cuts = sorted(len(b) for b in self._shared if text.startswith(b) and len(b) < len(text))
        if not cuts:
            return messages
        blocks = [
            {"type": "text", "text": text[start:end]}
            for start, end in zip([0, *cuts], [*cuts, None], strict=True)
        ]
        for block in blocks[-1 - MOST_MARKS : -1]:
            block["cache_control"] = _MARK
        return [*messages[:at], {**messages[at], "content": blocks}, *messages[at + 1 :]]

    def _learn(self, text: str) -> None:
        """What this one has in common with an earlier one, up to the end of a paragraph."""
        longest = text[: max((_common(text, other) for other in self._last), default=0)]
        paragraph = longest.rfind("\n\n")
        shared = "" if paragraph < 0 else longest[: paragraph + 2]
        if len(shared) >= SHORTEST and shared not in self._shared and text not in self._last:
            self._shared = [*self._shared, shared][-MOST_BEGINNINGS:]
        self._last = [*(t for t in self._last if t != text), text][-MOST_BEGINNINGS:]


def _common(one: str, other: str) -> int:
    """How many characters they have in common from the start, by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
