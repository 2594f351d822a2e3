"""Code, tests apart, that asks whether it is being tested: it may do well only then."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from indict_review import syntax
from indict_review.change import Tree
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.syntax import Statement
from indict_review.tools.conduct.kinds import TEST_DETECTED
from indict_review.tools.conduct.scene import Scene, Sign
from indict_review.tools.touched import is_test

_MAY_BE = re.compile(
    r"PYTEST|pytest|unittest|JEST|VITEST|vitest|NODE_ENV|_from_test|testing|test\.v"
)
"""What some line must have before a file is read with care."""

_VARIABLE = r"(?:PYTEST_\w+|JEST_WORKER_ID|VITEST(?:_\w+)?)"
_ENV = r"(?:os \. )?(?:environ|getenv)\b|process \. env\b|\bgetenv\b"
_RUNNER = r"[\"'] (?:_?pytest|unittest|nose)(?: \. \w+|\.\w+)* [\"']"
_ASKS = re.compile(
    rf"(?:{_ENV}).{{0,60}}\b{_VARIABLE}\b|[\"'] {_VARIABLE} [\"'] (?:not )?in\b"
    rf"|{_RUNNER} (?:not )?in (?:sys \. )?(?:modules|argv)\b"
    rf"|\bsys \. modules \. get \( [\"'] _?pytest\b"
    rf"|\bNODE_ENV (?:[\"'] \] )?[!=]==? [\"'] test [\"']|[\"'] test [\"'] [!=]==? process \. env\b"
    rf"|\bhasattr \( sys , [\"'] _called_from_test|\bimport \. meta \. vitest\b"
    rf"|\btesting \. Testing \( \)|\bflag \. Lookup \( \" test\.v"
)
"""As `Statement.text` has it: one has to ask, only to name the words is nothing."""
_CONFIG = re.compile(r"\.config\.\w+$|^\.\w+rc\.\w+$|^noxfile\.py$|^setup\.py$")
"""Names of files that set up what runs the tests."""


def tests_detected(scene: Scene) -> Iterator[Sign]:
    """See `Look`. One for each file."""
    paths = [path for path in scene.touched if _MAY_BE.search(scene.added_text(path))]
    if not paths:
        return
    known = Counter(s.text for path in scene.before.files for s in _asking(scene.before, path))
    for path in paths:
        for statement in _asking(scene.after, path):
            known[statement.text] -= 1
            if known[statement.text] < 0:
                message = f"{shown(path)} now asks whether it is run by tests."
                yield Sign(TEST_DETECTED, scene.here(path, statement.line), message)
                break


def _asking(tree: Tree, path: str) -> Iterator[Statement]:
    language = of_path(path)
    if is_test(path) or _CONFIG.search(PurePosixPath(path).name) or tree.files[path].is_binary:
        return
    text = tree.text(path)
    if language and syntax.has_grammar(language) and _MAY_BE.search(text):
        yield from (s for s in syntax.statements(language, text) if _ASKS.search(s.text))
