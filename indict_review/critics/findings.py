"""From what tools saw to findings: a weakness that two tools saw is one finding with two proofs."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from indict_review import cwe, languages
from indict_review.change import File, Tree
from indict_review.evidence import Observed, Side
from indict_review.finding import Finding


def gather(observed: Iterable[Observed], tree: Tree) -> tuple[Finding, ...]:
    """Findings, worst first, then by path and line. `tree` is the state that was looked at."""
    by_path: dict[str, list[Observed]] = {}
    for seen in sorted(observed, key=_order):
        by_path.setdefault(seen.location.path, []).append(seen)
    findings = [
        finding
        for path, seen_there in by_path.items()
        for finding in _in_file(tuple(seen_there), tree.files.get(path))
    ]
    return tuple(
        sorted(findings, key=lambda f: (-f.severity.rank, f.location.path, f.location.start_line))
    )


@lru_cache(maxsize=4096)  # verification gathers again and again, and few files differ
def _in_file(observed: tuple[Observed, ...], file: File | None) -> tuple[Finding, ...]:
    """Of one file, in order of lines."""
    text = None if file is None else file.content.decode("utf-8", "surrogateescape")
    lines = () if text is None else text.split("\n")
    counted: Counter[tuple[str, ...]] = Counter()
    findings = []
    for group in _groups(observed, lines):
        key = _identity(group[0], text)
        findings.append(_finding(group, _digest(key, counted[key])))
        counted[key] += 1
    return tuple(findings)


def _groups(observed: Iterable[Observed], text: Sequence[str]) -> list[list[Observed]]:
    """What was seen of the same kind on overlapping lines, in order of their first lines.

    One tool after the other, `_LEADING` first: what a further tool saw joins what is there, and
    neither parts it nor draws two of it together, so that fingerprints stay whoever else looks.
    Of SQL, some tools point to where the text is made, others to where it is run.
    """
    groups: list[list[Observed]] = []
    covering: dict[tuple[str, Side, int], list[Observed]] = {}
    for seen in sorted(observed, key=lambda seen: (seen.tool != _LEADING, seen.tool)):
        place = seen.location
        kind, own = _kind(seen), range(place.start_line, place.end_line + 1)
        lines = [(kind, place.side, line) for line in own]
        apart = kind in _MADE_APART and seen.tool != _LEADING and place.side is Side.RIGHT
        used = _uses(text, own) if apart else ()
        reached = (*lines, *((kind, place.side, line) for line in used))
        group = next((covering[line] for line in reached if line in covering), None)
        if group is None:
            group = []
            groups.append(group)
            covering.update(dict.fromkeys(lines, group))
        group.append(seen)
    return sorted(groups, key=lambda group: _order(group[0]))


def _uses(text: Sequence[str], own: range) -> Iterator[int]:
    """Where the variable that these lines set is used, until it is set again or out of sight."""
    made = _SETS.match(text[own.start - 1]) if own.start <= len(text) else None
    if made is None:
        return
    name = re.compile(rf"\b{made['name']}\b")
    for number, line in enumerate(text[own.stop - 1 : own.stop - 1 + _NEAR], own.stop):
        again = _SETS.match(line)
        if line.strip() and len(line) - len(line.lstrip()) < len(made["indent"]):
            return
        if name.search(line):
            yield number
        if again and again["name"] == made["name"]:
            return


_MADE_APART = frozenset({cwe.kin("CWE-89")})
"""Of others, the line that sets a value may be a fault of its own."""
_SETS = re.compile(r"(?P<indent>\s*)(?:const |let |var |\$)?(?P<name>[A-Za-z_]\w*)\s*:?=(?!=)")
_NEAR = 10
"""Lines."""

_LEADING = "semgrep"
"""Its places are exact, and its findings are those that people have dismissed so far."""


def _order(seen: Observed) -> tuple[str, int, int, str]:
    return (seen.location.path, seen.location.start_line, seen.location.end_line, seen.tool)


def _kind(seen: Observed) -> str:
    """The CWE where there is one, so that two tools agree on what they saw; else the rule."""
    return cwe.kin(seen.weakness.cwe) if seen.weakness.cwe else seen.weakness.ident


def _identity(seen: Observed, text: str | None) -> tuple[str, ...]:
    """What stays the same when lines move: kind, path, the line without its spaces, the symbol."""
    place = seen.location
    line = "".join(place.quote.split())
    language = languages.of_path(place.path)
    symbol = None
    if language is not None and text is not None:
        from indict_review import syntax  # a clean change needs no parser

        symbol = syntax.enclosing(language, text, place.start_line)
    return (_kind(seen), place.path, line, symbol or "")


def _digest(key: tuple[str, ...], occurrence: int) -> str:
    text = "\0".join((*key, str(occurrence)))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _finding(group: list[Observed], fingerprint: str) -> Finding:
    """The worst of the group speaks for it."""
    first = max(group, key=lambda seen: (seen.weakness.severity.rank, bool(seen.weakness.remedy)))
    kind = first.weakness
    remedy = kind.remedy or next((s.weakness.remedy for s in group if s.weakness.remedy), "")
    return Finding(
        fingerprint=fingerprint,
        ident=kind.ident,
        concern=kind.concern,
        severity=kind.severity,
        location=first.location,
        title=kind.title,
        message=kind.message,
        cwe=kind.cwe,
        remedy=remedy,
        evidence=tuple(group),
    )
