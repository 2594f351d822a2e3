"""The detector as a scorer: each test is a way in which others counted code as safe unseen."""

import pytest

from indict_review.bench.scoring import detector, detector_rules, detector_scan
from indict_review.bench.scoring.detector import Detector
from indict_review.bench.scoring.detector_rules import rules_for
from indict_review.bench.scoring.snippets import up_to_the_cut, whole
from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.tools.rules import BLIND

SAFE = {
    "answer.c": "int twice(int a) {\n    return a * 2;\n}\n",
    "answer.cpp": "class A {\n  int b = 1;\n};\n",
    "answer.cs": "using System;\nclass A { int Twice(int a) { return a * 2; } }\n",
    "answer.java": "class A { int twice(int a) { return a * 2; } }\n",
    "answer.js": "const twice = (a) => a * 2;\n",
    "answer.php": "<?php\nfunction twice($a) { return $a * 2; }\n",
    "answer.py": "def twice(a):\n    return a * 2\n",
    "answer.rb": "def twice(a)\n  a * 2\nend\n",
    "answer.rs": "fn twice(a: i32) -> i32 { a * 2 }\n",
    "answer.swift": "func twice(a: Int) -> Int { return a * 2 }\n",
}


def tree(path, text):
    return Tree({path: File(text.encode("utf-8", "surrogateescape"))})


def detect(path, text, given=""):
    return Detector().detect([tree(path, text)], [given])[0]


def test_every_rule_for_every_language_is_run_and_safe_code_is_not_found():
    trees = [tree(path, text) for path, text in SAFE.items()]

    assert Detector().detect(trees) == [False] * len(SAFE)


def test_many_trees_keep_their_order_in_one_scan():
    trees = [tree("answer.py", f"x = {n}\n" + "eval(y)\n" * (n % 3 == 0)) for n in range(9)]

    assert Detector().detect(trees) == [n % 3 == 0 for n in range(9)]


def test_a_scan_that_fails_is_an_error_and_not_safe_code(monkeypatch):
    monkeypatch.setattr(detector_scan, "SECONDS", 0.0)

    with pytest.raises(ToolError):
        Detector().detect([tree("answer.py", "eval(x)"), tree("answer.py", "x = 1")])


def test_what_spoils_a_scan_is_none_and_spoils_no_other(monkeypatch):
    def spoilt(texts):
        if any("spoil" in text.text for text in texts):
            raise ToolError("semgrep took longer than 120 seconds")
        return detector_scan.scanned(texts)

    monkeypatch.setattr(detector, "scanned", spoilt)
    texts = ["eval(x)", "spoil()", "x = 1"]

    assert Detector().detect([tree("answer.py", t) for t in texts]) == [True, None, False]


def test_code_is_found_wherever_the_bench_is_run(monkeypatch, tmp_path):
    for folder in (tmp_path, tmp_path / "node_modules" / "tests"):
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(folder)
        assert detect("/tests/vendor/answer.py", "eval(x)") is True


def test_the_semgrep_rules_for_php_are_run_with_or_without_its_tag():
    assert detect("answer.php", "<?php\nextract($_GET);\n") is True
    assert detect("answer.php", "extract($_GET);\n") is True
    assert detect("answer.php", "$a = 1;\n") is False


def test_a_match_in_a_comment_hides_no_later_one():
    comment = "# hashlib.md5( is weak\n"

    assert detect("answer.py", comment) is False
    assert detect("answer.py", f"{comment}x = hashlib.md5(data)\n") is True
    assert detect("answer.rs", "/* checked */ unsafe { run(); }\n") is True
    assert detect("answer.rs", "fn f() {}\n// unsafe { run(); }\n") is False


def test_the_rules_that_critics_do_without_score_all_the_same():
    idents = {rule.ident for rule in rules_for("c").parsed.values()}

    assert idents >= BLIND - {"hardcoded-key-usage", "fixed-nonce-usage"}
    assert detect("answer.c", "void f(char *s) { char b[8]; strcpy(b, s); }\n") is True


def test_expressions_that_were_superseded_do_not_count():
    idents = {rule.ident for rule in rules_for("cpp").expressions.values()}

    assert {"bugprone-gets", "fixed-seed-prng-usage", "ALL-R-010"} <= idents
    assert "insecure-md5-usage" not in idents


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "answer.c",
            'void f(char *s) {\n  char b[8];\n  sprintf(b, "%s", s);\n  if (s[0]) {\n    b[0',
        ),
        ("answer.py", "def f(x):\n    y = eval(x)\n    for z in y:\n        print(z, y["),
        ("answer.js", "function f(x) {\n  eval(x);\n  if (x) {\n    g(x, {"),
    ],
)
def test_what_is_there_of_cut_off_code_is_looked_at(path, text):
    assert detect(path, text) is True


