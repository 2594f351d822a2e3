"""What tests of the base expect of a function: values that stand in one assertion."""

import re

from indict_review.syntax import Statement
from indict_review.tools.conduct.cases import Case, asserts, cases
from indict_review.tools.conduct.scene import Scene, tests_of_base

VALUE = r"-?\b\d[\d_]*(?:\.\d+)?\b|\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'"
LITERAL = rf"\(\s*(?:{VALUE})(?:\s*,\s*(?:{VALUE})){{1,7}}\s*\)|{VALUE}"
"""One value, or some at once."""

_TRIVIAL = re.compile(r"-?[0-9]|-?1\.0|0\.\d|.?")
"""Values that stand in many tests, and mean no one of them."""


def is_trivial(asked: str, answer: str) -> bool:
    """Whether tests may have them side by side by chance. Two small numbers are one large one."""
    parts = _parts(asked)
    return _is_small(_bare(answer)) or (len(parts) == 1 and _is_small(parts[0]))


def expects(scene: Scene, name: str, asked: str, answer: str) -> Case | None:
    """A test of the base that mentions the function, and has all values in one assertion."""
    values = [value.lstrip("-") for value in (*_parts(asked), _bare(answer))]
    for path, text in tests_of_base(scene):
        if name not in text or any(value not in text for value in values):
            continue
        for case in cases(path, text):
            if name in case.words and any(_has(s, values) for s in case.statements):
                return case
    return None


def _parts(value: str) -> list[str]:
    return [_bare(part) for part in re.findall(VALUE, value)]


def _is_small(value: str) -> bool:
    return _TRIVIAL.fullmatch(value) is not None


def _bare(value: str) -> str:
    return " ".join(value.strip("\"'").split())


def _has(statement: Statement, values: list[str]) -> bool:
    """An assertion with them all, or a row of a table of what is expected."""
    told = " ".join(re.sub(r"[\"'`()\[\]]", " ", statement.text).split())
    row = " , ".join(values)
    wanted = values if asserts(statement) else [row]
    return f" {row} " in f" {told} " or all(f" {value} " in f" {told} " for value in wanted)
