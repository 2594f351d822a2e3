import hashlib
import re
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indict_review import edits, git
from indict_review.change import Change, File, Tree
from indict_review.critics.findings import gather
from indict_review.errors import ToolError
from indict_review.evidence import Concern, Location, Observed, Severity, Weakness
from indict_review.revision import CheckStatus, Edit, EditGroup, Revision, VerificationStatus
from indict_review.suggestions import suggestion_for
from indict_review.trials import Trials
from indict_review.verify import verify
from indict_review.workspace import laid_out

APP = '''\
import os

from db import connect


def ping(host, count=1):
    """Ask a host whether it is there."""
    os.system(f"ping -c {count} {host}")
    return count


def find(name):
    cursor = connect().cursor()
    cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")
    return cursor.fetchone()
'''
SHELL = '    os.system(f"ping -c {count} {host}")\n'
QUERY = """    cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")\n"""
SHELL_FIX = (
    Edit("app.py", "import os\n", "import os\nimport subprocess\n"),
    Edit("app.py", SHELL, '    subprocess.run(["ping", "-c", str(count), host], check=True)\n'),
)
QUERY_FIX = Edit(
    "app.py", QUERY, '    cursor.execute("SELECT * FROM users WHERE name = ?", (name,))\n'
)
RULES = {
    "CWE-78": (r"os\.system\(.*", Severity.CRITICAL),
    "CWE-89": (r"execute\(.*\+.*", Severity.HIGH),
    "CWE-95": (r"\beval\(.*", Severity.HIGH),
    "CWE-532": (r"log\(.*password.*", Severity.MEDIUM),
}


@dataclass
class Lines:
    """Sees a few patterns, line by line, wherever `after` has more of a line than `before`."""

    name: str = "lines"
    version: str = "1.0"
    trouble: str = ""
    runs: list[Tree] = field(default_factory=list)

    def covers(self, path):
        return not path.endswith(".txt")

    def examine(self, before, after):
        self.runs.append(after)
        if self.trouble:
            raise ToolError(self.trouble)
        for path in after.files:
            old = before.text(path).split("\n")
            for number, line in enumerate(after.text(path).split("\n"), 1):
                for cwe, (pattern, severity) in RULES.items():
                    if re.search(pattern, line) and line not in old and "nosemgrep" not in line:
                        where = Location(path, number, number, line)
                        what = Weakness(cwe, Concern.SAFETY, severity, cwe, "", cwe)
                        yield Observed(self.name, cwe, where, what)


def change(text=APP, path="app.py", before="", mode=0o100644):
    head = Tree({path: File(text.encode("utf-8", "surrogateescape"), mode)})
    return Change("patch", Tree({path: File(before.encode())}), head, (), "")


def examined(its, *groups, analyzer=None):
    """`groups`: edits (one, or several) and the weaknesses they are to remove, by CWE."""
    analyzer = analyzer or Lines()
    findings = gather(Lines().examine(its.before, its.after), its.after)
    made = [
        EditGroup(
            tuple(made) if isinstance(made, tuple) else (made,),
            tuple(f.fingerprint for f in findings if f.cwe in cwes),
        )
        for made, *cwes in groups
    ]
    return made, findings, verify(its, made, findings, [analyzer], gather, Trials(its))


def failed(outcome):
    (rejected,) = outcome.rejected
    assert outcome.revision is None
    assert rejected.verification.status is VerificationStatus.FAILED
    return {
        c.name: c.detail for c in rejected.verification.checks if c.status is CheckStatus.FAILED
    }


def refused(text, quote, replacement, *cwes, path="app.py", **kept):
    """Which checks fail, and why, if this one edit is made."""
    return failed(examined(change(text, path, **kept), (Edit(path, quote, replacement), *cwes))[2])


def accepted(text, quote, replacement, *cwes, path="app.py"):
    _, _, outcome = examined(change(text, path), (Edit(path, quote, replacement), *cwes))
    reasons = [r.reason for r in outcome.rejected]
    return outcome.revision is not None or reasons


