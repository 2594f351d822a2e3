"""Tests that stay as they look, and are not run, not heard or cannot fail."""

import pytest

from indict_review.errors import ToolError
from indict_review.tools.conduct.truth import always_holds
from tests.conducting import conduct, told

CASE = "def test_big():\n    assert area(100, 100) == 10000\n"
TEST = "from m import area\n\n\ndef test_small():\n    assert area(3, 7) == 21\n\n\n" + CASE
DEF = CASE.partition("    ")[0]
LINE = "    assert area(100, 100) == 10000\n"
PATH = "tests/test_m.py"


def within(head):
    return TEST.replace(LINE, f"    {head}\n    {LINE}")


def ended(*lines):
    return TEST.replace(LINE, "".join(f"    {line}\n" for line in lines) + LINE)


NOT_RUN = {
    "after a return": ended("return"),
    "after a return that is sure": ended("if 1:", "    return"),
    "after a return in a block": ended("with open('x'):", "    return"),
    "after a raise": ended("raise Skipped"),
    "after an exit": ended("os._exit(0)"),
    "if False": within("if False:"),
    "if not 1": within("if not 1:"),
    "while 0": within("while 0:"),
    "of no value": within("for _ in []:"),
    "else of what is true": within("if True:\n        pass\n    else:"),
    "not at run time": within("if TYPE_CHECKING:"),
    "a function that nobody calls": within("def inner():"),
    "suppressed": within("with contextlib.suppress(Exception):"),
    "expected to fail": within("with pytest.raises(AssertionError):"),
    "caught and printed": within("try:") + "    except Exception as e:\n        print(e)\n",
    "caught in a group": within("try:") + "    except* AssertionError:\n        pass\n",
    "caught and left": within("try:") + "    except (OSError, AssertionError):\n        return\n",
}


@pytest.mark.parametrize("how", NOT_RUN)
def test_an_assertion_that_is_reached_or_heard_no_more_is_seen(how):
    (seen,) = conduct({PATH: TEST}, {PATH: NOT_RUN[how]})

    assert (seen.weakness.ident, seen.weakness.severity.value) == ("assertion-weakened", "high")
    assert seen.summary == "assert area ( 100 , 100 ) == 10000"
    assert "10000" not in seen.weakness.message


NOT_FOUND = {
    "deleted by its name": TEST + "\n\ndel test_big\n",
    "deleted in a block": TEST + "\n\nif True:\n    del test_big\n",
    "another thing by its name": TEST + "\n\ntest_big = None\n",
    "no test": TEST + "\n\ntest_big.__test__ = False\n",
    "of no row": TEST.replace(CASE, "@pytest.mark.parametrize('x', [])\n" + CASE),
    "a fixture": TEST.replace(CASE, "@pytest.fixture\n" + CASE),
    "in what is never run": TEST.replace(CASE, "if False:\n    " + CASE.replace("\n ", "\n     ")),
    "in a function": TEST.replace(CASE, "def more():\n    " + CASE.replace("\n ", "\n     ")),
}


@pytest.mark.parametrize("how", NOT_FOUND)
def test_a_test_that_no_runner_finds_is_gone(how):
    assert told({PATH: TEST}, {PATH: NOT_FOUND[how]}) == [("test-deleted", "high")]


@pytest.mark.parametrize(
    "after",
    [
        TEST + "\n\n__test__ = False\n",
        TEST.replace("\n\n\ndef", "\n\nraise SystemExit\n\n\ndef", 1),
    ],
)
def test_a_module_may_be_no_tests_at_all(after):
    (seen,) = conduct({PATH: TEST}, {PATH: after})

    assert seen.weakness.ident == "test-deleted"
    assert "`test_small`, `test_big`" in seen.weakness.message


@pytest.mark.parametrize("hidden", [TEST + "\n\ndef test_big():\n    area(100, 100)\n"])
def test_of_two_tests_of_one_name_in_a_file_the_last_one_counts(hidden):
    assert told({PATH: TEST}, {PATH: hidden}) == [("assertion-weakened", "high")]


