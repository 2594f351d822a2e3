"""Which lines break a test: found by taking them back."""

from indict_review.change import Change, File, FileChange, Status, Tree
from indict_review.errors import ToolError
from indict_review.evidence import Side
from indict_review.runs import CaseOutcome, CaseResult, SuiteRun
from indict_review.tools import blame as module
from indict_review.tools.blame import blame

LINES = [f"line {n}" for n in range(9)]


def change(after):
    before, after = (Tree({"a.py": File("\n".join(x).encode())}) for x in (LINES, after))
    return Change(
        "patch", before, after, (FileChange("a.py", None, Status.MODIFIED, "python", 1, 1),), ""
    )


class Suite:
    """One test, which passes on what `good` says is good."""

    name = "tests"

    def __init__(self, good, seconds=0.1):
        self.good, self.seconds, self.runs = good, seconds, 0

    def run(self, tree):
        self.runs += 1
        good = self.good(tree.text("a.py").split("\n"))
        if isinstance(good, ToolError):
            raise good
        outcome = CaseOutcome.PASSED if good else CaseOutcome.FAILED
        return SuiteRun("run", {"t": CaseResult("t", outcome)}, "box", self.seconds)

    again = run


def with_lines(**new):
    return [new.get(f"l{n}", line) for n, line in enumerate(LINES)]


def test_the_stretch_without_which_the_test_passes_is_blamed():
    its = change(with_lines(l1="new", l4="wrong", l7="other"))
    place = blame(its, Suite(lambda lines: "wrong" not in lines), {"t"})["t"]

    assert (place.start_line, place.end_line, place.quote) == (5, 5, "wrong")
    assert place.side is Side.RIGHT


def test_lines_that_were_only_taken_out_are_shown_where_they_were():
    after = [line for line in with_lines(l1="new") if line != "line 5"]
    place = blame(change(after), Suite(lambda lines: "line 5" in lines), {"t"})["t"]

    assert (place.start_line, place.quote, place.side) == (6, "line 5", Side.LEFT)


def test_nobody_is_blamed_where_two_stretches_break_it_or_none_does_alone():
    its = change(with_lines(l1="wrong", l4="wrong"))

    assert blame(its, Suite(lambda lines: "wrong" not in lines), {"t"}) == {}
    assert blame(its, Suite(lambda lines: lines.count("wrong") < 2), {"t"}) == {}


def test_a_change_of_one_stretch_is_tried_as_well():
    its = change(with_lines(l4="wrong"))

    assert blame(its, Suite(lambda lines: "wrong" not in lines), {"t"})["t"].quote == "wrong"
    assert blame(its, Suite(lambda lines: False), {"t"}) == {}  # e.g. a file was taken away


def test_a_run_that_cannot_be_done_explains_nothing():
    def good(lines):
        return ToolError("no room") if lines[4] == "line 4" else False

    assert blame(change(with_lines(l1="a", l4="b")), Suite(good), {"t"}) == {}


def test_too_long_a_search_is_not_begun(monkeypatch):
    its = change(with_lines(l1="a", l4="b"))
    slow = Suite(lambda lines: False, seconds=40)
    many = Suite(lambda lines: False)
    monkeypatch.setattr(module, "MOST_STRETCHES", 1)

    assert blame(its, many, {"t"}) == {}
    monkeypatch.undo()
    assert blame(its, slow, {"t"}) == {}
    assert (many.runs, slow.runs) == (1, 1)
