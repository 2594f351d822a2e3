import time

import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import locate, place, target
from indict_review.patches.interface import FilePatch, Hunk, Numbered, Quote, split_lines
from indict_review.patches.target import Target


def apply(content, *hunks):
    """A unified diff's."""
    patch = FilePatch("t.py", "t.py", Status.MODIFIED, pieces=hunks, unified=True)
    return place.apply(patch, content)


def edit(text, *pieces, **options):
    """Any other form's: the text and the notes."""
    patch = FilePatch("t.py", "t.py", Status.MODIFIED, pieces=pieces)
    placed = place.apply(patch, text.encode(), **options)
    return placed.content.decode(), placed.notes


def lines(text):
    return tuple(split_lines(text))


def hunk(before, after, **more):
    return Hunk(lines(before), lines(after), **more)


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
    ("before", "after", "why"),
    [
        ("a\nlost\n", "a\n", "the file has no line lost"),
        ("a\nc\n", "a\n", "the file has its lines, but not together"),
        ("old\n", "b\n", "what it would make is there already"),
    ],
)
def test_why_it_fits_nowhere_is_said(before, after, why):
    with pytest.raises(PatchError, match=f"fits nowhere in it.*{why}"):
        apply(b"a\nb\nc\n", hunk(before, after))


@pytest.mark.parametrize(
    ("hunks", "said"),
    [
        ([hunk("b\n", "B\n", hint=1), hunk("a\n", "A\n", hint=0)], "hunk 2 comes before"),
        ([hunk("a\nb\n", "A\n", hint=0), hunk("b\nc\n", "B\n", hint=1)], "line 2: .*hunk 2"),
    ],
)
def test_hunks_out_of_order_or_over_one_another_are_refused(hunks, said):
    with pytest.raises(PatchError, match=said):
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
    monkeypatch.setattr(target, "MAX_COMPARISONS", 1000)
    content = b"a\nb\n" * 5000 + b"b\na\n"
    near_miss = Hunk(("b\n",) * 3, (), None)

    with pytest.raises(PatchError, match="too many"):
        apply(content, near_miss)


def test_hunks_at_their_line_cost_one_comparison_a_line():
    file = Target("".join(f"{n}\n" for n in range(3000)))

    for n in range(0, 3000, 2):
        assert locate.hunk(file, Hunk((f"{n}\n",), ("x\n",), n), "h").at == n

    assert file.comparisons == 1500


CODE = """class A:
    def f(self):
        x = 1
        return x

    def g(self):
        y = 2
        return y


class B:
    def f(self):
        x = 1
        return x
"""


def test_all_edits_are_of_the_file_as_it_is_in_whatever_order():
    a, b = hunk("        y = 2\n", "        x = 1\n"), Quote("class B", "class C")
    c = Numbered(3, 3, ("        y = 2\n",))

    assert {edit(CODE, *order) for order in ((a, b, c), (c, b, a), (b, c, a))} == {
        (
            CODE.replace("x = 1", "?", 1)
            .replace("y = 2", "x = 1")
            .replace("?", "y = 2")
            .replace("class B", "class C"),
            (),
        )
    }


def test_edits_may_share_the_lines_that_both_keep():
    a, b = hunk("a\nb\n", "A\nb\n"), hunk("b\nc\n", "b\nC\n")

    assert edit("a\nb\nc\n", a, b) == ("A\nb\nC\n", ())


MORE = hunk("a\n-\n-\nb\n", "a\n-\n-\n-\nb\n")
LESS = hunk("a\n-\n-\nb\n", "a\n-\nb\n")
ROWS = hunk("{\na\n}\n{\nb\n", "{\na\n}\n{\nx\n}\n{\nb\n")


@pytest.mark.parametrize(
    ("text", "slid", "other", "where"),
    [
        ("a\n-\n-\nb\n", MORE, Numbered(3, 2, ("x\n",)), "line 3"),
        ("a\n-\n-\nb\n", MORE, Numbered(3, 3, ("x\n",)), "line 3"),
        ("a\n-\n-\nb\n", LESS, Numbered(3, 2, ("x\n",)), "line 3"),
        ("a\n-\n-\nb\n", LESS, Numbered(2, 2, ("x\n",)), "line 2"),
        ("{\na\n}\n{\nb\n}\n", ROWS, Numbered(4, 3, ("y\n",)), "line 4"),
    ],
)
def test_an_edit_amid_lines_of_which_any_may_be_the_new_ones_is_refused(text, slid, other, where):
    for order in ((slid, other), (other, slid)):
        with pytest.raises(PatchError, match=f"two edits of one place, {where}: "):
            edit(text, *order)


