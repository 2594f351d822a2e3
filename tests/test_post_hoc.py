"""What runs show, from sandbox to review: real sandboxes, real semgrep, a scripted model."""

import difflib

import pytest

from indict_review.checkout import Checkout
from indict_review.critique import ClaimStatus, Phase
from indict_review.errors import NotWanted, ToolError
from indict_review.evidence import Concern, Severity
from indict_review.models.asking import Asker
from indict_review.review import Gate, Verdict
from indict_review.reviewer import Reviewer
from indict_review.revision import CheckStatus, VerificationStatus
from indict_review.sources.patch import PatchSource
from indict_review.sources.stores import Folder
from indict_review.tools.interpreter import SandboxInterpreter
from indict_review.tools.semgrep import Semgrep
from indict_review.tools.test_suite import ProjectSuite
from tests.sandboxes import NAMES, sandbox_called
from tests.scripted import ScriptedModel, claim, look, on_task

BASE = '''\
import sqlite3


def names(cursor: sqlite3.Cursor) -> list[str]:
    """All names, in order."""
    return [row[0] for row in cursor.execute("SELECT name FROM users ORDER BY name")]
'''
TESTS = """\
import sqlite3
import unittest

import users


class NamesTest(unittest.TestCase):
    def setUp(self):
        self.cursor = sqlite3.connect(":memory:").cursor()
        self.cursor.execute("CREATE TABLE users (name TEXT, age INTEGER)")
        self.cursor.execute("INSERT INTO users VALUES ('zoe', 1), ('ann', 2)")

    def test_in_order(self):
        self.assertEqual(users.names(self.cursor), ["ann", "zoe"])
"""
UNORDERED = BASE.replace(" ORDER BY name", "")
FIND = '''

def find(cursor: sqlite3.Cursor, name: str):
    """The user of that name."""
    cursor.execute(f"SELECT * FROM users WHERE name = '{name}'")
    return cursor.fetchone()
'''
BAD = "cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")"
GOOD = 'cursor.execute("SELECT * FROM users WHERE name = ?", (name,))'
LOWER = 'cursor.execute("SELECT * FROM users WHERE name = ?", (name.lower(),))'
TASK = (
    "Add find(cursor, name).\nfind returns the row of the user of that name, upper case or lower."
)
SETUP = """\
import sqlite3
import users
cursor = sqlite3.connect(":memory:").cursor()
cursor.execute("CREATE TABLE users (name TEXT, age INTEGER)")
cursor.execute("INSERT INTO users VALUES ('Zoe', 1)")
"""
FINDS_ZOE = f'{SETUP}assert users.find(cursor, "Zoe") == ("Zoe", 1)\n'


def fenced(code):
    return f"```python\n{code.rstrip()}\n```"


def body(line):
    return fenced(f"{line}\nreturn cursor.fetchone()")


class Plot:
    """What the model says: by what it is asked, each in turn."""

    def __init__(self, actor=(), check=(), judge="yes", test="", claims=(), on_draft=()):
        self.actor, self.checks = iter(actor), iter(check)
        self.judge, self.test = judge, test
        self.claims, self.on_draft = list(claims), list(on_draft)

    def __call__(self, question, schema):
        if schema is None:
            return self.text(question)
        properties = schema["properties"]
        if "asked" in properties:
            return {"quote": TASK.split("\n")[1], "why": "the task says so", "asked": self.judge}
        if judged := on_task(schema):
            return judged
        if "answers" in properties:
            named = properties["answers"]["items"]["properties"]["claim"]["enum"]
            answers = [{"claim": c, "stance": "support", "why": "yes"} for c in named]
            return {"answers": answers, "add": []}
        helpful = "You are the helpfulness critic" in question
        if "request" not in properties:
            return {"claims": self.on_draft if helpful else []}
        return look(claims=self.claims if helpful else [])

    def text(self, question):
        if "You are the actor" in question or "was not accepted" in question:
            return next(self.actor)
        if "Write one test" in question:
            return fenced(self.test) if self.test else "there is nothing to test"
        return fenced(next(self.checks))


