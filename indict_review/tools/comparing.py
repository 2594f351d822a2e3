"""Two runs of a suite, compared: what the change broke, as evidence.

Names and texts of tests are written by untrusted code: they are quoted short, and obeyed nowhere.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from indict_review.change import Change, Status, Tree
from indict_review.evidence import Concern, Confidence, Location, Observed, Severity, Weakness
from indict_review.patches.quoting import shown
from indict_review.runs import CaseOutcome, CaseResult, SuiteRun
from indict_review.tools.interface import Suite
from indict_review.tools.tail import last_lines
from indict_review.tools.touched import Touched

TOLD = 3
"""Tests that a message names; the detail lists more."""
LISTED = 30
PLACED = 500
"""Tests whose text is read to find the place of the fault."""

_TITLES = {
    "test-failure": "A test fails",
    "test-lost": "A test is no longer run",
    "test-skipped": "A test is skipped now",
}
_TRIED = "With these lines as they were before, it passes."


_NOW = {
    "test-failure": ("fails now", "fail now"),
    "test-lost": ("is no longer run", "are no longer run"),
    "test-skipped": ("is skipped now", "are skipped now"),
}


def broken(before: SuiteRun | None, after: SuiteRun | None) -> frozenset[str]:
    """The tests that passed before and do not now: failed, skipped or vanished."""
    was = before.named(CaseOutcome.PASSED) if before else frozenset[str]()
    return was - (after.named(CaseOutcome.PASSED) if after else frozenset())


def settle(suite: Suite, tree: Tree, suspects: Collection[str]) -> frozenset[str]:
    """Those of the suspects that are flaky: run twice on the same tree, they differ.

    Raises `ToolError` if the second run cannot be done.
    """
    if not suspects:
        return frozenset()
    first, second = suite.run(tree), suite.again(tree)
    return frozenset(name for name in suspects if _outcome(first, name) != _outcome(second, name))


def observe(
    before: SuiteRun | None,
    after: SuiteRun | None,
    change: Change,
    flaky: Collection[str] = (),
    blamed: Mapping[str, Location] = MappingProxyType({}),
) -> Iterator[Observed]:
    """What the tests say of a change, one for each fault, however many tests it breaks.

    `blamed` has, by test, the lines without which it passes, where that was tried. None stands
    for a project without tests. What failed before and fails now is no news.
    """
    touched = Touched(change)
    groups: dict[tuple[str, Location | str], list[Case]] = {}
    places: dict[tuple[str, Location | str], Location] = {}
    for number, case in enumerate(_cases(before, after, touched)):
        # To read what each of many thousands says takes too long, and says nothing new.
        found = blamed.get(case.name)
        place = found or (_place(case, touched) if number < PLACED else touched.anywhere())
        if case.name not in flaky and place is not None:
            key = case.kind, place if case.kind == "test-failure" else case.path or ""
            groups.setdefault(key, []).append(case)
            places.setdefault(key, place)
    command = next((run.command for run in (after, before) if run), "")
    for key, cases in groups.items():
        tried = any(blamed.get(case.name) == places[key] for case in cases)
        yield _observed(key[0], places[key], cases, command, touched, tried=tried)


@dataclass(frozen=True)
class Case:
    """A test that has something to say of the change."""

    kind: str
    name: str
    detail: str
    path: str | None
    """The file it is in: in the base, if it is lost."""
    passed: bool
    """Whether it passed before."""


def _cases(before: SuiteRun | None, after: SuiteRun | None, touched: Touched) -> Iterator[Case]:
    now: Mapping[str, CaseResult] = after.results if after else {}
    then = (before.results if before else {}).items()
    was = {_moved(name, result, now, touched): result for name, result in then}
    unread = _unread(was, now)
    for name, result in was.items():
        new = now.get(name)
        if result.outcome is not CaseOutcome.PASSED:
            continue
        if new is None and result.path not in unread:
            yield Case("test-lost", name, "", result.path, True)
        elif new is not None and new.outcome is not CaseOutcome.PASSED:
            kind = "test-failure" if new.outcome is CaseOutcome.FAILED else "test-skipped"
            yield Case(kind, name, new.detail, new.path, True)
    for name, result in now.items():
        if name not in was and result.outcome is CaseOutcome.FAILED:
            yield Case("test-failure", name, result.detail, result.path, False)


def _unread(was: Mapping[str, CaseResult], now: Mapping[str, CaseResult]) -> frozenset[str]:
    """Files that fail as a whole, e.g. at an import: their tests are not lost beside that."""
    failed = {r.path for n, r in now.items() if r.path and _fails_anew(n, r, was)}
    others = {r.path for n, r in now.items() if not _fails_anew(n, r, was)}
    return frozenset(path for path in failed - others if path)


def _fails_anew(name: str, result: CaseResult, was: Mapping[str, CaseResult]) -> bool:
    return result.outcome is CaseOutcome.FAILED and name not in was


def _moved(name: str, result: CaseResult, now: Mapping[str, CaseResult], touched: Touched) -> str:
    """What the test is called after the change, if its file was renamed."""
    file = touched.file(result.path) if result.path else None
    if name in now or file is None or file.old_path is None:
        return name
    for spelling in (str, _dotted):
        new = name.replace(spelling(file.old_path), spelling(file.path), 1)
        if new in now:
            return new
    return name


def _dotted(path: str) -> str:
    return path.rpartition(".")[0].replace("/", ".")


def _place(case: Case, touched: Touched) -> Location | None:
    """Where in the change the fault is, as far as the test tells; None if it has no files."""
    if case.kind == "test-failure":
        found = touched.within(touched.frames(case.detail))
        return found or touched.named(_spoken(case, touched)) or touched.anywhere()
    file = touched.file(case.path) if case.path else None
    if file is None:
        return touched.anywhere()
    word = re.split(r"::|\.|#|/| > ", case.name.partition("[")[0])[-1]
    at = touched.removed(file, word) if case.kind == "test-lost" else None
    return at or touched.first(file) or touched.anywhere()


def _spoken(case: Case, touched: Touched) -> str:
    """What a failure speaks of; what its file imports, if that can be seen."""
    text = touched.change.after.text(case.path) if case.path else ""
    imports = (line for line in text.split("\n") if re.match(r"\s*(import|from|const|use)\b", line))
    return "\n".join([last_lines(case.detail), *imports])


def _observed(
    kind: str,
    place: Location,
    cases: Sequence[Case],
    command: str,
    touched: Touched,
    *,
    tried: bool,
) -> Observed:
    failure = kind == "test-failure"
    said = [
        _sentence(kind, [c for c in cases if c.passed is was], was, touched)
        for was in (True, False)
    ]
    message = " ".join([*filter(None, said), *([_TRIED] if tried else ())])
    told = last_lines(next((c.detail for c in cases if c.detail), ""))
    why = shown(told.split("\n")[-1].strip(), 200)
    names = [shown(case.name, 200) for case in cases]
    rest = [f"… and {len(names) - LISTED} more"] if names[LISTED:] else []
    return Observed(
        tool="tests",
        summary=why or message,
        location=place,
        weakness=Weakness(
            ident=kind,
            concern=Concern.HELPFULNESS,
            severity=Severity.HIGH if failure else Severity.MEDIUM,
            title=_TITLES[kind],
            message=message,
            precision=Confidence.HIGH if failure else Confidence.MEDIUM,
        ),
        detail="\n".join([f"$ {command}", *names[:LISTED], *rest, *filter(None, [told])]),
        cases=tuple(case.name for case in cases),
    )


def _sentence(kind: str, cases: Sequence[Case], passed: bool, touched: Touched) -> str:
    if not cases:
        return ""
    names = ", ".join(shown(case.name, 200) for case in cases[:TOLD])
    more = f" and {len(cases) - TOLD} more" if cases[TOLD:] else ""
    many = len(cases) > 1
    now = f"passed before this change and {_NOW[kind][many]}"
    new = ("is new and fails", "are new and fail")[many]
    return f"{names}{more} {now if passed else new}{_gone(kind, cases, touched)}."


def _gone(kind: str, cases: Sequence[Case], touched: Touched) -> str:
    """What may be on purpose is lost all the same, but said."""
    files = {touched.file(case.path) if case.path else None for case in cases}
    deleted = all(f is not None and f.status is Status.DELETED for f in files)
    return ": the change deletes the file" if kind == "test-lost" and deleted else ""


def _outcome(run: SuiteRun | None, name: str) -> CaseOutcome | None:
    result = run.results.get(name) if run else None
    return result.outcome if result else None
