"""From the code an actor writes to exact edits.

Models put imports where they stand, repeat a function's head, or lose the indentation; none of
that may cost the edit. What is made of it are `Edit`s whose quotes fit exactly one place, so that
verification can be exact.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from indict_review import syntax
from indict_review.errors import PatchError, ToolError
from indict_review.patches.differences import differences
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


_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")


def block(reply: str) -> list[str]:
    """The lines of the first code block; of the whole reply if nothing is fenced.

    Raises `PatchError` if there is no code in it, or the block is not closed: the reply was cut.
    """
    lines = reply.split("\n")
    fences = [n for n, line in enumerate(lines) if _FENCE.match(line)]
    if len(fences) == 1:
        raise PatchError("the code block is not closed", "Answer with the whole block.")
    code = lines[fences[0] + 1 : fences[1]] if fences else lines
    if not _trimmed(code):
        raise PatchError("there is no code in the answer", "Answer with the revised lines.")
    return [line.rstrip() for line in code]


@dataclass(frozen=True)
class Region:
    """Lines that are to be revised."""

    first: int
    """From 0."""
    last: int
    """Up to, not included."""
    function: str | None = None
    """The function whose body they are in, if that is known."""


def revised(text: str, region: Region, language: str | None, code: Sequence[str]) -> str:
    """The text with the lines of the region replaced by a model's block.

    Imports of the block go where the file has its own, if the code uses them. A block that repeats
    the function's head, signature and documentation, gives the body only: models abridge the rest.
    Raises `PatchError` if no code is left.
    """
    shape = re.compile(_IMPORTS.get(language or "", r"(?!)"))
    lines = text.split("\n")
    end = "\r" if "\r\n" in text else ""
    old = lines[region.first : region.last]
    known = {line.strip() for line in old}
    imports = [x.strip() for x in code if shape.match(x) and x.strip() not in known]
    code = _body([x for x in code if x.strip() not in imports], region.function)
    if not code:
        raise PatchError("there are only imports in the answer", "Answer with the revised lines.")
    code = _with_first(code) if language == "python" else code
    new = [line + end for line in _indented(code, old)]
    used = [x for x in imports if _is_used(x, code)]
    made = "\n".join([*lines[: region.first], *new, *lines[region.last :]])
    if language == "python":
        used += [f"import {name}" for name in _modules_meant(text, made, code)]
    return with_imports(made, language, used)


def _modules_meant(old: str, new: str, code: Sequence[str]) -> list[str]:
    """Modules of Python's own library that the code speaks of and nothing brings.

    Models leave the import out where they answer again.
    """
    try:
        unbound = syntax.unbound_names(new) - syntax.unbound_names(old)
    except ToolError:
        return []
    text = "\n".join(code)
    meant = sorted(unbound & sys.stdlib_module_names)
    return [name for name in meant if re.search(rf"\b{name}\.\w", text)]


def _body(code: Sequence[str], function: str | None) -> list[str]:
    """What follows the function's head, where the block has that."""
    head = re.compile(rf"\s*(?:async\s+)?def\s+{re.escape(function)}\b") if function else None
    at = next((n for n, line in enumerate(code) if head and head.match(line)), None)
    if at is None:
        return _trimmed(code)
    after = next((n + 1 for n in range(at, len(code)) if code[n].endswith(":")), len(code))
    depth = _depth(code[at])
    # What comes after the function is no part of it: models go on to write the whole file.
    ends = (n for n in range(after, len(code)) if code[n].strip() and _depth(code[n]) <= depth)
    body = [line.removeprefix(code[at][:depth]) for line in code[after : next(ends, len(code))]]
    body = _trimmed(body)
    for quote in ('"""', "'''"):
        if body and body[0].lstrip().startswith(quote):
            one_line = body[0].count(quote) > 1
            rest = (n for n in range(1, len(body)) if quote in body[n])
            body = body[1 if one_line else next(rest, len(body) - 1) + 1 :]
    return _trimmed(body)


def _trimmed(code: Sequence[str]) -> list[str]:
    """Without empty lines at either end."""
    solid = [n for n, line in enumerate(code) if line.strip()]
    return list(code[solid[0] : solid[-1] + 1]) if solid else []


def _is_used(line: str, code: Sequence[str]) -> bool:
    """Whether the code speaks of something the import brings; where names are not known, yes."""
    python = re.match(r"\s*(?:from\s+\S+\s+)?import\s+(.+)", line)
    if python is None or line.rstrip().endswith(";"):
        return True
    bound = [part.split(" as ")[-1].strip().split(".")[0] for part in python[1].split(",")]
    text = "\n".join(code)
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in bound if name)


def _indented(code: Sequence[str], old: Sequence[str]) -> list[str]:
    """The code as deep as what it replaces: a block may have lost the indentation of the whole."""
    wanted = next((_depth(line) for line in old if line.strip()), 0)
    least = min(_depth(line) for line in code if line.strip())
    lost = wanted - _depth(code[0])
    if lost < 0 and -lost > least:
        return list(code)
    return [
        " " * max(0, _depth(line) + lost) + line.lstrip(" ") if line.strip() else line
        for line in code
    ]


def _with_first(code: Sequence[str]) -> list[str]:
    """The code with its first line as deep as the others, where that alone lost its indentation."""
    first, *rest = code
    least = min((_depth(line) for line in rest if line.strip()), default=0)
    ending = re.sub(r"\s+#.*", "", first)
    goes_on = ending.endswith((":", "\\")) or any(quote in first for quote in ('"""', "'''"))
    opened = sum(first.count(sign) for sign in "([{") - sum(first.count(sign) for sign in ")]}")
    if least <= _depth(first) or goes_on or opened > 0:
        return list(code)
    return [" " * least + first.lstrip(" "), *rest]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


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
    alone = language == "python" and at < len(lines) and re.match(r"def |class |@", lines[at])
    below = [end, end] if alone else []
    return "\n".join([*lines[:at], *(line + end for line in needed), *below, *lines[at:]])


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
    made: list[Edit] = []
    for i, j, k, m in differences(before, after):
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
