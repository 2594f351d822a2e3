"""Code that parses no more is a finding of an AI's patch."""

import pytest

from indict_review.change import File, Tree
from indict_review.evidence import Severity
from indict_review.tools.parsing import Parsing


def seen(path, before, after):
    old = Tree({path: File(before.encode())} if before is not None else {})
    return list(Parsing().examine(old, Tree({path: File(after.encode())})))


@pytest.mark.parametrize(
    ("path", "broken"),
    [
        ("new.py", "def f(:\n    return 1\n"),
        ("new.py", "def f():\nreturn 1\n"),
        ("a.ts", "export function f( {\n  return 1;\n"),
        ("A.java", "class A { void f() { int x = ; } }\n"),
        ("a.go", "package a\n\nfunc f( {\n}\n"),
    ],
)
def test_code_that_does_not_parse_is_a_finding_that_blocks(path, broken):
    (found,) = seen(path, None, broken)

    assert found.weakness.ident == "syntax-error"
    assert found.weakness.severity is Severity.HIGH
    assert found.location.quote in broken


def test_a_fault_that_was_there_is_none_of_the_changes():
    broken = "def f(:\n    return 1\n"

    assert seen("a.py", broken, broken + "x = 1\n") == []
    assert len(seen("a.py", broken, broken + "x = = 1\n")) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.py", "def f() -> int:\n    return 1\n"), ("a.txt", "def f(:\n"), ("a.py", "\0def f(:")],
)
def test_code_that_parses_and_what_is_no_code_is_silent(path, text):
    assert seen(path, None, text) == []


def test_c_with_macros_does_not_block():
    (found,) = seen("a.c", None, "BEGIN_DECLS int f(void) { return 1 }\n")

    assert found.weakness.severity is Severity.MEDIUM
