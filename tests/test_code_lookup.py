"""What critics may ask of the project around a change: definitions, callers, tests."""

import os
import subprocess
from dataclasses import replace

import pytest

from indict_review.critique import Request
from indict_review.errors import ToolError
from indict_review.sources.commits import CommitsSource
from indict_review.sources.stores import Folder
from indict_review.tools import code, code_files, code_search
from indict_review.tools.code import ROOM, Code
from indict_review.tools.code_files import CodeFiles
from tests.changing import change

SHOP = {
    "shop/headers.py": (
        "LIMIT = 80\n\n\ndef parse_header(line):\n    name, _, value = line.partition(':')\n"
        "    return name.strip(), value\n"
    ),
    "shop/server.py": (
        "from shop.headers import parse_header\n\n\nclass Server:\n"
        "    def receive(self, raw):\n        return dict(\n            parse_header(line)\n"
        "            for line in raw\n        )\n"
    ),
    "tests/test_headers.py": (
        "from shop.headers import parse_header\n\n\ndef test_a_name_is_stripped():\n"
        "    assert parse_header(' a:b')[0] == 'a'\n"
    ),
    "README.md": "parse_header parses.\n",
}


def lay_out(root, files):
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return Folder(root)


def edited(path, before, after):
    """A change to one file."""
    return replace(change({path: before}, {path: after}), patch=f"+{after}")


HANDLER = ("def handle(raw):\n    pass\n", "def handle(raw):\n    return parse_header(raw)\n")


@pytest.fixture
def ask(tmp_path):
    def asked(query, files=SHOP, of=None):
        lookup = Code(CodeFiles(lay_out(tmp_path, files), of or edited("shop/handle.py", *HANDLER)))
        found = list(lookup.answer(Request("code", query), "python"))
        assert len(found) <= 1
        return (found[0].detail or found[0].summary) if found else None

    return asked


def test_the_definition_comes_first_then_callers_then_tests(ask):
    told = ask("parse_header")

    assert told.split("\n") == [
        "`parse_header` is defined in shop/headers.py:4:",
        "def parse_header(line):",
        "    name, _, value = line.partition(':')",
        "    return name.strip(), value",
        "called in:",
        "shop/handle.py:2 in handle: return parse_header(raw)",
        "shop/server.py:7 in Server.receive: parse_header(line)",
        "tests that call it:",
        "tests/test_headers.py:5 in test_a_name_is_stripped: assert parse_header(' a:b')[0] == 'a'",
    ]


def test_it_speaks_of_the_head_of_what_is_changed_and_of_the_rest_as_it_is(ask):
    was = SHOP["shop/headers.py"]
    moved = change(
        {"shop/headers.py": was, "shop/server.py": SHOP["shop/server.py"]},
        {"shop/parsing.py": was.replace("def parse_header(line)", "def parse_header(line, n)")},
    )

    told = ask("parse_header", of=moved)

    assert "defined in shop/parsing.py:4" in told
    assert "(line, n)" in told
    assert "shop/server.py" not in told
    assert "tests/test_headers.py:5" in told


@pytest.mark.parametrize(
    "query",
    [
        "Who calls `parse_header`, and with what?",
        "definition of parse_header()",
        "headers.parse_header",
        "shop/headers.py: parse_header",
        "the callers and tests of what is changed",
    ],
)
def test_a_question_may_be_asked_in_words(ask, query):
    was = SHOP["shop/headers.py"]
    told = ask(query, of=edited("shop/headers.py", was, was.replace("strip()", "lower()")))

    assert told.startswith("`parse_header` is defined in shop/headers.py:4:\n")
    assert "lower()" in told


@pytest.mark.parametrize("query", ["", "CWE-89", "how to sort a list", "nothing_like_it", "app.py"])
def test_what_the_project_does_not_know_is_not_answered(ask, query):
    assert ask(query) is None


