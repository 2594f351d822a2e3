"""Sentences that announce a whole file, and those that only speak of one."""

import pytest

from indict_review.errors import PatchError
from indict_review.patches.naming import named_by_sentence
from indict_review.patches.reading import read


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("Here's the updated `mail.py`:", "mail.py"),
        ("Create a new file called `validate.py` with:", "validate.py"),
        ("1. **Create `src/a.py`:**", "src/a.py"),
        ("Here is the complete code for `app.py`:", "app.py"),
        ("Here's the full updated file `app.py`:", "app.py"),
        ("New file `./mail_smtp.py` with the following content:", "mail_smtp.py"),
    ],
)
def test_a_sentence_that_announces_the_whole_of_a_file_names_it(line, path):
    assert named_by_sentence(line + "\n") == path


@pytest.mark.parametrize(
    "line",
    [
        "In `app.py`, change this function:",
        "Here is the old version of `app.py`:",
        "The original `app.py` was:",
        "Here is the updated function in `app.py`:",
        "Add this to `app.py`:",
        "Here is `app.py`:",
        "Here's the updated `mail.py` and `db.py`:",
        "Here's the updated `mail.py`.",
        "If you want all of it, the complete `mail.py`:",
        "The updated part of `mail.py`:",
        "Here's the updated `json.loads`:",
    ],
)
def test_a_sentence_that_only_speaks_of_a_file_names_none(line):
    assert named_by_sentence(line + "\n") is None


EDIT = "`a.py`\n```python\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\n\n"


def test_what_a_sentence_announces_is_a_whole_file_and_the_sentence_is_prose():
    got = read(f"{EDIT}Here's the new file `b.py`:\n\n```python\nz = 1\n```\n")

    assert [patch.path for patch in got.patches] == ["a.py", "b.py"]
    assert got.account == "Here's the new file `b.py`:"


def test_half_a_reply_is_not_taken():
    with pytest.raises(PatchError, match=r"line 13 speaks of db\.py") as caught:
        read(f"{EDIT}And in db.py, change `connect` like this:\n\n```python\ndef connect():\n```\n")

    assert "SEARCH/REPLACE" in caught.value.hint


def test_code_that_only_shows_how_to_use_it_is_prose_and_is_told():
    got = read(f"{EDIT}Usage:\n\n```python\nimport a\n```\n\n```sh\npytest\n```\n")

    assert [patch.path for patch in got.patches] == ["a.py"]
    assert got.notes == ("the code on line 13 named no file: taken as prose",)


def test_a_command_is_not_what_lacks_a_name():
    with pytest.raises(PatchError, match="line 6 names no file"):
        read("```sh\npip install x\n```\n\n```python\nx = 1\n```\n")
