"""What analyzers said of the state before, paired with what they say now: the rest is new."""

from collections import Counter
from collections.abc import Mapping

from indict_review.tools.novelty import Seen, brought_in

Prints = frozenset[tuple[str, str]]
"""Fingerprints, by their kinds."""
Group = tuple[str, tuple[str, str]]


def unpaired(
    earlier: Mapping[Seen, Prints],
    found: Mapping[Seen, Prints],
    added: Mapping[str, frozenset[int]],
    origins: Mapping[str, str],
) -> list[Seen]:
    """The results that have no partner in those of the state before.

    One pairs with one, of the same rule and file, or the file that it was renamed from: by its text
    (see `brought_in`), and where its line was edited, by fingerprint. Never by fingerprint alone:
    many are of a line, which may be copied, and may have old notes on it that say something else.
    """
    fresh = brought_in(earlier, found, added, origins)
    held: dict[Group, list[Prints]] = {}
    for seen in found.keys() - set(fresh):
        group = origins.get(seen.path, seen.path), seen.key
        held.setdefault(group, []).append(found[seen])
    left: dict[tuple[str, str], list[Prints]] = {}
    for seen in _left(earlier, held):
        left.setdefault((seen.path, seen.rule), []).append(earlier[seen])
    return [
        seen
        for seen in fresh
        if not _take(left.get((origins.get(seen.path, seen.path), seen.rule), []), found[seen])
    ]


def _left(earlier: Mapping[Seen, Prints], held: Mapping[Group, list[Prints]]) -> list[Seen]:
    """Those whose text nothing paired with; of equal ones, those whose fingerprints are gone."""
    alone = [
        seen
        for seen, prints in earlier.items()
        if not _take(held.get((seen.path, seen.key), []), prints)
    ]
    taken = Counter({group: len(prints) for group, prints in held.items()})
    left = []
    for seen in alone:
        group = seen.path, seen.key
        if taken[group]:
            taken[group] -= 1
        else:
            left.append(seen)
    return left


def _take(those: list[Prints], prints: Prints) -> bool:
    """Take out one that agrees, if there is one."""
    partner = next((other for other in those if _agree(other, prints)), None)
    if partner is not None:
        those.remove(partner)
    return partner is not None


def _agree(one: Prints, other: Prints) -> bool:
    """Whether they have kinds in common, and all of these are equal: one alone may be a column."""
    shared = {kind for kind, _ in one} & {kind for kind, _ in other}
    return bool(shared) and all((each in other) for each in one if each[0] in shared)
