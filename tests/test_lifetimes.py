"""Pointers of C and C++: what is said of code that loses them, and silence on its fix."""

import pytest

from indict_review.change import File, Tree
from indict_review.evidence import Confidence, Severity
from indict_review.syntax.pieces import DEEPEST, functions
from indict_review.tools.c.changed import changed
from indict_review.tools.lifetimes.analyzer import Lifetimes


def seen(path, after, before=None):
    old = Tree({path: File(before.encode())} if before is not None else {})
    return list(Lifetimes().examine(old, Tree({path: File(after.encode())})))


def changed_lines(before, after):
    trees = (Tree({"a.c": File(text.encode())}) for text in (before, after))
    (file,) = changed(*trees)
    return file.after.lines


def idents(text, path="a.c"):
    return [found.weakness.ident for found in seen(path, text)]


C = {
    "c-use-after-free": (
        "int f(char *text) {\n  free(text);\n  return text[0];\n}\n",
        "int f(char *text) {\n  int c = text[0];\n  free(text);\n  return c;\n}\n",
    ),
    "c-double-free": (
        "int f(int n) {\n  char *b = make(n);\n  if (n < 0)\n    goto out;\n  free(b);\n"
        "  if (check(n))\n    goto out;\n  return 0;\nout:\n  free(b);\n  return -1;\n}\n",
        "int f(int n) {\n  char *b = make(n);\n  int r = -1;\n  if (n < 0)\n    goto out;\n"
        "  if (check(n))\n    goto out;\n  r = 0;\nout:\n  free(b);\n  return r;\n}\n",
    ),
    "c-use-after-realloc": (
        "int f(char *b, int n) {\n  char *at = b + 2;\n  b = realloc(b, n);\n  return *at;\n}\n",
        "int f(char *b, int n) {\n  char *at;\n  b = realloc(b, n);\n  at = b + 2;\n"
        "  return *at;\n}\n",
    ),
    "c-null-unchecked": (
        "int *f(int n) {\n  int *p = malloc(n);\n  p[0] = 1;\n  return p;\n}\n",
        "int *f(int n) {\n  int *p = malloc(n);\n  if (p == NULL)\n    return NULL;\n"
        "  p[0] = 1;\n  return p;\n}\n",
    ),
    "c-null-test-late": (
        "int f(struct job *job) {\n  int n = job->size;\n  if (!job)\n    return 0;\n"
        "  return n;\n}\n",
        "int f(struct job *job) {\n  int n;\n  if (!job)\n    return 0;\n  n = job->size;\n"
        "  return n;\n}\n",
    ),
    "c-path-joined": (
        "int f(struct box *box, const char *name) {\n  char *path = join_path(box->dir, name);\n"
        "  return unlink(path);\n}\n",
        "int f(struct box *box, const char *name) {\n  char *path;\n  if (!is_plain(name))\n"
        "    return -1;\n  path = join_path(box->dir, name);\n  return unlink(path);\n}\n",
    ),
}
CPP = {
    "c-use-after-free": (
        "Player::~Player() {\n  delete mixer;\n  if (player)\n    mixer->remove(player);\n}\n",
        "Player::~Player() {\n  if (player)\n    mixer->remove(player);\n  delete mixer;\n}\n",
    ),
    "cpp-use-after-erase": (
        "void f(std::map<int, int> &m) {\n  for (auto it = m.begin(); it != m.end(); ++it)\n"
        "    if (it->second)\n      m.erase(it);\n}\n",
        "void f(std::map<int, int> &m) {\n  for (auto it = m.begin(); it != m.end();)\n"
        "    if (it->second)\n      it = m.erase(it);\n    else\n      ++it;\n}\n",
    ),
    "cpp-pointer-into-temporary": (
        "void f(std::ostringstream &o) {\n  const char *p = o.str().c_str();\n  puts(p);\n}\n",
        "void f(std::ostringstream &o) {\n  std::string s = o.str();\n"
        "  const char *p = s.c_str();\n  puts(p);\n}\n",
    ),
}
CASES = [(i, "a.c", *pair) for i, pair in C.items()]
CASES += [(i, "a.cpp", *pair) for i, pair in CPP.items()]


@pytest.mark.parametrize(("ident", "path", "bad", "good"), CASES)
def test_what_is_lost_is_told_and_its_fix_is_silent(ident, path, bad, good):
    assert idents(bad, path) == [ident]
    assert idents(good, path) == []


def test_a_finding_says_what_where_it_was_freed_and_where_it_is_used():
    (found,) = seen("a.c", C["c-use-after-free"][0])

    assert found.weakness.message == "text is freed by free at line 2, and used at line 3."
    assert found.location.start_line == 3
    assert found.location.quote == "  return text[0];"
    assert found.weakness.cwe == "CWE-416"


def test_what_is_often_wrong_does_not_block():
    (found,) = seen("a.c", C["c-path-joined"][0])

    assert found.weakness.precision is Confidence.LOW
    assert found.weakness.severity is Severity.MEDIUM


