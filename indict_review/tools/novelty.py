"""What a change brought in: matches of two states, compared by what they match, not by where."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

LONG = 8
"""Lines. A longer match is a stretch of code between the lines that the rule is about."""

PAIRS = 2_500
"""Of files that went and files that came; of more, only those of one name are compared."""

LARGE = 4_000_000
"""Products of line counts from which on lines are not compared one by one."""


@dataclass(frozen=True)
class Seen:
    """One match, by what it matches."""

    rule: str
    path: str
    text: str
    """The matched code, without what stands beside it on its lines."""
    start_line: int
    end_line: int
    start: int
    """Where in the file, in bytes: a line may have two of a kind."""

    @property
    def key(self) -> tuple[str, str]:
        """The same for moved or re-indented code.

        An edited line that was and stays vulnerable counts as brought in only if the matched code
        is new: a changed comment beside it is not, another query in the call is. Of a long match
        only its first and last line count.
        """
        lines = self.text.split("\n")
        told = lines if len(lines) <= LONG else [lines[0], lines[-1]]
        return self.rule, re.sub(r"\s+", " ", " ".join(told)).strip()


def brought_in(
    before: Iterable[Seen],
    after: Iterable[Seen],
    added: Mapping[str, frozenset[int]],
    origins: Mapping[str, str],
) -> list[Seen]:
    """The matches of `after` that have no partner in `before`, in the order of `after`.

    A file that exists on both sides is compared with itself, a new one with its origin, so that a
    renamed file brings in nothing. Where there are more of a kind than before, those on lines that
    the change added are the new ones. `added` has those lines by path, for every file that exists
    on both sides; `origins` is what `origins` says.
    """
    after = list(after)
    old = Counter((seen.path, seen.key) for seen in before)
    groups: dict[tuple[str, tuple[str, str]], list[Seen]] = {}
    for seen in after:
        groups.setdefault((origins.get(seen.path, seen.path), seen.key), []).append(seen)
    new: set[Seen] = set()
    for group, members in groups.items():
        extra = max(0, len(members) - old[group])
        new.update(sorted(members, key=lambda seen: not _touches(seen, added))[:extra])
    return [seen for seen in after if seen in new]


def added_lines(before: Sequence[str], after: Sequence[str]) -> frozenset[int]:
    """Numbers, from 1, of the lines of `after` that a diff would show as added."""
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(old) * len(new) > LARGE:
        return frozenset(range(head + 1, head + len(new) + 1))
    import difflib  # only where something was seen

    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return frozenset(
        head + 1 + line
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag != "equal"
        for line in range(start, end)
    )


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines they have in common at the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def origins(gone: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """For each new file, by path, the one that went and has most of its lines, if any has half.

    Half, or whoever deletes an old test with a weakness in it could bring the same into any file.
    """
    found = {}
    counted = {path: _lines(text) for path, text in gone.items()}
    few = len(gone) * len(new) <= PAIRS
    for path, text in new.items():
        lines = _lines(text)
        likely = [old for old in counted if few or old.split("/")[-1] == path.split("/")[-1]]
        shared = {old: (counted[old] & lines).total() for old in likely}
        best = max(shared, key=lambda old: shared[old], default=None)
        if best is not None and 2 * shared[best] >= max(lines.total(), 1):
            found[path] = best
    return found


def _lines(text: str) -> Counter[str]:
    return Counter(line for each in text.split("\n") if (line := "".join(each.split())))


def _touches(seen: Seen, added: Mapping[str, frozenset[int]]) -> bool:
    lines = added.get(seen.path, frozenset())
    return any(line in lines for line in range(seen.start_line, seen.end_line + 1))