def test_a_good_fix_passes_every_check_and_says_what_was_run(tmp_path):
    its = change()
    _, _, outcome = examined(its, (SHELL_FIX, "CWE-78"))

    revision = outcome.revision
    assert revision is not None
    assert revision.verification.status is VerificationStatus.PASSED
    assert outcome.rejected == ()
    checks = {c.name: c for c in revision.verification.checks}
    assert {n for n, c in checks.items() if c.status is CheckStatus.SKIPPED} == {"tests"}
    assert (checks["finding-gone"].before, checks["finding-gone"].after) == (1, 0)
    assert (checks["nothing-new"].before, checks["nothing-new"].after) == (2, 1)
    receipt = revision.verification.receipt
    assert receipt is not None
    assert receipt.patch_sha256 == hashlib.sha256(revision.patch.encode()).hexdigest()
    assert {"lines 1.0", f"git {git.version()}"} <= set(receipt.tools)
    assert any(tool.startswith("tree-sitter-python ") for tool in receipt.tools)
    with laid_out(its.after) as copy:
        git.apply_check(copy, revision.patch)


def test_groups_that_pass_alone_become_one_revision():
    analyzer = Lines()
    groups, _, outcome = examined(
        change(), (QUERY_FIX, "CWE-89"), (SHELL_FIX, "CWE-78"), analyzer=analyzer
    )

    assert set(outcome.revision.groups) == set(groups)
    assert {revision.groups for revision in outcome.alone} == {(g,) for g in groups}
    assert "os.system" not in outcome.revision.tree.text("app.py")
    assert "+ name" not in outcome.revision.tree.text("app.py")
    assert len(analyzer.runs) == 3  # each alone, then both


def test_one_group_is_scanned_once():
    analyzer = Lines()
    examined(change(), (SHELL_FIX, "CWE-78"), analyzer=analyzer)

    assert len(analyzer.runs) == 1


def test_a_group_that_fails_does_not_take_the_others_with_it():
    bad = Edit("app.py", QUERY, "    cursor.execute('SELECT ' + name)\n")
    groups, _, outcome = examined(change(), (bad, "CWE-89"), (SHELL_FIX, "CWE-78"))

    assert outcome.revision.groups == (groups[1],)
    (rejected,) = outcome.rejected
    assert rejected.group == groups[0]
    assert "finding-gone: still there: CWE-89" in rejected.reason


def test_of_two_groups_that_collide_the_one_with_the_worse_finding_stays():
    text = APP.replace("import os\n", "import os\nfrom tools import run\n")
    narrow = Edit("app.py", SHELL, "    run(host)\n")
    wide = Edit("app.py", SHELL + "    return count\n", "    return run(host, count)\n")

    groups, _, outcome = examined(change(text), (wide,), (narrow, "CWE-78"))

    assert outcome.revision.groups == (groups[1],)
    assert outcome.rejected[0].group == groups[0]
    assert "applies: two edits change the same lines" in outcome.rejected[0].reason


def test_groups_that_only_break_together_are_told_apart():
    text = "import os\nimport sys\n\n\ndef f(x):\n    os.system(x)\n    return sys.eval(x)\n"
    severe = Edit("app.py", "    os.system(x)\n", "    sys.call(x)\n")
    breaks = (
        Edit("app.py", "import sys\n", "import os as sys_\n"),
        Edit("app.py", "    return sys.eval(x)\n", "    return sys_.parse(x)\n"),
    )

    groups, _, outcome = examined(change(text), (breaks, "CWE-95"), (severe, "CWE-78"))

    assert [r.groups for r in outcome.alone] == [(groups[1],)]
    assert outcome.rejected[0].group == groups[0]
    assert outcome.rejected[0].reason == "names-bound: app.py: sys is not defined"


