"""What critics can look up: short, right for the language, and honest about what is not known."""

import ast

import pytest

from indict_review.change import Change, FileChange, Status, Tree
from indict_review.critique import Request
from indict_review.cwe import title_of
from indict_review.errors import ToolError
from indict_review.tools.knowledge import ENTRIES, MOST, Knowledge

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

    assert told.summary.startswith(f"{cwe}: ")
    assert 10 < len(f"{told.summary} {told.detail}".split()) <= WORDS


@pytest.mark.parametrize("cwe", FILES)
def test_every_entry_is_in_the_table_of_cwes(cwe):
    assert title_of(cwe)


def test_all_but_memory_have_an_idiom_for_python():
    without = {cwe for cwe in FILES if "Fix:" not in first(cwe, "python").detail}

    assert without == {"CWE-416", "CWE-787"}
    assert len(FILES) >= 40


def test_the_keywords_of_an_entry_find_it():
    lost = {}
    for entry in KNOWLEDGE._entries:
        language = "python" if entry.idiom("python") else "c"
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
    ],
)
def test_a_query_finds_its_entry_first(query, cwe):
    assert first(query).summary.startswith(f"{cwe}: ")


@pytest.mark.parametrize("query", ["how to sort a list", "", "CWE-99999", "the user's name"])
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


def test_a_huge_change_is_searched_quickly():
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
