"""Where lines of the base are shown in the head."""

from dataclasses import replace

import pytest

from indict_review.change import Change, File, FileChange, Status, Tree
from indict_review.evidence import Location, Side
from indict_review.formats.placing import Place, anywhere, in_head

BEFORE = "a\nb\nc\nd\ne\n"


def change(after, status=Status.MODIFIED, path="x.py", old_path=None):
    head = {} if after is None else {path: File(after.encode())}
    file = FileChange(path, old_path, status, None, 0, 0)
    return Change("patch", Tree({old_path or path: File(BEFORE.encode())}), Tree(head), (file,), "")


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        ("a\nb\nc\nd\ne\n", [1, 2, 3, 4, 5]),
        ("a\nb\ne\n", [1, 2, 3, 3, 3]),
        ("a\nX\nd\nc\nY\ne\n", [1, 2, 4, 3, 6]),
        ("a\nb\nX\nY\nZ\nd\ne\n", [1, 2, 3, 6, 7]),
        ("new\na\nb\nc\nd\ne\n", [2, 3, 4, 5, 6]),
        ("", [1, 1, 1, 1, 1]),
        (None, [1, 1, 1, 1, 1]),
    ],
)
def test_a_line_of_the_base_is_shown_where_it_went_or_where_it_was_taken_out(after, lines):
    moved = change(after, Status.DELETED if after is None else Status.MODIFIED)

    for number, line in enumerate(lines, 1):
        place = in_head(Location("x.py", number, number, "", Side.LEFT), moved)
        assert place == Place("x.py", line, line, f"before the change, line {number}")


def test_a_renamed_file_is_shown_under_its_new_name():
    moved = change(BEFORE, Status.RENAMED, "new.py", "old.py")

    assert in_head(Location("old.py", 2, 2, "", Side.LEFT), moved).path == "new.py"


def test_lines_of_the_head_are_where_they_are():
    assert in_head(Location("x.py", 3, 2, ""), change(BEFORE)) == Place("x.py", 3, 3)


def test_what_stands_nowhere_is_shown_at_the_first_file():
    assert anywhere(change(BEFORE)) == "x.py"
    assert anywhere(replace(change(BEFORE), files=())) == ".indict-review.yaml"