def test_two_fixes_may_add_the_same_import_or_different_ones_at_one_place():
    text = "import os\n\n\ndef f(x):\n    os.system(x)\n\n\ndef g(x):\n    os.system(x)\n"
    call = "    os.system(x)\n"
    a = (
        Edit("app.py", "import os\n", "import os\nimport shlex\n"),
        Edit("app.py", "def f(x):\n" + call, "def f(x):\n    os.execv(*shlex.split(x))\n"),
    )
    b = (
        Edit("app.py", "import os\n", "import os\nimport subprocess\n"),
        Edit("app.py", "def g(x):\n" + call, "def g(x):\n    subprocess.run([x])\n"),
    )
    its = change(text)
    findings = gather(Lines().examine(its.before, its.after), its.after)
    groups = [EditGroup(e, (f.fingerprint,)) for e, f in zip((a, b), findings, strict=True)]

    outcome = verify(its, groups, findings, [Lines()], gather, Trials(its))

    assert outcome.rejected == ()
    revised = outcome.revision.tree.text("app.py")
    assert revised.startswith("import os\nimport shlex\nimport subprocess\n")


def test_of_alike_lines_mending_one_is_mending_one():
    text = "import os\n\n\ndef f(x):\n    os.system(x)\n    print(1)\n    os.system(x)\n"
    its = change(text)
    findings = gather(Lines().examine(its.before, its.after), its.after)
    mended = Edit("app.py", "    os.system(x)\n    print(1)\n", "    os.execv(x)\n    print(1)\n")

    outcome = verify(
        its,
        [EditGroup((mended,), (findings[0].fingerprint,))],
        findings,
        [Lines()],
        gather,
        Trials(its),
    )

    assert len(findings) == 2
    assert outcome.revision is not None


def test_mending_another_finding_than_the_one_named_does_not_count():
    its = change()
    findings = gather(Lines().examine(its.before, its.after), its.after)
    wrong = next(f.fingerprint for f in findings if f.cwe == "CWE-78")

    outcome = verify(
        its, [EditGroup((QUERY_FIX,), (wrong,))], findings, [Lines()], gather, Trials(its)
    )

    assert "finding-gone" in failed(outcome)


def test_a_fingerprint_that_no_finding_has_is_refused():
    outcome = verify(
        change(), [EditGroup((QUERY_FIX,), ("made-up",))], (), [Lines()], gather, Trials(change())
    )

    assert failed(outcome) == {"finding-gone": "no finding is made-up"}


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit("app.py", "no such code", "x"), "is not in app.py"),
        (Edit("app.py", "import ", "x"), "more than one place"),
        (Edit("app.py", "", "x"), "more than one place"),
        (Edit("../app.py", "import os", "x"), "not a file of the change"),
        (Edit("app.py", "import os", "\ud800"), "not text"),
    ],
)
def test_an_edit_fits_exactly_one_place_of_one_file_of_the_change(edit, why):
    _, _, outcome = examined(change(), (edit,))

    assert why in failed(outcome)["applies"]


def test_a_link_is_no_file_to_edit():
    tree = Tree({"link": File(b"target", 0o120000)})

    with pytest.raises(edits.EditError, match="not a text file"):
        edits.apply(tree, [EditGroup((Edit("link", "target", "/etc"),), ())])


def test_code_that_no_longer_parses_fails():
    assert "line 8" in refused(APP, SHELL, '    subprocess.run(["ping"\n', "CWE-78")["parses"]


def test_faults_that_the_head_had_already_do_not_count():
    text = "int f(int a) { return g(a); }\nMACRO {{ template\n"

    assert accepted(text, "g(a)", "h(a)", path="a.c") is True


@pytest.mark.parametrize(
    "mark", ["nosemgrep", "# nosec B605", "# noqa: S605", "# indict-review: ignore"]
)
def test_a_mark_that_hushes_the_analyzer_fails(mark):
    hushed = SHELL.replace("\n", f"  # {mark}\n")

    assert "no-suppressions" in refused(APP, SHELL, hushed, "CWE-78")


