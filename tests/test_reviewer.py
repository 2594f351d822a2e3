"""The whole method, with real semgrep, real verification, and a model that follows a script."""

from pathlib import Path

import pytest

from indict_review.change import Coverage
from indict_review.critique import ClaimStatus
from indict_review.errors import ModelError, ToolError
from indict_review.evidence import Severity
from indict_review.models.asking import Asker, Budget
from indict_review.review import Gate, Verdict
from indict_review.reviewer import Reviewer, Strategy
from indict_review.revision import CheckStatus, EditGroup, VerificationStatus
from indict_review.rewrite import edits_between
from indict_review.sources.patch import PatchSource
from indict_review.tools.knowledge import Knowledge
from indict_review.tools.semgrep import Semgrep
from tests.scripted import ScriptedModel, claim, look, on_task

PATCH = b"""\
--- a/users.py
+++ b/users.py
@@ -1,4 +1,9 @@
 import sqlite3


 DB = "users.db"
+
+
+def find(cursor: sqlite3.Cursor, name: str):
+    cursor.execute(f"SELECT * FROM users WHERE name = '{name}'")
+    return cursor.fetchone()
"""
BASE = 'import sqlite3\n\n\nDB = "users.db"\n'
BAD = "    cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")"
GOOD = '    cursor.execute("SELECT * FROM users WHERE name = ?", (name,))'
AGREES = {"id": "F1", "stance": "agree", "why": "a quote ends the text"}


def edits(pair):
    """The actor's answer: the lines it was shown, with the bad one replaced."""
    _, new = pair
    return "\n".join(["```python", *new, "    return cursor.fetchone()", "```"])


def answers(actor, looks=None, draft=None, harm=lambda question: "none"):
    """A script: how critics look, what the actor answers in turn, what is said of the draft."""
    actor = iter(actor)

    def script(question, schema):
        if schema is None:
            return next(actor)
        if judged := on_task(schema, harm(question), "return cursor.fetchone()"):
            return judged
        if "answers" in schema["properties"]:
            open_ = [
                {"claim": c, "stance": "support", "why": "yes"}
                for c in schema["properties"]["answers"]["items"]["properties"]["claim"]["enum"]
            ]
            return {"answers": open_, "add": []}
        if "request" not in schema["properties"]:
            return {"claims": [draft] if draft and "safety critic" in question else []}
        return looks(question) if looks else look(findings=[AGREES])

    return script


def review(tmp_path: Path, script, patch=PATCH, **options):
    (tmp_path / "users.py").write_text(BASE)
    change = PatchSource(patch, tmp_path, "Find a user by name").collect()
    model = ScriptedModel(script)
    budget = options.pop("budget", None)
    options.setdefault("analyzers", (Semgrep(),))
    bot = Reviewer(lookups=(Knowledge(),), asker=Asker(model, budget), **options)
    return bot.review(change), model


def test_a_fix_that_holds_becomes_a_verified_revision_and_one_click(tmp_path):
    outcome, _ = review(tmp_path, answers([edits((BAD, [GOOD]))]))
    finding = next(f for f in outcome.findings if f.cwe == "CWE-89")

    assert outcome.revision.verification.status is VerificationStatus.PASSED
    assert GOOD in outcome.revision.tree.text("users.py")
    assert finding.suggestion.replacement == GOOD
    assert (finding.suggestion.start_line, finding.suggestion.end_line) == (8, 8)
    assert {c.by for c in outcome.claims if c.finding == finding.fingerprint} == {
        "safety",
        "helpfulness",
    }
    tests = next(c for c in outcome.revision.verification.checks if c.name == "tests")
    assert tests.status is CheckStatus.SKIPPED
    assert outcome.verdict(Severity.HIGH) is Verdict.FAIL  # what the change itself is
    assert (outcome.gate(Severity.HIGH), outcome.exit_code(Severity.HIGH)) == (Gate.REVISED, 0)
    assert outcome.coverage == {"users.py": Coverage.REVIEWED}


class Knows:
    """Offers one line in place of the bad one."""

    def __init__(self, line):
        self.line = line

    def groups(self, change, findings):
        (finding,) = (f for f in findings if f.cwe == "CWE-89")
        head = change.after.text("users.py")
        edits = edits_between("users.py", head, head.replace(BAD, self.line))
        return [EditGroup(edits, (finding.fingerprint,))]


def test_what_is_known_without_a_model_needs_no_actor_where_it_holds(tmp_path):
    outcome, _ = review(tmp_path, answers([]), offers=(Knows(GOOD),))  # its actor has no answer

    assert outcome.revision.verification.status is VerificationStatus.PASSED
    assert GOOD in outcome.revision.tree.text("users.py")
    assert [t.speaker for t in outcome.dialogue if GOOD in t.text] == ["tool"]
    assert outcome.skipped == ()


def test_where_what_is_known_does_not_hold_the_actor_is_asked(tmp_path):
    known = Knows("    cursor.execute((")
    outcome, model = review(tmp_path, answers([edits((BAD, [GOOD]))]), offers=(known,))

    assert GOOD in outcome.revision.tree.text("users.py")
    assert not any("was not accepted" in q for q in model.questions)


