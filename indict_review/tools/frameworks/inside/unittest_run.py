"""Runs unittest in the sandbox, as `python -m unittest` would, and reports test by test."""

from __future__ import annotations

import os
import sys
import unittest
import unittest.async_case  # imported when first needed: then the workspace would come first
import unittest.mock
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indict_review.tools.frameworks.inside.run import Plan, Report

NOT_IMPORTED = "unittest.loader._FailedTest."


class Result(unittest.TextTestResult):
    """Also writes the report: a test counts when it is over, with the worst that was seen."""

    report: Report
    """Set by `main`, on the class: unittest makes the object."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._outcome, self._why = "passed", ""

    def startTest(self, test: unittest.TestCase) -> None:
        """A test begins."""
        self._outcome, self._why = "passed", ""
        self.report.started(_name(test))
        super().startTest(test)

    def stopTest(self, test: unittest.TestCase) -> None:
        """A test is over."""
        super().stopTest(test)
        self.report.case(_name(test), self._outcome, self._why, _path(test))

    def _failed(self, test: unittest.TestCase, why: str) -> None:
        self._outcome, self._why = "failed", why
        if not isinstance(test, unittest.TestCase):  # setUpClass, setUpModule: no test started
            self.report.case(_name(test), "failed", why)

    def addError(self, test: Any, err: Any) -> None:
        """It could not run."""
        super().addError(test, err)
        self._failed(test, self.errors[-1][1])

    def addFailure(self, test: Any, err: Any) -> None:
        """An assertion failed."""
        super().addFailure(test, err)
        self._failed(test, self.failures[-1][1])

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        """A part of a test is over."""
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._failed(test, f"{subtest}: {err[1]!r}")

    def addUnexpectedSuccess(self, test: Any) -> None:
        """It passed, and was marked as one that fails."""
        super().addUnexpectedSuccess(test)
        self._failed(test, "unexpected success")

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        """It failed, as it was marked to."""
        super().addExpectedFailure(test, err)
        self._outcome = "skipped"

    def addSkip(self, test: Any, reason: str) -> None:
        """It did not want to run here."""
        super().addSkip(test, reason)
        if not isinstance(test, unittest.TestCase):
            self.report.case(_name(test), "skipped", reason)
        elif self._outcome == "passed":
            self._outcome, self._why = "skipped", reason


def _name(test: Any) -> str:
    name = str(test.id())
    return name[len(NOT_IMPORTED) :] if name.startswith(NOT_IMPORTED) else name


def _path(test: unittest.TestCase) -> str | None:
    file = getattr(sys.modules.get(type(test).__module__), "__file__", None)
    if not file or not file.startswith(os.getcwd() + os.sep):
        return None
    return os.path.relpath(file, os.getcwd())


def main(
    plan: Plan,
    report: Report,
    admit: Callable[[list[str]], None],
    again: Callable[[Plan], None],
) -> int:
    """Run what the arguments say, or else discover in every start folder."""
    Result.report = report
    suite = unittest.TestSuite()
    admit(plan.folders)
    if len(sys.argv) > 1:
        argv = ["python -m unittest", *sys.argv[1:]]
        program = _Loaded(module=None, argv=argv, exit=False)
        suite.addTest(program.test)
    else:
        for start in plan.starts:
            suite.addTest(_discovered(start))
    for path in plan.planted:
        suite.addTest(_discovered(os.path.dirname(path), os.path.basename(path)))
    ran = unittest.TextTestRunner(resultclass=Result).run(suite)
    report.end()
    return 0 if ran.wasSuccessful() else 1


def _discovered(start: str, pattern: str = "test*.py") -> unittest.TestSuite:
    # A loader of its own: one remembers the first folder as the top of all others.
    return unittest.TestLoader().discover(start or ".", pattern)


class _Loaded(unittest.TestProgram):
    """Reads unittest's own arguments, and stops before it runs anything."""

    test: unittest.TestSuite

    def runTests(self) -> None:
        pass
