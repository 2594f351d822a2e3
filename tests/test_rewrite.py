"""From the lines a model names to exact edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indict_review.change import File, Tree
from indict_review.edits import apply
from indict_review.errors import PatchError
from indict_review.revision import EditGroup
from indict_review.rewrite import edits_between, replaced, with_imports

CODE = "def f(x):\n    a = 1\n\n    if x:\n        return a\n    return None\n"


def test_empty_lines_between_the_named_ones_need_not_be_named():
    made = replaced(CODE, ["    a = 1", "    if x:"], ["    a = 2", "    if x:"], (1, 1))

    assert made == CODE.replace("a = 1", "a = 2")


def test_lines_that_are_named_but_do_not_change_stay_as_they_are():
    old = ["    a = 1", "    if x:", "        return a"]
    new = ["    a = 1", "    if x > 0:", "        return a"]

    assert replaced(CODE, old, new, (1, 1)) == CODE.replace("if x:", "if x > 0:")


def test_of_two_places_the_one_near_the_fault_is_meant():
    text = "a()\nb()\na()\n"

    assert replaced(text, ["a()"], ["c()"], (3, 3)) == "a()\nb()\nc()\n"
    with pytest.raises(PatchError, match=r"more than one place|do not stand"):
        replaced(text, ["a()"], ["c()"], (2, 2))


@pytest.mark.parametrize("old", [["    nowhere"], [], ["    a = 1", "    return None"]])
def test_lines_that_do_not_stand_in_a_row_are_refused(old):
    with pytest.raises(PatchError):
        replaced(CODE, old, ["x"], (1, 1))


def test_line_ends_of_the_file_are_kept():
    text = "a\r\nb\r\nc\r\n"

    assert replaced(text, ["b"], ["x", "y"], (2, 2)) == "a\r\nx\r\ny\r\nc\r\n"


@pytest.mark.parametrize(
    ("language", "above", "line", "below"),
    [
        ("python", "import os\n", "import html", "\nx = 1\n"),
        ("python", '"""Doc."""\n', "import html", "\nx = 1\n"),
        ("python", '"""Doc\nmore\n"""\n', "import re", "x = 1\n"),
        ("c", "#include <a.h>\n", "#include <b.h>", "int x;\n"),
        ("java", "package p;\n\n", "import b.C;", "class A {}\n"),
        ("php", "<?php\n", "use A\\B;", "$x = 1;\n"),
    ],
)
def test_an_import_goes_where_the_language_has_it(language, above, line, below):
    assert with_imports(above + below, language, [line]) == f"{above}{line}\n{below}"


@pytest.mark.parametrize("line", ["html", "x = 1", "import os", "import a\nimport os.b", ""])
def test_what_is_no_import_or_is_there_already_is_left_out(line):
    text = "import os\nx = 1\n"

    assert with_imports(text, "python", [line]) == text


def test_an_import_within_a_function_does_not_draw_the_new_one_there():
    text = "def f():\n    import os\n    return os\n"

    assert with_imports(text, "python", ["import html"]) == "import html\n" + text


LINES = st.lists(st.sampled_from(["a", "b", "", "  c", "d"]), max_size=12).map("\n".join)


@given(LINES, LINES)
def test_edits_between_two_texts_make_the_one_of_the_other(old, new):
    head = Tree({"f.txt": File(old.encode())})
    edits = edits_between("f.txt", old, new)
    if old.strip() and old != new:
        try:
            made = apply(head, [EditGroup(edits, ())])
        except Exception:
            # The contexts of two edits may meet; then they are refused, never misapplied.
            return
        assert made.text("f.txt") == new
