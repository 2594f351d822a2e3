"""`escape-dropped`: text goes unescaped where it is markup, a shell's word, a URL or a query."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indict_review.bench.calibrate.interface import Edit
from indict_review.bench.calibrate.naming import arguments, called, given, raw
from indict_review.syntax.pieces import Piece

ESCAPES = {
    "escape", "escapehtml", "htmlescape", "escapexml", "escapehtml4", "escapehtml3", "escapexml10",
    "escapexml11", "escapestring", "htmlescapestring", "jsescapestring", "forhtml", "encodeforhtml",
    "forjavascript", "quote", "quoteplus", "quoteattr", "shellescape", "queryescape", "pathescape",
    "encodeuri", "encodeuricomponent", "sanitize", "sanitizehtml", "securefilename",
    "escapefilterchars",
}  # fmt: skip
"""Functions that give back their first argument, made harmless; see `naming.plain`."""

_QUERIES = {"execute", "query", "run", "get", "all"}
_LISTS = {"tuple", "list", "array"}
_HOLE = re.compile(r"\?|%s|\$\d+")
_QUERY = re.compile(r"""(?:'{3}|"{3}|["'`])([^"'`\\{}]*)(?:'{3}|"{3}|["'`])""")
_SIMPLE = re.compile(r"""[^"'`\\\n{}]+""")
_COMPOUND = ("operator", "binary", "conditional", "ternary", "lambda", "arrow", "await")


def dropped(language: str, file: Piece) -> Iterator[Edit]:
    """See `Mutator`."""
    for piece in file.walk():
        edit = _unescaped(piece) or _pasted(language, piece)
        if edit:
            yield edit
    for name, value in given(file):
        if name == "autoescape" and value.text in {"True", "true"}:
            off = "False" if language == "python" else "false"
            yield Edit(value.start, value.end, off)


def _unescaped(piece: Piece) -> Edit | None:
    """The first argument takes the place of the call."""
    listed = arguments(piece) if called(piece) in ESCAPES else ()
    if not listed:
        return None
    text = raw(listed[0])
    whole = f"({text})" if any(word in listed[0].kind for word in _COMPOUND) else text
    return Edit(piece.start, piece.end, whole)


def _pasted(language: str, piece: Piece) -> Edit | None:
    """The values of a query stand in its text, which is all that is left of the arguments."""
    if language not in {"python", "javascript", "typescript"} or called(piece) not in _QUERIES:
        return None
    listed = arguments(piece)
    if len(listed) != 2 or "string" not in listed[0].kind or listed[1].kind not in _LISTS:
        return None
    query, values = _QUERY.fullmatch(raw(listed[0])), [raw(v) for v in listed[1].parts]
    if query is None or not values or not all(map(_SIMPLE.fullmatch, values)):
        return None
    pieces = _HOLE.split(query[1])
    if len(pieces) != len(values) + 1:
        return None
    sign, begin, end = ("", 'f"""', '"""') if language == "python" else ("$", "`", "`")
    holes = [f"'{sign}{{{value}}}'" for value in values]
    text = "".join(a + b for a, b in zip(pieces, [*holes, ""], strict=True))
    return Edit(listed[0].start, listed[1].end, begin + text + end)
