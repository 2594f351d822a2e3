"""The dynamic half of verification: what runs of tests and checks mean for a revision."""

import pytest

from indict_review.change import Change, File, FileChange, Status, Tree
from indict_review.checks.candidate import Candidate
from indict_review.critics.findings import gather
from indict_review.errors import NotWanted, ToolError
from indict_review.revision import CheckStatus
from indict_review.runs import (
    CaseOutcome,
    CaseResult,
    Checked,
    CheckOutcome,
    Snippet,
    SuiteRun,
)
from indict_review.trials import NO_TESTS, Trials

BASE, HEAD, DRAFT = (Tree({"a.py": File(f"x = {n}\n".encode())}) for n in (1, 2, 3))
CHANGE = Change(
    "patch", BASE, HEAD, (FileChange("a.py", None, Status.MODIFIED, "python", 1, 1),), "", "task"
)
P, F, S = CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.SKIPPED


class Scores:
    """A suite whose scores are given: for a tree, one result of each test, or several in turn."""

    name = "tests"

    def __init__(self, base, head, draft):
        self.scores = {id(BASE): base, id(HEAD): head, id(DRAFT): draft}
        self.times = 0

    def run(self, tree):
        return self._run(tree, 0)

    def again(self, tree):
        self.times += 1
        return self._run(tree, self.times)

    def _run(self, tree, time):
        scores = self.scores.get(id(tree))
        if isinstance(scores, ToolError):
            raise scores
        if scores is None:
            return None
        results = {}
        for test, outcomes in scores.items():
            outcomes = outcomes if isinstance(outcomes, tuple) else (outcomes,)
            results[test] = CaseResult(test, outcomes[min(time, len(outcomes) - 1)])
        return SuiteRun("run tests", results, "box 1")


def check_of(base, head, draft, fixes=(), **options):
    trials = Trials(CHANGE, Scores(base, head, draft), **options)
    (check,) = trials.checks(Candidate(HEAD, DRAFT, fixes))
    return check


def test_what_passed_before_still_passes():
    check = check_of(None, {"a": P, "b": F}, {"a": P, "b": F})

    assert check.status is CheckStatus.PASSED
    assert (check.before, check.after) == (1, 1)


@pytest.mark.parametrize("now", [{"a": F, "b": P}, {"a": S, "b": P}, {"b": P}, None])
def test_a_test_that_fails_is_skipped_or_vanishes_refuses_the_revision(now):
    check = check_of(None, {"a": P, "b": P}, now)

    assert check.status is CheckStatus.FAILED
    assert "passed before, and not now: a" in check.detail


def test_a_flaky_test_is_named_and_not_blamed():
    check = check_of(None, {"a": (P, F), "b": P}, {"a": (F, P), "b": P})

    assert check.status is CheckStatus.PASSED
    assert "flaky, so not counted: a" in check.detail
    trials = Trials(CHANGE, Scores({"a": P, "b": P}, {"a": (F, P), "b": P}, None))
    assert trials.observe() == []
    assert trials.flaky == {"a"}


def test_a_revision_that_makes_a_sure_test_flaky_is_refused():
    check = check_of(None, {"a": P, "b": P}, {"a": (F, P), "b": P})

    assert check.status is CheckStatus.FAILED


def test_a_suite_in_which_nothing_passes_shows_nothing():
    check = check_of({"a": F}, {"a": F, "b": S}, {"a": F, "b": S})

    assert (check.status, check.needed) == (CheckStatus.SKIPPED, True)
    with pytest.raises(ToolError, match="no test passes"):
        Trials(CHANGE, Scores({"a": F}, {"a": F}, None)).observe()
    (seen,) = Trials(CHANGE, Scores(None, {"a": F}, None)).observe()
    assert seen.weakness.ident == "test-failure"


def test_a_change_that_takes_the_tests_away_gets_nothing_verified():
    check = check_of({"a": P}, None, None)

    assert (check.status, check.needed) == (CheckStatus.SKIPPED, True)
    assert "leaves no tests" in check.detail


