"""Bounds of C and C++: each kind is seen in unguarded code, and not where a guard stands."""

import subprocess
import sys

import pytest

from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.evidence import Confidence, Severity
from indict_review.syntax import pieces
from indict_review.tools.bounds import kinds
from indict_review.tools.bounds.analyzer import Bounds
from indict_review.tools.c.signs import Kind

CASES = {
    "bounds-late-check": (
        """
        int is_hello(struct packet *p) {
          if (p->data[0] == 1) return 1;
          return p->data_len > 8 && p->data[8] == 2;
        }
        """,
        """
        int is_hello(struct packet *p) {
          if (p->data_len > 0 && p->data[0] == 1) return 1;
          return p->data_len > 8 && p->data[8] == 2;
        }
        """,
    ),
    "bounds-overlay": (
        """
        int count(const unsigned char *buf, size_t size) {
          int n = 0;
          while (size > 0) {
            struct entry *e = (struct entry *)buf;
            n += e->kind == 1;
            buf += e->length;
            size -= e->length;
          }
          return n;
        }
        """,
        """
        int count(const unsigned char *buf, size_t size) {
          int n = 0;
          while (size >= sizeof(struct entry)) {
            struct entry *e = (struct entry *)buf;
            n += e->kind == 1;
            if (e->length < sizeof(*e) || e->length > size) break;
            buf += e->length;
            size -= e->length;
          }
          return n;
        }
        """,
    ),
    "bounds-product": (
        """
        struct cell *grid(int rows, int columns) {
          return malloc(rows * columns * sizeof(struct cell));
        }
        """,
        """
        struct cell *grid(int rows, int columns) {
          if (rows <= 0 || columns <= 0 || rows > INT_MAX / columns) return NULL;
          return malloc(rows * columns * sizeof(struct cell));
        }
        """,
    ),
    "bounds-parsed-length": (
        """
        int skip(const unsigned char *p, const unsigned char *end) {
          unsigned int n = read_u32(p);
          p += n;
          return *p;
        }
        """,
        """
        int skip(const unsigned char *p, const unsigned char *end) {
          unsigned int n = read_u32(p);
          if (n >= end - p) return -1;
          p += n;
          return *p;
        }
        """,
    ),
    "bounds-parsed-copy": (
        """
        void name_of(struct user *u, const unsigned char *p) {
          int n = (p[0] << 8) | p[1];
          memcpy(u->name, p + 2, n);
        }
        """,
        """
        void name_of(struct user *u, const unsigned char *p) {
          int n = (p[0] << 8) | p[1];
          if (n > sizeof(u->name)) return;
          memcpy(u->name, p + 2, n);
        }
        """,
    ),
    "bounds-parsed-size": (
        """
        char *text(uint32_t raw) {
          uint32_t n = ntohl(raw);
          return malloc(n + 1);
        }
        """,
        """
        char *text(uint32_t raw) {
          uint32_t n = ntohl(raw);
          if (n > 4096) return NULL;
          return malloc(n + 1);
        }
        """,
    ),
    "bounds-negative": (
        """
        int width_of(const char *text) {
          int n = atoi(text);
          if (n >= KINDS) return -1;
          return widths[n];
        }
        """,
        """
        int width_of(const char *text) {
          int n = atoi(text);
          if (n < 0 || n >= KINDS) return -1;
          return widths[n];
        }
        """,
    ),
    "bounds-difference": (
        """
        char *tail(const char *text, size_t skip) {
          size_t all = strlen(text);
          size_t left = all - skip;
          return copy(text + skip, left);
        }
        """,
        """
        char *tail(const char *text, size_t skip) {
          size_t all = strlen(text);
          if (skip > all) return NULL;
          size_t left = all - skip;
          return copy(text + skip, left);
        }
        """,
    ),
    "bounds-wrapping-check": (
        """
        int inside(struct area *a, uint64_t at, size_t n) {
          if (at + n > a->size) return 0;
          return 1;
        }
        """,
        """
        int inside(struct area *a, uint64_t at, size_t n) {
          if (n > a->size || at + n > a->size) return 0;
          return 1;
        }
        """,
    ),
    "bounds-source-length": (
        """
        void key(const char *word) {
          char room[16];
          memcpy(room, word, strlen(word));
          use(room);
        }
        """,
        """
        void key(const char *word) {
          char room[16];
          if (strlen(word) > sizeof(room)) return;
          memcpy(room, word, strlen(word));
          use(room);
        }
        """,
    ),
    "bounds-text-copied": (
        """
        void open_it(const char *name) {
          char path[64];
          strcpy(path, name);
          use(path);
        }
        """,
        """
        void open_it(const char *name) {
          char path[64];
          if (strlen(name) >= sizeof(path)) return;
          strcpy(path, name);
          use(path);
        }
        """,
    ),
    "bounds-format": (
        """
        void clock(int hours, int minutes) {
          char text[16];
          sprintf(text, "%d:%d", hours, minutes);
          use(text);
        }
        """,
        """
        void clock(int hours, int minutes) {
          char text[24];
          sprintf(text, "%d:%d", hours, minutes);
          use(text);
        }
        """,
    ),
    "bounds-written-offset": (
        """
        void list(char *out, size_t size, const char **names) {
          size_t at = 0;
          for (; *names; names++)
            at += snprintf(out + at, size - at, "%s ", *names);
        }
        """,
        """
        void list(char *out, size_t size, const char **names) {
          size_t at = 0;
          for (; *names && at < size; names++)
            at += snprintf(out + at, size - at, "%s ", *names);
        }
        """,
    ),
    "bounds-late-end": (
        """
        void answer(int fd) {
          char line[80];
          ssize_t n = read(fd, line, sizeof(line));
          if (n < 0) return;
          line[n] = 0;
          use(line);
        }
        """,
        """
        void answer(int fd) {
          char line[80];
          ssize_t n = read(fd, line, sizeof(line) - 1);
          if (n < 0) return;
          line[n] = 0;
          use(line);
        }
        """,
    ),
    "bounds-off-by-one": (
        """
        void clear(void) {
          int table[SLOTS];
          for (int i = 0; i <= SLOTS; i++) table[i] = 0;
          use(table);
        }
        """,
        """
        void clear(void) {
          int table[SLOTS];
          for (int i = 0; i < SLOTS; i++) table[i] = 0;
          use(table);
        }
        """,
    ),
    "bounds-lost-end": (
        """
        char *twin(const char *s) {
          char *p = malloc(strlen(s));
          if (p) strcpy(p, s);
          return p;
        }
        """,
        """
        char *twin(const char *s) {
          char *p = malloc(strlen(s) + 1);
          if (p) strcpy(p, s);
          return p;
        }
        """,
    ),
}  # fmt: skip
"""By kind: code that lacks the guard, and the same code with it."""

