import pytest

from indict_review.change import File, Status, Tree
from indict_review.errors import PatchError
from indict_review.patches import reverse, trees, unified
from indict_review.patches.interface import FilePatch, Hunk, Numbered, Quote, Whole


def modified(path, *pieces, **more):
    return FilePatch(path, path, Status.MODIFIED, pieces=pieces, **more)


def tree(**files):
    return Tree({f"{name}.py": File(text.encode()) for name, text in files.items()})


def applied(before, *patches, **options):
    """The texts by path, and the notes."""
    made = trees.apply(patches, before, **options)
    return {path: made.after.text(path) for path in made.after.files}, made.notes


def functions(*names):
    return "".join(
        f"def {n}():\n    a = '{n}'\n    b = '{n}'\n    return a, b\n\n\n" for n in names
    )


FILE = functions("f", "g", "h")


@pytest.mark.parametrize("piece", [Whole("new\n"), Quote("", "new\n"), Hunk((), ("new\n",))])
def test_an_edit_that_needs_no_old_line_makes_a_file_that_is_not_there(piece):
    files, notes = applied(tree(), modified("a.py", piece))

    assert files == {"a.py": "new\n"}
    assert notes == ("a.py: read as a new file",)


@pytest.mark.parametrize(
    "piece", [Numbered(1, 1, ("x\n",)), Quote("a", "b"), Hunk(("a\n",), ("b\n",))]
)
def test_an_edit_of_a_file_that_is_not_there_is_refused(piece):
    with pytest.raises(PatchError, match=r"a\.py, and there is no such file"):
        applied(tree(), modified("a.py", piece))


def test_a_whole_file_takes_the_place_of_all_of_it():
    new = FILE.replace("b = 'g'", "b = 1")

    assert applied(tree(a=FILE), modified("a.py", Whole(new))) == ({"a.py": new}, ())


@pytest.mark.parametrize(
    ("before", "after", "wanted", "note"),
    [
        ("a\r\nb\r\n", "a\nc\n", "a\r\nc\r\n", "CRLF"),
        ("a\nb\n", "a\r\nc\r\n", "a\nc\n", "LF"),
        ("a\nb", "a\nc\n", "a\nc", "without a newline"),
        ("a\nb", "a\nb\n", "a\nb\n", None),
        ("a\r\nb\n", "a\nc\n", "a\nc\n", None),
    ],
)
def test_a_whole_file_ends_its_lines_as_the_file_does(before, after, wanted, note):
    files, notes = applied(tree(a=before), modified("a.py", Whole(after)))

    assert files == {"a.py": wanted}
    assert (note in notes[0]) if note else notes == ()


def test_a_title_counts_only_where_the_file_has_it():
    whole = Whole("x = 2\n", "# a.py\n")

    assert applied(tree(a="# a.py\nx = 1\n"), modified("a.py", whole))[0]["a.py"] == (
        "# a.py\nx = 2\n"
    )
    assert applied(tree(a="x = 1\n"), modified("a.py", whole))[0]["a.py"] == "x = 2\n"
    assert applied(tree(), modified("a.py", whole))[0]["a.py"] == "x = 2\n"


PARTS = {
    "one function, as it is": functions("g"),
    "one function, changed": functions("g").replace("a = 'g'", "a = 1"),
    "the first ones": functions("f", "g"),
    "the last ones, changed": functions("g", "h").replace("a = 'g'", "a = 1"),
    "a new function": "def i():\n    return 1\n",
    "written with another indentation": functions("g").replace("    ", "  "),
    "nothing": "",
}


@pytest.mark.parametrize("name", PARTS)
def test_what_looks_like_a_part_is_no_whole_file_unless_the_user_says_so(name):
    part = modified("a.py", Whole(PARTS[name]))

    with pytest.raises(PatchError, match=r"looks like a part of a\.py: it would lose \d+ of 12 li"):
        applied(tree(a=FILE), part)
    sure = modified("a.py", Whole(PARTS[name]), sure=True)
    assert applied(tree(a=FILE), sure)[0] == {"a.py": PARTS[name]}


WHOLES = {
    "a line less at the start": FILE.partition("\n")[2],
    "two lines less at the end": FILE.rstrip().rpartition("\n")[0] + "\n",
    "a function less in the middle": functions("f", "h"),
    "written anew, as long": "".join(f"{n}\n" for n in range(12)),
    "written anew, shorter, with the same functions": (
        "def f():\n    return 1\ndef g():\n    return 2\ndef h():\n    return 3\n"
    ),
}


@pytest.mark.parametrize("name", WHOLES)
def test_a_file_that_lost_something_may_be_whole(name):
    assert applied(tree(a=FILE), modified("a.py", Whole(WHOLES[name])))[0] == {"a.py": WHOLES[name]}


def test_a_function_with_dots_for_a_body_is_no_whole_file():
    new = FILE.replace("    a = 'g'\n    b = 'g'\n    return a, b\n", "    ...\n")

    with pytest.raises(PatchError, match="stands for what g does"):
        applied(tree(a=FILE), modified("a.py", Whole(new)))


def test_a_whole_file_and_an_edit_of_it_are_two_edits_of_one_place():
    with pytest.raises(PatchError, match="edit 2 is all of the file, and there are others"):
        applied(tree(a=FILE), modified("a.py", Quote("b = 'g'", "b = 1"), Whole(FILE)))


