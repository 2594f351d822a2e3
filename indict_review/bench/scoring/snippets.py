"""Code out of its place, as a parser takes it: indented, without the class around it, cut off."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from indict_review import syntax

_AROUND = {
    "c": (("void answer() {", "}"), ("void answer() ", "")),
    "cpp": (("void answer() {", "}"), ("void answer() ", ""), ("class Answer {", "};")),
    "csharp": (
        ("class Answer {", "}"),
        ("class Answer { void answer() {", "}}"),
        ("class Answer { void answer() ", "}"),
    ),
    "java": (("class Answer {", "}"), ("class Answer { void answer() {", "}}")),
    "javascript": (
        ("class Answer {", "}"),
        ("async function answer() {", "}"),
        ("class Answer { answer() ", "}"),
        ("answer = {", "}"),
    ),
    "php": (("class Answer {", "}"), ("class Answer { function answer() ", "}")),
    "rust": (("impl Answer {", "}"), ("fn answer() {", "}")),
}
"""What may have stood around code: a class around its methods, a function around its statements."""

_IMPORTS = re.compile(
    r"(?:<\?php\b[ \t]*)?(?:[ \t]*(?:(?:(?:import|using|package|use)\b|#)[^\n]*)?\n)*"
)
"""What stands before a class, and not in it."""

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[][(){}]""",
    re.DOTALL,
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Reading:
    """A text in which a snippet parses."""

    text: str
    lead: int = 0
    """Lines that were put in front."""


def opened(language: str, text: str) -> str:
    """The snippet without common indentation, in PHP behind its opening tag. Lines stay lines."""
    text = textwrap.dedent(text)
    if language == "php" and "<?" not in text and not text.lstrip().startswith("<"):
        return f"<?php {text}"
    return text


@lru_cache(maxsize=256)
def whole(language: str, text: str) -> Reading | None:
    """The snippet as its language's parser takes it; None if nothing makes it parse.

    Raises `KeyError` for a language without a grammar.
    """
    readings = _readings(language, opened(language, text))
    return next((r for r in readings if not syntax.errors(language, r.text, newest=True)), None)


@lru_cache(maxsize=256)
def up_to_the_cut(language: str, text: str, least: int = 1) -> Reading | None:
    """The snippet with the blocks closed and opened that a cut left; None if that is no help.

    The last line may be lost, as the cut may be in it, but never the first `least` lines.
    """
    lines = text.rstrip().split("\n")
    for kept in ("\n".join(lines), "\n".join(lines[: max(len(lines) - 1, least)])):
        before, behind = _missing(kept)
        found = whole(language, f"{before}{kept}\n{behind}")
        if found:
            return found
    return None


def _readings(language: str, text: str) -> Iterator[Reading]:
    yield Reading(text)
    if language == "python":
        yield Reading("async def answer():\n" + textwrap.indent(text, "    "), lead=1)
    found = _IMPORTS.match(text)
    after = found.end() if found else 0
    for before, behind in _AROUND.get(language, ()):
        yield Reading(f"{text[:after]}{before} {text[after:]}\n{behind}\n")


def _missing(text: str) -> tuple[str, str]:
    """The brackets of blocks that begin before the text, and all that end behind it."""
    before, left = "", []
    for mark in _TOKEN.findall(text):
        if mark in _CLOSING:
            left.append(_CLOSING[mark])
        elif left and mark == left[-1]:
            left.pop()
        elif mark == "}":
            before += "{"
    return before, "".join(reversed(left))