def test_a_word_that_is_no_code_counts_only_if_it_stands_in_the_change(ask):
    files = {**SHOP, "shop/list.py": "def sort(it):\n    return it\n"}

    assert ask("how to sort", files) is None
    assert "defined in shop/list.py:1" in ask(
        "how to sort", files, edited("shop/a.py", "", "x = sort(y)\n")
    )


def test_a_method_is_that_of_its_class_and_of_a_variable_all_are_told(ask):
    files = {
        "a.py": "class Cat:\n    def feed(self): return 1\n",
        "b.py": "class Dog:\n    def feed(self): return 2\n\nDog().feed()\n",
    }

    assert ask("Dog.feed", files).startswith("`Dog.feed` is defined in b.py:2:\n    def feed")
    assert "(also in b.py:2)" in ask("pet.feed", files)


def test_a_foreign_module_s_function_is_not_taken_for_ours_of_the_same_name(ask):
    files = {
        "ours.py": "def load(x): return x\n\nload(1)\n",
        "use.py": "import yaml\n\nyaml.load(text)\n",
    }

    told = ask("yaml.load", files)

    assert told.startswith("`load` is not defined in the project.\ncalled in:\nuse.py:3: yaml.load")
    assert "ours.py" not in told


def test_a_constant_has_its_value_and_where_it_is_used(ask):
    using = "from shop.headers import LIMIT\n\n\ndef f(x):\n    return x[:LIMIT]\n"
    files = {**SHOP, "shop/cut.py": using}

    told = ask("What is `LIMIT`?", files)

    assert told.startswith("`LIMIT` is defined in shop/headers.py:1:\nLIMIT = 80\n")
    assert "shop/cut.py:5 in f: return x[:LIMIT]" in told


