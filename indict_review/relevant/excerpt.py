"""What is shown of one file: all of it, or its outline with the parts that a task is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indict_review.languages import of_path
from indict_review.relevant.words import Words, counted
from indict_review.syntax import definitions, has_grammar

HEAD = 12
"""Lines at a file's top that are shown of each: what it imports."""
PART = 20
"""Lines of a part, where no grammar tells its parts."""
GAP = 40
"""Bytes of the line that stands for what is left out."""


@dataclass(frozen=True)
class Excerpt:
    """A file as a model is shown it."""

    path: str
    text: str
    whole: bool


def excerpt(path: str, text: str, words: Words, room: int) -> Excerpt | None:
    """All of the file, if that has so many bytes at most; else what fits; None if that is none."""
    if size(text) <= room:
        return Excerpt(path, text, whole=True)
    lines = text.split("\n")
    parts = _parts(path, text, len(lines))
    kept: set[int] = set()
    outline = {*range(min(HEAD, len(lines))), *(first for first, _ in parts)}
    room -= GAP
    for wanted in (outline, *(set(range(*part)) for part in _by_match(lines, parts, words))):
        new = wanted - kept
        cost = sum(size(lines[n]) + 1 + GAP * (n - 1 not in new) for n in new)
        if cost <= room:
            kept |= new
            room -= cost
    return Excerpt(path, _rendered(lines, kept), whole=False) if kept else None


def size(text: str) -> int:
    """In bytes."""
    return len(text.encode("utf-8", "replace"))


def _parts(path: str, text: str, count: int) -> list[tuple[int, int]]:
    """First line of each, from 0, and the one after its last: definitions, the inner ones too."""
    language = of_path(path)
    found = definitions(language, text) if language and has_grammar(language) else ()
    if not found:
        return [(n, min(n + PART, count)) for n in range(0, count, PART)]
    return sorted({(d.start_line - 1, d.end_line) for d in found})


def _by_match(
    lines: Sequence[str], parts: Sequence[tuple[int, int]], words: Words
) -> Iterator[tuple[int, int]]:
    """Those that have words of the task, those with the most of them for their length first."""

    def match(part: tuple[int, int]) -> float:
        text = "\n".join(lines[slice(*part)])
        plain = sum(word in words.plain for word in counted(text))
        named = sum(name in text for name in words.names)
        return (plain + 3 * named) / (10 + part[1] - part[0])

    scored = [(match(part), part) for part in parts]
    yield from (part for score, part in sorted(scored, key=lambda s: (-s[0], s[1])) if score > 0)


def _rendered(lines: Sequence[str], kept: set[int]) -> str:
    """The kept lines in their order; where some are left out it says how many."""
    shown: list[str] = []
    after = 0
    for number in [*sorted(kept), len(lines)]:
        if number > after:
            shown.append(f"[{number - after} lines are not shown]")
        if number < len(lines):
            shown.append(lines[number])
        after = number + 1
    return "\n".join(shown)
