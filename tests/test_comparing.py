"""What two runs of a suite say of a change: which tests, where, and once for each fault."""

import pytest

from indict_review.change import Change, FileChange, Status, Tree
from indict_review.errors import ToolError
from indict_review.evidence import Concern, Confidence, Severity, Side
from indict_review.runs import CaseOutcome, CaseResult, SuiteRun
from indict_review.tools.comparing import LISTED, broken, observe, settle
from indict_review.tools.tail import LINES, SIZE, last_lines
from tests.changing import change

PASSED, FAILED, SKIPPED = CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.SKIPPED

OLD = """\
def total(items):
    return sum(items)


def mean(items):
    return total(items) / len(items)
"""
NEW = OLD.replace("/ len", "// len")
TEST = "from stats import mean\n\n\ndef test_mean():\n    assert mean([1, 2]) == 1.5\n"
CRASHED = """\
tests/test_stats.py:5: in test_mean
    assert mean([1, 2]) == 1.5
src/stats.py:6: in mean
    return total(items) // len(items)
E   ZeroDivisionError: integer division or modulo by zero
"""
ASSERTED = (
    "tests/test_stats.py:5: in test_mean\n    assert mean([1, 2]) == 1.5\nE   assert 1 == 1.5\n"
)


def suite_run(*results: CaseResult) -> SuiteRun:
    return SuiteRun("python -m pytest", {r.name: r for r in results}, "docker X@sha256:1")


def case(name: str, outcome: CaseOutcome, detail: str = "") -> CaseResult:
    return CaseResult(name, outcome, detail, name.partition("::")[0])


MEAN = "tests/test_stats.py::test_mean"
EDIT = change({"src/stats.py": OLD}, {"src/stats.py": NEW})


def seen(before, after, of=EDIT, flaky=()):
    return list(observe(before, after, of, flaky))


def test_a_test_that_passed_and_fails_now_is_a_high_finding_at_the_line_it_fails_in():
    (found,) = seen(suite_run(case(MEAN, PASSED)), suite_run(case(MEAN, FAILED, CRASHED)))

    assert (found.tool, found.weakness.ident) == ("tests", "test-failure")
    assert found.weakness.concern is Concern.HELPFULNESS
    assert found.weakness.severity is Severity.HIGH
    assert found.weakness.precision is Confidence.HIGH
    assert (found.location.path, found.location.start_line) == ("src/stats.py", 6)
    assert found.location.quote == "    return total(items) // len(items)"
    assert f"{MEAN} passed before this change and fails now." == found.weakness.message
    assert "ZeroDivisionError" in found.summary
    assert "$ python -m pytest" in found.detail
    assert found.cases == (MEAN,)


def test_an_assertion_in_an_untouched_test_leads_to_the_function_it_speaks_of():
    more = "\n\ndef unrelated():\n    return 1\n"
    of = change({"src/stats.py": OLD}, {"src/stats.py": "LIMIT = 1\n" + NEW + more})

    (found,) = seen(suite_run(case(MEAN, PASSED)), suite_run(case(MEAN, FAILED, ASSERTED)), of)

    assert found.location.quote == "    return total(items) // len(items)"


def test_a_failure_that_speaks_of_nothing_is_shown_at_the_first_change_outside_of_tests():
    of = change(
        {"a/test_x.py": "1\n", "src/stats.py": OLD}, {"a/test_x.py": "2\n", "src/stats.py": NEW}
    )

    (found,) = seen(suite_run(case("t", PASSED)), suite_run(case("t", FAILED, "Killed")), of)

    assert (found.location.path, found.location.start_line) == ("src/stats.py", 6)


def test_a_test_that_is_new_and_fails_is_shown_where_it_fails():
    of = change({"src/stats.py": OLD}, {"src/stats.py": OLD, "tests/test_stats.py": TEST})

    (found,) = seen(suite_run(), suite_run(case(MEAN, FAILED, ASSERTED)), of)

    assert (found.location.path, found.location.start_line) == ("tests/test_stats.py", 5)
    assert found.weakness.message == f"{MEAN} is new and fails."
    assert found.weakness.severity is Severity.HIGH


def test_a_project_that_had_no_tests_and_has_some_now_is_looked_at():
    (found,) = seen(None, suite_run(case(MEAN, FAILED, CRASHED)))

    assert found.weakness.ident == "test-failure"


def test_what_failed_before_and_fails_now_is_no_news():
    bad = suite_run(case(MEAN, FAILED), case("s", SKIPPED))

    assert seen(bad, suite_run(case(MEAN, FAILED, CRASHED), case("s", FAILED))) == []
    assert seen(bad, suite_run(case("s", SKIPPED))) == []
    assert seen(suite_run(case(MEAN, FAILED)), suite_run(case(MEAN, PASSED))) == []


