"""Marks in the code: which count for what, and which changes bring are reported."""

from datetime import date
from types import SimpleNamespace

import pytest

from indict_review.checks.candidate import Candidate
from indict_review.checks.suppressions import no_suppressions
from indict_review.decision import DecidedIn
from indict_review.errors import ToolError
from indict_review.evidence import Severity
from indict_review.ledger.decided import Decided
from indict_review.ledger.entries import LEDGER
from indict_review.ledger.marks import near
from indict_review.review import Verdict
from indict_review.reviewer import Reviewer
from indict_review.revision import CheckStatus
from indict_review.tools.semgrep import Semgrep
from indict_review.tools.suppressions import Suppressions
from tests.changing import change, tree
from tests.deciding import CODE, FOUND, entry, found, ledger, staged

TODAY = date(2026, 11, 22)
NOTHING = SimpleNamespace(entries=lambda paths: {})
"""A base without a ledger."""


def settle(of, *, own=True, **finding):
    return Decided.of(NOTHING, of, TODAY, own=own).settle([found(of, **finding)], of)


def marked(mark: str) -> str:
    return CODE.replace(FOUND, f"{FOUND}  {mark}")


@pytest.mark.parametrize(
    ("mark", "by", "reason"),
    [
        ("# indict-review: ignore[CWE-78] it is a constant", "[CWE-78]", "it is a constant"),
        ("# indict-review: ignore[cwe-89, py.shell]: see #12", "[cwe-89, py.shell]", "see #12"),
        ("# type: ignore  # indict-review:ignore[CWE-78] fine here", "[CWE-78]", "fine here"),
        ("# nosec", "nosec", "nosec"),
        ("# nosec: a constant  # and more", "nosec", "a constant"),
        ("# nosec B605, B607 - a constant", "nosec B605 B607", "a constant"),
        ("# nosemgrep: other  # nosec B605 a constant", "nosec B605", "a constant"),
        ("# nosemgrep", "nosemgrep", "nosemgrep"),
        ("# nosemgrep: py.shell, other", "nosemgrep: py.shell, other", "nosemgrep: py.shell"),
        ("# nosemgrep: shell", "nosemgrep: shell", "nosemgrep: shell"),
    ],
)
def test_a_mark_on_the_line_dismisses_with_its_reason(mark, by, reason):
    (dismissed,) = settle(staged({"app.py": marked(mark)})).dismissed

    assert dismissed.decision.where is DecidedIn.INLINE
    assert dismissed.decision.by.endswith(by)
    assert dismissed.decision.reason.startswith(reason)


@pytest.mark.parametrize(
    "mark",
    [
        "# indict-review: ignore[CWE-89] about something else",
        "# nosec B608",
        "# nosec B6050",
        "# nosemgrep: other-rule",
        "# nosemgrep: because it is fine",
        "# noqa",
        "# here somebody wrote nosec once",
        "# see indict-review: ignore[CWE-78] and why",
    ],
)
def test_a_mark_about_something_else_says_nothing(mark):
    settled = settle(staged({"app.py": marked(mark)}))

    assert settled.standing
    assert settled.notes == ()


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ("# indict-review: ignore[CWE-78]", "it gives no reason"),
        ("# indict-review: ignore[CWE-78] - ok", "it gives no reason"),
        ("# indict-review: ignore[*] all of it", "does not name"),
        ("# indict-review: ignore all of it", "does not name"),
        ("# indict-review: ignore[] all of it", "does not name"),
    ],
)
def test_a_mark_without_a_reason_or_a_name_does_not_count_and_says_so(mark, why):
    settled = settle(staged({"app.py": marked(mark)}))

    assert settled.standing
    assert len(settled.notes) == 1
    assert "in app.py, line 5, does not count" in settled.notes[0]
    assert why in settled.notes[0]


