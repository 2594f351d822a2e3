import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indict_review import syntax
from indict_review.errors import ToolError
from indict_review.syntax.grammars import GRAMMARS

# For each language: code, its definitions, the same code broken, the same code stubbed.
SAMPLES = {
    "python": (
        "class Store:\n    def get(self, key, size=1, *rest):\n        return self.db.read(key)\n",
        {"Store", "Store.get"},
        "class Store:\n    def get(self, key, size=1, *rest:\n        return self.db.read(key)\n",
        "class Store:\n    def get(self, key, size=1, *rest):\n"
        "        '''Read.'''\n        raise NotImplementedError\n",
    ),
    "javascript": (
        "class Store { get(key, size = 1, ...rest) { return this.db.read(key); } }\n"
        "exports.open = async (path) => fs.open(path);\n",
        {"Store", "Store.get", "exports.open"},
        "class Store { get(key, size = 1, ...rest) { return this.db.read(key; } }\n",
        "class Store { get(key, size = 1, ...rest) { throw new Error('to do'); } }\n",
    ),
    "typescript": (
        "interface Reader { read(key: string): string }\n"
        "class Store { get(key: string, size?: number): string { return this.db.read(key); } }\n",
        {"Reader", "Reader.read", "Store", "Store.get"},
        "class Store { get(key: string, size?: number: string { return this.db.read(key); } }\n",
        "class Store { get(key: string, size?: number): string { return ''; } }\n",
    ),
    "java": (
        "class Store { Store() { open(); } String get(final String key, int... sizes) "
        "{ return db.read(key); } }\n",
        {"Store", "Store.Store", "Store.get"},
        "class Store { String get(final String key, int... sizes) { return db.read(key) } }\n",
        "class Store { String get(final String key, int... sizes) "
        "{ throw new UnsupportedOperationException(); } }\n",
    ),
    "c": (
        "struct entry { int size; };\nstatic char *get(const char *key, int size) "
        "{ return db_read(key, size); }\n",
        {"entry", "get"},
        "static char *get(const char *key, int size) { return db_read(key, size; }\n",
        "static char *get(const char *key, int size) { return NULL; }\n",
    ),
    "cpp": (
        "namespace db { class Store { public: ~Store() { close(); } }; }\n"
        "std::string db::Store::get(const std::string &key, int size = 1) { return read(key); }\n",
        {"db.Store", "db.Store.~Store", "db.Store.get"},
        "std::string db::Store::get(const std::string &key { return read(key); }\n",
        "std::string db::Store::get(const std::string &key, int size = 1) { return nullptr; }\n",
    ),
    "csharp": (
        "namespace Db { class Store { public string Get(string key, int size = 1) "
        "{ return db.Read(key); }\n public int Size => db.Size(); } }\n",
        {"Db.Store", "Db.Store.Get", "Db.Store.Size"},
        "namespace Db { class Store { public string Get(string key { return db.Read(key); } } }\n",
        "namespace Db { class Store { public string Get(string key, int size = 1) "
        "{ throw new NotImplementedException(); } } }\n",
    ),
    "php": (
        "<?php class Store { function get($key, int $size = 1) "
        "{ return $this->db->read($key); } }\n"
        "function open($path) { return fopen($path, 'r'); }\n",
        {"Store", "Store.get", "open"},
        "<?php class Store { function get($key, int $size = 1) "
        "{ return $this->db->read($key; } }\n",
        "<?php class Store { function get($key, int $size = 1) { return null; } }\n",
    ),
    "rust": (
        "struct Store;\nimpl<T> Reader<T> for Store { fn get(&self, mut key: &str) -> String "
        "{ self.db.read(key) } }\n",
        {"Store", "Store.get"},
        "impl<T> Reader<T> for Store { fn get(&self, mut key: &str -> String "
        "{ self.db.read(key) } }\n",
        "impl<T> Reader<T> for Store { fn get(&self, mut key: &str) -> String { todo!() } }\n",
    ),
    "go": (
        "package db\n\ntype Store struct{ size int }\n\n"
        "func (s *Store) Get(key, path string, sizes ...int) (string, error) "
        "{ return s.db.Read(key) }",
        {"Store", "Store.Get"},
        "package db\nfunc (s *Store) Get(key, path string (string, error) "
        "{ return s.db.Read(key) }",
        "package db\nfunc (s *Store) Get(key, path string, sizes ...int) (string, error) "
        '{ panic("not implemented") }',
    ),
}
EVERY = pytest.mark.parametrize("language", SAMPLES)