@pytest.mark.parametrize(("slid", "made"), [(MORE, "-\n-\n-\n"), (LESS, "-\n")])
def test_an_edit_beside_lines_of_which_any_may_be_the_new_ones_is_made(slid, made):
    before, above, below = "a\n-\n-\nb\n", Numbered(2, 1, ("x\n",)), Numbered(4, 4, ("y\n",))

    assert edit(before, slid, above, below) == (f"a\nx\n{made}y\n", ())


@pytest.mark.parametrize(
    ("pieces", "where"),
    [
        ([hunk("b\n", "1\n"), hunk("b\n", "2\n")], "line 2"),
        ([hunk("b\nc\n", "1\n"), Quote("b\nc", "2")], "lines 2 to 3"),
        ([Quote("b\nc", "1"), Numbered(3, 3, ("2\n",))], "line 3"),
        ([Numbered(2, 1, ("1\n",)), Numbered(2, 1, ("2\n",))], "line 2"),
        ([hunk("a\n", "a\n1\n"), Numbered(2, 1, ("2\n",))], "line 2"),
        ([Numbered(1, 3, ("1\n",)), Numbered(2, 1, ("2\n",))], "line 2"),
    ],
)
def test_two_edits_of_one_place_are_refused(pieces, where):
    for order in (pieces, pieces[::-1]):
        with pytest.raises(PatchError, match=f"two edits of one place, {where}: .*edit 2|edit 1"):
            edit("a\nb\nc\nd\n", *order)


@pytest.mark.parametrize(
    "late",
    [
        Quote("new_name(1)", "new_name(2)"),
        hunk("x = new_name(1)\n", "x = 3\n"),
        hunk("x = new_name(1)\nb\n", "x = 3\n"),
    ],
)
def test_an_edit_of_what_another_one_makes_is_refused_with_the_reason(late):
    first = Quote("old()", "new_name(1)") if isinstance(late, Quote) else None
    first = first or hunk("x = old()\n", "x = new_name(1)\n")

    for order in ((first, late), (late, first)):
        with pytest.raises(PatchError, match="depends on another edit"):
            edit("x = old()\nb\n", *order)


def test_an_edit_that_fits_nowhere_and_no_other_makes_only_fits_nowhere():
    with pytest.raises(PatchError, match="edit 2 fits nowhere"):
        edit("a\nb\n", hunk("a\n", "c\n"), hunk("z\n", "y\n"))


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        (Quote("nowhere", "x"), "nowhere"),
        (Quote("", "x"), "not empty"),
        (Quote("two", "x"), "at line 1 and at line 2"),
        (Quote("aa", "x"), "at line 3 and at line 3"),
        (Quote("aa", "x", every=True), "overlaps itself"),
    ],
)
def test_a_quote_fits_once_or_not_at_all(quote, said):
    with pytest.raises(PatchError, match=said) as caught:
        edit("one two\ntwo\naaa\n", quote)

    assert caught.value.hint


def test_a_quote_that_fits_once_is_replaced_wherever_it_stands():
    assert edit("one two", Quote("two", "\\1")) == ("one \\1", ())
    assert edit("a b c\n", Quote("a", "x"), Quote("c", "z")) == ("x b z\n", ())
    assert edit("", Quote("", "new\n")) == ("new\n", ())


def test_a_quote_for_every_place_is_replaced_at_each():
    assert edit("a b a\na\n", Quote("a", "xx", every=True)) == ("xx b xx\nxx\n", ())
    assert edit("a\r\nb\r\n" * 2, Quote("a\nb", "c\nd", every=True))[0] == "c\r\nd\r\n" * 2


def test_what_one_quote_may_put_in_is_bounded(monkeypatch):
    with pytest.raises(PatchError, match="10,000 places"):
        edit("a\n" * 10_001, Quote("a", "b", every=True))
    monkeypatch.setattr(place, "MAX_SIZE", 2**20)
    with pytest.raises(PatchError, match="1 MiB"):
        edit("a\n" * 2000, Quote("a", "b" * 2000, every=True))


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (Numbered(1, 3, ()), "the file has 2"),
        (Numbered(0, 1, ()), "the file has 2"),
        (Numbered(2, 0, ()), "the file has 2"),
        (Numbered(4, 3, ()), "the file has 2"),
        (Numbered(1, 1, ("x\n",), ("b\n",)), "names other lines than 1 to 1"),
        (Numbered(1, 1, ("x\n",), ("a\n", "b\n")), "names other lines"),
        (Numbered(1, 1, ("x\n",), ()), "names other lines"),
        (Numbered(1, 1, ("x",)), "where the file ends"),
    ],
)
def test_lines_by_number_have_to_be_there_and_be_the_same(piece, said):
    with pytest.raises(PatchError, match=said):
        edit("a\nb\n", piece)


