"""Where a comment may stand, held against what git itself says of the same difference."""

import re
import subprocess

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indict_review.evidence import Side
from indict_review.github.interface import Anchor, PullFile
from indict_review.publishers.anchors import anchored

RIGHT, LEFT = Side.RIGHT, Side.LEFT

TWO_HUNKS = """\
@@ -1,4 +1,5 @@
 one
-two
+TWO
+2
 three
 four
@@ -20,3 +21,3 @@ def f():
 twenty
-x
+y
 end
\\ No newline at end of file"""


def files(patch=TWO_HUNKS, path="a.py", old_path=None):
    return {path: PullFile(path, old_path, patch)}


@pytest.mark.parametrize(
    ("start", "end", "side", "lines"),
    [
        (2, 3, RIGHT, (2, 3)),
        (1, 1, RIGHT, (1, 1)),
        (5, 9, RIGHT, (5, 5)),
        (3, 21, RIGHT, (3, 5)),
        (21, 22, RIGHT, (21, 22)),
        (4, 22, RIGHT, (21, 22)),
        (0, 99, RIGHT, (1, 5)),
        (2, 2, LEFT, (2, 2)),
        (1, 30, LEFT, (2, 2)),
    ],
)
def test_the_part_that_one_hunk_has_is_where_it_stands(start, end, side, lines):
    assert anchored("a.py", start, end, side, files()) == Anchor("a.py", *lines, side.value)


@pytest.mark.parametrize(
    ("start", "end", "side"),
    [(6, 20, RIGHT), (24, 99, RIGHT), (1, 1, LEFT), (22, 22, LEFT), (3, 2, RIGHT)],
)
def test_outside_of_the_hunks_there_is_no_place(start, end, side):
    assert anchored("a.py", start, end, side, files()) is None


def test_a_file_without_a_patch_has_no_place():
    assert anchored("a.py", 1, 1, RIGHT, files(None)) is None
    assert anchored("a.py", 1, 1, RIGHT, files("")) is None
    assert anchored("b.py", 1, 1, RIGHT, files()) is None


def test_what_a_renamed_file_lost_goes_by_its_new_name():
    both = {**files("@@ -0,0 +1 @@\n+new", "old.py"), **files(path="new.py", old_path="old.py")}

    assert anchored("old.py", 2, 2, LEFT, both) == Anchor("new.py", 2, 2, "LEFT")
    assert anchored("new.py", 2, 2, RIGHT, both) == Anchor("new.py", 2, 2)
    assert anchored("old.py", 1, 1, RIGHT, both) == Anchor("old.py", 1, 1)


def test_a_hunk_that_is_not_as_its_head_says_is_none():
    patch = f"@@ -1,2 +1,2 @@\n one\n-a\n+b\n+c\n{TWO_HUNKS[TWO_HUNKS.rindex('@@ -20') :]}"

    assert anchored("a.py", 1, 3, RIGHT, files(patch)) is None
    assert anchored("a.py", 22, 22, RIGHT, files(patch)) == Anchor("a.py", 22, 22)


def test_lines_of_the_change_that_look_like_a_head_are_lines():
    patch = "@@ -1 +1,3 @@\n-@@ -1 +90 @@\n+@@ -1 +90,9 @@\n+\r\x0c\u2028x\n+--- a\n"

    assert anchored("a.py", 1, 99, RIGHT, files(patch.removesuffix("\n"))) == Anchor("a.py", 1, 3)


LINE = st.sampled_from(
    ["a", "b", "", "@@ -1 +1 @@", "-x", "+x", " ", "\\ No newline", "\r", "\x0c"]
)
TEXT = st.builds(
    lambda lines, end: "\n".join(lines) + end,
    st.lists(LINE, max_size=25),
    st.sampled_from(["", "\n"]),
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TEXT, TEXT, st.integers(0, 28), st.integers(0, 28), st.sampled_from(Side))
@example("a\nb\n" * 9, "b\na\n" * 9 + "x", 3, 17, LEFT)
@example("a\n" * 20, "b\n" + "a\n" * 20 + "c", 1, 28, RIGHT)
def test_git_agrees_with_each_place(tmp_path, before, after, one, other, side):
    (tmp_path / "before").write_bytes(before.encode())
    (tmp_path / "after").write_bytes(after.encode())
    shown = difference(tmp_path, 3)
    start, end = sorted((one, other))

    anchor = anchored("a", start, end, side, files(shown[shown.find("@@") :], "a"))

    ranges = heads(shown)[side]
    lines = {n for first, count in ranges for n in range(first, first + count)}
    if side is LEFT:
        # Without context, the heads alone say which lines were deleted.
        bare = heads(difference(tmp_path, 0))[LEFT]
        lines = {n for first, count in bare for n in range(first, first + count)}
    assert (anchor is None) == (not lines & set(range(start, end + 1)))
    if anchor:
        assert start <= anchor.start_line <= anchor.line <= end
        assert {anchor.start_line, anchor.line} <= lines
        assert any(
            first <= anchor.start_line and anchor.line < first + count for first, count in ranges
        )


def difference(folder, context):
    command = ["git", "diff", "--no-index", "--text", f"-U{context}", "before", "after"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert ran.returncode in {0, 1}, ran.stderr
    return ran.stdout.decode().removesuffix("\n")


def heads(shown):
    """The first line and the count of each hunk, by side, from the heads alone."""
    found = {LEFT: [], RIGHT: []}
    for head in re.findall(r"(?m)^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", shown):
        left, lefts, right, rights = (int(n) if n else 1 for n in head)
        found[LEFT].append((left, lefts))
        found[RIGHT].append((right, rights))
    return found