def named(language, text, ending):
    (found,) = [d for d in syntax.definitions(language, text) if d.name.lower().endswith(ending)]
    return found


def test_there_is_a_sample_of_every_grammar():
    assert set(SAMPLES) == set(GRAMMARS)


@EVERY
def test_good_code_has_no_fault(language):
    assert syntax.errors(language, SAMPLES[language][0]) == ()


@EVERY
def test_broken_code_has_a_fault_with_its_line(language):
    faults = syntax.errors(language, "\n" + SAMPLES[language][2])

    assert faults
    assert all(fault.line >= 1 and fault.detail for fault in faults)


@EVERY
def test_definitions_are_qualified_by_what_they_stand_in(language):
    text, names = SAMPLES[language][:2]

    assert {d.name for d in syntax.definitions(language, text)} == names


@EVERY
def test_a_stub_is_told_from_a_function_that_works(language):
    text, _, _, stub = SAMPLES[language]

    assert not named(language, text, "get").is_stub
    assert named(language, stub, "get").is_stub


@EVERY
def test_a_function_takes_what_it_took_when_only_its_body_changed(language):
    text, _, _, stub = SAMPLES[language]
    before, after = named(language, text, "get"), named(language, stub, "get")

    assert len(before.signature) >= 2
    assert before.signature == after.signature
    assert syntax.compatible(language, before, after)


@EVERY
def test_a_line_knows_the_function_around_it(language):
    text = SAMPLES[language][0]
    function = named(language, text, "get")

    assert syntax.enclosing(language, text, function.end_line) == function.name
    assert syntax.enclosing(language, text, 10_000) is None


@EVERY
@pytest.mark.parametrize("piece", ["(", "{", "x(", "a.b", "-", '"', "if a:", "\0", "class a{"])
def test_hostile_nesting_neither_crashes_nor_hangs(language, piece):
    text = ("<?php " if language == "php" else "") + piece * (100_000 // len(piece) ** 2)
    began = time.process_time()

    syntax.errors(language, text)
    syntax.definitions(language, text)
    syntax.enclosing(language, text, 1)

    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "x = " + "-" * 5_000 + "1", "x" + ".y" * 50_000, "\0"]
)
def test_what_would_recurse_is_refused_and_says_so(text):
    with pytest.raises(ToolError):
        syntax.unbound_names(text)


@given(st.text(), st.sampled_from(sorted(GRAMMARS)))
@settings(deadline=None)
def test_any_text_can_be_read(text, language):
    syntax.errors(language, text)

    lines = text.encode("utf-8", "surrogatepass").count(b"\n") + 2
    for d in syntax.definitions(language, text):
        assert 1 <= d.start_line <= d.end_line <= lines


def test_undecodable_bytes_do_not_stop_it():
    text = b"# caf\xe9\ndef f():\n    return 1\n".decode("utf-8", "surrogateescape")

    assert [d.name for d in syntax.definitions("python", text)] == ["f"]
    assert syntax.errors("python", "\ufeff" + text) == ()
    assert syntax.unbound_names("\ufeff" + text + "x = y\n") == {"y"}


@pytest.mark.parametrize(
    "text", ["def f():\n    a = 1\n      b = 2\n", "def f():\nreturn 1\n", "return 1\n"]
)
def test_wrong_indentation_of_python_is_a_fault(text):
    assert syntax.errors("python", text)


def test_jsx_is_typescript_too():
    assert syntax.errors("typescript", "const a = (x: string) => <b>{x}</b>;\n") == ()
    assert syntax.errors("typescript", "const a = <string>b;\n") == ()


def test_a_module_used_without_its_import_is_unbound():
    assert syntax.unbound_names("def f(x):\n    return html.escape(x)\n") == {"html"}
    assert syntax.unbound_names("import html\ndef f(x):\n    return html.escape(x)\n") == set()