def test_a_mark_that_was_there_may_stay():
    text = "import os\nfrom m import run\n\n\ndef f(x):\n    os.system(x)\n    run(x)  # noqa: X\n"

    assert accepted(text, "    os.system(x)\n", "    run([x])\n", "CWE-78") is True


@pytest.mark.parametrize(
    ("replacement", "why"),
    [
        ("", "only taken out"),
        ('    # os.system(f"ping -c {count} {host}")\n', "only taken out"),
        ("    pass\n", "only taken out"),
        ("    print('not allowed')\n", "only taken out"),
        ("    raise NotImplementedError\n", "only taken out"),
    ],
)
def test_a_finding_is_not_removed_by_removing_the_code(replacement, why):
    assert why in refused(APP, SHELL, replacement, "CWE-78")["function-kept"]


FIND = APP[APP.index("def find") :]


@pytest.mark.parametrize(
    ("replacement", "why"),
    [
        ("", "find is gone"),
        ("def look(name):\n    return connect().cursor().one(name)\n", "find is gone"),
        (FIND.replace("(name)", "()").replace(QUERY, ""), "lost its parameter name"),
        (FIND.replace("(name):", "(name, key):").replace(QUERY, ""), "now needs a parameter key"),
        ("def find(name):\n    return None\n", "find no longer does anything"),
        (
            "def find(name):\n    '''Find.'''\n    raise ValueError(name)\n",
            "no longer does anything",
        ),
        (
            FIND.replace("    return cursor", "    cursor").replace(
                QUERY, "    cursor.run(name)\n"
            ),
            "no longer returns a value",
        ),
        ("def find(name):\n    return str(name)\n", "find no longer calls"),
    ],
)
def test_what_the_change_can_do_the_revision_can_do(replacement, why):
    assert why in refused(APP, FIND, replacement, "CWE-89")["function-kept"]


@pytest.mark.parametrize(
    ("path", "text", "quote", "replacement"),
    [
        ("a.js", "const f = (a) => a.map(b => eval(b));\n", "eval(b)", "JSON.parse(b)"),
        (
            "a.js",
            "get('/x', (req, res) => {\n  res.send(eval(req.q));\n});\n",
            "eval(req.q)",
            "Number(req.q)",
        ),
        (
            "a.c",
            "void f(char *a, char *b) {\n  strcpy(a, b);\n  eval(a);\n}\n",
            "eval(a);",
            "check(a, sizeof(b));",
        ),
        (
            "a.java",
            "class A { Object f(String a) { return eval(a); } }\n",
            "return eval(a);",
            "if (a == null) { throw new Bad(); }\n return Integer.parseInt(a);",
        ),
        (
            "a.php",
            "<?php\nfunction f($a) {\n  eval($a);\n}\n",
            "eval($a)",
            "echo htmlspecialchars($a)",
        ),
        (
            "a.go",
            "package p\n\nfunc f(a string) string {\n\treturn eval(a)\n}\n",
            "eval(a)",
            "quote(a)",
        ),
        ("a.rs", "fn f(a: &str) -> String {\n    eval(a)\n}\n", "eval(a)", "quote(a)"),
        ("a.rb", "def f(a)\n  eval(a)\nend\n", "eval(a)", "Integer(a)"),
        (
            "a.py",
            "def f(a):\n    return eval(a)\n",
            "    return eval(a)\n",
            "    if not a:\n        raise ValueError(a)\n    return int(a)\n",
        ),
        (
            "a.py",
            "def f(a):\n    return eval(a)\n",
            "def f(a):\n    return eval(a)\n",
            "def f(a, *, b=True):\n    return _read(a)\n\n\ndef _read(a):\n    return int(a)\n",
        ),
        ("a.py", "KEY = eval('1')\n", "eval('1')", "int('1')"),
    ],
)
def test_good_fixes_are_not_turned_away(path, text, quote, replacement):
    assert accepted(text, quote, replacement, "CWE-95", path=path) is True


