import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.interface import Whole
from indict_review.patches.reading import read

CODE = "import os\n\nprint(os.name)\n"


def files(text, form=None):
    found = read(text, form)
    assert found.forms == ("whole-file",)
    assert {patch.status for patch in found.patches} == {Status.MODIFIED}
    return {patch.path: patch.pieces[0] for patch in found.patches}


@pytest.mark.parametrize(
    "head",
    [
        "src/app.py\n```python\n",
        "**`src/app.py`**\n\n```python\n",
        "### File: src/app.py\n\n\n```\n",
        "```python src/app.py\n",
        "```python:src/app.py\n",
        "```src/app.py\n",
        '```python title="src/app.py"\n',
        "src/app.py\n```src/app.py\n",
        "Two files go:\n- `a.py`\n- `b.py`\n\nFile: src/app.py\n```python\n",
    ],
)
def test_a_fence_that_is_named_holds_the_file(head):
    assert files(f"I wrote it:\n\n{head}{CODE}```\n") == {"src/app.py": Whole(CODE)}


def test_a_comment_that_only_names_the_file_is_a_title():
    wanted = {"src/app.py": Whole(CODE, "# src/app.py\n")}

    assert files(f"```python\n# src/app.py\n{CODE}```\n") == wanted


@pytest.mark.parametrize("comment", ["# lib.py\n", "# src/app.py\n"])
def test_a_comment_in_a_fence_that_has_a_name_is_code(comment):
    text = f"src/app.py\n```python\n{comment}{CODE}```\n"

    assert files(text) == {"src/app.py": Whole(comment + CODE)}


def test_several_files_are_read_and_an_empty_one_is_a_file():
    text = f"**a.py**\n```python\n{CODE}```\n\n**b/__init__.py**\n```python\n```\n"

    assert files(text) == {"a.py": Whole(CODE), "b/__init__.py": Whole("")}


def test_the_prose_says_nothing_of_what_is_named():
    assert (
        read(f"Here.\n\n**a.py**\n\n```python\n{CODE}```\n\nDone.\n").account == "Here.\n\n\nDone."
    )
    assert read(f"**a.py**\n\n```python\n{CODE}```\n").account is None


@pytest.mark.parametrize(
    "head",
    [
        "In `src/app.py`, change this:\n\n```python\n",
        "Changed are:\n- `src/app.py`\n- `src/b.py`\n\n```python\n",
        "src/app.py:12-14\n```python\n",
        "src/app.py\n```console\n",
        "```python\n# see src/app.py\n",
        "```bash\n# requirements.txt\n",
        "### Node.js\n\n```js\n",
        "src/app.py\nis what I mean:\n```python\n",
        "src/app.py\n\n\n\n```python\n",
    ],
)
def test_a_fence_that_is_not_named_is_no_file(head):
    with pytest.raises(PatchError, match=r"the code on line \d+ names no file") as caught:
        read(f"{head}{CODE}```\n")

    assert "above" in caught.value.hint


def test_json_that_is_no_edit_is_a_file_if_it_is_named():
    text = '**package.json**\n```json\n{"name": "x", "files": ["a"]}\n```\n'

    assert files(text) == {"package.json": Whole('{"name": "x", "files": ["a"]}\n')}


def test_a_diff_that_is_a_file_by_its_name_is_content():
    diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"

    assert files(f"**fixes/id.patch**\n\n```\n{diff}```\n") == {"fixes/id.patch": Whole(diff)}


def test_a_wider_fence_encloses_narrower_ones():
    body = "# How\n\n```sh\nls\n```\n\n~~~diff\n--- a/x\n+++ b/x\n@@ @@\n-a\n+b\n~~~\n"

    assert files(f"R.md\n````markdown\n{body}````\n") == {"R.md": Whole(body)}
    assert files(f"R.md\n~~~~\n{body}~~~~\n") == {"R.md": Whole(body)}


@pytest.mark.parametrize(
    "body",
    [
        "# How\n```sh\nls\n```\nmore\n",
        "# How\n```\nls\n```\nmore\n",
        "```\nls\n```\n```\nls\n```\n",
    ],
)
def test_a_fence_that_may_end_the_file_too_early_is_refused(body):
    with pytest.raises(PatchError, match="ends is not clear") as caught:
        read(f"R.md\n```markdown\n{body}```\n")

    assert "wider" in caught.value.hint


def test_bare_fences_of_a_reply_are_no_trap_for_code():
    assert files(f"a.py\n```\n{CODE}```\n\nIt prints:\n\n```\nposix\n```\n") == {
        "a.py": Whole(CODE)
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"a.py\n```b.py\n{CODE}```\n", "line 2 is said to be b.py and a.py"),
        (f"../a.py\n```\n{CODE}```\n", "leaves"),
        (f"`/etc/a.py`\n```\n{CODE}```\n", "absolute"),
        (f".git/config.ini\n```\n{CODE}```\n", "git's own"),
        (f"a.py\n```\n{CODE}```\n\na.py\n```\n{CODE}```\n", "changes a.py twice"),
        ("a.py\n```\nx = 1\n*** Begin Patch\n```\n", "a.py has an edit amid its text: line 4"),
        ("web/new.ts\n```ts\n--- a/x\n+++ b/x\n@@ @@\n-a\n+b\n```\n", "is for x, and said to be"),
        ("e.patch\n```diff\n--- a/x\n+++ b/x\n@@ @@\n-a\n+b\n```\n", "is for x, and said to be"),
    ],
)
def test_what_is_written_badly_is_refused(text, said):
    with pytest.raises(PatchError, match=said) as caught:
        read(text)

    assert caught.value.hint


def test_a_form_the_user_names_is_believed():
    diff = "--- a/x\n+++ b/x\n@@ @@\n-a\n+b\n"

    assert files(f"new.ts\n```diff\n{diff}```\n", "whole-file") == {"new.ts": Whole(diff)}
    assert read(f"a.py\n```\n{CODE}```\n", "whole-file").patches[0].sure
    assert not read(f"a.py\n```\n{CODE}```\n").patches[0].sure