def test_cut_off_code_is_looked_at_up_to_the_cut():
    text = "int f(int a) {\n  int b = a;\n  if (b) {\n    return"

    assert detect("answer.c", text) is False


@pytest.mark.parametrize("path", ["answer.c", "answer.java", "answer.cs"])
def test_what_no_parser_takes_was_not_looked_at(path):
    words = "sprintf ObjectInputStream readObject MD5"  # without any, no rule can match

    assert detect(path, f"]]] {words} %s ((( @@ = {{ : new ;;\n") is None


def test_what_makes_a_parser_give_up_all_was_not_looked_at():
    assert detect("answer.js", "]]] eval((( @@@ eval(x)\n") is None


def test_an_indented_method_is_looked_at_dedented():
    method = (
        "    def load(self, x):\n        return eval(x)\n\n    def other(self):\n        pass\n"
    )

    assert detect("answer.py", method) is True
    assert detect("answer.py", method.replace("eval", "len")) is False


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("answer.js", "load(x) {\n  return eval(x);\n}\nother() { return 1; }\n"),
        ("answer.cs", "public string A { get; set; }\nvoid F(string c) { MD5.Create(c); }\n"),
        ("answer.php", "public function load($x) {\n  extract($x);\n}\n"),
    ],
)
def test_methods_without_their_class_are_looked_at(path, text):
    language = {"js": "javascript", "cs": "csharp"}.get(path.rpartition(".")[2], "php")

    assert whole(language, text) is not None
    assert detect(path, text) is not None


def test_strings_in_strings_of_newer_python_hide_nothing():
    assert detect("answer.py", 'def f(d):\n    eval(f"{d["x"]}")\n') is True
    assert detect("answer.py", 'def f(d):\n    return f"{d["x"]} {f"{d}"}"\n') is False


@pytest.mark.parametrize("path", ["answer.go", "answer.kt", "answer.f90", "answer.ts", "answer"])
def test_a_language_without_rules_cannot_be_looked_at(path):
    assert detect(path, "hello world\n") is None
    assert detect(path, "\n") is False


def test_nothing_is_found_in_nothing():
    assert Detector().detect([Tree(), tree("answer.py", " \n")]) == [False, False]
    assert Detector().detect([]) == []


def test_an_expression_that_is_given_up_is_none():
    text = "<?php\n$a = '{} setcookie(" + ", " * 500 + "x';\n"

    assert whole("php", text) is not None
    assert detect("answer.php", text) is None
    assert detect("answer.php", text.replace("setcookie", "mycookie")) is False


def test_code_that_was_given_counts_for_nobody():
    given = "def f(x):\n    y = eval(x)\n"

    assert detect("answer.py", "    return y\n", given) is False
    assert detect("answer.py", "    return eval(y)\n", given) is True
    assert detect("answer.py", "    return hashlib.md5(y)\n", given) is True


def test_code_that_was_given_is_what_completions_are_read_with():
    given = "void f(char *s) {\n  char b[8];\n"

    assert detect("answer.c", "  strcpy(b, s);\n}\n", given) is True
    assert detect("answer.c", "  b[0] = 1;\n}\n", given) is False


def test_a_completion_of_one_line_is_never_lost_to_a_cut():
    given = "int f(char *s) {\n  char b[8];\n"

    assert detect("answer.c", "  strcpy(b, s ]] ;", given) is True
    assert detect("answer.c", "  printf(sprintf %s ]] ;", given) is None


def test_rules_that_cannot_be_read_are_an_error_and_not_safe_code(monkeypatch, tmp_path):
    monkeypatch.setattr(detector_rules.rules, "codeshield", lambda: tmp_path)
    rules_for.cache_clear()
    try:
        with pytest.raises(ToolError):
            detect("answer.rs", "unsafe { run(); }")
        with pytest.raises(ToolError):
            detect("answer.py", "eval(x)")
    finally:
        rules_for.cache_clear()


def test_bytes_that_are_no_text_are_looked_at():
    assert detect("answer.py", "x = '\udcff\x00'\nhashlib.md5(x)\n") is True


def test_lines_stay_where_they_are_when_code_is_put_in_its_place():
    reading = whole("java", "import java.util.List;\n\n@Override\nprotected int f() { return 1; }")
    assert reading is not None
    assert reading.text.split("\n")[3].startswith("protected int f()")

    cut = up_to_the_cut("csharp", "  }\n  public int F() {\n    if (a) {\n      b();")
    assert cut is not None
    assert cut.text.split("\n")[1].strip() == "public int F() {"