def test_a_failed_check_goes_back_to_the_actor_once(tmp_path):
    broken = edits((BAD, ["    cursor.execute(("]))
    outcome, model = review(tmp_path, answers([broken, edits((BAD, [GOOD]))]))
    told = [q for q in model.questions if "was not accepted" in q]

    assert len(told) == 1
    assert "parses" in told[0]
    assert outcome.revision.verification.status is VerificationStatus.PASSED


def test_an_edit_that_fits_nowhere_goes_back_twice_and_then_there_is_no_revision(tmp_path):
    lost = "I would not change a thing:\n```python\n```"
    outcome, model = review(tmp_path, answers([lost, lost, lost]))

    assert outcome.revision is None
    assert sum("there is no code in the answer" in q for q in model.questions) == 2
    assert outcome.findings
    assert outcome.findings[0].suggestion is None


@pytest.mark.parametrize(
    "new",
    [
        ["    return None"],
        ["    cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")  # nosemgrep"],
        ["    # cursor.execute(name)", "    pass"],
        ["    eval(name)"],
    ],
)
def test_a_fix_that_only_silences_is_no_revision(tmp_path, new):
    outcome, _ = review(tmp_path, answers([edits((BAD, new))] * 3))

    assert outcome.revision is None


def test_what_both_critics_hold_against_the_draft_stands_beside_it_and_changes_nothing(tmp_path):
    script = answers([edits((BAD, [GOOD]))], draft=claim(GOOD, "it reads every row"))
    outcome, _ = review(tmp_path, script)

    assert GOOD in outcome.revision.tree.text("users.py")
    assert [doubt.text for doubt in outcome.doubts] == ["it reads every row"]
    assert "it reads every row" not in {c.text for c in outcome.claims}


def test_a_harmful_task_is_withheld_only_when_both_critics_say_so(tmp_path):
    both, model = review(tmp_path, answers([], harm=lambda q: "spying"))

    assert both.task_assessment.harmful
    assert both.revision.verification.status is VerificationStatus.WITHHELD
    assert both.revision.patch == ""
    assert both.exit_code(Severity.CRITICAL) == 1
    assert not any("You are the actor" in q for q in model.questions)

    def one(question):
        return "spying" if "You are the safety" in question else "none"

    single, _ = review(tmp_path, answers([edits((BAD, [GOOD]))], harm=one))
    assert not single.task_assessment.harmful
    assert single.revision.verification.status is VerificationStatus.PASSED


def test_a_claim_both_uphold_is_listed_and_never_blocks(tmp_path):
    patch = PATCH.replace(BAD.encode(), b'    cursor.execute("SELECT 1")')

    def looks(question):
        if "You are the helpfulness" in question:
            return look(claims=[claim("return cursor.fetchone()", "one row is too few")])
        return look()

    outcome, _ = review(tmp_path, answers([], looks=looks), patch)

    assert [c.status for c in outcome.claims] == [ClaimStatus.UNPROVEN]
    assert outcome.findings == ()
    assert outcome.exit_code(Severity.INFO) == 0


def test_a_model_that_is_out_of_reach_costs_the_dialogue_and_not_the_findings(tmp_path):
    def script(question, schema):
        raise ModelError("nobody answers at http://127.0.0.1:9")

    outcome, _ = review(tmp_path, script)

    assert outcome.findings
    assert outcome.exit_code(Severity.CRITICAL) == 1
    assert {s.reason for s in outcome.skipped} == {"nobody answers at http://127.0.0.1:9"}


def test_an_incomplete_review_never_exits_zero(tmp_path):
    patch = PATCH.replace(BAD.encode(), b'    cursor.execute("SELECT 1")')
    outcome, _ = review(tmp_path, answers([]), patch, budget=Budget(tokens=1))

    assert outcome.findings == ()
    assert outcome.exit_code(Severity.INFO) == 3


class Blind:
    name, version = "blind", "1"

    def covers(self, path):
        return True

    def examine(self, before, after):
        raise ToolError("it is dark")
        yield


def test_an_analyzer_that_could_not_look_is_skipped_and_nothing_is_verified(tmp_path):
    script = answers([edits((BAD, [GOOD]))] * 2)
    outcome, _ = review(tmp_path, script, analyzers=(Semgrep(), Blind()))

    assert ("blind", "it is dark") in [(s.step, s.reason) for s in outcome.skipped]
    assert outcome.coverage == {"users.py": Coverage.SKIPPED}
    assert outcome.revision is None or (
        outcome.revision.verification.status is not VerificationStatus.PASSED
    )


def test_the_published_algorithm_rewrites_and_nothing_of_it_is_verified(tmp_path):
    code = BASE + "\n\ndef find(cursor, name):\n" + GOOD + "\n    return cursor.fetchone()\n"

    def script(question, schema):
        return f"```python\n{code}```"

    outcome, _ = review(tmp_path, script, strategy=Strategy.INDICT_PAPER, rounds=1)

    assert outcome.strategy == "indict-paper"
    assert outcome.revision.tree.text("users.py") == code
    assert outcome.revision.verification.status is VerificationStatus.NOT_RUN
    assert all(f.suggestion is None for f in outcome.findings)
