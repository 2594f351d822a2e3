"""Code beside the tests that decides which of them are run, what came of them, and of what.

Python only: `conftest.py`, plugins, and files of tests.
"""

import re
from collections import Counter
from collections.abc import Iterator

from indict_review import syntax
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.syntax import Statement
from indict_review.tools.conduct.cases import cases
from indict_review.tools.conduct.kinds import TESTS_DECIDED
from indict_review.tools.conduct.scene import Scene, Sign, tests_of_base
from indict_review.tools.touched import is_test

_HOOK = re.compile(
    r"(?:pytest_(?:ignore_collect|collect\w*|pycollect\w*|itemcollected|deselected|pyfunc_call"
    r"|runtest_(?:makereport|protocol|setup|call)|generate_tests|report_teststatus|cmdline_main"
    r"|load_initial_conftests)|load_tests)\b"
)
"""Functions that a runner asks what to run, and what came of it."""
_SAYS = re.compile(
    r"^(collect_ignore(?:_glob)?)\b|\bspecname = [\"'] (pytest_\w+)"
    r"|\. (outcome) = [\"'] (?:passed|skipped)|\. (exitstatus) = (?:0\b|.*\bOK\b)"
)
"""What is not to be collected, or did not fail."""
_REPLACES = re.compile(
    r"^(?P<owner>\w+) \. (?:\w+ \. )*(?P<set>\w+) = "
    r"|(?:^| )(?:setattr|patch(?: \. object)?) \( (?:[\w.]+ , )?"
    r"[\"'] (?:\w+ ?\. ?)*(?P<put>\w+) [\"'] ,"
)
"""An attribute of what is imported, set for all tests."""


def tests_decided(scene: Scene) -> Iterator[Sign]:
    """See `Look`. One for each name in a file."""
    paths = [path for path in scene.touched if is_test(path) and of_path(path) == "python"]
    for path in paths:
        if scene.added[path]:
            for name, line in dict(reversed(list(_new(scene, path)))).items():
                message = (
                    f"`{shown(name)}` in {shown(path)} decides what tests are run, or of what."
                )
                yield Sign(TESTS_DECIDED, scene.here(path, line), message)


def _new(scene: Scene, path: str) -> Iterator[tuple[str, int]]:
    text = scene.after.text(path)
    said = syntax.statements("python", text)
    known = Counter(s.text for s in syntax.statements("python", scene.was(path)))
    new = [s for s in said if not known[s.text]]
    yield from _hooks(text, new)
    for statement in new:
        if found := _SAYS.search(statement.text):
            yield next(filter(None, found.groups())), statement.line
    imports = " ".join(s.text for s in said if s.text.startswith(("from ", "import ")))
    replaced = list(_replaced(path, text.split("\n"), new, frozenset(imports.split())))
    called = _called(scene) if replaced else ()
    yield from ((name, line) for name, line in replaced if name in called)


def _hooks(text: str, new: list[Statement]) -> Iterator[tuple[str, int]]:
    """Those of which a statement is new."""
    for definition in syntax.definitions("python", text):
        name = definition.name.rpartition(".")[2]
        within = range(definition.start_line, definition.end_line + 1)
        if _HOOK.match(name) and any(s.line in within for s in new):
            yield name, definition.start_line


def _replaced(
    path: str, lines: list[str], new: list[Statement], imported: frozenset[str]
) -> Iterator[tuple[str, int]]:
    """What is replaced for all tests: anywhere in a conftest, elsewhere outside of functions."""
    for statement in new:
        found = _REPLACES.search(statement.text)
        inside = lines[statement.line - 1][:1].isspace() and not path.endswith("conftest.py")
        if found and not inside and (found["owner"] is None or found["owner"] in imported):
            yield found["set"] or found["put"], statement.line


def _called(scene: Scene) -> frozenset[str]:
    """What the tests of the base call."""
    found = (case.calls for path, text in tests_of_base(scene) for case in cases(path, text))
    return frozenset[str]().union(*found)
