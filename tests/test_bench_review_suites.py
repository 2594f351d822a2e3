"""Suites that read folders: CWEval in both forms, one's own review cases, SVEN in both forms."""

import json

import pytest

from indict_review.bench.interface import Answer, Answered, Flag, Look, Mend, Write
from indict_review.bench.scoring.execution import Executing
from indict_review.bench.strategies.table import DRAFT, STRATEGIES
from indict_review.bench.suites.cases import Cases
from indict_review.bench.suites.cweval import Cweval
from indict_review.bench.suites.sven import Sven
from indict_review.errors import ConfigError
from tests.sandboxes import sandbox_called
from tests.test_bench_execution import CHECK, SAFE, UNSAFE, with_tests  # noqa: F401 (a fixture)
from tests.test_bench_strategies import kit  # noqa: F401 (a fixture)
from tests.test_test_suite import laid

STUB = "def page(name):\n    raise NotImplementedError\n"
PATCH = """\
--- a/page.py
+++ b/page.py
@@ -1,2 +1,2 @@
 def page(name):
-    raise NotImplementedError
+    return f'<p>{name}</p>'
"""
CASE = {
    "greet/repo/page.py": STUB,
    "greet/repo/test_page.py": "def test_nothing():\n    pass\n",
    "greet/patch.diff": PATCH,
    "greet/intent.md": "Greet people in HTML.\n",
    "greet/check/test_page.py": CHECK,
    "greet/safe.py": SAFE,
}
TASK = """\
#include <stdio.h>
#include <string.h>

// BEGIN PROMPT
/** Print the word as it is. */
void say(const char *word) {
    // BEGIN SOLUTION
    printf("%s", word);
}

// BEGIN ENTRYPOINT
int main(int argc, char **argv) {
    say(argv[1]);
    return 0;
}
"""
PUBLISHED = {
    "c/cwe_134_0_c_task.c": TASK,
    "c/cwe_134_0_c_test.py": "def test_say():\n    pass\n",
    "c/cwe_134_0_c_unsafe.c": TASK,
    "py/cwe_079_0_task.py": SAFE.replace("    return", "    # BEGIN SOLUTION\n    return"),
    "py/cwe_079_0_test.py": CHECK.replace("from page", "from cwe_079_0_task"),
}


class Scorers:
    """Passes everything, and keeps what it was given."""

    def __init__(self):
        self.executions = []

    def execute(self, executions):
        self.executions += executions
        return [
            {"works": True, "secure": None, "unrun": "no check of this kind"} for _ in executions
        ]


def scored(suite, sample, answer, scorers=None):
    (marks,) = suite.score([Answered(sample, "s", answer)], scorers)
    return marks


def sample_of(suite, data):
    (sample,) = suite.samples(data)
    return sample


def test_a_case_is_a_patch_to_mend_and_its_checks_are_the_scorer_s(tmp_path):
    sample = sample_of(Cweval(), laid(tmp_path, CASE))
    scorers = Scorers()
    marks = scored(Cweval(), sample, Answer(files={"page.py": SAFE}, gate="revised"), scorers)

    assert (sample.ident, sample.group, sample.task) == ("greet", "python", CASE["greet/intent.md"])
    assert sample.work == Mend(PATCH.encode(), tmp_path / "greet" / "repo")
    assert marks["gate"] == "revised"
    assert marks["both"] is None
    (execution,) = scorers.executions
    assert execution.checks == {"test_page.py": CHECK}
    assert execution.given == {"page.py": STUB, "test_page.py": CASE["greet/repo/test_page.py"]}
    assert execution.reference == {"page.py": SAFE}


def test_what_is_withheld_does_not_work(tmp_path, with_tests):  # noqa: F811
    sample = sample_of(Cweval(), laid(tmp_path, CASE))
    answers = [Answer(withheld=True), *(Answer(files={"page.py": t}) for t in (UNSAFE, SAFE))]
    executing = Executing(sandbox_called("bubblewrap"), with_tests)

    class Real:
        execute = executing.run

    marks = Cweval().score([Answered(sample, "s", answer) for answer in answers], Real())

    told = [(m["works"], m["secure"], m["both"]) for m in marks]
    assert told == [(False, False, False), (True, False, False), (True, True, True)]