class Nowhere:
    """A sandbox that is not there."""

    name = "none"

    def __init__(self, error):
        self.error = error

    def identity(self, toolchain):
        raise self.error

    def run(self, job):
        raise self.error

    def close(self):
        pass


def review(folder, plot, head=BASE + FIND, tests=TESTS, sandbox=None, **options):
    (folder / "users.py").write_text(BASE)
    if tests:
        (folder / "test_users.py").write_text(tests)
    lines = [text.splitlines(keepends=True) for text in (BASE, head)]
    patch = "".join(difflib.unified_diff(*lines, "a/users.py", "b/users.py"))
    change = PatchSource(patch.encode(), folder, TASK).collect()
    checkout = Checkout.of(change, Folder(folder))
    sandbox = sandbox or sandbox_called("bubblewrap")
    model = ScriptedModel(plot) if plot else None
    reviewer = Reviewer(
        analyzers=(Semgrep(),),
        suite=ProjectSuite(checkout, sandbox),
        project=checkout,
        interpreter=SandboxInterpreter(checkout, sandbox),
        asker=Asker(model) if model else None,
        **options,
    )
    return reviewer.review(change)


def checks(outcome):
    return {c.name: c for c in outcome.revision.verification.checks}


@pytest.mark.parametrize("name", NAMES)
def test_a_test_that_the_change_breaks_is_a_finding_and_its_fix_is_proved_by_the_test(
    name, tmp_path
):
    ordered = BASE.split("\n")[5].strip()
    outcome = review(tmp_path, Plot([fenced(ordered)]), UNORDERED, sandbox=sandbox_called(name))
    (finding,) = outcome.findings
    tests = checks(outcome)["tests"]

    assert (finding.ident, finding.concern) == ("test-failure", Concern.HELPFULNESS)
    assert (finding.location.path, finding.location.start_line) == ("users.py", 6)
    assert "test_in_order" in finding.message
    assert outcome.verdict(Severity.HIGH) is Verdict.FAIL  # what the change itself is
    assert (outcome.gate(Severity.HIGH), outcome.exit_code(Severity.HIGH)) == (Gate.REVISED, 0)
    assert outcome.revision.verification.status is VerificationStatus.PASSED
    assert (tests.status, tests.before, tests.after) == (CheckStatus.PASSED, 0, 1)
    assert name in outcome.revision.verification.receipt.image
    assert finding.suggestion.replacement.strip() == ordered


def test_where_nothing_mends_a_broken_test_the_lines_that_break_it_are_taken_back(tmp_path):
    still = fenced('return [row[0] for row in cursor.execute("SELECT name FROM users")][:9]')
    limit = ("import sqlite3\n", "import sqlite3\n\nLIMIT = 9\n")
    outcome = review(tmp_path, Plot([still] * 3), UNORDERED.replace(*limit))
    made = outcome.revision

    assert made.verification.status is VerificationStatus.PASSED
    assert made.tree.text("users.py") == BASE.replace(*limit)
    assert sum(t.speaker == "actor" for t in outcome.dialogue) == 4


def test_without_a_model_the_tests_are_run_all_the_same(tmp_path):
    outcome = review(tmp_path, None, UNORDERED)

    assert [f.ident for f in outcome.findings] == ["test-failure"]
    assert outcome.exit_code(Severity.HIGH) == 1


def test_a_fix_that_breaks_a_test_is_refused_whatever_the_analyzers_say(tmp_path):
    tests = TESTS + (
        "\n    def test_find(self):\n        self.assertEqual(users.find(self.cursor, 'ann')[1], 2)"
    )
    wrong = body('cursor.execute("SELECT * FROM users WHERE name <> ?", (name,))')
    right = body(GOOD)
    refused = review(tmp_path, Plot([wrong] * 3), tests=tests)
    taken = review(tmp_path, Plot([wrong, right]), tests=tests)

    assert refused.revision is None
    assert taken.revision.verification.status is VerificationStatus.PASSED
    assert GOOD in taken.revision.patch
    assert all(f.suggestion is None for f in refused.findings)