BAD, GOOD = (
    {ident: pair[side] for ident, pair in CASES.items()} for side in (0, 1)
)  # fmt: skip


def examine(after, before=None):
    """What is seen of a change, both sides by path."""
    trees = [
        Tree({path: File(text.encode()) for path, text in files.items()})
        for files in (before or {}, after)
    ]
    return list(Bounds().examine(*trees))


def idents(text, path="a.c"):
    return [seen.weakness.ident for seen in examine({path: text})]


@pytest.mark.parametrize("ident", CASES)
def test_code_without_the_guard_is_seen_once(ident):
    assert idents(BAD[ident]) == [ident]


@pytest.mark.parametrize("ident", CASES)
def test_code_with_the_guard_is_left_alone(ident):
    assert idents(GOOD[ident]) == []


@pytest.mark.parametrize("ident", CASES)
def test_taking_the_guard_away_brings_the_weakness_in(ident):
    (seen,) = examine({"a.c": BAD[ident]}, {"a.c": GOOD[ident]})

    assert seen.weakness.ident == ident
    assert seen.location.quote.strip()
    assert seen.location.quote in BAD[ident]


def test_every_kind_has_its_case_and_says_how_it_is_fixed():
    known = {k.ident: k for k in vars(kinds).values() if isinstance(k, Kind)}

    assert set(CASES) == set(known)
    assert all(4 < len(kind.remedy.split()) <= 60 for kind in known.values())