SILENT = {
    "the same condition twice": (
        "int f(int bad, char *p) {\n  if (bad)\n    free(p);\n  log_it();\n  if (!bad)\n"
        "    return p[0];\n  return 0;\n}\n"
    ),
    "the same result asked otherwise": (
        "int f(char *p) {\n  int done = 0;\n  if (g()) {\n    free(p);\n    done = 1;\n  }\n"
        "  if (!done)\n    return p[0];\n  return 0;\n}\n"
    ),
    "a result that says so": (
        "int f(char *p) {\n  int r = 0;\n  if (g()) {\n    free(p);\n    r = -1;\n  }\n"
        "  if (r < 0)\n    return r;\n  return p[0];\n}\n"
    ),
    "a call that does not return": (
        "int f(char *p) {\n  if (!p)\n    die(3);\n  return p[0];\n}\n"
    ),
    "an assertion": "int *f(int n) {\n  int *p = malloc(n);\n  assert(p);\n  *p = 1;\n"
    "  return p;\n}\n",
    "a macro that tests": "int *f(int n) {\n  int *p = malloc(n);\n"
    "  CHECK_RETURN(p != NULL, 0);\n  *p = 1;\n  return p;\n}\n",
    "a macro that loops": "void f(struct list *l) {\n  list_for_each(p, l) {\n"
    "    free(p);\n  }\n}\n",
    "parts of something": "void f(void) {\n  struct session *s = start();\n"
    "  session_packets_free(s);\n  s->n = 0;\n}\n",
    "an unlinked cell": "void f(struct list *l) {\n  struct cell *c = l->head;\n"
    "  l->head = c->next;\n  free(c);\n}\n",
    "a macro that leaves": "int f(char *p) {\n  if (g()) {\n    free(p);\n    Py_RETURN_NONE;\n"
    "  }\n  return p[0];\n}\n",
    "clean-up behind a label": "int f(struct job *j) {\n  if (j->n)\n    goto out;\n  g();\nout:\n"
    "  if (j)\n    free(j);\n  return 0;\n}\n",
    "a constant amount of memory": "int *f(void) {\n  int *p = malloc(4 * sizeof(int));\n"
    "  p[0] = 1;\n  return p;\n}\n",
    "size and address": "int f(int n) {\n  int *p = malloc(n * sizeof(*p));\n"
    "  return keep(&p);\n}\n",
    "a branch of the preprocessor": "int f(char *p) {\n#ifdef A\n  free(p);\n#endif\n  g();\n"
    "#ifndef A\n  return p[0];\n#else\n  return 0;\n#endif\n}\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_near_misses_are_silent(text):
    assert idents(text) == []


def test_a_function_without_a_type_is_read():
    bad = C["c-use-after-free"][0].removeprefix("int ")

    assert idents(bad) == ["c-use-after-free"]


def test_a_header_may_be_cpp():
    bad = CPP["cpp-pointer-into-temporary"][0]

    assert idents(bad, "a.h") == ["cpp-pointer-into-temporary"]
    assert idents("class A {\n  ~A() { delete p; }\n  int f() { return p->n; }\n};\n", "a.h") == []


def test_a_str_that_returns_a_reference_is_no_temporary():
    text = CPP["cpp-pointer-into-temporary"][0].replace("std::ostringstream", "raw_string_ostream")

    assert idents(text, "a.cpp") == []


def test_only_what_a_change_brings_in_is_told():
    bad = C["c-null-unchecked"][0]
    moved = f"int g(void) {{ return 1; }}\n\n{bad}"

    assert seen("a.c", bad, before=bad.replace("p[0] = 1;", "g(p);")) != []
    assert seen("a.c", bad, before=bad.replace("p[0] = 1;", "p[0] = 2;")) == []
    assert seen("a.c", moved, before=bad) == []
    assert seen("a.c", bad, before=bad) == []


def test_a_renamed_file_brings_in_nothing():
    bad = C["c-null-unchecked"][0]
    before, after = Tree({"a.c": File(bad.encode())}), Tree({"b.c": File(bad.encode())})

    assert list(Lifetimes().examine(before, after)) == []


def test_other_languages_are_left_alone():
    assert seen("a.py", C["c-null-unchecked"][0]) == []
    assert not Lifetimes().covers("a.c")


@pytest.mark.parametrize(
    "text",
    [
        "int f(void) {" + "if (a) {" * 20_000,
        "int f(void) { return " + "(" * 20_000 + "1" + ")" * 20_000 + "; }",
        "int f(void) {" + "if (a) b(); else " * 5_000 + "c(); }",
        "int f(void) { x = " + "a ? b : " * 5_000 + "c; }",
        "int f(int *p) { free(p); " + "if (a) b(); " * 3_000 + "return *p; }",
        "f(a" * 20_000,
        "\0\ufffd" * 1_000,
    ],
    ids=["blocks", "parentheses", "else", "conditional", "branches", "calls", "noise"],
)
def test_hostile_code_ends_in_no_trouble(text):
    assert all(found.weakness.cwe for found in seen("a.c", text))


def test_pieces_nest_no_deeper_than_they_say():
    text = "int f(void) {" + "{" * 10_000 + "}" * 10_000 + "}"
    (piece,) = functions("c", text, range(1, 2)).read
    depth = 0
    while piece.parts:
        piece, depth = piece.parts[-1], depth + 1

    assert 10 < depth <= DEEPEST


def test_the_text_of_a_piece_is_the_same_however_it_is_laid_out():
    one, other = (
        next(p for p in piece.walk() if p.kind == "call_expression").text
        for code in (
            "int f(void) { g(a, b->c + 1); }",
            "int f(void) { g( a,\n b -> c/* x */+1 ); }",
        )
        for piece in functions("c", code, range(1, 3)).read
    )

    assert one == other == "g(a,b->c+1)"


def test_of_a_large_file_only_the_changed_functions_are_read():
    quiet = "".join(f"int f{n}(int a) {{\n  return a + {n};\n}}\n\n" for n in range(400))
    before = quiet.replace("return a + 200;", "if (!a) return 1;\n  return a + 200;")

    found = functions("c", quiet, changed_lines(before, quiet)).read

    assert [piece.text for piece in found] == ["int f200(int a){return a+200;}"]


def test_a_guard_that_went_is_a_change_of_its_function():
    bad, good = C["c-null-unchecked"]

    assert [found.weakness.ident for found in seen("a.c", bad, before=good)] == ["c-null-unchecked"]
