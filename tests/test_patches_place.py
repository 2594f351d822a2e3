import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import place
from indict_review.patches.interface import FilePatch, Hunk
from indict_review.patches.place import replace_once


def apply(content, *hunks):
    return place.apply(FilePatch("t.py", "t.py", Status.MODIFIED, hunks=hunks), content)


def test_a_hunk_goes_where_it_says_though_it_fits_elsewhere_too():
    placed = apply(b"a\na\na\n", Hunk(("a\n",), ("b\n",), hint=1))

    assert (placed.content, placed.notes) == (b"a\nb\na\n", ())


def test_a_wrong_line_number_is_repaired_and_said():
    placed = apply(b"1\n2\n3\nx\n", Hunk(("x\n",), ("y\n",), hint=0))

    assert placed.content == b"1\n2\n3\ny\n"
    assert placed.notes == ("t.py: hunk 1 moved from line 1 to 4",)


def test_a_missing_line_number_is_found_and_said():
    placed = apply(b"1\nx\n", Hunk(("x\n",), ("y\n",)))

    assert (placed.content, placed.notes) == (b"1\ny\n", ("t.py: hunk 1 put at line 2",))


@pytest.mark.parametrize("hint", [None, 1, 99])
def test_two_places_are_no_place(hint):
    with pytest.raises(PatchError, match="hunk 1 fits at line 1 and at line 3") as caught:
        apply(b"x\n1\nx\n", Hunk(("x\n",), ("y\n",), hint))

    assert "begins with x" in caught.value.hint


def test_no_place_is_said_with_the_hunks_own_words():
    with pytest.raises(PatchError, match=r"t\.py: hunk 2 fits nowhere") as caught:
        apply(b"a\nb\n", Hunk(("a\n",), ("c\n",), 0), Hunk(("e\x1b\n",), (), 1))

    assert "e\\x1b" in caught.value.hint


@pytest.mark.parametrize(
    "hunks",
    [
        [Hunk(("b\n",), ("B\n",), 1), Hunk(("a\n",), ("A\n",), 0)],
        [Hunk(("a\n", "b\n"), ("A\n",), 0), Hunk(("b\n", "c\n"), ("B\n",), 1)],
    ],
)
def test_hunks_out_of_order_or_over_one_another_are_refused(hunks):
    with pytest.raises(PatchError, match="hunk 2 overlaps"):
        apply(b"a\nb\nc\n", *hunks)


@pytest.mark.parametrize(
    ("content", "expected", "note"),
    [
        (b"a\r\nb\r\n", b"a\r\nc\r\n", "CRLF"),
        (b"a\nb", b"a\nc", "without a newline"),
    ],
)
def test_line_ends_a_model_did_not_see_are_the_files(content, expected, note):
    placed = apply(content, Hunk(("a\n", "b\n"), ("a\n", "c\n"), 0))

    assert placed.content == expected
    assert note in placed.notes[0]


def test_a_patch_saved_with_crlf_fits_a_file_with_lf():
    assert apply(b"a\nb\n", Hunk(("a\r\n",), ("c\r\n",), 0)).content == b"c\nb\n"


def test_lines_without_context_need_a_line_number():
    assert apply(b"a\nb\n", Hunk((), ("x\n",), 1)).content == b"a\nx\nb\n"
    assert apply(b"", Hunk((), ("x\n",), None)).content == b"x\n"
    for hint in (None, 0, 3):
        with pytest.raises(PatchError, match="has no context"):
            apply(b"a\nb\n", Hunk((), ("x\n",), hint))


@pytest.mark.parametrize(
    ("content", "hunk"),
    [(b"a\nb\n", Hunk(("a\n",), ("x",), 0)), (b"a", Hunk((), ("b\n",), 1))],
)
def test_no_line_runs_into_the_next(content, hunk):
    with pytest.raises(PatchError, match="where the file ends"):
        apply(content, hunk)


def test_bytes_that_are_no_utf_8_are_matched_and_kept():
    placed = apply(b"\xff\xfe\n\xe9\n", Hunk(("\udce9\n",), ("\udce8\n",), 1))

    assert placed.content == b"\xff\xfe\n\xe8\n"


def test_searching_is_bounded_by_work(monkeypatch):
    monkeypatch.setattr(place, "MAX_COMPARISONS", 1000)
    content = b"a\nb\n" * 5000 + b"b\na\n"
    near_miss = Hunk(("b\n",) * 3, (), None)

    with pytest.raises(PatchError, match="too many hunks"):
        apply(content, near_miss)


def test_hunks_at_their_line_cost_one_comparison_a_line():
    lines = [f"{n}\n" for n in range(3000)]
    file = place._File(lines)

    for n in range(0, 3000, 2):
        assert place._place(file, Hunk((lines[n],), ("x\n",), n), "h")[0] == n

    assert file.comparisons == 1500


@pytest.mark.parametrize("quote", ["nowhere", "", "two"])
def test_a_quote_fits_once_or_not_at_all(quote):
    with pytest.raises(PatchError) as caught:
        replace_once("one two two", quote, "x")

    assert caught.value.hint


def test_overlapping_fits_count_too():
    with pytest.raises(PatchError, match="more than once"):
        replace_once("aaa", "aa", "x")


def test_a_quote_that_fits_once_is_replaced():
    assert replace_once("one two", "two", "\\1") == "one \\1"