def test_many_tests_that_one_line_breaks_are_one_finding():
    names = [f"tests/test_stats.py::test_{n}" for n in range(LISTED + 5)]
    before = suite_run(*(case(n, PASSED) for n in names))
    after = suite_run(*(case(n, FAILED, CRASHED) for n in names), case(MEAN, FAILED, CRASHED))

    (found,) = seen(before, after)

    assert found.weakness.message == (
        "tests/test_stats.py::test_0, tests/test_stats.py::test_1, tests/test_stats.py::test_2 and "
        f"{LISTED + 2} more passed before this change and fail now. {MEAN} is new and fails."
    )
    assert f"test_{LISTED - 1}\n" in found.detail
    assert "… and 6 more" in found.detail
    assert len(found.cases) == LISTED + 6


def test_two_faults_are_two_findings():
    of = change({"src/stats.py": OLD}, {"src/stats.py": NEW.replace("sum(items)", "max(items)")})
    before = suite_run(case("a", PASSED), case("b", PASSED))
    after = suite_run(case("a", FAILED, CRASHED), case("b", FAILED, "src/stats.py:2: in total"))

    assert sorted(o.location.start_line for o in seen(before, after, of)) == [2, 6]


def test_a_flaky_test_is_not_blamed():
    before, after = suite_run(case(MEAN, PASSED)), suite_run(case(MEAN, FAILED, CRASHED))

    assert seen(before, after, flaky={MEAN}) == []


def test_a_test_that_is_no_longer_there_is_lost_and_shown_where_it_was():
    of = change(
        {"tests/test_stats.py": "import x\n\n" + TEST}, {"tests/test_stats.py": "import x\n\n"}
    )

    (found,) = seen(suite_run(case(MEAN, PASSED)), suite_run(), of)

    assert (found.weakness.ident, found.weakness.severity) == ("test-lost", Severity.MEDIUM)
    assert found.location.side is Side.LEFT
    assert (found.location.start_line, found.location.quote) == (6, "def test_mean():")
    assert "the change deletes" not in found.weakness.message


def test_a_test_whose_file_the_change_deletes_is_lost_and_that_is_said():
    of = change({"tests/test_stats.py": TEST}, {})

    for after in (suite_run(), None):
        (found,) = seen(suite_run(case(MEAN, PASSED)), after, of)
        assert found.weakness.ident == "test-lost"
        assert found.weakness.message.endswith(": the change deletes the file.")
        assert (found.location.path, found.location.side) == ("tests/test_stats.py", Side.LEFT)


def test_many_tests_taken_out_of_a_file_are_one_finding():
    more = "".join(f"def test_{n}(): pass\n" for n in range(9))
    of = change({"test_x.py": "import x\n" + more}, {"test_x.py": "import x\n"})

    (found,) = seen(suite_run(*(case(f"test_x.py::test_{n}", PASSED) for n in range(9))), None, of)

    assert len(found.cases) == 9
    assert found.location.quote == "def test_0(): pass"


def test_a_test_that_vanishes_with_its_file_untouched_is_lost_all_the_same():
    of = change({"conftest.py": "a\n"}, {"conftest.py": "b\n"})

    (found,) = seen(suite_run(case(MEAN, PASSED)), suite_run(), of)

    assert (found.location.path, found.location.start_line) == ("conftest.py", 1)


def test_a_test_in_a_renamed_file_is_the_same_test():
    renames = {"tests/test_new.py": "tests/test_stats.py"}
    of = change({"tests/test_stats.py": TEST}, {"tests/test_new.py": TEST}, renames)
    new = "tests/test_new.py::test_mean"

    assert seen(suite_run(case(MEAN, PASSED)), suite_run(case(new, PASSED)), of) == []
    (found,) = seen(suite_run(case(MEAN, PASSED)), suite_run(case(new, FAILED, "x")), of)
    assert "passed before" in found.weakness.message


def test_a_test_that_is_skipped_now_is_shown_in_its_file():
    skip = "import pytest\npytestmark = pytest.mark.skip\n" + TEST
    of = change({"tests/test_stats.py": TEST}, {"tests/test_stats.py": skip})

    (found,) = seen(suite_run(case(MEAN, PASSED)), suite_run(case(MEAN, SKIPPED, "no reason")), of)

    assert (found.weakness.ident, found.weakness.severity) == ("test-skipped", Severity.MEDIUM)
    assert (found.location.path, found.location.start_line) == ("tests/test_stats.py", 1)