@pytest.mark.parametrize(
    "pieces",
    [
        [Whole("x\n# ... rest unchanged ...\n")],
        [Quote("x", "x\n# ... rest unchanged ...")],
        [Hunk(("x\n",), ("x\n", "# ... rest unchanged ...\n"))],
        [Numbered(1, 1, ("x\n", "# ... rest unchanged ...\n"))],
    ],
)
@pytest.mark.parametrize("before", [tree(a="x\n"), tree()])
def test_an_elision_is_refused_in_every_form(pieces, before):
    with pytest.raises(PatchError, match=r"a\.py"):
        applied(before, modified("a.py", *pieces, sure=True))


def test_an_elision_that_moves_with_its_file_is_none_of_the_patchs():
    before = Tree({"a.py": File(b"# ... rest unchanged ...\nx\n")})
    patch = FilePatch("a.py", "b.py", Status.RENAMED, pieces=(Quote("x", "y"),))

    assert applied(before, patch)[0] == {"b.py": "# ... rest unchanged ...\ny\n"}


DIFF = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"


@pytest.mark.parametrize("text", [DIFF, "\n" + DIFF, "diff --git a/x b/x\n", "*** Begin Patch\n"])
def test_a_patch_in_the_place_of_a_file_is_refused(text):
    for piece in (Whole(text), Quote("", text), Hunk((), tuple(text.splitlines(keepends=True)))):
        with pytest.raises(PatchError, match=r"a\.py would hold a patch"):
            applied(tree(), modified("a.py", piece))
        assert applied(tree(), modified("fix.patch", piece))[0] == {"fix.patch": text}
    with pytest.raises(PatchError, match=r"a\.py would hold a patch"):
        applied(tree(a="a\nb\n"), modified("a.py", Whole(text)))


def test_a_diff_that_is_written_by_a_program_is_taken_as_it_is():
    patches = unified.parse("--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+# ... existing code ...\n")

    assert applied(tree(), *patches, exact=True)[0] == {"a.py": "# ... existing code ...\n"}
    with pytest.raises(PatchError, match="left out"):
        applied(tree(), *patches)
    with pytest.raises(PatchError, match="nowhere"):
        applied(tree(a="a  \n"), *unified.parse(DIFF.replace("/x", "/a.py")), exact=True)


BINARY = Tree({"a.bin": File(b"a\n\0\n")})


@pytest.mark.parametrize("piece", [Whole("a\n"), Quote("a", "b"), Numbered(1, 1, ("b\n",))])
def test_an_edit_of_a_binary_file_is_refused(piece):
    with pytest.raises(PatchError, match=r"a\.bin, which is a binary file"):
        applied(BINARY, modified("a.bin", piece))


def test_a_deletion_without_lines_deletes_whatever_is_there():
    for before in (BINARY, Tree({"a.bin": File(b"a\n")})):
        assert applied(before, FilePatch("a.bin", None, Status.DELETED))[0] == {}
        with pytest.raises(PatchError, match="does not name"):
            applied(before, FilePatch("a.bin", None, Status.DELETED, unified=True))


def steps(*edits):
    return unified.parse(
        "".join(
            f"--- a/a.py\n+++ b/a.py\n@@ -{at} +{at} @@\n-{old}\n+{new}\n" for at, old, new in edits
        )
    )


def test_diffs_of_one_file_are_steps():
    files, _ = applied(tree(a="a\nb\n"), *steps((1, "a", "c"), (1, "c", "d"), (2, "b", "e")))

    assert files == {"a.py": "d\ne\n"}


def test_steps_that_could_each_be_for_the_file_as_it_is_are_refused():
    first = "--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,2 @@\n+x\n a\n"
    second = "--- a/a.py\n+++ b/a.py\n@@ -2,1 +2,1 @@\n-a\n+b\n"

    with pytest.raises(PatchError, match=r"changes a\.py in several steps"):
        applied(tree(a="a\na\na\n"), *unified.parse(first + second))


def test_only_what_says_what_it_replaces_is_taken_back():
    assert reverse.taken_back(steps((1, "a", "b")))[0].pieces == (Hunk(("b\n",), ("a\n",), 0),)
    with pytest.raises(TypeError, match="Quote"):
        reverse.taken_back([modified("a.py", Quote("a", "b"))])


@pytest.mark.parametrize(
    "aside",
    [
        "diff --git a/a.py b/a.py\nold mode 100644\nnew mode 100755\n",
        "diff --git a/a.py b/c.py\nrename from a.py\nrename to c.py\n",
    ],
)
def test_a_step_without_lines_does_not_hide_that_the_order_matters(aside):
    head = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n"
    first = f"{head}@@ -1,1 +1,2 @@\n+x\n a\n"
    second = f"{head}@@ -2,1 +2,1 @@\n-a\n+b\n"

    for parts in ([first, second, aside], [first, aside, second], [aside, first, second]):
        at = parts.index(aside)
        renamed = [p.replace("a.py", "c.py") if "c.py" in aside else p for p in parts[at + 1 :]]
        patch = "".join([*parts[: at + 1], *renamed])
        with pytest.raises(PatchError, match="in several steps"):
            applied(tree(a="a\na\na\n"), *unified.parse(patch))


def test_an_example_makes_no_file_and_may_replace_one():
    patch = modified("a.py", Whole("x\n"), example=True)

    with pytest.raises(PatchError, match="may be an edit or an example"):
        applied(tree(), patch)
    assert applied(tree(a="y\n"), patch)[0] == {"a.py": "x\n"}
