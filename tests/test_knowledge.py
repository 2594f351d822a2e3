"""What critics can look up: short, right for the language, and honest about what is not known."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

import indict_review
from indict_review.change import Change, FileChange, Status, Tree
from indict_review.critique import Request
from indict_review.cwe import CWES, title_of
from indict_review.errors import ToolError
from indict_review.tools.knowledge import MOST, Knowledge
from indict_review.tools.knowledge_calls import done
from indict_review.tools.knowledge_entries import ENTRIES
from tests import changing

RULES = Path(indict_review.__file__).parent / "rules"
KNOWLEDGE = Knowledge()
FILES = sorted(file.stem for file in ENTRIES.glob("*.yaml"))
LANGUAGES = [
    "python", "javascript", "typescript", "java", "c", "cpp", "php", "go", "csharp", "rust",
]  # fmt: skip
WORDS = 70


def answer(query, language="python", snippet=""):
    return list(KNOWLEDGE.answer(Request("knowledge", query, snippet), language))


def first(query, language="python"):
    return answer(query, language)[0]


def change(added, task=None, language="python"):
    patch = "--- a/f\n+++ b/f\n@@ -0,0 +1,9 @@\n" + "".join(f"+{line}\n" for line in added)
    file = FileChange("f", None, Status.MODIFIED, language, len(added), 0)
    return Change("patch", Tree(), Tree(), (file,), patch, task=task)


@pytest.mark.parametrize("cwe", FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_short_in_every_language(cwe, language):
    told = first(cwe, language)

    named = told.summary.partition(" (OWASP")[0]  # for people: models are shown the detail
    assert named.startswith(f"{cwe}: ")
    assert 10 < len(f"{named} {told.detail}".split()) <= WORDS


@pytest.mark.parametrize("cwe", FILES)
def test_every_entry_is_in_the_table_of_cwes(cwe):
    assert title_of(cwe)


MEMORY = {"CWE-125", "CWE-416", "CWE-457", "CWE-476", "CWE-681", "CWE-787", "CWE-843"}
ELSEWHERE = {"CWE-98": "php", "CWE-1321": "javascript"}


def test_all_but_memory_have_an_idiom_for_python():
    without = {cwe for cwe in FILES if "Fix:" not in first(cwe, "python").detail}

    assert without == {*MEMORY, *ELSEWHERE}
    assert len(FILES) >= 75


TOP_25 = (  # MITRE's lists of 2024 and 2025
    "20 22 77 78 79 89 94 119 120 121 122 125 190 200 269 284 287 306 352 400 416 434 476 502 639"
    " 770 787 798 862 863 918"
)


def test_every_weakness_that_is_found_often_or_by_a_rule_of_ours_is_answered():
    ours = set(re.findall(r"CWE-\d+", " ".join(f.read_text() for f in RULES.rglob("*.yaml"))))
    obsolete = {"CWE-477", "CWE-589"}  # no weakness of its own
    wanted = {*(f"CWE-{n}" for n in TOP_25.split()), *ours, *CWES} - obsolete

    assert {cwe for cwe in wanted if not answer(cwe, "c") + answer(cwe, "python")} == set()
    assert len(ours) > 40


def test_no_weakness_is_answered_by_two_entries():
    answering = Counter(cwe for entry in KNOWLEDGE._entries for cwe in (entry.cwe, *entry.also))

    assert [cwe for cwe, count in answering.items() if count > 1] == []


def test_owasp_s_categories_stand_beside_the_title_and_not_in_what_models_read():
    told = first("CWE-89")

    assert told.summary == "CWE-89: SQL injection (OWASP A03:2021, A05:2025)"
    assert "OWASP" not in told.detail
    named = {category for entry in KNOWLEDGE._entries for category in entry.owasp}
    assert {category.partition(":")[2] for category in named} == {"2021", "2025"}
    assert all(re.fullmatch(r"A(?:0[1-9]|10):20(?:21|25)", category) for category in named)


def test_the_keywords_of_an_entry_find_it():
    lost = {}
    for entry in KNOWLEDGE._entries:
        language = ELSEWHERE.get(entry.cwe, "c" if entry.cwe in MEMORY else "python")
        found = KNOWLEDGE.for_change(" ".join(entry.strong), language)
        if entry.cwe not in found:
            lost[entry.cwe] = found

    assert lost == {}


@pytest.mark.parametrize(
    ("query", "cwe"),
    [
        ("sql query built from string", "CWE-89"),
        ("Is md5 safe?", "CWE-328"),
        ("cwe-077", "CWE-78"),
        ("CWE-760: constant salt", "CWE-916"),
        ("yaml.load on user data", "CWE-502"),
        ("XSS", "CWE-79"),
        ("Does mapping user data onto attributes allow over-posting?", "CWE-915"),
        ("Is InsecureSkipVerify fine here?", "CWE-295"),
        ("the invoice of another user can be opened by its id", "CWE-639"),
        ("who closes the file handle on the error path", "CWE-401"),
    ],
)
def test_a_query_finds_its_entry_first(query, cwe):
    assert first(query).summary.startswith(f"{cwe}: ")


@pytest.mark.parametrize(
    "query",
    [
        "how to sort a list", "", "CWE-99999", "the user's name", "what is a decorator",
        "is the function too long", "convert celsius to fahrenheit", "rename the variable",
    ],
)  # fmt: skip
def test_what_is_not_known_is_not_answered(query):
    assert answer(query) == []


def test_a_query_of_everything_is_answered_with_the_best_three():
    everything = " ".join(word for entry in KNOWLEDGE._entries for word in entry.strong)

    assert len(answer(everything)) == MOST


def test_the_fix_is_told_in_the_language_asked_for():
    assert "prepareStatement" in first("CWE-89", "java").detail
    assert "(name,)" in first("CWE-89", "python").detail
    assert first("CWE-79", "typescript") == first("CWE-79", "javascript")
    assert first("CWE-120", "cpp") == first("CWE-120", "c")


def test_python_is_never_told_about_freed_memory():
    assert "CWE-416" in KNOWLEDGE.for_change("p = malloc(9); free(p); free(p);", "c")
    assert "CWE-416" not in KNOWLEDGE.for_change("p = malloc(9); free(p); free(p);", "python")


@pytest.mark.parametrize(
    ("added", "task", "cwe"),
    [
        (["    return f'<li>{item}</li>'"], "List the items on an HTML page", "CWE-79"),
        (["    return f'{when} {what}'"], "Return a log entry", "CWE-117"),
        (["    return target"], "Where to redirect the visitor", "CWE-601"),
        (["    sock = wrap(sock)"], "Connect and check the certificate", "CWE-295"),
        (["key = rsa.generate_private_key(65537, size)"], None, "CWE-326"),
        (["    cursor.execute(sql)"], None, "CWE-89"),
        (["    user_password = read()", "    salt = b'x'"], None, "CWE-916"),
    ],
)
def test_a_change_brings_up_what_fits_it_by_code_or_by_task(added, task, cwe):
    told = [background.summary for background in KNOWLEDGE.about(change(added, task), set())]

    assert any(summary.startswith(f"{cwe}: ") for summary in told)


DOING = {
    "python": (
        "import subprocess as sp\nfrom hashlib import md5\n\nsp.run(x)\nmd5(x)\n",
        {"subprocess.run", "hashlib.md5"},
    ),
    "javascript": ("el.sink(cp.exec(x), new URL(y));\n", {"el.sink", "cp.exec", "URL"}),
    "typescript": (
        "const y: string = crypto?.createHash('a').update(x);\n",
        {"crypto.createHash", ".update"},
    ),
    "java": (
        "class A { void f() { Runtime.getRuntime().exec(c); } }\n",
        {"Runtime.getRuntime", ".exec"},
    ),
    "c": ("void f(char *d) { strcpy(d, x->name); }\n", {"strcpy"}),
    "cpp": ("void f() { std::strcpy(d, p->get()); }\n", {"std.strcpy", "p.get"}),
    "csharp": (
        "class A { void F() { new Sql(q).Run(); File.Open(p); } }\n",
        {"Sql", ".Run", "File.Open"},
    ),
    "php": (
        "<?php\ninclude $f;\n$pdo->query($q);\nDB::raw($x);\n",
        {"include", "pdo.query", "DB.raw"},
    ),
    "rust": (
        "fn f() { Command::new(x).output(); write!(w, y); }\n",
        {"Command.new", ".output", "write"},
    ),
    "go": ("package a\n\nfunc f() { exec.Command(c).Run() }\n", {"exec.Command", ".Run"}),
}
SUFFIX = {
    "python": "py", "javascript": "js", "typescript": "ts", "java": "java", "c": "c", "cpp": "cpp",
    "csharp": "cs", "php": "php", "rust": "rs", "go": "go",
}  # fmt: skip


def edited(language, before, after):
    path = f"a.{SUFFIX[language]}"
    return changing.change({path: before} if before else {}, {path: after})


@pytest.mark.parametrize("language", DOING)
def test_what_a_change_calls_is_read_in_every_language(language):
    code, calls = DOING[language]

    did = done(edited(language, "", code))

    assert calls <= did[language].called


def test_only_added_lines_do_something():
    before = "def f(x):\n    eval(x)\n"

    did = done(edited("python", before, before + "\n\ndef g(x):\n    return open(x)\n"))

    assert did["python"].called == {"open"}


def test_a_comment_or_a_string_calls_nothing():
    code = "def f():\n    # eval(x)\n    return 'os.system(x) and eval(y)'\n"

    assert done(edited("python", "", code))["python"].called == set()


@pytest.mark.parametrize(
    ("pattern", "code", "does"),
    [
        ("eval", "eval(x)", True),
        ("eval", "model.eval()", False),
        (".execute", "db.cursor().execute(q)", True),
        (".execute", "execute(q)", False),
        ("os.path.join", "os.path.join(a, b)", True),
        ("path.join", "os.path.join(a, b)", True),
        ("h.join", "os.path.join(a, b)", False),
        ("random.*", "random.choice(a)", True),
        ("random.*", "np.random.rand(3)", True),
        ("random.*", "mode = random.MODE", True),
        ("random.*", "randomly.choice(a)", False),
    ],
)
def test_a_pattern_of_calls_means_what_it_says(pattern, code, does):
    assert done(edited("python", "", code + "\n"))["python"].does(pattern) is does


@pytest.mark.parametrize(
    ("language", "code", "cwe"),
    [
        ("python", "from os import popen as p\np('id ' + n)\n", "CWE-78"),
        ("javascript", "fetch(u).then(show);\n", "CWE-918"),
        ("java", "class A { File f(String n) { return new File(D, n); } }\n", "CWE-22"),
        ("c", "void f(void) { setuid(1000); }\n", "CWE-269"),
        ("cpp", "int f() { return rand(); }\n", "CWE-338"),
        ("csharp", "class A { void F(string c) { Process.Start(c); } }\n", "CWE-78"),
        ("php", "<?php\ninclude $page;\n", "CWE-98"),
        ("rust", "fn f(x: u32) -> f32 { unsafe { std::mem::transmute(x) } }\n", "CWE-843"),
        ("go", "package a\n\nfunc f(u string) { http.Get(u) }\n", "CWE-918"),
    ],
)
def test_a_change_brings_up_what_it_does_whatever_it_is_called(language, code, cwe):
    told = [b.summary for b in KNOWLEDGE.about(edited(language, "", code), set())]

    assert told[0].startswith(f"{cwe}: ")


def test_every_language_of_calls_has_an_idiom():
    lost = [
        (entry.cwe, language)
        for entry in KNOWLEDGE._entries
        for language in entry.calls
        if not entry.idiom(language)
    ]

    assert lost == []


def test_an_ordinary_change_brings_up_nothing():
    ordinary = change(["def mean(numbers):", "    return sum(numbers) / len(numbers)"])

    assert list(KNOWLEDGE.about(ordinary, set())) == []


def test_what_a_finding_says_already_is_not_told_again():
    hashing = change(["digest = hashlib.md5(password).hexdigest()"])
    told = [b.summary for b in KNOWLEDGE.about(hashing, {"CWE-328", "CWE-78"})]

    assert len(told) == 1
    assert told[0].startswith("CWE-916: ")


def test_a_removed_line_brings_up_nothing():
    removed = change([])
    removed = Change("patch", Tree(), Tree(), removed.files, removed.patch + "-cursor.execute(q)\n")

    assert list(KNOWLEDGE.about(removed, set())) == []


def test_a_huge_or_hostile_change_is_searched_quickly():
    for code in ("f(" * 60_000, "a." * 60_000, "x = 1\n" * 200_000, "import " + "a," * 60_000):
        done(edited("python", "", code))
    assert KNOWLEDGE.for_change("x = 1\n" * 2_000_000 + "eval(x)", "python") == []


@pytest.mark.parametrize(
    "content", ["cwe: CWE-1", "[1]", "a: {", "keywords: {strong: [], weak: 1}"]
)
def test_entries_that_cannot_be_read_are_an_error_not_silence(tmp_path, content):
    (tmp_path / "CWE-1.yaml").write_text(content)

    with pytest.raises(ToolError, match="cannot be read"):
        list(Knowledge(tmp_path).answer(Request("knowledge", "md5"), "python"))


def test_no_entries_at_all_is_an_error(tmp_path):
    with pytest.raises(ToolError, match="no entries"):
        Knowledge(tmp_path).for_change("md5", "python")


@pytest.mark.parametrize(
    "code",
    [
        'cursor.execute("SELECT * FROM users WHERE name = ?", (name,))',
        'value = value.replace("\\r", "").replace("\\n", "")',
        "fd, path = tempfile.mkstemp()",
        'jwt.decode(token, key, algorithms=["HS256"])',
        'allowed = host == domain or host.endswith("." + domain)',
        "base = os.path.realpath(folder); path = os.path.realpath(os.path.join(base, name));",
    ],
)
def test_the_idioms_that_a_small_model_copies_are_whole_and_parse(code):
    python = [entry.idiom("python") or "" for entry in KNOWLEDGE._entries]

    assert any(code in idiom for idiom in python)
    assert ast.parse(code.rstrip(";"))
