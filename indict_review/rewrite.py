"""From the lines an actor names to exact edits: `old` lines become `new` ones, imports are added.

Models leave out empty lines and give imports where they stand; neither may cost the edit. What is
made of them are `Edit`s whose quotes fit exactly one place, so that verification can be exact.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from indict_review.errors import PatchError
from indict_review.revision import Edit

_IMPORTS = {
    "python": r"\s*(?:import|from)\s+\w",
    "javascript": r"(?:import\s|(?:const|let|var)\s.+=\s*require\()",
    "typescript": r"(?:import\s|(?:const|let|var)\s.+=\s*require\()",
    "java": r"import\s",
    "c": r"#\s*include\b",
    "cpp": r"#\s*include\b",
    "csharp": r"using\s",
    "php": r"(?:use|require|require_once|include|include_once)\b",
    "rust": r"use\s",
    "go": r'import\s+(?:\w+\s+)?"',
}
_PREAMBLE = re.compile(r"#!|# -\*-|<\?php|package\s|\"use strict\"|'use strict'")


def replaced(text: str, old: Sequence[str], new: Sequence[str], near: tuple[int, int]) -> str:
    """The text with the `old` lines replaced; empty lines between them need not be named.

    Of several places the one that touches the lines `near` (first, last; from 1) is meant. Lines
    that both lists share stay as they are. Raises `PatchError` if no place, or more, fit.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split("\n")
    wanted = [line.rstrip() for line in old if line.strip()]
    places = _places([line.rstrip() for line in lines], wanted)
    if len(places) > 1:
        places = [p for p in places if p[0] < near[1] and near[0] <= p[1]]
    if len(places) != 1:
        many = "stand in more than one place" if places else "do not stand in the file in a row"
        raise PatchError(
            f"the lines in `old` {many}: {' / '.join(wanted)[:200]}",
            "Quote the lines exactly, one after the other.",
        )
    first, last = places[0]
    window = lines[first:last]
    made = _merged(window, wanted, [line.rstrip("\r\n") for line in new], end.removesuffix("\n"))
    return "\n".join([*lines[:first], *made, *lines[last:]])


def _places(lines: Sequence[str], wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where the wanted lines stand in a row, not counting empty ones: (from, up to)."""
    solid = [n for n, line in enumerate(lines) if line.strip()]
    count = len(wanted)
    return [
        (solid[k], solid[k + count - 1] + 1)
        for k in range(len(solid) - count + 1)
        if count and all(lines[solid[k + j]] == wanted[j] for j in range(count))
    ]


def _merged(
    window: Sequence[str], wanted: Sequence[str], new: Sequence[str], end: str
) -> list[str]:
    """The window with what changed between the two lists changed in it, and nothing else."""
    at = [n for n, line in enumerate(window) if line.strip()]
    plain = [line.rstrip() for line in new]
    if not any(not line for line in window):
        return [line + end for line in new]
    out: list[str] = []
    done = 0
    matcher = SequenceMatcher(None, wanted, plain, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        start = at[i] if i < len(at) else len(window)
        stop = at[j - 1] + 1 if j > i else start
        out += window[done:start]
        if tag == "equal":
            out += window[start:stop]
        else:
            out += [line + end for line in new[k:m]]
        done = stop
    return [*out, *window[done:]]


def with_imports(text: str, language: str | None, imports: Sequence[str]) -> str:
    """The text with those import lines that it lacks, after its own or at its top.

    What is no import in that language is left out: a model may name a module where none is needed.
    """
    shape = re.compile(_IMPORTS.get(language or "", r"(?!)"))
    end = "\r" if "\r\n" in text else ""
    lines = text.split("\n")
    known = {line.strip() for line in lines}
    needed = [
        line.strip()
        for line in dict.fromkeys(imports)
        if shape.match(line) and "\n" not in line and line.strip() not in known
    ]
    if not needed:
        return text
    at = _import_place(lines, shape)
    return "\n".join([*lines[:at], *(line + end for line in needed), *lines[at:]])


def _import_place(lines: Sequence[str], shape: re.Pattern[str]) -> int:
    """After the first run of imports at the left margin; else after the preamble."""
    first = next((n for n, x in enumerate(lines) if shape.match(x) and not x[:1].isspace()), None)
    if first is not None:
        return next((n for n in range(first, len(lines)) if _ends_run(lines[n], shape)), len(lines))
    at = 0
    while at < len(lines) and (_PREAMBLE.match(lines[at]) or not lines[at].strip()):
        at += 1
    return _after_docstring(lines, at)


def _ends_run(line: str, shape: re.Pattern[str]) -> bool:
    """A line that is no import at the margin. An import over several lines ends it early."""
    return not (shape.match(line) and "(" not in line)


def _after_docstring(lines: Sequence[str], at: int) -> int:
    for quote in ('"""', "'''"):
        if at < len(lines) and lines[at].startswith(quote):
            if lines[at].count(quote) > 1:
                return at + 1
            closing = (n for n in range(at + 1, len(lines)) if quote in lines[n])
            return next(closing, at - 1) + 1
    return at


def edits_between(path: str, old: str, new: str) -> tuple[Edit, ...]:
    """Exact edits that make `new` of `old`, each quote long enough to fit one place only."""
    before, after = old.split("\n"), new.split("\n")
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    made: list[Edit] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        up, down = i, j
        if k == m:  # lines are only taken away: one beside them says which line end goes too
            up, down = (i - 1, j) if i else (i, j + 1)
        while not _fits_once(old, before[up:down]):
            if up == 0 and down == len(before):
                break
            up, down = max(0, up - 1), min(len(before), down + 1) if up == 0 else down
        made.append(
            Edit(
                path,
                "\n".join(before[up:down]),
                "\n".join([*before[up:i], *after[k:m], *before[j:down]]),
            )
        )
    return tuple(made)


def _fits_once(text: str, lines: Sequence[str]) -> bool:
    quote = "\n".join(lines)
    return bool(quote.strip()) and text.count(quote) == 1
