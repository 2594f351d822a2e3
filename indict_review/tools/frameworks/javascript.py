"""Jest, Vitest and Mocha: packages of the project, each with a JSON report of its own.

They run the tests in their own process, and come from the project's packages: a change that
replaces those reports what it likes, and only tests that vanish show it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import package_json
from indict_review.tools.frameworks.cases import below_workspace, gather, only_report
from indict_review.tools.frameworks.inside import token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.words import spread, taken_apart, typed

_OUTCOMES = {"passed": CaseOutcome.PASSED, "failed": CaseOutcome.FAILED}


@dataclass(frozen=True)
class PackageRunner:
    """See `Framework`."""

    name: str
    program: str
    """The file in node_modules that its command runs."""
    options: tuple[str, ...]
    """What makes it write the report `{report}`."""
    cases: Callable[[Any], Iterator[CaseResult]]
    """Reads the report. Whatever it raises, the report is not one."""
    arguments: tuple[str, ...] | None = None
    """The user's own; None for what package.json says."""
    toolchain: str = "node"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        return self._said(read) is not None

    def _said(self, read: Read) -> "PackageRunner | None":
        """As the "test" script has it, or at least the dependencies, if there is no script."""
        package = package_json.read_package(read)
        if package.test and package_json.NO_TESTS not in package.test:
            said = from_words(taken_apart(package.test))
            return said if said is not None and said.name == self.name else None
        return self if self.name in package.packages else None

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        said = self._said(read) if self.arguments is None else self
        given = spread((said.arguments if said else None) or (), paths)
        report = f"{{box}}/out/{self.name}-{token()}.json"
        options = (option.replace("{report}", report) for option in self.options)
        command = (*package_json.LINKED, f"node_modules/{self.program}", *given, *options)
        return Call(command, package_json.TOOLS, {"NO_COLOR": "1", "CI": "1"})

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("npx", self.name, *(self.arguments or ()))

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        try:
            return gather(self.cases(json.loads(only_report(ran, self.name))))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as e:
            raise ToolError(f"the report of {self.name} cannot be read: {e!r:.200}") from e

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        return package_json.prepare(paths, read)


def _jest(report: Any) -> Iterator[CaseResult]:
    """Vitest writes the same."""
    for file in _items(report, "testResults"):
        path = below_workspace(str(file["name"]))
        where = f"{path or file['name']} > "
        tests = _items(file, "assertionResults")
        for test in tests:
            titles = [*test.get("ancestorTitles", []), test["title"]]
            outcome = _OUTCOMES.get(test["status"], CaseOutcome.SKIPPED)
            why = "\n".join(map(str, test.get("failureMessages") or []))
            yield CaseResult(where + " > ".join(map(str, titles)), outcome, why, path)
        if not tests and file.get("status") == "failed":  # it could not be loaded
            yield CaseResult(
                where.removesuffix(" > "), CaseOutcome.FAILED, str(file.get("message") or ""), path
            )


def _mocha(report: Any) -> Iterator[CaseResult]:
    for kind, outcome in (
        ("passes", CaseOutcome.PASSED),
        ("failures", CaseOutcome.FAILED),
        ("pending", CaseOutcome.SKIPPED),
    ):
        for test in _items(report, kind):
            path = below_workspace(test.get("file"))
            name = " > ".join(filter(None, [path, str(test["fullTitle"])]))
            error = test.get("err") or {}
            why = str(error.get("stack") or error.get("message") or "")
            yield CaseResult(name, outcome, why, path)


def _items(value: Any, name: str) -> list[dict[str, Any]]:
    items = value[name] if isinstance(value, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError(f"no list {name!r}")
    return items


JEST = PackageRunner("jest", "jest/bin/jest.js", ("--json", "--outputFile={report}"), _jest)
VITEST = PackageRunner(
    "vitest",
    "vitest/vitest.mjs",
    ("--run", "--reporter=json", "--outputFile={report}"),
    _jest,
)
MOCHA = PackageRunner(
    "mocha",
    "mocha/bin/mocha.js",
    ("--reporter=json", "--reporter-option=output={report}"),
    _mocha,
)


def from_words(words: tuple[str, ...]) -> PackageRunner | None:
    """Recognise `jest …`, `npx jest …`, `npx --no-install vitest run …`, …"""
    if words[:1] == ("npx",):
        words = words[1:]
        while words and words[0].startswith("-"):
            words = words[1:]
    for runner in (JEST, VITEST, MOCHA):
        if words[:1] == (runner.name,):
            rest = tuple(word for word in words[1:] if word not in ("run", "watch"))
            return PackageRunner(runner.name, runner.program, runner.options, runner.cases, rest)
    return None
