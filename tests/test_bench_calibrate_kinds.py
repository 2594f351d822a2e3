"""What each kind of fault does to code, in every language that it knows."""

from dataclasses import replace

import pytest

from indict_review import syntax
from indict_review.bench.calibrate.interface import Candidate, Commit
from indict_review.bench.calibrate.kinds import KINDS, LANGUAGES
from indict_review.bench.calibrate.mutations import is_sound, planted_in
from indict_review.languages import of_path
from tests.changing import change


def commit(path, after, before=None):
    old = {} if before is None else {path: before}
    return Commit("c" * 40, "p" * 40, change(old, {path: after}))


def faults(kind, path, after, before=None):
    """The lines before and after, of each fault."""
    made = planted_in(commit(path, after, before), [kind])
    return [(m.before, m.after) for m in made]


CHECKS = {
    "a.py": "def f(x):\n    if not x:\n        raise ValueError(x)\n    return x\n",
    "a.js": "function f(x) {\n  if (!x) {\n    throw new Error(x);\n  }\n  return x;\n}\n",
    "a.ts": "function f(x: number) {\n  if (!x) return null;\n  return x;\n}\n",
    "a.tsx": "const A = (x: B) => {\n  if (!x) return null;\n  return <b>{x}</b>;\n};\n",
    "a.go": "package a\n\nfunc f() error {\n\tif !x {\n\t\treturn err\n\t}\n\treturn nil\n}\n",
    "A.java": "class A {\n  int f(B x) {\n    if (!x.is()) throw new E();\n    return 1;\n  }\n}\n",
    "a.c": "int f(int x) {\n  if (!x)\n    return -1;\n  return x;\n}\n",
}


@pytest.mark.parametrize("path", CHECKS)
def test_a_check_goes_with_all_its_lines_and_what_is_left_parses(path):
    (made,) = planted_in(commit(path, CHECKS[path]), ["check-removed"])
    left = made.planted(CHECKS[path])

    assert made.after == ""
    assert "if" not in left
    assert syntax.errors(of_path(path), left) == ()
    assert left.count("\n") == CHECKS[path].count("\n") + made.shift


def test_every_language_that_is_known_has_a_check_of_its_own_here():
    assert {of_path(path) for path in CHECKS} == LANGUAGES


@pytest.mark.parametrize("path", CHECKS)
def test_a_condition_says_the_opposite(path):
    ((before, after),) = faults("condition-inverted", path, CHECKS[path])

    assert before.replace("not ", "").replace("!", "") == after


def test_a_python_block_that_is_left_empty_passes():
    code = "def f(x):\n    assert x  # or else\n"

    assert faults("check-removed", "a.py", code) == [("    assert x  # or else\n", "    pass\n")]


def test_a_branch_that_returns_a_result_is_no_check():
    code = "def f(x):\n    if x:\n        return x + 1\n    return 0\n"

    assert faults("check-removed", "a.py", code) == []


def test_a_check_that_shares_its_line_or_has_another_branch_stays():
    shared = "function f(x) { if (!x) { throw 1; } return x; }\n"
    other = "def f(x):\n    if x:\n        raise E\n    else:\n        g()\n"

    assert faults("check-removed", "a.js", shared) == []
    assert faults("check-removed", "a.py", other) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x < y", "x >= y"),
        ("x == y", "x != y"),
        ("x in y", "x not in y"),
        ("x not in y", "x in y"),
        ("x is not None", "x is None"),
    ],
)
def test_comparisons_of_python_are_inverted(before, after):
    assert faults("condition-inverted", "a.py", f"z = {before}\n") == [
        (f"z = {before}\n", f"z = {after}\n")
    ]


def test_loops_and_the_main_guard_stay_as_they_are():
    code = "while x < 3:\n    x += 1\nif __name__ == '__main__':\n    f()\n"
    loop = "function f() {\n  for (let i = 0; i < 3; i++) g(i);\n}\n"

    assert faults("condition-inverted", "a.py", code) == []
    assert faults("condition-inverted", "a.js", loop) == []


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.py", "x = html.escape(y, quote=True)\n", "x = y\n"),
        ("a.py", "x = shlex.quote(y + z)\n", "x = (y + z)\n"),
        ("a.py", "x = Environment(autoescape=True)\n", "x = Environment(autoescape=False)\n"),
        ("a.py", "c.execute('a = ?', (x,))\n", 'c.execute(f"""a = \'{x}\'""")\n'),
        ("a.js", "const x = encodeURIComponent(y);\n", "const x = y;\n"),
        ("a.js", "db.query('a = $1', [x.y]);\n", "db.query(`a = '${x.y}'`);\n"),
        ("a.go", "package a\n\nvar x = html.EscapeString(y)\n", "var x = y\n"),
        ("A.java", "class A {\n  B x = C.escapeHtml4(y);\n}\n", "  B x = y;\n"),
    ],
)
def test_an_escape_is_dropped(path, before, after):
    assert [made for _, made in faults("escape-dropped", path, before)] == [after]