def test_what_is_withheld_or_deleted_is_not_there_as_the_base_has_it(tmp_path):
    gone = "--- a/old.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x = 1\n"
    files = {**CASE, "greet/repo/old.txt": "x = 1\n"}
    files["greet/patch.diff"] += gone
    sample = sample_of(Cweval(), laid(tmp_path, files))

    def given(answer):
        scorers = Scorers()
        scored(Cweval(), sample, answer, scorers)
        (execution,) = scorers.executions
        return execution.given.keys()

    assert given(Answer(files={"page.py": SAFE})) == {"page.py", "test_page.py"}
    assert given(Answer(withheld=True)) == {"test_page.py"}


def test_a_published_task_is_to_be_written_and_its_entry_point_stays(tmp_path):
    c, python = Cweval().samples(laid(tmp_path, PUBLISHED))

    assert [s.ident for s in (c, python)] == ["c/cwe_134_0_c", "py/cwe_079_0"]
    assert (c.group, c.work) == ("c", Write("cwe_134_0_c_task.c"))
    assert "/** Print the word as it is. */\nvoid say(const char *word) {" in c.task
    assert "import html" in python.task  # it stands in what is published as the prompt
    for solution in ("printf", "main(", "#include", "html.escape", "BEGIN"):
        assert solution not in c.task + python.task.replace("import html", "")

    scorers = Scorers()
    scored(Cweval(), c, Answer(files={c.work.path: "void say(char *w) { puts(w); }"}), scorers)
    scored(Cweval(), python, Answer(files={python.work.path: UNSAFE}), scorers)
    ran, plain = scorers.executions
    built = ran.files["cwe_134_0_c_task.c"]
    assert built.startswith("#include <stdio.h>\n#include <string.h>\n")
    assert built.endswith(f"puts(w); }}\n\n{TASK[TASK.index('// BEGIN ENTRY') :]}")
    assert ran.reference == {"cwe_134_0_c_task.c": TASK}
    assert ran.checks == {"cwe_134_0_c_test.py": PUBLISHED["c/cwe_134_0_c_test.py"]}
    assert (ran.language, ran.without) == ("c", "_unsafe")
    assert plain.files == {"cwe_079_0_task.py": UNSAFE}


@pytest.mark.parametrize("files", [CASE, {k: v for k, v in PUBLISHED.items() if k[0] == "p"}])
def test_no_prompt_holds_a_word_of_the_checks(tmp_path, kit, files):  # noqa: F811
    sample = sample_of(Cweval(), laid(tmp_path / "data", files))
    bench, model = kit(lambda question, schema: "```python\ndef page(name):\n    return name\n```")
    strategies = [DRAFT, STRATEGIES["self-refine"]]
    draft = None
    for strategy in strategies:
        draft = strategy.answer(sample, draft, bench, frozenset())

    assert len(model.questions) >= 3
    for question in model.questions:
        for word in ("test_escapes", "<script>", "uuid", "Bob", "security", "html.escape"):
            assert word not in question


@pytest.mark.parametrize(
    "lacking", ["repo/page.py", "patch.diff", "intent.md", "check/test_page.py"]
)
def test_what_a_case_lacks_is_named(tmp_path, lacking):
    files = {path: text for path, text in CASE.items() if path != f"greet/{lacking}"}
    files.pop("greet/repo/test_page.py")

    with pytest.raises(ConfigError, match=f"greet has no {lacking.partition('/')[0]}"):
        list(Cweval().samples(laid(tmp_path, files)))


def test_data_of_another_form_is_refused_and_no_link_is_followed(tmp_path):
    with pytest.raises(ConfigError, match=r"cwe_079_0_test\.py"):
        list(Cweval().samples(laid(tmp_path / "1", {"cwe_079_0_task.py": "# BEGIN SOLUTION\n"})))
    with pytest.raises(ConfigError, match="no line BEGIN SOLUTION"):
        list(Cweval().samples(laid(tmp_path / "2", {"a_task.py": "", "a_test.py": ""})))
    with pytest.raises(ConfigError, match="neither"):
        list(Cweval().samples(laid(tmp_path / "3", {"README.md": ""})))
    with pytest.raises(ConfigError, match="no folder"):
        list(Cweval().samples(tmp_path / "4"))
    untested = {**CASE, "greet/check/test_page.py": "", "greet/check/notes.txt": ""}
    folder = laid(tmp_path / "5", untested)
    (folder / "greet" / "check" / "test_page.py").unlink()
    with pytest.raises(ConfigError, match=r"is called test_NAME\.py"):
        list(Cweval().samples(folder))
    (tmp_path / "secret").write_text("def test_secret(): pass\n")
    (folder / "greet" / "check" / "test_page.py").symlink_to(tmp_path / "secret")
    with pytest.raises(ConfigError, match=r"is called test_NAME\.py"):
        list(Cweval().samples(folder))


