"""The C and C++ files of a change. Light: it is asked for every change, of any language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from indict_review.change import Tree
from indict_review.languages import of_path
from indict_review.tools.novelty import origins

_CPP = re.compile(r"^[ \t]*(?:class|template|namespace|using)\b|\w::\w", re.MULTILINE)


@dataclass(frozen=True)
class Side:
    """One file, before the change or after it."""

    path: str
    text: str
    lines: range
    """From the first line to the last that the change touched, one beside them included."""

    @property
    def language(self) -> str:
        """`c` or `cpp`. Headers have one name in both."""
        is_c = of_path(self.path) == "c" and not (
            self.path.endswith(".h") and _CPP.search(self.text)
        )
        return "c" if is_c else "cpp"


@dataclass(frozen=True)
class Changed:
    """A file that the change touched. `before` is what it was made from, maybe nothing."""

    before: Side
    after: Side


def changed(before: Tree, after: Tree) -> list[Changed]:
    """Those of C and C++."""
    new = [p for p in _read(after) if before.files.get(p) != after.files[p]]
    gone = {p: before.text(p) for p in _read(before) if p not in after.files} if new else {}
    came = {p: after.text(p) for p in new if p not in before.files} if gone else {}
    came_from: Mapping[str, str] = origins(gone, came)
    return [_changed(before, came_from.get(path, path), after, path) for path in new]


def _read(tree: Tree) -> list[str]:
    return [
        p for p, file in tree.files.items() if of_path(p) in {"c", "cpp"} and not file.is_binary
    ]


def _changed(before: Tree, origin: str, after: Tree, path: str) -> Changed:
    old = before.text(origin) if origin in before.files else ""
    new = after.text(path)
    one, other = old.split("\n"), new.split("\n")
    head = _alike(one, other)
    tail = _alike(one[head:][::-1], other[head:][::-1])
    # What went left no line behind: the lines around it are looked at.
    ends = (range(head, len(lines) - tail + 2) for lines in (one, other))
    return Changed(Side(origin, old, next(ends)), Side(path, new, next(ends)))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines they have in common at the start."""
    both = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
