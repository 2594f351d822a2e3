import pytest

from indict_review.errors import PatchError
from indict_review.patches.interface import Hunk
from indict_review.patches.reading import read

PAIR = "<<<<<<< SEARCH\nkeep\nold\n=======\nkeep\nnew\n>>>>>>> REPLACE\n"
HUNK = Hunk(("keep\n", "old\n"), ("keep\n", "new\n"))


def pieces(text):
    """The hunks of each file."""
    found = read(text)
    assert found.forms == ("search-replace",)
    assert all(patch.old_path == patch.new_path for patch in found.patches)
    return {patch.path: patch.pieces for patch in found.patches}


@pytest.mark.parametrize(
    "text",
    [
        f"x.py\n```python\n{PAIR}```\n",
        f"**x.py**\n\n```python\n{PAIR}```\n",
        f"```python\nx.py\n{PAIR}```\n",
        f"```python\n# x.py\n{PAIR}```\n",
        f"```python x.py\n{PAIR}```\n",
        f"```\n\nx.py\n{PAIR}\n```\n",
        f"x.py\n{PAIR}",
        f"I did it.\n\nx.py\n\n{PAIR}\nSee?\n",
        f"<path>x.py</path>\n<diff>\n{PAIR}</diff>\n",
        f"1. Do this:\n\nx.py\n```\n{PAIR}".replace("\n", "\n   ") + "```\n",
    ],
)
def test_the_file_is_named_above_or_within(text):
    assert pieces(text) == {"x.py": (HUNK,)}


@pytest.mark.parametrize(
    ("start", "divider", "end"),
    [
        ("<<<<< SEARCH", "=====", ">>>>> REPLACE"),
        ("<<<<<<<<< SEARCH>", "=========", ">>>>>>>>> REPLACE "),
        ("<<<<<<< ORIGINAL", "=======", ">>>>>>> UPDATED"),
        ("<<<<<<< HEAD", "=======", ">>>>>>> updated"),
        ("------- SEARCH", "=======", "+++++++ REPLACE"),
    ],
)
def test_marks_of_other_tools_are_known(start, divider, end):
    text = f"x.py\n{start}\nkeep\nold\n{divider}\nkeep\nnew\n{end}\n"

    assert pieces(text) == {"x.py": (HUNK,)}


def test_line_numbers_are_hints():
    numbered = PAIR.replace("SEARCH\n", "SEARCH\n:start_line:7\n:end_line:8\n-------\n")
    short = PAIR.replace("SEARCH\n", "SEARCH\n:start_line: 7\n-------\n")

    wanted = (Hunk(HUNK.before, HUNK.after, hint=6),)
    assert pieces(f"x.py\n{numbered}") == pieces(f"x.py\n{short}") == {"x.py": wanted}


def test_a_fence_holds_several_pairs_and_files():
    other = PAIR.replace("old", "odd")

    found = pieces(f"x.py\n```\n{PAIR}\n{other}y.py\n{PAIR}```\n")

    assert found == {"x.py": (HUNK, Hunk(("keep\n", "odd\n"), HUNK.after)), "y.py": (HUNK,)}


def test_a_block_that_names_no_file_is_for_the_one_before():
    other = PAIR.replace("old", "odd")

    found = pieces(f"x.py\n```\n{PAIR}```\n\nand there:\n\n```\n{other}```\n")

    assert found == {"x.py": (HUNK, Hunk(("keep\n", "odd\n"), HUNK.after))}


def test_an_empty_search_puts_a_file_there():
    text = "new.py\n```\n<<<<<<< SEARCH\n=======\na = 1\n>>>>>>> REPLACE\n```\n"

    assert pieces(text) == {"new.py": (Hunk((), ("a = 1\n",)),)}


def test_fences_in_the_code_are_code():
    pair = PAIR.replace("old", "```sh\nls\n```").replace("new", "~~~\nls\n~~~")

    ((hunk,),) = pieces(f"R.md\n```markdown\n{pair}```\n").values()

    assert hunk.before == ("keep\n", "```sh\n", "ls\n", "```\n")
    assert hunk.after == ("keep\n", "~~~\n", "ls\n", "~~~\n")


def test_a_pair_amid_a_markdown_file_is_its_text():
    text = f"docs/how.md\n````markdown\n# How\n\n```\nx.py\n{PAIR}```\n````\n"

    (patch,) = read(text).patches

    assert patch.path == "docs/how.md"
    assert read(text).forms == ("whole-file",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"```\n{PAIR}```\n", "line 2 names no file"),
        (f"Look at x.py now:\n{PAIR}", "names no file"),
        ("x.py\n" + PAIR.replace("old", "======="), "it has 2 lines `=======`"),
        ("x.py\n" + PAIR.replace("=======\n", ""), "it has no line `=======`"),
        ("x.py\n" + PAIR.replace("old", "<<<<<<< SEARCH"), "another block in it"),
        (f"x.py\n```\n{PAIR}and so on\n{PAIR}```\n", "line 10 is in no"),
        (f"```\nimport a\n{PAIR}```\n", "line 2 is in no"),
        (f"x.py\n```python\nimport a\n{PAIR}```\n", "x.py has an edit amid its text: line 4"),
        ("x.py\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n", "cut off"),
        (f"/etc/x.py\n{PAIR}", "absolute"),
        (f"../x.py\n{PAIR}", "leaves"),
    ],
)
def test_what_is_written_badly_is_refused_with_the_line(text, said):
    with pytest.raises(PatchError, match=said) as caught:
        read(text)

    assert caught.value.hint