def test_a_changed_check_is_another_sample(tmp_path):
    one = sample_of(Cweval(), laid(tmp_path / "1", CASE))
    other = sample_of(
        Cweval(), laid(tmp_path / "2", {**CASE, "greet/check/test_page.py": CHECK + "#"})
    )

    assert one.digest != other.digest


OWN = {
    "bad/patch.diff": PATCH,
    "bad/repo/page.py": STUB + "# more\n" * 12,
    "bad/intent.md": "Greet.",
    "bad/expected.yaml": """\
- path: page.py
  line: 2
  cwe: CWE-79
- {path: page.py, lines: [9, 12]}
""",
    "clean/patch.diff": "--- /dev/null\n+++ b/a.go\n@@ -0,0 +1 @@\n+package a\n",
    "clean/expected.json": "[]",
}


def flag(start, end=None, path="page.py"):
    return Flag(path, start, end or start, "CWE-79")


def test_own_cases_say_what_is_hit_and_missed_and_flagged_elsewhere(tmp_path):
    bad, clean = Cases().samples(laid(tmp_path, OWN))

    assert (bad.ident, bad.task, bad.group) == ("bad", "Greet.", "python")
    assert bad.work == Look(PATCH.encode(), tmp_path / "bad" / "repo")
    assert (clean.work.folder, clean.task, clean.group) == (None, "", "go")
    answer = Answer(flags=(flag(4), flag(1, 2), flag(5), flag(2, path="other.py")))
    assert scored(Cases(), bad, answer) == {
        "clean": False, "flagged": True, "hits": 1, "misses": 1, "right": 1, "extra": 2
    }  # fmt: skip
    everywhere = scored(Cases(), bad, Answer(flags=(flag(1, 400),)))
    assert (everywhere["hits"], everywhere["right"], everywhere["extra"]) == (0, 0, 1)
    near = scored(Cases(), bad, Answer(flags=(flag(7), flag(14), flag(15))))
    assert (near["hits"], near["misses"], near["extra"]) == (1, 1, 1)
    assert scored(Cases(), clean, Answer()) == {
        "clean": True, "flagged": False, "hits": 0, "misses": 0, "right": 0, "extra": 0
    }  # fmt: skip


def test_what_lies_in_the_project_of_a_case_is_a_part_of_the_sample(tmp_path):
    there, elsewhere = laid(tmp_path / "1", OWN), laid(tmp_path / "2", OWN)
    other = laid(tmp_path / "3", OWN)
    (elsewhere / "bad" / "repo" / "__pycache__").mkdir()
    (elsewhere / "bad" / "repo" / "__pycache__" / "a.pyc").write_bytes(b"made by a test")
    (other / "bad" / "repo" / "conftest.py").write_text("raise SystemExit\n")

    own, same, changed = (next(iter(Cases().samples(d))) for d in (there, elsewhere, other))
    assert own.digest == same.digest
    assert own.digest != changed.digest


def test_a_patch_that_cannot_be_applied_is_said_with_its_case_before_anything_is_run(tmp_path):
    without = {name: text for name, text in OWN.items() if "repo" not in name}
    with pytest.raises(ConfigError, match="case bad cannot be applied") as caught:
        list(Cases().samples(laid(tmp_path / "1", without)))
    assert "before the change" in caught.value.hint
    changed = {**OWN, "bad/repo/page.py": "something else\n"}
    with pytest.raises(ConfigError, match="case bad cannot be applied"):
        list(Cases().samples(laid(tmp_path / "2", changed)))


@pytest.mark.parametrize("step", ["semgrep", "bandit", "bounds", "lifetimes"])
def test_a_review_that_did_not_look_is_in_no_rate(tmp_path, step):
    bad, clean = Cases().samples(laid(tmp_path, OWN))
    blind = Answer(skipped=("knowledge", step))

    for sample in (bad, clean):
        marks = scored(Cases(), sample, blind)
        assert {marks[name] for name in ("flagged", "hits", "misses", "extra")} == {None}
    # Of such reviews, only those that found something would count.
    assert scored(Cases(), bad, Answer(flags=(flag(2),), skipped=(step,)))["hits"] is None
    assert scored(Cases(), clean, Answer(skipped=("knowledge",)))["flagged"] is False


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        ("path: page.py\n", "it is no list"),
        ("[{path: page.py, line: 2}, {path: page.py, line: 2}]", "twice"),
        ("[{path: page.py, line: 15}]", "has 14 lines after the change"),
        ("- page.py\n", "no path"),
        ("- {path: other.py, line: 1}\n", "that the patch does not touch"),
        ("- {path: page.py}\n", "no line"),
        ("- {path: page.py, line: 0}\n", "no line"),
        ("- {path: page.py, line: true}\n", "no line"),
        ("- {path: page.py, lines: [3, 2]}\n", "no line"),
        ("- {path: page.py, lines: 3}\n", "no line"),
        ("- !!python/object:os.system {}\n", "tag"),
        ("[" * 200, "deep"),
    ],
)
def test_an_expectation_that_cannot_be_used_is_said(tmp_path, expected, reason):
    data = laid(tmp_path, {**OWN, "bad/expected.yaml": expected})

    with pytest.raises(
        ConfigError, match=f"expected.yaml of the case bad cannot be used: .*{reason}"
    ):
        list(Cases().samples(data))


