"""From what tools saw to findings: a weakness that two tools saw is one finding with two proofs."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from indict_review import languages
from indict_review.change import Tree
from indict_review.evidence import Observed
from indict_review.finding import Finding


def gather(observed: Iterable[Observed], tree: Tree) -> tuple[Finding, ...]:
    """Findings, worst first, then by path and line. `tree` is the state that was looked at."""
    groups: list[list[Observed]] = []
    for seen in sorted(observed, key=_order):
        home = next((g for g in groups if _same(g[0], seen)), None)
        if home is None:
            groups.append([seen])
        else:
            home.append(seen)
    counted: Counter[tuple[str, ...]] = Counter()
    findings = []
    for group in groups:
        key = _identity(group[0], tree)
        findings.append(_finding(group, _digest(key, counted[key])))
        counted[key] += 1
    return tuple(
        sorted(findings, key=lambda f: (-f.severity.rank, f.location.path, f.location.start_line))
    )


def _order(seen: Observed) -> tuple[str, int, int, str]:
    return (seen.location.path, seen.location.start_line, seen.location.end_line, seen.tool)


def _kind(seen: Observed) -> str:
    """The CWE where there is one, so that two tools agree on what they saw; else the rule."""
    return seen.weakness.cwe or seen.weakness.ident


def _same(a: Observed, b: Observed) -> bool:
    one, two = a.location, b.location
    return (
        _kind(a) == _kind(b)
        and (one.path, one.side) == (two.path, two.side)
        and one.start_line <= two.end_line
        and two.start_line <= one.end_line
    )


def _identity(seen: Observed, tree: Tree) -> tuple[str, ...]:
    """What stays the same when lines move: kind, path, the line without its spaces, the symbol."""
    place = seen.location
    line = "".join(place.quote.split())
    language = languages.of_path(place.path)
    symbol = None
    if language is not None and place.path in tree.files:
        from indict_review import syntax  # a clean change needs no parser

        symbol = syntax.enclosing(language, tree.text(place.path), place.start_line)
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
