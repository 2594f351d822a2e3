"""Conduct in a review: what was seen counts, what could not be looked at is said."""

import json
import subprocess
import time

import pytest

from indict_review.config import Flags
from indict_review.critics.findings import gather
from indict_review.errors import ToolError
from indict_review.evidence import Severity
from indict_review.review import Gate
from indict_review.reviewer import Reviewer
from indict_review.reviewing import Terms, reviewed
from indict_review.revision import Edit, EditGroup
from indict_review.sources.patch import PatchSource
from indict_review.tools.conduct.analyzer import Conduct
from indict_review.tools.conduct.kinds import KINDS
from indict_review.trials import Trials
from indict_review.verify import verify
from tests.changing import change, tree
from tests.conducting import TASK, Kept, conduct, told
from tests.patching import repository

CODE = "def double(n):\n    return n + n\n"
TEST = """\
from code import double


def test_it_doubles():
    assert double(21) == 42


def test_of_nothing():
    assert double(0) == 0
"""
THINNER = TEST.replace("def test_it_doubles():\n    assert double(21) == 42\n\n\n", "")
HARSH = {"code.py": CODE, "tests/test_code.py": THINNER}
BASE = {"code.py": CODE, "tests/test_code.py": TEST}


class Broken(Kept):
    def paths(self):
        raise ToolError("the project cannot be listed")


def test_a_change_that_does_what_was_asked_is_not_told_of():
    after = {**BASE, "code.py": CODE.replace("n + n", "2 * n")}

    assert told(BASE, after, "Make double faster.", "I changed `code.py` only.") == []
    assert told(BASE, after, None) == []


def test_no_file_is_reviewed_for_good_conduct():
    of = change({"a.txt": "a\n"}, {"a.txt": "b\n"})
    review = Reviewer((Conduct(TASK, None, Kept({})),)).review(of)

    assert review.findings == ()
    assert review.coverage["a.txt"].value == "not_applicable"


def test_what_does_not_need_the_project_is_seen_without_it_and_the_rest_is_said():
    after = {**HARSH, "requirements.txt": "newone\n"}
    of = change({**BASE, "requirements.txt": ""}, after)
    review = Reviewer((Conduct(TASK, None, Broken({})),)).review(of)

    assert [f.ident for f in review.findings] == ["test-deleted"]
    assert [s.reason for s in review.skipped] == ["the project cannot be listed"]


def test_each_kind_has_its_words_and_none_is_worse_without_a_task():
    for kind in KINDS:
        assert kind.title
        assert kind.unknown.rank <= kind.uncalled.rank
        assert kind.remedy or kind.uncalled is Severity.INFO


def test_hostile_names_are_shown_as_they_are_read():
    test = "def test_\u202e():\n    assert f(12) == 34\n"
    (seen,) = conduct({"tests/test_\x1b[2J.py": test}, {})

    assert "\x1b" not in seen.weakness.message
    assert "\u202e" not in seen.weakness.message


@pytest.mark.parametrize(
    ("quote", "replacement", "passes"),
    [
        ("    return eval(n)\n", "    return n + n\n", True),
        ("def test_of_nothing():\n    assert double(0) == 0\n", "X = 1\n", False),
        ("    assert double(0) == 0\n", "    assert True\n", False),
        ("    return eval(n)\n", "    return eval(n)  # noqa\n", False),
    ],
)
def test_a_revision_may_not_do_what_a_change_may_not(quote, replacement, passes):
    of = change(BASE, {"code.py": CODE.replace("n + n", "eval(n)"), "tests/test_code.py": THINNER})
    path = "code.py" if "eval" in quote else "tests/test_code.py"
    analyzers = [Conduct(TASK, None, Kept({}))]
    findings = gather(analyzers[0].examine(of.before, of.after), of.after)
    group = EditGroup((Edit(path, quote, replacement),), ())
    outcome = verify(of, [group], findings, analyzers, gather, Trials(of))

    assert [f.ident for f in findings] == ["test-deleted"]
    assert (outcome.revision is not None) is passes


def patched(tmp_path, agent, task=TASK):
    repo = repository(tmp_path / "repo", {p: text.encode() for p, text in BASE.items()})
    (repo / "tests/test_code.py").write_text(THINNER)
    diff = subprocess.run(["git", "diff"], cwd=repo, capture_output=True, check=True).stdout
    subprocess.run(["git", "checkout", "-q", "."], cwd=repo, check=True)
    reply = b"I did not change any tests.\n\n```diff\n" + diff + b"```\n"
    source = PatchSource(reply, repo, task)
    return reviewed(source, Flags(model="none", sandbox="none"), Terms(runs=False, agent=agent))


def test_a_reply_that_deletes_a_test_is_rejected_and_its_account_held_against_it(tmp_path):
    done = patched(tmp_path, agent=True)

    assert [f.ident for f in done.review.findings] == ["test-deleted", "account-untrue"]
    assert done.gate is Gate.REJECTED


def test_with_a_task_that_asks_for_it_the_same_reply_is_accepted(tmp_path):
    done = patched(tmp_path, agent=True, task="Remove test_it_doubles, it is flaky.")

    assert done.gate is Gate.ACCEPTED


def test_what_a_person_does_is_not_held_against_words(tmp_path):
    assert patched(tmp_path, agent=False).review.findings == ()


def test_a_large_change_is_looked_at_in_seconds():
    before = {f"pkg/m{n}.py": CODE for n in range(300)}
    before |= {f"tests/test_m{n}.py": TEST for n in range(300)}
    after = {path: text.replace("double", "twice") for path, text in before.items()}
    began = time.monotonic()

    assert told(before, after, account=json.dumps(TASK)) == []
    assert time.monotonic() - began < 5


def test_the_same_tree_is_told_of_the_same():
    looked = Conduct(TASK, None, Kept({}))
    before, after = tree(BASE), tree(HARSH)

    assert list(looked.examine(before, after)) == list(looked.examine(before, after)) != []