def test_a_file_that_cannot_be_imported_is_one_failure_and_no_lost_tests():
    names = ["tests/test_stats.py::a", "tests/test_stats.py::b"]
    before = suite_run(*(case(n, PASSED) for n in names))
    after = suite_run(case("tests/test_stats.py", FAILED, "src/stats.py:6: SyntaxError"))

    (found,) = seen(before, after)

    assert found.weakness.ident == "test-failure"
    assert found.location.path == "src/stats.py"


def test_a_new_failing_test_does_not_hide_a_lost_one():
    other = case("tests/test_stats.py::other", PASSED)
    before = suite_run(case(MEAN, PASSED), other)
    after = suite_run(case("tests/test_stats.py::new", FAILED, CRASHED), other)

    assert {o.weakness.ident for o in seen(before, after)} == {"test-failure", "test-lost"}


@pytest.mark.parametrize(
    "detail",
    [
        '  File "/box/work/src/stats.py", line 6, in mean\n    x\nZeroDivisionError: x',
        "Error: x\n    at mean (/box/work/src/stats.py:6:3)\n    at /box/work/src/stats.py:1:3",
        "Error: x\n    at file:///box/work/src/stats.py:6:3\n    at test (node:internal/test:1:1)",
        "   at Stats.Mean() in /box/work/src/stats.py:line 6",
        "stats.py:6: wrong",
    ],
)
def test_frames_are_read_in_every_runners_way(detail):
    (found,) = seen(suite_run(case("t", PASSED)), suite_run(case("t", FAILED, detail)))

    assert found.location.start_line == 6


def test_a_change_without_text_is_pointed_at_as_a_whole():
    binary = FileChange("logo.png", None, Status.MODIFIED, None, 0, 0, binary=True)
    of = Change("patch", Tree(), Tree(), (binary,), "")

    (found,) = seen(suite_run(case("t", PASSED)), suite_run(case("t", FAILED)), of)

    assert (found.location.path, found.location.quote) == ("logo.png", "")


def test_what_a_test_writes_cannot_flood_or_steer_what_is_shown():
    loud = "x" * 10**6 + "\n" + "\x1b[2Jline\n" * 1000 + "src/stats.py:6: \x1b[31mthe end"
    name = "t\x1b[2J" + "n" * 1000

    (found,) = seen(suite_run(case(name, PASSED)), suite_run(case(name, FAILED, loud)))

    assert len(found.detail) < SIZE + 1000
    assert len(found.summary) < 1000
    assert "\x1b" not in found.summary + found.weakness.message
    assert found.detail.endswith("the end")


def test_the_end_of_a_text_is_kept_in_whole_lines():
    assert last_lines("a\nb\n") == "a\nb"
    assert last_lines("".join(f"{n}\n" for n in range(100))).split("\n")[:2] == ["[…]", "60"]
    assert last_lines("y" * (SIZE + 1)) == "[…]\n" + "y" * SIZE
    assert last_lines("z" * SIZE + "\nshort") == "[…]\nshort"
    assert len(last_lines("ab\n" * 10**5).split("\n")) == LINES + 1


class Runs:
    """A suite that has its results ready."""

    name = "tests"

    def __init__(self, first, second):
        self.first, self.second, self.ran_again = first, second, False

    def run(self, tree):
        return self.first

    def again(self, tree):
        self.ran_again = True
        if isinstance(self.second, Exception):
            raise self.second
        return self.second


def test_what_passed_and_does_not_now_is_broken():
    before = suite_run(*(case(n, PASSED) for n in "abcd"), case("e", FAILED))
    after = suite_run(case("a", PASSED), case("b", FAILED), case("c", SKIPPED), case("e", FAILED))

    assert broken(before, after) == {"b", "c", "d"}
    assert broken(before, None) == {"a", "b", "c", "d"}
    assert broken(None, after) == frozenset()


def test_a_suspect_that_comes_out_otherwise_when_run_again_is_flaky():
    first = suite_run(case("a", FAILED), case("b", FAILED), case("c", PASSED))
    suite = Runs(first, suite_run(case("a", PASSED), case("b", FAILED), case("d", PASSED)))

    assert settle(suite, Tree(), {"a", "b", "d"}) == {"a", "d"}


def test_nothing_is_run_again_without_a_suspect():
    suite = Runs(None, None)

    assert settle(suite, Tree(), ()) == frozenset()
    assert not suite.ran_again


def test_a_second_run_that_fails_is_told():
    with pytest.raises(ToolError):
        settle(Runs(suite_run(), ToolError("it took too long")), Tree(), {"a"})
