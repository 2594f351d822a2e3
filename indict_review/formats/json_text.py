"""JSON as every format here writes it: ASCII, and no lone surrogate.

Everything else is escaped, so that nothing of the change can act on a terminal, and no pipe's
encoding can break it.
"""

import json

from indict_review.formats.safe_text import without_surrogates

Json = dict[str, "Json"] | list["Json"] | str | int | float | None


def utf8(value: Json) -> tuple[Json, int]:
    """The value with each byte that was no UTF-8 as U+FFFD, and how many there were."""
    replaced = 0

    def text(string: str) -> str:
        nonlocal replaced
        string, count = without_surrogates(string)
        replaced += count
        return string

    def clean(value: Json) -> Json:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, list):
            return [clean(item) for item in value]
        if isinstance(value, dict):
            return {text(key): clean(item) for key, item in value.items()}
        return value

    return clean(value), replaced


def is_exact(code: str) -> bool:
    """Whether JSON can hold it: code with a byte that was no UTF-8 would become other code."""
    return without_surrogates(code)[1] == 0


def dump(value: Json) -> str:
    """The whole file, its last newline included."""
    return json.dumps(utf8(value)[0], indent=2, allow_nan=False) + "\n"