def test_a_mark_may_stand_alone_on_the_line_above():
    mark = "    # indict-review: ignore[CWE-78] a constant\n"
    above = CODE.replace(FOUND, mark + FOUND)
    beside = CODE.replace("def run(name):", "def run(name):  " + mark.strip())
    apart = CODE.replace(FOUND, mark + "\n" + FOUND)

    assert settle(staged({"app.py": above})).dismissed
    assert settle(staged({"app.py": beside})).standing
    assert settle(staged({"app.py": apart})).standing


@pytest.mark.parametrize(
    ("path", "line", "dismissed"),
    [
        ("a.py", "os.system('ls # nosec')", False),
        ("a.py", "os.system('''\n# nosec\n''')  # nosec", True),
        ("a.py", "os.system(n, '''\n# nosec\n''')", False),
        ("a.js", "os.system(n) // nosec", True),
        ("a.js", "os.system(`// nosec`)", False),
        ("a.tsx", "os.system(<b>// nosec</b>)", False),
        ("a.ts", "os.system(<string>n) /* nosec */", True),
        ("a.tsx", "os.system(<b>{/* nosec */ n}</b>)", True),
        ("a.c", "os.system(n); /* nosec */", True),
        ("a.rs", "fn f() { os.system(n); /// nosec\n}", True),
        ("a.go", 'os.system("// nosec")', False),
        ("a.php", "<?php os.system($n); # nosec", True),
        ("a.rb", "os.system(n) # nosec", True),
        ("a.rb", "os.system('n # nosec')", False),
        ("a.rb", "os.system(n)# nosec", False),
        ("a.rb", "os.system('" + " ; nosec" * 100_000, False),
        ("a.sql", "os.system -- nosec", True),
        ("a.html", "<p os.system> <!-- nosec -->", True),
        ("a.lisp", "(os.system n) ; nosec", True),
        ("a.tex", "os.system % nosec", True),
    ],
)
def test_only_what_is_in_a_comment_is_a_mark(path, line, dismissed):
    of = staged({path: f"{line}\n"})
    where = found(of, path=path).location
    last = len(of.after.text(path).split("\n"))

    assert bool(list(near(path, of.after.text(path), where.start_line, last))) is dismissed


def test_a_failing_test_has_to_be_named():
    bare = staged({"app.py": marked("# nosec")})
    named = staged({"app.py": marked("# indict-review: ignore[test-failure] flaky by nature")})
    kind = {"ident": "test-failure", "cwe": None, "tool": "tests"}

    assert settle(bare, **kind).standing
    assert settle(named, **kind).dismissed


MARKED = marked("# indict-review: ignore[CWE-78] a constant")


def test_a_mark_that_the_change_brings_counts_only_where_it_is_ones_own():
    brought = staged({"app.py": MARKED}, before={"app.py": CODE})
    own, others = settle(brought), settle(brought, own=False)

    assert own.dismissed
    assert own.notes == (
        "dismissed by this change: CWE-78 in app.py, line 5, by `indict-review: ignore[CWE-78]`",
    )
    assert others.standing
    assert others.notes == (
        "`indict-review: ignore[CWE-78]` in app.py, line 5, does not count: "
        "the change brings it, or the code it is on",
    )


def test_a_mark_of_the_base_counts_while_its_code_is_as_it_was():
    import_added = "import sys\n" + MARKED
    kept = staged({"app.py": import_added}, before={"app.py": MARKED})
    renamed = change({"old.py": MARKED}, {"app.py": import_added}, {"app.py": "old.py"})

    for of in (kept, renamed):
        settled = settle(of, own=False)
        assert settled.dismissed
        assert settled.notes == ()


def test_a_mark_of_the_base_does_not_cover_other_code_put_under_it():
    mark = "    # indict-review: ignore[CWE-78] a constant\n"
    before = CODE.replace(FOUND, mark + '    os.system("ls")')
    swapped = staged({"app.py": before.replace('"ls"', "name")}, before={"app.py": before})
    copied = MARKED + "\n\ndef other(name):\n" + MARKED.split("\n")[4].replace("(name)", "(name )")
    again = staged({"app.py": copied}, before={"app.py": MARKED})

    assert settle(swapped, own=False).standing
    assert settle(swapped).dismissed
    assert settle(again, own=False, line="(name )").standing