def test_saying_less_is_a_fix_where_saying_it_was_the_weakness():
    text = "from m import log, run\n\n\ndef f(password):\n    log(password)\n    run(password)\n"

    assert accepted(text, "    log(password)\n", "", "CWE-532") is True


def test_a_name_that_nothing_binds_fails():
    unbound = Edit("app.py", SHELL, '    subprocess.run(["ping", host])\n')
    _, _, outcome = examined(change(), (unbound, "CWE-78"))

    assert failed(outcome) == {"names-bound": "app.py: subprocess is not defined"}


def test_a_new_weakness_fails():
    worse = SHELL_FIX[1].replacement + "    eval(host)\n"
    _, _, outcome = examined(change(), ((SHELL_FIX[0], Edit("app.py", SHELL, worse)), "CWE-78"))

    assert "CWE-95" in failed(outcome)["nothing-new"]


def test_a_finding_beside_the_fix_may_read_differently():
    text = "import os\n\n\ndef f(x):\n    os.system(x); eval(x)\n"

    assert accepted(text, "os.system(x);", "os.execv(x, []);", "CWE-78") is True


def test_an_analyzer_that_could_not_look_verifies_nothing():
    its = change()
    _, _, outcome = examined(its, (SHELL_FIX, "CWE-78"), analyzer=Lines(trouble="out of memory"))

    assert outcome.revision is None
    (rejected,) = outcome.rejected
    assert rejected.verification.status is VerificationStatus.NOT_RUN
    assert "out of memory" in rejected.reason


def test_a_finding_by_a_tool_that_does_not_look_again_is_not_gone():
    _, _, outcome = examined(change(), (SHELL_FIX, "CWE-78"), analyzer=Lines(name="other"))

    (rejected,) = outcome.rejected
    assert rejected.verification.status is VerificationStatus.NOT_RUN
    assert "lines did not look at app.py again" in rejected.reason


def test_a_language_without_a_grammar_is_skipped_and_says_why():
    _, _, outcome = examined(
        change("a: eval(x)\n", "a.yml"), (Edit("a.yml", "eval(x)", "int(x)"), "CWE-95")
    )

    checks = {c.name: c for c in outcome.revision.verification.checks}
    assert checks["parses"].status is CheckStatus.SKIPPED
    assert "a.yml" in checks["parses"].detail


CODE = st.sampled_from(
    [
        ("app.py", APP),
        ("app.py", "def f(:\n    os.system(1\n"),
        ("app.py", "def f():\r\n    os.system(1)\r\n"),
        ("a.c", "int f(int a) { return eval(a); }"),
        ("a.yml", "run: os.system(1)\n"),
        ("caf\u00e9.js", "const f = (a) => eval(a);\n"),
        ("a.py", "# \udce9\neval(1)\n"),
    ]
)