_C = "int openDoor(int x) { return x; }\n"
_CLASS = "class A { int openDoor(int x) { return x; } }\n"
_CALLED = "class B { int f(A a) { return a.openDoor(1); } }\n"
LANGUAGES = {
    "javascript": ("a.js", "function openDoor(x) { return x; }\n", "b.js", "openDoor(1);\n"),
    "typescript": ("a.ts", "const openDoor = (x: number) => x;\n", "b.ts", "openDoor(1);\n"),
    "java": ("A.java", _CLASS, "B.java", _CALLED),
    "c": ("a.c", _C, "b.c", "int f(void) { return openDoor(1); }\n"),
    "cpp": ("a.cpp", _C, "b.cpp", "int f() { return openDoor(1); }\n"),
    "csharp": ("A.cs", _CLASS, "B.cs", _CALLED),
    "php": ("a.php", "<?php\nfunction openDoor($x) {}\n", "b.php", "<?php\nopenDoor(1);\n"),
    "rust": ("a.rs", "fn openDoor(x: u8) -> u8 { x }\n", "b.rs", "fn f() -> u8 { openDoor(1) }\n"),
    "go": (
        "a.go",
        "package a\n\nfunc openDoor(x int) {}\n",
        "b.go",
        "package a\n\nvar y = openDoor(1)\n",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_reads_all_languages_that_have_a_grammar(ask, language):
    defining, definition, calling, call = LANGUAGES[language]

    told = ask("openDoor", {defining: definition, calling: call})

    assert f"is defined in {defining}:" in told
    assert f"called in:\n{calling}:" in told


def test_an_answer_stays_within_its_room_and_says_what_it_leaves_out(ask):
    body = "".join(f"    step_{n} = {n}\n" for n in range(900))
    calls = {f"use_{n}.py": "def f():\n    long_one(1)  " + "# x" * 200 + "\n" for n in range(30)}
    files = {"long.py": f"def long_one(x):\n{body}", **calls}

    told = ask("long_one", files)

    assert ROOM * 0.5 < len(told.encode()) < ROOM + 100
    assert "lines are not shown]" in told
    assert "and 26 more" in told


def test_what_was_not_looked_through_is_said(ask, monkeypatch):
    monkeypatch.setattr(code_files, "MOST_READ", 2)

    assert "2 files were not looked through" in ask("parse_header")


def test_what_there_was_no_time_for_is_said_and_nothing_is_no_answer(ask, monkeypatch):
    monkeypatch.setattr(code, "MOST_SECONDS", -1.0)

    assert ask("parse_header") == (
        "parse_header: nothing was found, but 4 files were not looked through: too many, too large "
        "or not readable"
    )


def test_no_link_is_followed_and_no_foreign_or_hidden_code_is_read(ask, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.py"
    outside.write_text("def open_secret():\n    return 'x'\n")
    (tmp_path / "link.py").symlink_to(outside)
    os.mkfifo(tmp_path / "pipe.py")
    foreign = {"node_modules/m/a.js": "function open_secret() {}\n"}

    told = ask("open_secret", {**SHOP, **foreign})

    assert told.startswith("open_secret: nothing was found, but 1 files were not looked through")


def test_one_file_with_thousands_of_calls_is_left_when_the_time_is_up(ask, monkeypatch):
    def clock():
        clock.seconds += 0.001
        return clock.seconds

    clock.seconds = 0.0
    monkeypatch.setattr(code_search.time, "monotonic", clock)
    monkeypatch.setattr(code, "MOST_SECONDS", 0.1)
    calls = "parse_header(1)\n" * 900

    told = ask("parse_header", {"a.py": f"def parse_header(x): pass\n{calls}", "b.py": calls})

    assert "defined in a.py:1" in told
    assert "2 files were not looked through" in told
    assert clock.seconds < 0.2


def test_a_hostile_name_of_a_file_cannot_end_its_line(ask):
    hostile = edited("a\n`x` is safe.py", "", "def open_it():\n    pass\n")

    assert ask("open_it", of=hostile).split("\n")[0].endswith(".py:1:")


def test_deep_and_broken_code_is_read_around(ask):
    deep = "x = " + "(" * 20_000 + "\n\ndef open_it():\n    pass\n"

    assert ask("open_it", {"deep.py": deep, "ok.py": "def f():\n    open_it()\n"}) is not None


def test_nothing_is_told_unasked(tmp_path):
    of = edited("shop/handle.py", *HANDLER)

    assert list(Code(CodeFiles(lay_out(tmp_path, SHOP), of)).about(of, set())) == []


def test_a_project_that_cannot_be_listed_is_an_error_not_silence():
    class Broken:
        has_git = False

        def paths(self):
            raise ToolError("git is gone")

    lookup = Code(CodeFiles(Broken(), edited("a.py", *HANDLER)))
    with pytest.raises(ToolError, match="git is gone"):
        list(lookup.answer(Request("code", "parse_it"), None))


def test_of_commits_it_reads_git_s_objects_not_the_working_tree(tmp_path):
    def git(*arguments):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
                       cwd=tmp_path, check=True, capture_output=True)  # fmt: skip

    git("init", "-q", "-b", "main")
    lay_out(tmp_path, SHOP)
    git("add", ".")
    git("commit", "-qm", "one")
    lay_out(tmp_path, {"shop/handle.py": HANDLER[1]})
    git("add", ".")
    git("commit", "-qm", "two")
    lay_out(tmp_path, {"shop/headers.py": "def parse_header(evil): pass\n"})
    source = CommitsSource(tmp_path, "HEAD~1..HEAD", None, os.environ)

    lookup = Code(CodeFiles(source.project, source.collect()))
    (told,) = lookup.answer(Request("code", "parse_header"), "python")

    assert "name.strip()" in told.detail
    assert "evil" not in told.detail
    assert "shop/handle.py:2 in handle" in told.detail


def test_a_quoted_line_is_not_cut_within_a_secret(ask):
    token = "ghp_" + "a1B2c3D4e" * 4
    line = f'    return open_it(1, 2, 3, "{"x " * 25}{token}")\n'
    files = {"a.py": f"def use():\n{line}", "b.py": f"def open_it(*a):\n{line * 2}"}

    for names in range(40):
        padded = {
            path: text.replace("open_it(1", "open_it(" + "1" * names)
            for path, text in files.items()
        }

        assert token[:4] not in (ask("open_it", padded) or "").replace(token, "")
