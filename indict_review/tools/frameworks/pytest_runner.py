"""Pytest. Our own runner and plugin, outside the workspace: see `inside/pytest_run.py`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from indict_review.runs import CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import lines, python_layout
from indict_review.tools.frameworks.inside import token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.layout import called, folder, inside, join, python_tests
from indict_review.tools.frameworks.words import spread, typed

MOST_PLANTED = 20

_SECTION = re.compile(r"^\[(?:tool[:.])?pytest\b", re.M)
_IN_TESTS = re.compile(
    r"^(?:import pytest|from pytest)\b|^(?:async )?def test_|^class Test\w*(?:\(\s*\))?:", re.M
)

_PLANTED = """\
import unittest


def {mark}():
    raise AssertionError("planted: fails in any honest run")


class {mark}_case(unittest.TestCase):
    {mark} = lambda self: self.fail("planted: fails in any honest run")
"""


@dataclass(frozen=True)
class Pytest:
    """See `Framework`."""

    arguments: tuple[str, ...] = ()
    """The user's own."""
    name: str = "pytest"
    toolchain: str = "python"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`: settings for it, a conftest.py, or tests written for it."""
        if not python_tests(paths) and not called(paths, "conftest.py"):
            return False
        if any(_SECTION.search(read(name)) for name in python_layout.SETTINGS):
            return True
        return bool(called(paths, "conftest.py")) or python_layout.says(paths, read, _IN_TESTS)

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        mark = f"test_{token()}"
        planted = [
            join(where, f"{mark}_{number}_test.py")  # modules of one name would be one module
            for number, where in enumerate(self._where(paths, read))
        ]
        plan = {
            "report": f"pytest-{token()}.jsonl",
            "mark": mark,
            "planted": planted,
            "folders": python_layout.sources(paths),
            "starts": [],
        }
        content = _PLANTED.format(mark=mark).encode()
        fails = (name for p in planted for name in (f"{p}::{mark}", f"{p}::{mark}_case::{mark}"))
        return Call(
            (*python_layout.COMMAND, *spread(self.arguments, paths)),
            python_layout.tools(plan, "pytest_run"),
            python_layout.ENVIRON,
            dict.fromkeys(planted, content),
            frozenset(fails),
        )

    def _where(self, paths: frozenset[str], read: Read) -> list[str]:
        """A conftest.py has power over its folder: so, where the tests are, into each that has one.

        Elsewhere it is left alone: some projects keep broken ones, to test with.
        """
        tests = python_tests(paths)
        named = tuple(w for w in self.arguments if any(inside(t, w.rstrip("/")) for t in tests))
        powers = [folder(p) for p in called(paths, "conftest.py")]
        starts = python_layout.where_tests_are(paths, read, named) or powers[:1]
        below = [f for f in powers if any(inside(f, start) for start in starts)]
        with_tests = {folder(test) for test in tests}
        return list(dict.fromkeys([*starts, *(f for f in below if f in with_tests)]))[:MOST_PLANTED]

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("python", "-m", "pytest", *self.arguments)

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        return lines.results(ran, self.name)

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        return python_layout.prepare(paths, read)


def from_words(words: tuple[str, ...]) -> Pytest | None:
    """Recognise `pytest …`, `py.test …`, `python -m pytest …`."""
    match words:
        case ("pytest" | "py.test", *rest):
            return Pytest(tuple(rest))
        case (python, "-m", "pytest", *rest) if is_python(python):
            return Pytest(tuple(rest))
    return None


def is_python(word: str) -> bool:
    """Whether a word of a command is the interpreter."""
    return re.fullmatch(r"python[\d.]*|py", word) is not None
