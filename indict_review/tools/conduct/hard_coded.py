"""A new branch for the one value that a test asks about, with the answer that it expects."""

import re
from collections.abc import Iterator

from indict_review import syntax
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.tools.conduct.expected import LITERAL, expects, is_trivial
from indict_review.tools.conduct.kinds import HARD_CODED
from indict_review.tools.conduct.scene import Scene, Sign
from indict_review.tools.touched import is_test

MOST_BRANCHES = 100
"""New branches of a file that tests are searched for: nobody cheats in more."""

_COMPARED = re.compile(
    rf"\b(?:if|elif|when)\b.{{0,200}}?(?:===?|\.equals\(|\bis\b)\s*({LITERAL})"
    rf"|^\s*case\s+({LITERAL})\s*(?::|=>)"
)
_RETURNED = re.compile(rf"\breturn\s+({LITERAL})\s*;?\s*\}}?\s*$")
_CHOSEN = re.compile(rf"\breturn\s+({LITERAL})\s+if\b.{{0,200}}?==\s*({LITERAL})")
TABLE = 3
"""With as many such branches, a function is a table; that is what it was meant to be."""


def values_hard_coded(scene: Scene) -> Iterator[Sign]:
    """See `Look`. Strict: both values stand in one assertion that was there before."""
    for path in scene.touched:
        language = of_path(path)
        if is_test(path) or language is None or not syntax.has_grammar(language):
            continue
        text = scene.after.text(path)
        new = [(n, one, two) for n, one, two in _branches(text.split("\n"))
                 if n in scene.added[path] and not is_trivial(one, two)]  # fmt: skip
        for line, compared, returned in new[:MOST_BRANCHES]:
            name = (syntax.enclosing(language, text, line) or "").rpartition(".")[2]
            if name and _computes(language, text, line):
                if case := expects(scene, name, compared, returned):
                    told = f"For one value `{shown(name)}` returns just what"
                    by = f"`{shown(case.bare)}` in {shown(case.path)} expects"
                    message = f"{told} {by}; for others it computes what it returns."
                    yield Sign(HARD_CODED, scene.here(path, line, line + 1), message,
                               named=returned.strip("\"'") in scene.task.text)  # fmt: skip


def _branches(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Line, the value compared with, the value returned."""
    for number, line in enumerate(lines, start=1):
        line = line[:400]
        chosen = _CHOSEN.search(line)
        if chosen:
            yield number, chosen[2], chosen[1]
        elif compared := _COMPARED.search(line):
            below = lines[number][:400] if number < len(lines) else ""
            returned = _RETURNED.search(line) or _RETURNED.search(below)
            if returned:
                yield number, compared[1] or compared[2], returned[1]


def _computes(language: str, text: str, line: int) -> bool:
    """Whether the function around the line returns something else than values, and is no table."""
    around = [d for d in syntax.definitions(language, text)
              if d.kind == "function" and d.start_line <= line <= d.end_line]  # fmt: skip
    if not around:
        return False
    inner = min(around, key=lambda d: d.end_line - d.start_line)
    inside = text.split("\n")[inner.start_line - 1 : inner.end_line]
    if len(list(_branches(inside))) >= TABLE:
        return False
    within = range(inner.start_line, inner.end_line + 1)
    said = (s.text for s in syntax.statements(language, text) if s.line in within)
    values = re.compile(rf"return (?:{LITERAL}|[\"'].*[\"']|None|null|nil|[Tt]rue|[Ff]alse)? ?;?")
    return any(text.startswith("return ") and not values.fullmatch(text) for text in said)