def test_a_project_without_tests_says_so_and_can_be_held_to_have_some(tmp_path):
    lax = review(tmp_path, Plot([body(GOOD)]), tests="")
    strict = review(tmp_path, Plot([body(GOOD)] * 2), tests="", require_tests=True)

    assert checks(lax)["tests"].detail == "no tests to run"
    assert lax.revision.verification.status is VerificationStatus.PASSED
    assert strict.revision is None


def test_a_suite_that_cannot_be_run_withholds_the_fix_and_is_a_skip(tmp_path):
    absent = Nowhere(ToolError("docker does not answer"))
    outcome = review(tmp_path, Plot([body(GOOD)] * 2), sandbox=absent)

    assert [s.step for s in outcome.skipped] == ["tests"]
    assert "docker does not answer" in outcome.skipped[0].reason
    assert outcome.revision is None
    clean = review(tmp_path, None, BASE + "\n\nX = 1\n", sandbox=absent)
    assert clean.exit_code(Severity.HIGH) == 3


def test_a_sandbox_that_was_switched_off_is_no_skip_and_withholds_the_fix(tmp_path):
    off = Nowhere(NotWanted("the sandbox is switched off"))
    outcome = review(tmp_path, Plot([body(GOOD)] * 2), sandbox=off)

    assert outcome.skipped == ()
    assert outcome.revision is None


UPPER = claim(BAD, "find('zoe') does not find Zoe", check="call it")
IGNORES_CASE = f'{SETUP}assert users.find(cursor, "zoe") == ("Zoe", 1)\n'
CASELESS = 'cursor.execute("SELECT * FROM users WHERE name = ? COLLATE NOCASE", (name,))'


def claims_of(outcome, status):
    return [c for c in outcome.claims if c.status is status]


def test_a_claim_whose_check_fails_is_a_finding_and_the_fix_has_to_pass_the_check(tmp_path):
    plot = Plot([body(GOOD), body(CASELESS)], [IGNORES_CASE], claims=[UPPER])  # once more
    outcome = review(tmp_path, plot)
    finding = next(f for f in outcome.findings if f.ident == "check-failed")
    (proven,) = claims_of(outcome, ClaimStatus.PROVEN)

    assert (finding.concern, finding.severity) == (Concern.HELPFULNESS, Severity.MEDIUM)
    assert finding.evidence[0].tool == "interpreter"
    assert 'find(cursor, "zoe")' in finding.evidence[0].detail
    assert proven.finding == finding.fingerprint
    assert outcome.revision is not None
    held = checks(outcome).get("checks-hold")
    assert held is not None
    assert held.status is CheckStatus.PASSED


def test_a_claim_whose_check_holds_is_refuted(tmp_path):
    plot = Plot([body(GOOD)], [FINDS_ZOE], claims=[UPPER])
    outcome = review(tmp_path, plot)

    assert [c.reason for c in claims_of(outcome, ClaimStatus.DISPUTED)] == [
        "the check written for it holds"
    ]
    assert all(f.ident != "check-failed" for f in outcome.findings)


def test_a_check_that_the_task_does_not_ask_for_makes_no_finding(tmp_path):
    plot = Plot([body(GOOD)], [IGNORES_CASE], judge="no", claims=[UPPER])
    outcome = review(tmp_path, plot)

    assert all(f.ident != "check-failed" for f in outcome.findings)
    assert "helpfulness" not in claims_of(outcome, ClaimStatus.DISPUTED)[0].reason


def test_a_check_that_is_broken_twice_leaves_the_claim_unproven(tmp_path):
    broken = f"{SETUP}assert users.serach(cursor) == 1\n"
    outcome = review(tmp_path, Plot([body(GOOD)], [broken, broken], claims=[UPPER]))

    assert len(claims_of(outcome, ClaimStatus.UNPROVEN)) == 1
    assert all(f.ident != "check-failed" for f in outcome.findings)