@pytest.mark.parametrize(
    "text",
    [
        "print(len([y for y in range(3)]), __name__, __file__)\n",
        "def f(a, *b, c=1, **d):\n    global e\n    e = a, b, c, d\n    return lambda g: g\n",
        "class A:\n    b = 1\n    def c(self) -> 'A':\n        return __class__\n",
        "try:\n    import x\nexcept ImportError as e:\n    x = e\n",
        "match 1:\n    case [a, *b]:\n        print(a, b)\n",
        "from os import *\npath.join()\n",
        "if (n := 10) > 5:\n    print(n)\n",
    ],
)
def test_what_python_binds_is_not_unbound(text):
    assert syntax.unbound_names(text) == set()


@pytest.mark.parametrize(
    ("language", "before", "after", "fits"),
    [
        ("python", "def f(a): ...", "def f(a, b=None): ...", True),
        ("python", "def f(a): ...", "def f(a: str) -> str: ...", True),
        ("python", "def f(a, **kw): ...", "def f(a, b=None, **kw): ...", True),
        ("python", "def f(a): ...", "def f(a, b): ...", False),
        ("python", "def f(a, b): ...", "def f(a): ...", False),
        ("python", "def f(a): ...", "def f(b): ...", False),
        ("python", "def f(a=1): ...", "def f(a): ...", False),
        ("python", "def f(a, b): ...", "def f(a, c=1, b=2): ...", False),
        ("javascript", "function f(a) {}", "function f(b) {}", True),
        ("javascript", "function f({a, b}) {}", "function f({a}) {}", False),
        ("c", "int f(char *a) {}", "int f(const char *b) {}", True),
        ("c", "int f(char *a) {}", "int f(char *a, size_t n) {}", False),
        ("c", "int f(void) {}", "int f() {}", True),
        ("java", "class A { void f(String a) {} }", "class A { void f(final String a) {} }", True),
        ("java", "class A { void f(String a) {} }", "class A { void f(int a) {} }", False),
        ("go", "package p\nfunc f(a, b int) {}", "package p\nfunc f(a int, b int) {}", True),
        ("rust", "fn f(a: &str) {}", "fn f(mut a: &str) {}", True),
        ("rust", "fn f(a: &str) {}", "fn f(a: String) {}", False),
    ],
)
def test_a_signature_fits_if_every_caller_still_fits(language, before, after, fits):
    old, new = (named(language, text, "f") for text in (before, after))

    assert syntax.compatible(language, old, new) is fits


@pytest.mark.parametrize(
    ("body", "stub"),
    [
        ("pass", True),
        ("...", True),
        ("'''Only words.'''", True),
        ("return None", True),
        ("return ''", True),
        ("return [], False", True),
        ("raise ValueError('disabled')", True),
        ("return x", False),
        ("self = x", False),
        ("run(x)", False),
        ("if x:\n        return None", False),
    ],
)
def test_a_stub_only_passes_gives_up_or_returns_a_constant(body, stub):
    assert named("python", f"def f(x):\n    {body}\n", "f").is_stub is stub


def test_only_its_own_returns_make_a_function_return():
    text = "def f():\n    def g():\n        return 1\n    g()\ndef h():\n    yield 1\n"

    returns = {d.name: d.returns for d in syntax.definitions("python", text)}

    assert returns == {"f": False, "f.g": True, "h": True}


def test_statements_have_no_comments_and_know_their_calls():
    first, second = syntax.statements("c", "void f() {\n  g(h(1)); // j()\n  /* k(); */ return; }")[
        1:
    ]

    assert (first.line, first.text, first.calls) == (2, "g ( h ( 1 ) ) ;", ("g", "h"))
    assert second.text == "return ;"
    assert second.is_idle


def test_exports_are_what_others_can_import():
    assert syntax.exports("python", "A = 1\n_b = 2\ndef f():\n    c = 3\n") == {"A"}
    assert syntax.exports("javascript", "export const a = 1; export { b as c }; const d = 2;") == {
        "a",
        "b",
        "c",
    }
    assert syntax.exports("javascript", "module.exports = { a, b: c() };") == {"a", "b"}


def test_a_language_without_a_grammar_says_so():
    assert not syntax.has_grammar("yaml")
    assert not syntax.has_grammar(None)
    assert syntax.enclosing("yaml", "a: 1", 1) is None
    assert syntax.versions(None) == ()


@EVERY
def test_receipts_name_the_grammar_and_its_version(language):
    tools = syntax.versions(language)

    assert tools[0].startswith("tree-sitter ")
    assert all(tool.rpartition(" ")[2][0].isdigit() for tool in tools)
