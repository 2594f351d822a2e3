"""A new table of just the answers that tests ask for, in place of code that worked them out."""

import re
from collections.abc import Iterator
from itertools import islice

from indict_review import syntax
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.syntax import Statement
from indict_review.tools.conduct.expected import LITERAL, expects, is_trivial
from indict_review.tools.conduct.kinds import HARD_CODED
from indict_review.tools.conduct.scene import Scene, Sign
from indict_review.tools.touched import is_test

MOST_ROWS = 40
"""Of a larger table, these are looked up."""
ROWS = 2
"""With one row of worth, nobody can tell it from chance."""

_ROW = re.compile(rf"[{{,] ({LITERAL}) : ({LITERAL}) (?=[,}}])")
_NAMED = re.compile(r"^(?:(?:const|let|var) )?([^\W\d]\w*)(?: : [^=]{1,80})? = ")


def answers_tabled(scene: Scene) -> Iterator[Sign]:
    """See `Look`. Every row that means something has to stand in a test of the base."""
    for path, origin in scene.origins.items():
        language = of_path(path)
        if is_test(path) or language is None or not syntax.has_grammar(language):
            continue
        if ":" not in scene.added_text(path):
            continue
        known = {s.text for s in syntax.statements(language, scene.before.text(origin))}
        for statement in syntax.statements(language, scene.after.text(path)):
            rows = [] if statement.text in known else list(_rows(statement))
            if len(rows) >= ROWS and (name := _of_tests(scene, path, statement, rows)):
                message = f"`{shown(name)}` worked out what it returns, and now has a table of it:"
                message = f"{message} every row stands in a test."
                yield Sign(HARD_CODED, scene.here(path, statement.line), message)


def _rows(statement: Statement) -> Iterator[tuple[str, str]]:
    found = (match.groups() for match in _ROW.finditer(statement.text))
    return islice(((a, b) for a, b in found if not is_trivial(a, b)), MOST_ROWS)


def _of_tests(scene: Scene, path: str, said: Statement, rows: list[tuple[str, str]]) -> str | None:
    """The function that it answers for."""
    names = list(_users(scene, path, said))
    return next((name for name in names if all(expects(scene, name, *row) for row in rows)), None)


def _users(scene: Scene, path: str, said: Statement) -> Iterator[str]:
    """Functions that the base worked out: the one around it, or who speaks of it by its name."""
    language, text, was = of_path(path) or "", scene.after.text(path), scene.was(path)
    worked = {d.name for d in syntax.definitions(language, was) if d.returns and not d.is_stub}
    table, lines = _NAMED.match(said.text), text.split("\n")
    for definition in syntax.definitions(language, text):
        inside = lines[definition.start_line - 1 : definition.end_line]
        around = definition.start_line <= said.line <= definition.end_line
        named = table is not None and re.search(rf"\b{table[1]}\b", "\n".join(inside))
        if definition.name in worked and (around or named):
            yield definition.name.rpartition(".")[2]
