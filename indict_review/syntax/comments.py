"""Where a text has its comments, and so what in it is none: a string that looks like one."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from indict_review.syntax.grammars import GRAMMARS, TSX, Grammar
from indict_review.syntax.parsing import Source, TangledError, walk

Comments = Mapping[int, tuple[str, ...]]
"""By line, from 1: what each comment has on that line, its marks of beginning and end included."""


@lru_cache(maxsize=16)
def comments(language: str, text: str) -> Comments:
    """All comments; none of what is too tangled to parse. `syntax.has_grammar` is true of it."""
    found, faults = _read(GRAMMARS[language], text)
    if language == "typescript" and faults:
        other, fewer = _read(TSX, text)
        found = other if fewer < faults else found
    return MappingProxyType({line: tuple(parts) for line, parts in found.items()})


def _read(grammar: Grammar, text: str) -> tuple[dict[int, list[str]], int]:
    source = Source(text)
    found: dict[int, list[str]] = defaultdict(list)
    faults = 0
    try:
        for _, _, node in walk(grammar, source):
            faults += node.is_error or node.is_missing
            if "comment" not in node.type:
                continue
            first = node.start_point[0] + 1
            for line, part in enumerate(source.token(node).split("\n"), start=first):
                found[line].append(part)
    except TangledError:
        faults = len(source.content)  # more than any other grammar finds
    return found, faults
