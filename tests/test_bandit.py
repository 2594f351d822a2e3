"""Bandit as an analyzer: what a change brings into Python code, and nothing of its settings."""

import pytest

from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.evidence import Confidence, Severity
from indict_review.ledger.bandit import CWES as MARKED
from indict_review.static import analyzers
from indict_review.tools.bandit import Bandit
from indict_review.tools.bandit_tests import TESTS
from indict_review.tools.bandit_texts import takes_values
from tests.changing import tree

QUERY = (
    "def f(db, name):\n    q = \"SELECT id FROM users WHERE name = '%s'\" % name\n    db.run(q)\n"
)


def look(after, before=None):
    return list(Bandit().examine(tree(before or {}), tree(after)))


def idents(text, before=None):
    return [o.weakness.ident for o in look({"a.py": text}, before and {"a.py": before})]


def test_a_query_put_together_is_told_with_its_weakness_and_its_remedy():
    (seen,) = look({"a.py": QUERY})

    assert (seen.tool, seen.weakness.ident, seen.weakness.cwe) == ("bandit", "B608", "CWE-89")
    assert seen.weakness.severity is Severity.CRITICAL
    assert seen.weakness.precision is Confidence.MEDIUM
    assert "parameters" in seen.weakness.remedy
    assert seen.location.start_line == 2
    assert seen.location.quote == QUERY.split("\n")[1]


def test_what_was_there_before_is_no_news_and_a_second_one_is():
    other = QUERY + '\n\ndef g(db, x):\n    db.run(f"DELETE FROM users WHERE id = {x}")\n'

    assert idents("import os\n" + QUERY, before=QUERY) == []
    (new,) = look({"a.py": other}, {"a.py": QUERY})
    assert new.location.start_line == 7


def test_a_renamed_file_brings_nothing_in():
    assert look({"b.py": QUERY}, {"a.py": QUERY}) == []


HARMLESS = (
    'q = f"SELECT id FROM users WHERE name = %s"',
    'q = "SELECT id FROM users " + "WHERE name = %s"',
    'q = "SELECT id FROM {} WHERE name = ?".format(TABLE)',
    'q = "SELECT id FROM %s WHERE name = ?" % self.table',
    'q = f"UPDATE {table} SET {column} = ? WHERE id = ?"',
    "import subprocess, pickle, random",
    "assert x",
    'subprocess.run(["ls", x])',
    "exec('x = 1')",
    'os.system("ls " + shlex.quote(x))',
    'os.system("ls")',
)
WEAK = {
    'q = "SELECT id FROM t WHERE n = \'" + n + "\'"': "B608",
    'q = f"SELECT id FROM t WHERE n IN ({n})"': "B608",
    'q = "SELECT id FROM {} WHERE n = {}".format(TABLE, n)': "B608",
    'import os; os.system("ls " + x)': "B605",
    "import requests; requests.get(u, verify=False, timeout=3)": "B501",
    "import hashlib; hashlib.md5(x)": "B324",
    "import yaml; yaml.load(x, yaml.Loader)": "B506",
    "exec(x)": "B102",
}


def test_what_no_outsider_can_change_is_no_finding():
    seen = look({f"{n}.py": f"{line}\n" for n, line in enumerate(HARMLESS)})

    assert [o.location.quote for o in seen] == []


def test_what_an_outsider_can_change_is_one():
    seen = look({f"{n}.py": f"{line}\n" for n, line in enumerate(WEAK)})

    assert {o.location.quote: o.weakness.ident for o in seen} == WEAK


def test_the_place_of_a_name_takes_no_value():
    assert not takes_values("SELECT a FROM \0 ORDER BY \0")
    assert takes_values("SELECT a FROM \0 WHERE b = '\0'")


def test_marks_and_settings_of_the_change_do_not_count():
    marked = QUERY.replace("name\n", "name  # nosec B608\n", 1)
    settings = {
        ".bandit": "[bandit]\nskips: B608\n",
        "pyproject.toml": "[tool.bandit]\nskips=['B608']",
    }

    assert [o.weakness.ident for o in look({"a.py": marked, **settings})] == ["B608"]


def test_no_name_of_a_file_hides_it():
    names = ["tests/a.py", ".tox/a.py", "-r.py", "x/.git/b.py", "a b.py", "__pycache__/c.pyi"]

    assert sorted(o.location.path for o in look(dict.fromkeys(names, QUERY))) == sorted(names)


def test_nothing_of_the_change_is_imported(tmp_path):
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    names = ["bandit.py", "ast.py", "sitecustomize.py", "bandit/__init__.py", "stevedore.py"]

    look(dict.fromkeys(names, trap + QUERY))

    assert not (tmp_path / "ran").exists()


def test_what_cannot_be_read_is_said_after_all_that_was_seen():
    found = []
    examined = Bandit().examine(Tree(), tree({"a.py": QUERY, "b.py": "def (:\n"}))

    with pytest.raises(ToolError, match=r"'b\.py': syntax error"):
        found.extend(examined)
    assert [o.location.path for o in found] == ["a.py"]


def test_an_encoding_that_hides_code_is_said():
    hidden = File(b"# coding: utf-7\nx = 1\n")

    with pytest.raises(ToolError, match="utf-7"):
        list(Bandit().examine(Tree(), Tree({"a.py": hidden})))


def test_a_line_end_that_only_python_sees_hides_nothing():
    (seen,) = look({"a.py": "x = 1\n# fine\rexec(x)\n"})

    assert (seen.weakness.ident, seen.location.start_line) == ("B102", 2)


def test_code_too_deep_to_read_is_a_skip_and_no_crash():
    with pytest.raises(ToolError, match=r"'a\.py'|bandit failed"):
        look({"a.py": "x = " + "(" * 5000 + ")" * 5000 + "\n"})


def test_other_languages_and_deleted_files_are_not_its_business():
    assert look({"a.js": "eval(x)"}, {"b.py": QUERY}) == []
    assert not Bandit().covers("a.js")


def test_a_mark_in_the_code_names_the_same_weakness_as_the_finding():
    """`# nosec B608` dismisses by the CWEs of `ledger.bandit`: ours have to be among them."""
    wrong = {i: t.cwe for i, t in TESTS.items() if i in MARKED and t.cwe not in MARKED[i]}

    assert wrong == {}


def test_it_is_left_out_where_a_commit_waits_and_where_the_user_says_so():
    assert "bandit" in [a.name for a in analyzers()]
    assert "bandit" not in [a.name for a in analyzers(quick=True)]
    assert "bandit" not in [a.name for a in analyzers(without={"bandit"})]
    assert "secrets" in [a.name for a in analyzers(quick=True)]