def test_a_query_whose_values_do_not_fit_its_holes_stays():
    code = "c.execute('a = ?', (x, y))\nc.execute('a = ?', values)\nc.execute('a', (x['k'],))\n"

    assert faults("escape-dropped", "a.py", code) == []


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.py", "os.chmod(p, 0o640)\n", "os.chmod(p, 0o777)\n"),
        ("a.py", "os.chmod(p, 0o644)\n", "os.chmod(p, 0o777)\n"),
        ("a.py", "os.umask(0o077)\n", "os.umask(0o000)\n"),
        ("a.py", "get(u, verify=True)\n", "get(u, verify=False)\n"),
        ("a.py", "ALLOWED_HOSTS = ['a', 'b']\n", "ALLOWED_HOSTS = [\"*\"]\n"),
        ("a.py", "allowed = (\n    'a',\n    'b',\n)\n", 'allowed = ("*",)\n'),
        ("a.js", "f({rejectUnauthorized: true});\n", "f({rejectUnauthorized: false});\n"),
        ("a.js", "f({origin: ['a']});\n", 'f({origin: ["*"]});\n'),
        ("a.go", "var c = T{InsecureSkipVerify: false}\n", "var c = T{InsecureSkipVerify: true}\n"),
        ("a.c", "int f() {\n  open(p, 1, 0600);\n}\n", "  open(p, 1, 0777);\n"),
    ],
)  # fmt: skip
def test_a_permission_is_widened(path, before, after):
    assert [made for _, made in faults("permission-widened", path, before)] == [after]


def test_what_is_open_to_everybody_already_stays():
    code = "os.chmod(p, 0o777)\nos.umask(0o000)\nALLOWED_HOSTS = ['*']\nf(verify=False)\nn = 600\n"

    assert faults("permission-widened", "a.py", code) == []


def test_only_what_the_commit_added_is_touched():
    old = "def f(x):\n    assert x\n    return x\n"
    new = f"{old}\n\ndef g(y):\n    assert y\n    return y\n"

    assert faults("check-removed", "a.py", new, old) == [("    assert y\n", "")]


def test_tests_and_files_of_other_languages_are_left_alone():
    code = "def f(x):\n    assert x\n    return x\n"

    assert faults("check-removed", "a.py", code)
    assert faults("check-removed", "tests/test_a.py", code) == []
    assert faults("check-removed", "a.rb", code) == []


def test_bytes_that_are_no_text_and_windows_line_ends_are_no_trouble():
    code = "def f(x):\r\n    assert x, 'ü'\r\n    return x < 1\r\n"
    of = commit("a.py", code)
    after = of.change.after.with_text("a.py", code.replace("ü", "\udcfc"))
    latin = replace(of, change=replace(of.change, after=after))

    assert faults("check-removed", "a.py", code) == [("    assert x, 'ü'\r\n", "")]
    assert list(planted_in(latin, ["check-removed"])) == []


def test_a_fault_that_leaves_nothing_of_the_change_is_none():
    old = "def f(x):\n    a = 1\n    b = 2\n    c = 3\n    return x + a + b + c\n"
    new = old.replace("    b = 2\n", "    b = 2\n    assert x\n")
    only_the_check = commit("a.py", new, old)
    beside = commit("a.py", new.replace("c = 3", "c = 4"), old)

    def sound(of):
        return [is_sound(Candidate(of, m)) for m in planted_in(of, ["check-removed"])]

    assert sound(only_the_check) == [False]
    assert sound(beside) == [True]


def test_the_kinds_are_those_that_the_command_offers():
    from indict_review.commands.benching.calibrate import KINDS as OFFERED

    assert tuple(KINDS) == OFFERED
