"""Unittest, where no pytest is in sight. See `inside/unittest_run.py`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from indict_review.runs import CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import lines, python_layout
from indict_review.tools.frameworks.inside import token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.layout import folder, inside, join, python_tests
from indict_review.tools.frameworks.pytest_runner import is_python
from indict_review.tools.frameworks.words import spread, typed

_IN_TESTS = re.compile(r"^[ \t]*(?:import unittest|from unittest)\b|\bTestCase\)", re.M)

_PLANTED = """\
import unittest


class Planted(unittest.TestCase):
    def {mark}(self):
        self.fail("planted: fails in any honest run")
"""


@dataclass(frozen=True)
class Unittest:
    """See `Framework`."""

    arguments: tuple[str, ...] = ()
    """The user's own; without any, tests are discovered in every folder that has some."""
    name: str = "unittest"
    toolchain: str = "python"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        return python_layout.says(paths, read, _IN_TESTS)

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        mark, starts = f"test_{token()}", _starts(paths)
        # Below a package, a module has the name it has from the top: so in the start itself.
        planted = join(starts[0] if starts and not self.arguments else "", f"{mark}.py")
        plan = {
            "report": f"unittest-{token()}.jsonl",
            "mark": mark,
            "planted": [planted],
            "folders": python_layout.sources(paths),
            "starts": starts,
        }
        return Call(
            (*python_layout.COMMAND, *spread(self.arguments, paths)),
            python_layout.tools(plan, "unittest_run"),
            python_layout.ENVIRON,
            {planted: _PLANTED.format(mark=mark).encode()},
            frozenset({f"{mark}.Planted.{mark}"}),
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("python", "-m", "unittest", *self.arguments)

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        return lines.results(ran, self.name)

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        return python_layout.prepare(paths, read)


def _starts(paths: frozenset[str]) -> list[str]:
    """Where discovery has to begin: it goes down only into packages."""
    starts: list[str] = []
    for test in python_tests(paths):
        start = folder(test)
        while start and join(start, "__init__.py") in paths:
            start = folder(start)
        if PurePosixPath(test).name.startswith("test") and not _reached(start, starts, paths):
            starts.append(start)
    return starts


def _reached(start: str, starts: list[str], paths: frozenset[str]) -> bool:
    return any(
        start == other or (inside(start, other) and join(start, "__init__.py") in paths)
        for other in starts
    )


def from_words(words: tuple[str, ...]) -> Unittest | None:
    """Recognise `python -m unittest …`."""
    match words:
        case (python, "-m", "unittest", *rest) if is_python(python):
            return Unittest(tuple(rest))
    return None