def examined(before, after):
    return list(Suppressions().examine(tree(before), tree(after)))


def test_every_mark_that_a_change_adds_is_a_finding():
    after = marked("# nosec") + "x = 1  # noqa: S1  # nosemgrep\n"
    new = "// indict-review: ignore[CWE-1] because\n// eslint-disable\n"
    seen = examined({"app.py": CODE}, {"app.py": after, "new.js": new})

    assert [(s.summary, s.location.path, s.location.start_line) for s in seen] == [
        ("adds `nosec`", "app.py", 5),
        ("adds `nosemgrep`", "app.py", 6),
        ("adds `indict-review: ignore`", "new.js", 1),
    ]
    assert {s.weakness.ident for s in seen} == {"suppression-added"}
    assert seen[0].location.quote == f"{FOUND}  # nosec"


def test_marks_that_were_there_are_not_new():
    moved = "import sys\n" + MARKED.replace("def run", "def walk")
    lines = MARKED.split("\n")
    edited = MARKED.replace("(name)  #", "(name + 'x')  #")

    assert examined({"app.py": MARKED}, {"app.py": moved}) == []
    assert examined({"app.py": MARKED}, {"app.py": edited}) == []
    assert examined({"app.py": MARKED}, {"lib.py": MARKED}) == []
    assert len(examined({"app.py": MARKED}, {"app.py": MARKED + lines[4] + "\n"})) == 1
    assert examined({}, {"README.md": "Write `# nosec` to look away.\n"}) == []
    assert examined({}, {"logo.png": "\0 # nosec\n"}) == []


def test_every_decision_that_a_change_adds_or_edits_is_a_finding():
    of = staged({"app.py": CODE})
    one, two = found(of), found(of, ident="other", cwe="CWE-1")
    before = ledger(entry(one))
    longer = ledger(entry(one), entry(two, ident="other", path="app.py"))
    (seen,) = examined(before, longer)

    assert seen.summary == "dismisses other in app.py: the name is a constant"
    assert seen.location.path == LEDGER
    assert two.fingerprint in seen.location.quote
    assert len(examined(before, ledger(entry(one, until="2099-01-01")))) == 1
    assert examined(longer, before) == []
    assert examined(before, before) == []
    assert len(examined({LEDGER: "decisions: 3\n"}, before)) == 1


def test_a_ledger_that_cannot_be_read_is_not_passed_over():
    with pytest.raises(ToolError, match="as the change has it"):
        examined({}, {LEDGER: "decisions: 3\n"})


def test_no_file_is_reviewed_for_having_no_marks():
    assert not Suppressions().covers("app.py")


CALL = "import os\nimport sys\n\nos.system('ls ' + sys.argv[1])"


@pytest.mark.parametrize("own", [True, False])
def test_a_marked_weakness_passes_for_its_author_and_for_nobody_else(own):
    before = {"app.py": "import os\nimport sys\n"}
    after = {"app.py": f"{CALL}  # indict-review: ignore[CWE-78] a tool for myself\n"}
    of = staged(after, before)
    analyzers = (Semgrep(),) if own else (Semgrep(), Suppressions())
    decisions = Decided.of(NOTHING, of, TODAY, own=own)
    review = Reviewer(analyzers, decisions=decisions).review(of)
    idents = {finding.ident for finding in review.findings}

    assert [d.finding.cwe for d in review.dismissed] == (["CWE-78"] if own else [])
    assert ("suppression-added" in idents) is not own
    assert review.verdict(Severity.HIGH) is (Verdict.PASS if own else Verdict.FAIL)
    assert review.skipped == ()
    assert review.coverage["app.py"].value == "reviewed"


def test_a_revision_that_hushes_up_is_refused_by_the_same_list():
    head, revised = tree({"app.py": CODE}), tree({"app.py": marked("# nosemgrep")})

    assert no_suppressions(Candidate(head, revised)).status is CheckStatus.FAILED
    assert no_suppressions(Candidate(head, head)).status is CheckStatus.PASSED
