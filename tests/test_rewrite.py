"""From the lines a model names to exact edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indict_review.change import File, Tree
from indict_review.edits import apply
from indict_review.errors import PatchError
from indict_review.revision import EditGroup
from indict_review.rewrite import Region, block, edits_between, revised, with_imports

CODE = 'import os\n\n\ndef f(x):\n    """Doc."""\n    a = 1\n    return a\n\n\nB = 2\n'
BODY = Region(5, 7, "f")


@pytest.mark.parametrize(
    "reply",
    [
        "```python\n    a = 2\n    return a\n```",
        "a = 2\nreturn a",
        "Here it is:\n\n```\ndef f(x):\n    a = 2\n    return a\n```\nDone.",
        '```\ndef f(x):\n    """Longer\n    now."""\n\n    a = 2\n    return a\n\n```',
        "~~~py\n  a = 2\n  return a\n~~~",
        "```python\na = 2\n    return a\n```",
        "```\nimport html\n\na = 2\nreturn a\n```",
        # The whole file, or a class made up around it: what follows the function is no part of it.
        "```\nimport os\n\ndef f(x):\n    a = 2\n    return a\n\nB = 3\n```",
        "```\nclass C:\n    def f(x):\n        a = 2\n        return a\n\n    def g(): 1\n```",
    ],
)
def test_however_a_model_writes_the_lines_only_they_change(reply):
    assert revised(CODE, BODY, "python", block(reply)) == CODE.replace("a = 1", "a = 2")


def test_an_import_that_the_code_uses_goes_to_the_others():
    made = revised(
        CODE, BODY, "python", block("```\nimport html\na = html.escape(x)\nreturn a\n```")
    )

    assert made.startswith("import os\nimport html\n")
    assert "    a = html.escape(x)\n" in made


@pytest.mark.parametrize(
    "code",
    [
        "if x:  # well\n    a = 2\nreturn a",
        "a = f(\n    x)\nreturn a",
        'a = """b\n    c"""\nreturn a',
    ],
)
def test_a_first_line_that_is_meant_to_be_less_deep_stays_so(code):
    made = revised(CODE, BODY, "python", code.split("\n")).split("\n")

    assert made[5] == f"    {code.split(chr(10))[0]}"
    assert made[6].startswith("        ")


def test_a_module_that_the_code_speaks_of_and_nothing_brings_is_imported():
    made = revised(CODE, BODY, "python", ["a = html.escape(json)", "return os.path.join(a, x.re)"])

    assert made.startswith("import os\nimport html\n\n")  # json and re are no modules here


@pytest.mark.parametrize("reply", ["", "```\n```", "```python\nimport os\n```", "```\n    a = 2\n"])
def test_an_answer_without_code_or_cut_short_is_refused(reply):
    with pytest.raises(PatchError):
        revised(CODE, BODY, "python", block(reply))


def test_line_ends_of_the_file_are_kept():
    text = CODE.replace("\n", "\r\n")

    assert revised(text, BODY, "python", ["a = 2", "return a"]) == text.replace("a = 1", "a = 2")


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

    assert with_imports(text, "python", ["import html"]) == "import html\n\n\n" + text


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