def test_a_revision_has_to_mend_the_tests_it_says_it_mends():
    trials = Trials(CHANGE, Scores({"a": P, "b": P}, {"a": F, "b": P}, {"a": F, "b": P}))
    (finding,) = gather(trials.observe(), HEAD)
    (check,) = trials.checks(Candidate(HEAD, DRAFT, (finding,)))

    assert finding.ident == "test-failure"
    assert check.status is CheckStatus.FAILED
    assert "still fails: a" in check.detail
    assert check_of({}, {"a": F, "b": P}, {"a": F, "b": P}).status is CheckStatus.PASSED
    assert check_of({"a": P}, {"a": F}, {"a": P}, (finding,)).status is CheckStatus.PASSED


def test_a_suite_that_cannot_be_run_leaves_the_code_unverified():
    check = check_of(None, {"a": P}, ToolError("no room"))

    assert check.status is CheckStatus.SKIPPED
    assert check.needed
    assert check.detail == "on the revision: no room"


@pytest.mark.parametrize("required", [False, True])
def test_a_project_without_tests_is_said_and_refused_only_on_request(required):
    check = check_of(None, None, None, require_tests=required)

    assert (check.status, check.detail) == (CheckStatus.SKIPPED, NO_TESTS)
    assert check.needed is required


def test_the_error_keeps_its_kind_when_the_side_is_named():
    with pytest.raises(NotWanted, match="on the base: switched off"):
        Trials(CHANGE, Scores(NotWanted("switched off"), {"a": P}, None)).observe()


def test_the_tests_that_a_change_deletes_are_lost():
    (seen,) = Trials(CHANGE, Scores({"a": P}, None, None)).observe()

    assert seen.weakness.ident == "test-lost"


class Says:
    """An interpreter whose outcomes are given by tree."""

    name = "interpreter"

    def __init__(self, head, draft):
        self.outcomes = {id(HEAD): head, id(DRAFT): draft}

    def speaks(self, language):
        return True

    def run(self, snippet, tree):
        outcome = self.outcomes[id(tree)]
        if isinstance(outcome, ToolError):
            raise outcome
        return Checked(snippet, outcome, "first\nlast line", "box 1")


SNIPPET = Snippet("python", "assert x == 3")


@pytest.mark.parametrize(
    ("head", "draft", "status"),
    [
        (CheckOutcome.FAILS, CheckOutcome.HOLDS, CheckStatus.PASSED),
        (CheckOutcome.FAILS, CheckOutcome.FAILS, CheckStatus.FAILED),
        (CheckOutcome.FAILS, CheckOutcome.BROKEN, CheckStatus.FAILED),
        (CheckOutcome.FAILS, ToolError("gone"), CheckStatus.SKIPPED),
    ],
)
def test_the_check_behind_a_finding_has_to_hold(head, draft, status):
    trials = Trials(CHANGE, Scores({"a": P}, {"a": F}, {"a": P}), Says(head, draft))
    (finding,) = gather(trials.observe(), HEAD)
    trials.proofs[finding.fingerprint] = [SNIPPET]
    check = list(trials.checks(Candidate(HEAD, DRAFT, (finding,))))[-1]

    assert (check.name, check.status) == ("checks-hold", status)
    assert check.needed is (status is CheckStatus.SKIPPED)


@pytest.mark.parametrize(
    ("head", "status"),
    [(CheckOutcome.HOLDS, CheckStatus.FAILED), (CheckOutcome.FAILS, CheckStatus.PASSED)],
)
def test_a_check_that_failed_on_a_draft_must_not_fail_anew(head, status):
    trials = Trials(CHANGE, None, Says(head, CheckOutcome.FAILS), checks_on_draft=[SNIPPET])
    check = list(trials.checks(Candidate(HEAD, DRAFT)))[-1]

    assert check.status is status
