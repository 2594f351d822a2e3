"""Hostile C costs seconds, not minutes, and what was given up for it is said."""

import subprocess
import sys
import time

import pytest

from indict_review import syntax
from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.syntax import comments
from indict_review.tools.bounds.analyzer import Bounds
from indict_review.tools.c import examining
from indict_review.tools.c.changed import changed
from indict_review.tools.lifetimes.analyzer import Lifetimes
from indict_review.tools.lifetimes.steps import is_part

HEAD = "int f(char *p, char *q, char *s, int n, size_t u, size_t v) { char b[9]; size_t w; "
FREED = "int g(char *p) {\n  free(p);\n  return *p;\n}\n"
COPIED = "void h(char *t) {\n  char b[9];\n  strcpy(b, t);\n}\n"


def repeated(unit, size=110_000):
    """So many characters of it, numbered."""
    return "".join(unit.replace("@", str(n)) for n in range(size // len(unit)))


def body(unit):
    return f"{HEAD}{repeated(unit)}return 0; }}\n"


def looked_at(analyzer, text, path="a.c"):
    """What was seen, what was given up, and the seconds of this process that it took."""
    seen, told, start = [], "", time.process_time()
    try:
        seen.extend(_each(seen, analyzer.examine(Tree(), Tree({path: File(text.encode())}))))
    except ToolError as e:
        told = str(e)
    return [each.weakness.ident for each in seen], told, time.process_time() - start


def _each(seen, found):
    for each in found:
        seen.append(each)
    return ()


HOSTILE = {
    (Lifetimes, "a pointer a line"): body("p@ = malloc(n * b@); p->x = 1;\n"),
    (Lifetimes, "realloc after realloc"): body("q = p; p = realloc(p, n@); q[0] = @;\n"),
    (Lifetimes, "look-ups"): body("p@ = strchr(s, b@);\n"),
    (Lifetimes, "all tested late"): (
        f"{HEAD}{repeated('p@->x; ', 50_000)}{repeated('if (p@) n; ', 60_000)}return 0; }}\n"
    ),
    (Lifetimes, "all parameters"): (
        f"int f({repeated('char *p@,', 50_000)} int n) {{ "
        f"{repeated('strcat(b, p@); ', 50_000)} }}\n"
    ),
    (Bounds, "strlen allocated"): body("p@ = malloc(strlen(s)); strcpy(q, @);\n"),
    (Bounds, "all related"): body("u = w@ * v@; malloc(u * u);\n"),
    (Bounds, "differences"): body("size_t x@ = u - v;\n"),
    (Bounds, "checks in checks"): (
        f"{HEAD} if ({'check(' * 60}{repeated('n, ')}n{')' * 60}); return 0; }}\n"
    ),
}


@pytest.mark.parametrize(("analyzer", "text"), [(a, t) for (a, _), t in HOSTILE.items()])
def test_a_hostile_function_is_given_up_after_seconds(analyzer, text):
    _, told, seconds = looked_at(analyzer(), text)

    assert told == "functions too large or too tangled to look at: a.c:1"
    assert seconds < 3


@pytest.mark.parametrize("unit", ["case @: n++; ", "case @: ", "if (a@) goto l; ", "n = @; "])
def test_a_large_plain_function_is_looked_at(unit):
    text = f"{HEAD} switch (n) {{ {repeated(unit, 60_000)} l: n; }} }}\n"

    for analyzer, more, ident in (
        (Lifetimes(), FREED, "c-use-after-free"),
        (Bounds(), COPIED, "bounds-text-copied"),
    ):
        seen, told, seconds = looked_at(analyzer, text + more)
        assert (seen, told) == ([ident], "")
        assert seconds < 3


def test_what_a_function_leaves_of_the_patience_the_next_one_has(monkeypatch):
    monkeypatch.setattr(examining, "STEPS", 20_000)
    large = repeated("p@ = strchr(s, b@);\n", 10_000)
    text = f"{FREED}{HEAD}{large}}}\n{FREED.replace('g(', 'k(')}"

    seen, told, _ = looked_at(Lifetimes(), text)

    assert seen == ["c-use-after-free"]
    last = 5 + large.count("\n") + 1
    assert told == f"functions too large or too tangled to look at: a.c:5, a.c:{last}"


def test_many_functions_are_told_by_their_number(monkeypatch):
    monkeypatch.setattr(examining, "STEPS", 0)

    _, told, _ = looked_at(Bounds(), COPIED * 12)

    assert told.endswith(
        "look at: " + ", ".join(f"a.c:{n}" for n in range(1, 41, 4)) + ", and 2 more"
    )


def test_each_file_has_its_own_patience(monkeypatch):
    monkeypatch.setattr(examining, "STEPS", 20_000)
    large = f"{HEAD}{repeated('p@ = strchr(s, b@); ', 10_000)}}}"
    tree = Tree({"a.c": File(large.encode()), "b.c": File(FREED.encode())})
    seen = []

    with pytest.raises(ToolError, match=r"look at: a\.c:1$"):
        _each(seen, Lifetimes().examine(Tree(), tree))

    assert [each.location.path for each in seen] == ["b.c"]


def test_ways_that_fork_and_meet_without_a_step_are_one_way():
    text = "int f(char *p) { " + "try {} catch (...) {}\n" * 60 + "free(p); return *p; }\n"

    seen, told, seconds = looked_at(Lifetimes(), text, "a.cpp")

    assert (seen, told) == (["c-use-after-free"], "")
    assert seconds < 3


def test_what_no_parser_understands_is_given_up_and_told():
    text = "int f(void) {" + "a ) ] = # $ " * 20_000

    for analyzer in (Bounds(), Lifetimes()):
        seen, told, seconds = looked_at(analyzer, text)
        assert (seen, told) == ([], "functions too large or too tangled to look at: a.c:1")
        assert seconds < 3


def test_a_header_of_empty_lines_costs_nothing():
    start = time.process_time()

    (file,) = changed(Tree(), Tree({"a.h": File(b"\n" * 200_000 + b"  class A;\n")}))

    assert file.after.language == "cpp"
    assert time.process_time() - start < 1


def test_a_table_of_data_is_no_function():
    table = f"static const int table[] = {{ {'0x12, ' * 150_000} }};\n"

    seen, told, seconds = looked_at(Lifetimes(), table + FREED)

    assert (seen, told) == (["c-use-after-free"], "")
    assert seconds < 3


def test_code_too_tangled_to_parse_has_one_fault_and_no_outline():
    text = "int f(void) {" + "a ) ] = # $ " * 20_000
    start = time.process_time()

    (fault,) = syntax.errors("c", text)

    assert (fault.line, fault.detail) == (1, "code that is too tangled to be parsed")
    assert not syntax.definitions("c", text)
    assert not syntax.statements("c", text)
    assert comments.comments("c", "/* here */" + text) == {}
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("changed_", "expression", "is_one"),
    [
        ("p", "p", True),
        ("p", "p->next", True),
        ("p", "x+p", True),
        ("p", "pp[p]", True),
        ("p", "x->p", False),
        ("p", "x.p", False),
        ("p", "pq", False),
        ("p", "qp", False),
        ("p->x", "q(p->x)", True),
        ("a[1]", "a[1].b", True),
        ("", "x", False),
    ],
)
def test_an_expression_is_made_of_what_stands_in_it_by_itself(changed_, expression, is_one):
    assert is_part(changed_, expression) is is_one


def test_the_syntax_of_a_file_is_read_without_the_versions_of_packages():
    code = (
        "import sys\n"
        "from indict_review import syntax\n"
        "syntax.errors('c', 'int a;')\n"
        "print('importlib.metadata' in sys.modules)\n"
        "print(syntax.versions('c')[0])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split("\n")[0] == "False"
    assert ran.stdout.split("\n")[1].startswith("tree-sitter ")