def test_each_case_holds_in_cpp_as_well():
    assert {ident for ident in CASES if idents(BAD[ident], "a.cpp") != [ident]} == set()
    assert {ident for ident in CASES if idents(GOOD[ident], "a.cpp")} == set()


def test_what_was_there_before_is_not_brought_in():
    bad = BAD["bounds-product"]

    assert examine({"a.c": f"int x;\n{bad}"}, {"a.c": bad}) == []
    assert examine({"new.c": bad}, {"old.c": bad}) == []


def test_the_message_names_the_variables_and_what_is_missing():
    (seen,) = examine({"a.c": BAD["bounds-parsed-length"]})

    assert seen.weakness.message == (
        "`n` comes from `read_u32` and is not compared with a bound before it is added to a "
        "pointer."
    )
    assert (seen.location.start_line, seen.weakness.cwe) == (4, "CWE-125")


@pytest.mark.parametrize(
    "guard",
    [
        "assert(a < 99 && b < 99);",
        "REQUIRE_SIZES(a, b);",
        "if (LIMIT < a || b < 0) return 0;",
        "if (!fits(a, b)) return 0;",
        "a = min(a, 99);",
        "switch (a) { case 4: break; default: return 0; }",
    ],
)
def test_a_guard_may_take_any_form(guard):
    assert idents("void *f(int a, int b) { return malloc(a * b); }") == ["bounds-product"]
    assert idents(f"void *f(int a, int b) {{ {guard} return malloc(a * b); }}") == []


def test_code_that_does_not_parse_is_read_as_far_as_it_can_be():
    assert idents("@@ int x = ;\n" + BAD["bounds-product"]) == ["bounds-product"]


def test_a_change_without_c_loads_no_parser_and_no_look():
    code = """
import sys
from indict_review.change import File, Tree
from indict_review.static import analyzers
after = Tree({"a.py": File(b"x = 1")})
for each in analyzers(without={"semgrep", "bandit", "secrets"}):
    assert not list(each.examine(Tree(), after))
    print(each.name)
print(*(name for name in sys.modules if "tree_sitter" in name or name.endswith(".looks")))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["bounds", "lifetimes"]


def test_names_of_hostile_code_are_written_harmlessly():
    code = BAD["bounds-text-copied"].replace("name", "n\u202eame")

    assert all("\u202e" not in seen.weakness.message for seen in examine({"a.c": code}))


@pytest.mark.parametrize(
    "code",
    ["int f(int a) { return " + "(" * 50_000, "int f(int a) { return a" + "+a" * 20_000 + "; }"],
)
def test_code_nested_without_end_is_survived(code):
    assert idents(code) == []


def test_a_function_too_large_is_named_and_the_others_are_looked_at(monkeypatch):
    monkeypatch.setattr(pieces, "MOST_NODES", 200)
    large = "void big(void) { " + "x = 1; " * 60 + "}\n"
    tree = Tree({"a.c": File((large + BAD["bounds-product"]).encode())})
    seen = []

    with pytest.raises(ToolError, match=r"too tangled to look at: a\.c:1$"):
        seen.extend(_collect(seen, Bounds().examine(Tree(), tree)))

    assert [each.weakness.ident for each in seen] == ["bounds-product"]


def _collect(into, found):
    for each in found:
        into.append(each)
    return []


def test_other_languages_and_binary_files_are_not_read():
    assert idents(BAD["bounds-product"], "a.py") == []
    assert idents("\0" + BAD["bounds-product"]) == []
    assert Bounds().covers("a.c") is False


def test_what_is_often_wrong_never_blocks():
    kind = Kind("x", "CWE-787", "", Confidence.LOW)

    assert kind.weakness("").severity is Severity.MEDIUM
    assert kinds.FORMAT.weakness("").severity is Severity.CRITICAL
