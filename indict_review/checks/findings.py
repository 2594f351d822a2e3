"""`finding-gone` and `nothing-new`: what the analyzers say of the revision."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from indict_review import syntax
from indict_review.change import File, Tree
from indict_review.checks.candidate import Candidate, outcome
from indict_review.cwe import kin
from indict_review.evidence import RUNNERS, Side
from indict_review.finding import Finding
from indict_review.languages import of_path
from indict_review.revision import Check
from indict_review.tools.interface import Analyzer

Kind = tuple[str, str, str | None]
"""What is wrong, in which file, within which definition."""


def finding_gone(
    candidate: Candidate, findings: Sequence[Finding], left: Sequence[Finding]
) -> Check:
    """None of the findings to remove is left, nor the same weakness in other words beside it.

    Fingerprints count occurrences, so that of three alike lines the third becomes the second when
    one is mended. Hence it is counted: as many as were to go must be gone, of what is alike and of
    its kind.
    """
    if not candidate.touched:
        failures = ["the edits change nothing"]
        return outcome("finding-gone", failures, "", len(candidate.fixes), len(candidate.fixes))
    wanted = Counter(_alike(f, candidate.head) for f in candidate.fixes)
    before = Counter(_alike(f, candidate.head) for f in findings)
    after = Counter(_alike(f, candidate.revised) for f in left)
    same = (after - (before - wanted)).keys() & wanted.keys()
    reworded = (_kinds(after) - (_kinds(before) - _kinds(wanted))).keys() & _kinds(wanted).keys()
    failures = [
        f"still there: {_place(f)}"
        for f in left
        if (alike := _alike(f, candidate.revised)) in same
        or (alike[0] in reworded and alike not in before)
    ]
    passed = "the analyzers no longer see it" if wanted else "there was no finding to remove"
    total = len(candidate.fixes)
    return outcome("finding-gone", failures, passed, total, min(total, len(failures)))


def nothing_new(
    candidate: Candidate, findings: Sequence[Finding], left: Sequence[Finding]
) -> Check:
    """No finding that the head did not have.

    One that the edits did not mean to remove may read differently now, because a line next to it
    changed. So a finding is new if there are more of its kind than the head had left to give.
    """
    fixed = Counter(_alike(f, candidate.head) for f in candidate.fixes)
    before = Counter(_alike(f, candidate.head) for f in findings)
    after = Counter(_alike(f, candidate.revised) for f in left)
    came, went = _kinds(after - before), _kinds(before - after - fixed)
    new = after - before
    failures = [
        f"new: {_place(f)}"
        for f in left
        if (alike := _alike(f, candidate.revised)) in new and alike[0] in came - went
    ]
    return outcome("nothing-new", failures, "nothing new", len(findings), len(left))


def blind_spot(candidate: Candidate, analyzers: Sequence[Analyzer]) -> str:
    """Why these analyzers cannot tell whether the findings are gone, or nothing.

    A finding by a tool that does not look again would seem to be gone.
    """
    for finding in candidate.fixes:
        path = finding.location.path
        looking = {a.name for a in analyzers if a.covers(path)}
        absent = sorted({seen.tool for seen in finding.evidence} - looking - RUNNERS)
        if absent:
            return f"{', '.join(absent)} did not look at {path} again"
    return ""


def _place(finding: Finding) -> str:
    where = finding.location
    quote = where.quote.strip().partition("\n")[0]
    return f"{finding.ident} in {where.path}, line {where.start_line}: {quote}"


def _alike(finding: Finding, tree: Tree) -> tuple[Kind, str]:
    where = finding.location
    file = tree.files.get(where.path) if where.side is Side.RIGHT else None
    inside = _definition(where.path, file, where.start_line) if file else None
    kind = kin(finding.cwe) if finding.cwe else finding.ident
    return (kind, where.path, inside), "".join(where.quote.split())


@lru_cache(maxsize=1 << 14)  # asked of every finding, for every set of edits that is tried
def _definition(path: str, file: File, line: int) -> str | None:
    text = file.content.decode("utf-8", "surrogateescape")
    return syntax.enclosing(of_path(path), text, line)


def _kinds(counted: Counter[tuple[Kind, str]]) -> Counter[Kind]:
    kinds: Counter[Kind] = Counter()
    for (kind, _), count in counted.items():
        kinds[kind] += count
    return kinds