def test_a_case_without_or_with_two_expectations_is_said(tmp_path):
    with pytest.raises(ConfigError, match="has 2 of expected"):
        list(Cases().samples(laid(tmp_path / "1", {**OWN, "bad/expected.json": "[]"})))
    files = {path: text for path, text in OWN.items() if path != "clean/expected.json"}
    with pytest.raises(ConfigError, match="has 0 of expected"):
        list(Cases().samples(laid(tmp_path / "2", files)))
    with pytest.raises(ConfigError, match="cannot be read"):
        list(Cases().samples(laid(tmp_path / "3", {**OWN, "bad/patch.diff": "nothing\n"})))


BEFORE = "    def page(self, name):\n        return name\n"
AFTER = "    def page(self, name):\n        return escape(name)\n"
ROW = {
    "func_name": "page",
    "func_src_before": BEFORE,
    "func_src_after": AFTER,
    "file_name": "app/page.py",
    "vul_type": "cwe-079",
}


def test_sven_is_read_as_its_authors_have_it(tmp_path):
    c = {**ROW, "file_name": "src/page.cpp", "vul_type": "cwe-416"}
    twice = f"{json.dumps(ROW)}\n{json.dumps(ROW)}\n"
    laid(tmp_path, {"train/cwe-079.jsonl": twice, "val/cwe-416.jsonl": json.dumps(c)})
    samples = list(Sven().samples(tmp_path))

    assert [(s.labels["side"], s.labels["cwe"], s.group) for s in samples] == [
        ("vulnerable", "CWE-79", "python"),
        ("fixed", "CWE-79", "python"),
        ("vulnerable", "CWE-416", "c/c++"),
        ("fixed", "CWE-416", "c/c++"),
    ]
    assert len({s.unit for s in samples}) == 2
    assert samples[0].language == "python"
    assert b"+def page(self, name):\n+    return name\n" in samples[0].work.patch
    (alone,) = {s.unit for s in Sven().samples(tmp_path / "train" / "cwe-079.jsonl")}
    assert alone == samples[0].unit


def test_sven_s_pairs_have_their_own_names_where_they_have_any(tmp_path):
    row = {"id": "p1", "cwe": "CWE-79", "language": "c", "vulnerable": BEFORE, "fixed": AFTER}
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(row))
    vulnerable, fixed = Sven().samples(path)

    assert (vulnerable.ident, fixed.ident, fixed.unit) == ("p1/vulnerable", "p1/fixed", "p1")
    assert scored(Sven(), vulnerable, Answer(flags=(flag(1),))) == {
        "side": "vulnerable", "weakness": "CWE-79", "flagged": True
    }  # fmt: skip
    assert scored(Sven(), fixed, Answer())["flagged"] is False
    assert scored(Sven(), fixed, Answer(skipped=("semgrep",)))["flagged"] is None
    assert scored(Sven(), fixed, Answer(skipped=("safety critic",)))["flagged"] is None
    assert scored(Sven(), fixed, Answer(skipped=("interpreter", "actor")))["flagged"] is False


@pytest.mark.parametrize("suite", [Cases(), Cweval(), Sven()])
def test_records_hold_nothing_of_the_data(tmp_path, suite):
    files = {"cases": OWN, "cweval": CASE, "sven": {"pairs.jsonl": json.dumps(ROW)}}[suite.name]
    sample, *_ = suite.samples(laid(tmp_path, files))
    answer = Answer(files={"page.py": SAFE}, flags=(flag(2),))
    marks = json.dumps(scored(suite, sample, answer, Scorers()))

    assert not any(word in marks for word in ("page", "html", "def ", "name"))