@pytest.mark.parametrize(
    ("before", "piece", "after", "note"),
    [
        ("a\nb\n", Numbered(2, 2, ("x\n", "y\n")), "a\nx\ny\n", None),
        ("a\nb\n", Numbered(1, 0, ("x\n",)), "x\na\nb\n", None),
        ("a\nb\n", Numbered(3, 2, ("x\n",)), "a\nb\nx\n", None),
        ("a\nb\n", Numbered(1, 1, ()), "b\n", None),
        ("a\r\nb\r\n", Numbered(1, 1, ("x\n",)), "x\r\nb\r\n", "CRLF"),
        ("a\nb", Numbered(2, 2, ("x\n",)), "a\nx", "without a newline"),
        ("a\n  b  \n", Numbered(2, 2, ("c\n", "b\n"), ("b\n",)), "a\n  c\n  b  \n", "2 spaces"),
    ],
)
def test_lines_by_number_are_replaced(before, piece, after, note):
    text, notes = edit(before, piece)

    assert text == after
    assert (note in notes[0]) if note else notes == ()


# What may differ: line ends are tested above, for hunks of a diff.

TOLERANT = {
    "white space lost at the ends of lines": (
        "def f():  \n    a = 1\n\t\n    return a\n",
        hunk("def f():\n    a = 1\n\n    return a\n", "def f():\n    a = 2\n\n    return a\n"),
        "def f():  \n    a = 2\n\t\n    return a\n",
        "at the ends of its lines",
    ),
    "written without its indentation": (
        "class A:\n    def f(self):\n        return 1\n",
        hunk(
            "def f(self):\n    return 1\n", "def f(self):\n    if x:\n\n        y()\n    return 1\n"
        ),
        "class A:\n    def f(self):\n        if x:\n\n            y()\n        return 1\n",
        "indented by 4 spaces more",
    ),
    "written too deep": (
        "a\nif b:\n    c\n",
        hunk("  if b:\n      c\n", "  if b:\n      d\n"),
        "a\nif b:\n    d\n",
        "indented by 2 spaces less",
    ),
    "spaces for tabs": (
        "if a {\n\tif b {\n\t\tc()\n",
        hunk("    if b {\n        c()\n", "    if b {\n        d()\n            e()\n"),
        "if a {\n\tif b {\n\t\td()\n\t\t\te()\n",
        "a tab for 4 spaces",
    ),
    "tabs for spaces": (
        "if a:\n  b\n",
        hunk("if a:\n\tb\n", "if a:\n\tif c:\n\t\tb\n"),
        "if a:\n  if c:\n    b\n",
        "2 spaces for a tab",
    ),
    "CRLF, and indentation": (
        "x\r\n    a\r\n    b",
        hunk("a\nb\n", "a\nc\nb\nd\n"),
        "x\r\n    a\r\n    c\r\n    b\r\n    d",
        "CRLF",
    ),
    "a quote of whole lines": (
        "x\n    a = 1\n    b = 2\n",
        Quote("a = 1\nb = 2", "a = 2\nb = 2"),
        "x\n    a = 2\n    b = 2\n",
        "4 spaces more",
    ),
    "a quote across CRLF": (
        "f(a,\r\n  b)\r\n",
        Quote("a,\n  b", "a,\n  c"),
        "f(a,\r\n  c)\r\n",
        "CRLF",
    ),
    "new lines in a CRLF file": ("a b\r\nc\r\n", Quote("b", "b\nd"), "a b\r\nd\r\nc\r\n", "CRLF"),
}


@pytest.mark.parametrize("name", TOLERANT)
def test_white_space_may_differ_where_it_is_clear_and_is_told(name):
    before, piece, after, note = TOLERANT[name]
    text, notes = edit(before, piece)

    assert text == after
    assert any(note in said for said in notes)
    with pytest.raises(PatchError):
        edit(before, piece, exact=True) if name != "new lines in a CRLF file" else edit("", piece)


