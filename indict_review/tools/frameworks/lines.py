"""Our own reports: one JSON object a line, written test by test by the runners in `inside`.

    {"started": NAME}                                      a test begins
    {"name": NAME, "outcome": …, "detail": …, "path": …}   how it came out
    {"end": true}                                          the runner came to its end

A run that is cut short (a crash, `os._exit`, the time limit) leaves what it had: the test it was
in has failed, and those after it are missing.
"""

import json
from collections.abc import Iterator, Mapping

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks.cases import gather, no_report, only_report

CUT_SHORT = "the run ended in this test"


def results(ran: Ran, runner: str) -> Mapping[str, CaseResult]:
    """Read the report `RUNNER-RANDOM.jsonl`. Raises `ToolError` if it shows nothing."""
    report = only_report(ran, runner)
    ended = False
    finished: list[CaseResult] = []
    open_tests: dict[str, None] = {}
    for entry in _entries(report, runner):
        match entry:
            case {"end": True}:
                ended = True
            case {"started": str(name)}:
                open_tests[name] = None
            case {"name": str(name), "outcome": str()}:
                open_tests.pop(name, None)
                finished.append(_case(entry, runner))
            case _:
                raise _broken(runner)
    if not ended and not finished and not open_tests:
        raise no_report(ran, runner)
    finished += [CaseResult(name, CaseOutcome.FAILED, CUT_SHORT) for name in open_tests]
    return gather(finished, unique=runner != "node")


def _entries(report: bytes, runner: str) -> Iterator[dict[str, object]]:
    text = report.decode("utf-8", "replace")
    # Only `\n` ends a line: `splitlines` would break at U+2028, which JSON lets be.
    whole, _, _ = text.rpartition("\n")  # a line without its end was being written
    for line in whole.split("\n") if whole else []:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as e:
            raise _broken(runner) from e
        if not isinstance(entry, dict):
            raise _broken(runner)
        yield entry


def _case(entry: Mapping[str, object], runner: str) -> CaseResult:
    try:
        outcome = CaseOutcome(entry["outcome"])
    except ValueError as e:
        raise _broken(runner) from e
    path = entry.get("path")
    return CaseResult(
        str(entry["name"]),
        outcome,
        str(entry.get("detail") or ""),
        path if isinstance(path, str) else None,
    )


def _broken(runner: str) -> ToolError:
    return ToolError(f"the report of {runner} cannot be read: something wrote over it")