def test_a_name_that_is_not_here_shows_nothing_of_a_claim(tmp_path):
    """A function cut out of its project, say: what is missing is no fault of the change."""
    head = BASE + FIND.replace(BAD, f"name = request.args[name]\n    {BAD}")
    outcome = review(tmp_path, Plot([body(GOOD)], [IGNORES_CASE], claims=[UPPER]), head)

    assert [c.reason for c in claims_of(outcome, ClaimStatus.UNPROVEN)] == [
        "no check shows it: the code speaks of what is not here"
    ]
    assert all(f.ident != "check-failed" for f in outcome.findings)


def test_a_name_that_is_not_here_shows_a_claim_that_is_of_this_name(tmp_path):
    head = BASE + FIND.replace(BAD, f"name = request.args[name]\n    {BAD}")
    named = claim(BAD, "`request` is not defined, so find fails", check="call it")
    outcome = review(tmp_path, Plot([body(CASELESS)], [IGNORES_CASE], claims=[named]), head)

    assert any(f.ident == "check-failed" for f in outcome.findings)


LOWERS = claim(LOWER, "find('Zoe') finds nobody any more", check="call it")


def test_what_a_run_shows_against_the_draft_is_mended_before_it_is_offered(tmp_path):
    plot = Plot([body(LOWER), body(GOOD)], [FINDS_ZOE], on_draft=[LOWERS])
    outcome = review(tmp_path, plot)

    assert GOOD in outcome.revision.patch
    assert checks(outcome)["checks-hold"].status is CheckStatus.PASSED
    assert outcome.doubts == ()
    assert any(t.phase is Phase.POST_HOC and t.speaker == "actor" for t in outcome.dialogue)


def test_a_draft_that_a_run_has_shown_to_be_wrong_is_not_offered(tmp_path):
    plot = Plot([body(LOWER), body(LOWER)], [FINDS_ZOE], on_draft=[LOWERS])
    outcome = review(tmp_path, plot)

    assert outcome.revision is None
    assert all(f.suggestion is None for f in outcome.findings)


def test_a_doubt_that_no_run_shows_stands_beside_the_revision(tmp_path):
    plot = Plot([body(GOOD)], ["nothing", "nothing"], on_draft=[claim(GOOD, "it looks odd")])
    outcome = review(tmp_path, plot)

    assert outcome.revision.verification.status is VerificationStatus.PASSED
    assert [d.text for d in outcome.doubts] == ["it looks odd"]


SHOWS = TESTS.replace("import users", "from users import find").replace(
    """\
    def test_in_order(self):
        self.assertEqual(users.names(self.cursor), ["ann", "zoe"])
""",
    """\
    def test_a_quote_is_data(self):
        self.assertIsNone(find(self.cursor, "' OR '1'='1"))
""",
)


def test_a_proposed_test_that_fails_on_the_change_and_passes_on_the_revision_is_offered(tmp_path):
    outcome = review(tmp_path, Plot([body(GOOD)], test=SHOWS))
    made = outcome.revision
    finding = next(f for f in outcome.findings if f.cwe == "CWE-89")

    assert made.verification.status is VerificationStatus.PASSED
    assert made.tree.text("test_users_fixed.py") == SHOWS
    assert "test_users_fixed.py" in made.patch
    assert (checks(outcome)["tests"].before, checks(outcome)["tests"].after) == (1, 2)
    assert finding.suggestion.replacement.strip() == GOOD


@pytest.mark.parametrize("test", ["", TESTS.replace("NamesTest", "OtherTest"), "assert False"])
def test_a_proposed_test_that_does_not_do_both_is_left_out(test, tmp_path):
    outcome = review(tmp_path, Plot([body(GOOD)], test=test))

    assert outcome.revision.verification.status is VerificationStatus.PASSED
    assert set(outcome.revision.tree.files) == {"users.py"}