@given(CODE, st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_changing_nothing_passes_everything_but_that_the_finding_is_gone(code, data):
    path, text = code
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    if text.count(quote) > 1:
        quote = text
    _, _, outcome = examined(change(text, path), (Edit(path, quote, quote), *RULES))

    assert set(failed(outcome)) == {"finding-gone"}


@settings(deadline=None)
@given(st.text("ab\n\r", min_size=1), st.text("ab\n\r"), st.text("ab\n\r"), st.text("ab\n\r"))
def test_an_applied_edit_is_what_replacing_makes_it(quote, replacement, before, after):
    text = before + "<" + quote + ">" + after
    tree = Tree({"a": File(text.encode())})
    group = EditGroup((Edit("a", f"<{quote}>", replacement),), ())
    crlf = "\r\n" in text and "\r" not in quote + replacement

    if not crlf:
        assert edits.apply(tree, [group]).text("a") == before + replacement + after


def test_a_file_with_windows_line_ends_keeps_them():
    tree = Tree({"a": File(b"one\r\ntwo\r\nthree\r\n")})
    group = EditGroup((Edit("a", "one\ntwo\n", "one\n2\n"),), ())

    assert edits.apply(tree, [group]).text("a") == "one\r\n2\r\nthree\r\n"


def suggested(its, *groups):
    _, findings, outcome = examined(its, *groups)
    assert outcome.revision is not None, [r.reason for r in outcome.rejected]
    return [
        suggestion_for(f, its, alone)
        for alone in outcome.alone
        for f in findings
        if f.fingerprint in alone.groups[0].fixes
    ]


def clicked(its, suggestion):
    lines = its.after.text("app.py").split("\n")
    new = suggestion.replacement.split("\n") if suggestion.replacement else []
    return "\n".join([*lines[: suggestion.start_line - 1], *new, *lines[suggestion.end_line :]])


def test_a_suggestion_replaces_whole_lines_of_the_head():
    inside = Edit("app.py", """'" + name + "'")""", """?", (name,))""")
    (suggestion,) = suggested(change(), (inside, "CWE-89"))

    assert (suggestion.start_line, suggestion.end_line) == (14, 14)
    assert suggestion.replacement == QUERY_FIX.replacement.removesuffix("\n")
    assert suggestion.receipt.checks


def test_clicking_a_suggestion_gives_the_code_that_was_verified():
    its = change()
    _, _, outcome = examined(its, (SHELL_FIX, "CWE-78"))
    (suggestion,) = suggested(its, (SHELL_FIX, "CWE-78"))

    assert (suggestion.start_line, suggestion.end_line) == (2, 8)
    assert clicked(its, suggestion) == outcome.revision.tree.text("app.py")


def test_edits_far_apart_are_not_one_suggestion():
    far = (
        Edit("app.py", "import os\n", "import os\n\nLIMIT = 1\n"),
        QUERY_FIX,
    )

    assert suggested(change(), (far, "CWE-89")) == [None]


def test_a_group_that_failed_gives_no_suggestion():
    its = change()
    _, findings, outcome = examined(its, (Edit("app.py", QUERY, ""), "CWE-89"))
    (rejected,) = outcome.rejected

    alone = Revision((rejected.group,), its.after, "", rejected.verification)
    assert [suggestion_for(f, its, alone) for f in findings] == [None, None]


@pytest.fixture(scope="module")
def semgrep():
    from indict_review.tools.semgrep import Semgrep

    return Semgrep()


def test_real_semgrep_no_longer_sees_what_was_mended(semgrep):
    its = change("import os\n\n\ndef ping(host):\n    os.system('ping ' + host)\n    return host\n")
    findings = gather(semgrep.examine(its.before, its.after), its.after)
    assert findings
    group = EditGroup(
        (
            Edit("app.py", "import os\n", "import subprocess\n"),
            Edit(
                "app.py", "os.system('ping ' + host)", "subprocess.run(['ping', host], check=True)"
            ),
        ),
        tuple(f.fingerprint for f in findings),
    )

    outcome = verify(its, [group], findings, [semgrep], gather, Trials(its))

    assert outcome.rejected == ()
    assert any(t.startswith("semgrep ") for t in outcome.revision.verification.receipt.tools)


def test_real_semgrep_still_sees_what_was_only_reworded(semgrep):
    its = change("import os\n\n\ndef ping(host):\n    os.system('ping ' + host)\n    return host\n")
    findings = gather(semgrep.examine(its.before, its.after), its.after)
    edit = Edit("app.py", "os.system('ping ' + host)", "os.system(f'ping {host}')")
    group = EditGroup((edit,), tuple(f.fingerprint for f in findings))

    outcome = verify(its, [group], findings, [semgrep], gather, Trials(its))

    assert "finding-gone" in failed(outcome)