RIGHTFUL = {
    "in one of two branches": within("if area(1, 1):") + "    else:\n    " + LINE,
    "in a loop": within("for _ in range(3):"),
    "caught and told": within("try:") + "    except Exception as e:\n        raise X from e\n",
    "in a function that is called": within("def inner():") + "    inner()\n",
    "behind a return of another": ended("def fake():", "    return", "fake()"),
    "with cleanup": within("try:") + "    finally:\n        close()\n",
    "a helper that swallows": TEST
    + "\n\ndef tidy():\n    try:\n        rm()\n    except Exception:\n        pass\n",
    "on two platforms": TEST.replace(CASE, f"if windows:\n    pass\nelse:\n    {DEF}    {LINE}"),
}  # fmt: skip


@pytest.mark.parametrize("how", RIGHTFUL)
def test_an_assertion_that_is_still_run_is_none_of_it(how):
    assert told({PATH: TEST}, {PATH: RIGHTFUL[how]}) == []


@pytest.mark.parametrize(
    "assertion",
    [
        "area(100, 100) == 10000 or 1",
        "(area(100, 100) == 10000 or not None), 'sure'",
        "area(100, 100) == area(100, 100)",
        "area(100, 100) == mock.ANY",
        "(area(100, 100) == 10000, 'a tuple')",
        "area(100, 100) >= 0",
        "[area(100, 100)]",
        "lambda: area(100, 100) == 10000",
    ],
)
def test_an_expectation_that_cannot_fail_is_seen(assertion):
    after = TEST.replace("area(100, 100) == 10000", assertion)

    assert told({PATH: TEST}, {PATH: after}) == [("assertion-weakened", "high")]


@pytest.mark.parametrize(
    ("assertion", "holds"),
    [
        ("assert f(x) == g(x)", False),
        ("assert x or y", False),
        ("assert x and 1", False),
        ("assert [*x]", False),
        ("assert 1 == 2", False),
        ("assert 1 == 1 <= 1", True),
        ("assert not ( ) , x", True),
        ("assert (", False),
        ("assert " + "not " * 900 + "x", False),
        ("assert " + "(" * 1900, False),
    ],
)
def test_only_what_no_code_can_change_always_holds(assertion, holds):
    assert always_holds(assertion) is holds


JAVASCRIPT = (
    "it('adds', () => {\n  expect(add(12, 30)).toBe(42);\n});\n"
    "it('takes', () => {\n  expect(take(42, 12)).toBe(30);\n});\n"
)
ADDS = "  expect(add(12, 30)).toBe(42);\n"


@pytest.mark.parametrize(
    "instead",
    [
        f"  return;\n{ADDS}",
        f"  if (false) {{\n  {ADDS}  }}\n",
        f"  if (false) {{ {ADDS.strip()} }}\n",
        "  expect(add(12, 30)).toBe(add(12, 30));\n",
        "  expect(add(12, 30) === 42 || true).toBe(true);\n",
        f"  try {{\n  {ADDS}  }} catch {{}}\n",
    ],
)
def test_the_same_is_seen_in_javascript(instead):
    after = JAVASCRIPT.replace(ADDS, instead)

    assert told({"a.test.js": JAVASCRIPT}, {"a.test.js": after}) == [("assertion-weakened", "high")]


def test_a_return_that_is_not_the_tests_own_is_none_of_it():
    after = JAVASCRIPT.replace(ADDS, f"  const f = () => {{\n    return;\n  }};\n  f();\n{ADDS}")
    early = JAVASCRIPT.replace(ADDS, f"  if (slow()) return;\n{ADDS}")

    assert told({"a.test.js": JAVASCRIPT}, {"a.test.js": after}) == []
    assert told({"a.test.js": JAVASCRIPT}, {"a.test.js": early}) == []


def test_tests_too_deep_to_look_at_are_said_to_be():
    deep = TEST + "x = " + "-" * 50_000 + "1\n"

    with pytest.raises(ToolError, match="nested too deeply"):
        conduct({PATH: TEST}, {PATH: deep})