@pytest.mark.parametrize(
    ("before", "piece", "said"),
    [
        ("  a\n    a\n", hunk("a\n", "b\n"), "at line 1 and at line 2"),
        ("a \nb\na\t\n", hunk("a\n", "b\n"), "at line 1 and at line 3"),
        ("  a\n  b\n", hunk(" a\n   b\n", "c\n"), "nowhere"),  # no one shift explains both
        ("\ta\n\tb\n", hunk("  a\n    b\n", "c\n"), "nowhere"),  # nor one size of a tab
        ("\ta\n", hunk("    a\n", "    a\n      b\n"), "not for certain"),  # half a tab
        ("\ta\n", hunk("a\n", "a\n    b\n"), "not for certain"),  # tabs, then spaces
        ("a\n", hunk("  a\n", "  a\nb\n"), "not for certain"),  # cannot go further left
        ("  a\n", hunk("a b\n", "c\n"), "nowhere"),
        ("a = 1\n", Quote("a  =  1", "x"), "nowhere"),
        ("  a\nc\n", Quote("   a\n", "b"), "nowhere"),  # it would run into the next line
        ("a\r\nb\nc\r\n", hunk("a\nb\nc\n", "a\nb\nx\nc\n"), "not for certain"),  # which end?
        ("}  \n}\nx\n", hunk("}\n}\nx\n", "}\nx\n"), "not for certain"),  # which one goes?
        ("a\n\t\n", hunk("\n\n", "\n"), "nowhere"),
    ],
)
def test_where_white_space_leaves_a_choice_nothing_is_chosen(before, piece, said):
    with pytest.raises(PatchError, match=said):
        edit(before, piece)


def test_an_exact_fit_is_taken_though_others_fit_but_for_white_space():
    assert edit("  a\na\n    a\n", hunk("a\n", "b\n")) == ("  a\nb\n    a\n", ())


def test_a_missing_newline_at_the_end_makes_no_place_less_of_one():
    text = "a\nb\n\na\nb"

    with pytest.raises(PatchError, match="at line 1 and at line 4"):
        edit(text, hunk("a\nb\n", "c\n"))
    assert edit(text, hunk("a\nb\n", "c\n", at_end=True))[0] == "a\nb\n\nc"
    assert edit(text, hunk("a\nb", "c"))[0] == "a\nb\n\nc"
    assert apply(text.encode(), hunk("a\nb\n", "c\n", hint=0)).content == b"c\n\na\nb"


def test_a_line_number_does_not_choose_between_indentations():
    with pytest.raises(PatchError, match="at line 1 and at line 2"):
        apply(b"  a\n    a\n", hunk("a\n", "b\n", hint=1))


X = ("        x = 1\n", "        x = 3\n")


@pytest.mark.parametrize(
    ("anchors", "line"), [(("class A",), 3), (("class A:", "def f(self):"), 3), (("class B",), 13)]
)
def test_anchors_say_which_of_several_places_is_meant(anchors, line):
    text, notes = edit(CODE, hunk(*X, anchors=anchors))

    changed = [
        n for n, (a, b) in enumerate(zip(lines(CODE), lines(text), strict=True), 1) if a != b
    ]
    assert (changed, notes) == ([line], ())


@pytest.mark.parametrize(
    ("anchors", "before", "said"),
    [
        (("def f",), X[0], "at line 3 and at line 13"),
        ((), X[0], "at line 3 and at line 13"),
        (("class C",), X[0], "names: class C"),
        (("class",), "nowhere\n", "fits nowhere"),
        (("class B", "class A"), X[0], "names: class A"),
        (("clas",), X[0], "names: clas"),
        (("class B",), "        y = 2\n", "fits at line 7 alone, not below class B"),
    ],
)
def test_anchors_that_leave_several_places_or_none_are_no_help(anchors, before, said):
    with pytest.raises(PatchError, match=said):
        edit(CODE, hunk(before, "        z\n", anchors=anchors))


def test_a_block_goes_on_after_a_signature_of_several_lines():
    text = "def f(\n    a,\n):\n    x\n\ndef g():\n    x\n"

    assert edit(text, hunk("    x\n", "    y\n", anchors=("def f",)))[0] == text.replace(
        "x", "y", 1
    )


def test_a_hunk_for_the_end_of_the_file_is_looked_for_there_alone():
    assert edit("a\nb\na\n", hunk("a\n", "c\n", at_end=True)) == ("a\nb\nc\n", ())
    assert edit("a\n", hunk("", "c\n", at_end=True)) == ("a\nc\n", ())
    with pytest.raises(PatchError, match="nowhere"):
        edit("a\nb\n", hunk("a\n", "c\n", at_end=True))


def test_two_hundred_edits_take_milliseconds():
    before = "".join(f"    value_{n} = {n}\n    \n" for n in range(3000))
    pieces = [hunk(f"value_{n} = {n}\n", f"value_{n} = 0\n") for n in range(1, 3000, 15)]

    started = time.process_time()
    text, notes = edit(before, *pieces)

    assert time.process_time() - started < 0.5
    assert (text.count("= 0\n"), len(notes)) == (201, 200)
