"""Which arguments of a call say what to write, and where: so that none is overlooked."""

import re
from collections.abc import Iterator

from indict_review.agents.hooks.payload import Payload
from indict_review.patches.whole import holds_patch

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PLACES = {"path", "paths", "file", "files", "filename", "filepath", "notebook", "uri"}
_PATCHES = {"patch", "patches", "diff", "diffs"}
_TEXTS = _PATCHES | {
    *("content", "contents", "text", "texts", "code", "body", "data", "new", "old"),
    *("edit", "edits", "changes", "hunks", "blocks", "insert", "append"),
    *("replace", "replacement", "replacements", "repl"),
}
_TOLD = {"ai_proposed_content"}
"""What Gemini CLI had proposed before its user changed it: nothing is written from there."""


def deciding(given: Payload) -> frozenset[str]:
    """The arguments that say, by their names, what is written or where; of any tool."""
    return frozenset(
        key
        for key, value in given.values.items()
        if _says(value) and _words(key) & (_PLACES | _TEXTS) and key not in _TOLD
    )


def seem_to_edit(given: Payload) -> bool:
    """Whether they name a file and have text for one, at any depth, or have a patch, which does."""
    said = list(_all(given.values))
    words = [(_words(key), value) for key, value in said if _says(value)]
    return (
        any(each & _PLACES for each, _ in words) and any(each & _TEXTS for each, _ in words)
    ) or any(
        each & _PATCHES and isinstance(value, str) and holds_patch("", value)
        for each, value in words
    )


def _says(value: object) -> bool:
    """Neither a switch nor a number: those choose what a tool shows."""
    return isinstance(value, str | list | dict) and bool(value)


def _words(key: str) -> set[str]:
    """`newString`, `new_string` and `new-string` alike."""
    return {word.lower() for word in _WORD.findall(key)}


def _all(value: object) -> Iterator[tuple[str, object]]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value.items()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
