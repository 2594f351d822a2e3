"""Replies with several forms in them, and what is said around them."""

import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.interface import Hunk, Quote, Whole
from indict_review.patches.reading import FORMS, read

DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n keep\n-old\n+new\n"
PAIR = "x.py\n```\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n```\n"
EDIT = '```json\n{"path": "x.py", "old_string": "c", "new_string": "d"}\n```\n'
WHOLE = "**y.py**\n\n```python\nprint(1)\n```\n"
ENVELOPE = "*** Begin Patch\n*** Update File: z.py\n@@\n-a\n+b\n*** End Patch\n"


def test_a_reply_may_mix_all_forms_with_prose():
    suggestion = "w.py:3\n```suggestion\nx\n```\n"
    text = f"One:\n\n{DIFF}\nTwo:\n\n{WHOLE}\nThree:\n\n{ENVELOPE}\nFour:\n\n{suggestion}"

    found = read(text)

    assert [patch.path for patch in found.patches] == ["x.py", "y.py", "z.py", "w.py"]
    assert found.forms == ("unified", "whole-file", "apply-patch", "suggestion")
    assert (found.account or "").split() == ["One:", "Two:", "Three:", "Four:"]


def test_edits_of_one_file_in_several_forms_are_one_patch():
    found = read(f"{DIFF}\n{WHOLE}\n{PAIR}\n{EDIT}")

    first, second = found.patches
    assert (first.path, first.unified, first.status) == ("x.py", False, Status.MODIFIED)
    assert first.pieces == (
        Hunk(("keep\n", "old\n"), ("keep\n", "new\n"), 0),
        Hunk(("a\n",), ("b\n",)),
        Quote("c", "d"),
    )
    assert second.pieces == (Whole("print(1)\n"),)


def test_diffs_of_one_file_stay_one_after_the_other():
    again = "```diff\n--- a/x.py\n+++ b/x.py\n@@ @@\n-new\n+newer\n```\n"

    found = read(f"{DIFF}\n{again}")

    assert [patch.path for patch in found.patches] == ["x.py", "x.py"]
    assert all(patch.unified for patch in found.patches)


def test_line_numbers_that_an_earlier_diff_has_moved_do_not_count_in_a_mixture():
    later = DIFF.replace("-1,2 +1,2", "-40,2 +40,2")

    (patch,) = read(f"```diff\n{DIFF}```\n```diff\n{later}```\n{EDIT}").patches

    assert [p.hint for p in patch.pieces if isinstance(p, Hunk)] == [None, None]


TWICE = {
    "whole and edited": WHOLE + EDIT.replace("x.py", "y.py"),
    "deleted and edited": f"*** Begin Patch\n*** Delete File: x.py\n*** End Patch\n\n{EDIT}",
    "deleted by a diff and edited": f"--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n\n{EDIT}",
    "moved and edited": f"diff --git a/x.py b/v.py\nrename from x.py\nrename to v.py\n\n{EDIT}",
    "moved onto": f"diff --git a/v.py b/x.py\nrename from v.py\nrename to x.py\n\n{EDIT}",
    "made executable and edited": (
        f"diff --git a/x.py b/x.py\nold mode 100644\nnew mode 100755\n\n{EDIT}"
    ),
    "binary and edited": f"Binary files a/x.py and b/x.py differ\n\n{EDIT}",
}


@pytest.mark.parametrize("name", TWICE)
def test_a_file_that_is_changed_as_a_whole_and_again_is_refused(name):
    with pytest.raises(PatchError, match=r"the reply changes [xy]\.py twice") as caught:
        read(TWICE[name])

    assert caught.value.hint


def test_an_edit_within_anothers_text_is_text():
    markdown = f"# How\n\n{PAIR}\n{EDIT}\n```diff\n{DIFF}```\n"
    added = "".join(f"+{line}" for line in markdown.splitlines(keepends=True))
    count = markdown.count("\n")
    diff = f"--- /dev/null\n+++ b/R.md\n@@ -0,0 +1,{count} @@\n{added}"
    envelope = f"*** Begin Patch\n*** Add File: R.md\n{added}*** End Patch\n"
    pair = f"R.md\n```\n<<<<<<< SEARCH\nx\n=======\n```diff\n{DIFF}```\n>>>>>>> REPLACE\n```\n"

    for text in (diff, f"```diff\n{diff}```\n", envelope, f"```\n{envelope}```\n", pair):
        assert [patch.path for patch in read(text).patches] == ["R.md"]


def test_code_that_names_no_file_is_prose_and_told():
    code = "```python\nprint(2)\n```\n"
    shell = "```sh\npython y.py\n```\n\n```output\n1\n```\n\n```json\n{}\n```\n"

    one, two, none = (read(WHOLE + more) for more in (code, code + shell + code, shell))

    assert one.notes == ("the code on line 7 named no file: taken as prose",)
    assert two.notes == ("the code on line 7 and 1 more like it named no file: taken as prose",)
    assert none.notes == ()
    assert "print(2)" in (one.account or "")


def test_the_form_the_user_names_is_the_only_one_read():
    found = read(WHOLE + EDIT + DIFF, "json")

    assert ([patch.path for patch in found.patches], found.forms) == (["x.py"], ("json",))
    assert "+new" in (found.account or "")
    for form in set(FORMS) - {"json"}:
        with pytest.raises(PatchError, match=f"written as {form}"):
            read(EDIT, form)
    with pytest.raises(PatchError, match="no form xml"):
        read(EDIT, "xml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("Looks good to me.\n", "there is no patch"),
        ("So:\n```python\nprint(1)\n```\n", "the code on line 3 names no file"),
        ("So:\n```diff\n-a\n+b\n```\n", "the diff on line 3 names no file"),
        (
            "So:\n```diff\n@@ -1 +1 @@\n-a\n+b\n```\n",
            "line 3 of the patch starts a hunk of no file",
        ),
    ],
)
def test_a_text_without_an_edit_is_refused(text, said):
    with pytest.raises(PatchError, match=said) as caught:
        read(text)

    assert caught.value.hint


@pytest.mark.parametrize("hunk", ["@@ -1 +1 @@\n-a\n+b\n", "@@\n-a\n+b\n", "-a\n+b\n"])
def test_a_diff_without_a_header_is_for_the_file_named_above(hunk):
    (patch,) = read(f"**x.py**\n```diff\n{hunk}```\n").patches

    assert (patch.path, patch.status) == ("x.py", Status.MODIFIED)
    assert [(piece.before, piece.after) for piece in patch.pieces] == [(("a\n",), ("b\n",))]


def test_two_hundred_edits_are_read_in_every_form():
    pairs = "".join(PAIR.replace("x.py", f"x{n % 20}.py") for n in range(200))
    edits = "".join(EDIT.replace("x.py", f"x{n % 20}.py") for n in range(200))

    assert [len(patch.pieces) for patch in read(pairs).patches] == [10] * 20
    assert [len(patch.pieces) for patch in read(edits).patches] == [10] * 20
    assert [len(patch.pieces) for patch in read(pairs + edits).patches] == [20] * 20
