import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.interface import FilePatch, Hunk
from indict_review.patches.reading import read

BODY = """\
*** Update File: src/app.py
@@ class A
@@   def f(self):
 keep
-old
+new
@@
-b

+c
*** End of File

*** Add File: new.py
+a = 1
+
*** Delete File: gone.py
*** Update File: from.py
*** Move to: to.py
@@
-x
+y
"""
PATCH = f"*** Begin Patch\n{BODY}*** End Patch\n"
WANTED = (
    FilePatch(
        "src/app.py",
        "src/app.py",
        Status.MODIFIED,
        pieces=(
            Hunk(("keep\n", "old\n"), ("keep\n", "new\n"), None, ("class A", "def f(self):")),
            Hunk(("b\n", "\n"), ("\n", "c\n"), at_end=True),
        ),
    ),
    FilePatch(None, "new.py", Status.ADDED, pieces=(Hunk((), ("a = 1\n", "\n")),)),
    FilePatch("gone.py", None, Status.DELETED),
    FilePatch("from.py", "to.py", Status.RENAMED, pieces=(Hunk(("x\n",), ("y\n",)),)),
)


@pytest.mark.parametrize(
    "text",
    [
        PATCH,
        f"I did it.\n\n{PATCH}\nAll is well.\n",
        f"```\n{PATCH}```\n",
        f"```diff\n{PATCH}```\n",
        f"```bash\napply_patch <<'EOF'\n{PATCH}EOF\n```\n",
        f'$ apply_patch << "END"\n{PATCH}END\n',
        f"**`src/app.py`**\n\n```\n{PATCH}```\n",
        PATCH.replace("\n*** Add", "*** Add").replace("File: src", "File: ./src"),
    ],
)
def test_an_envelope_is_read_wherever_it_stands(text):
    assert read(text).patches == WANTED
    assert read(text).forms == ("apply-patch",)


def test_a_patch_after_another_is_read_too():
    second = "*** Begin Patch\n*** Delete File: b.py\n*** End Patch\n"

    assert read(f"```\n{PATCH}\n{second}```\n").patches[-1].path == "b.py"
    assert read(f"{PATCH}\nand\n\n{second}").patches[-1].path == "b.py"


def test_the_first_hunk_needs_no_mark_and_numbers_are_hints():
    hunks = "-x\n+y\n@@ -7,2 +7,2 @@ def f\n-z\n+w\n"
    text = f"*** Begin Patch\n*** Update File: a\n{hunks}*** End Patch\n"

    (patch,) = read(text).patches

    assert patch.pieces == (Hunk(("x\n",), ("y\n",)), Hunk(("z\n",), ("w\n",), hint=6))


def test_a_move_needs_no_hunk_and_a_new_file_no_line():
    text = "*** Begin Patch\n*** Update File: a\n*** Move to: b\n*** Add File: c\n*** End Patch\n"

    moved, added = read(text).patches

    assert (moved.status, moved.pieces) == (Status.RENAMED, ())
    assert (added.status, added.pieces) == (Status.ADDED, ())


def test_two_sections_of_one_file_are_one_patch():
    section = "*** Update File: a\n@@\n-{0}\n+new\n"
    body = section.format("x") + section.format("y")

    (patch,) = read(f"*** Begin Patch\n{body}*** End Patch\n").patches

    assert [piece.before for piece in patch.pieces] == [("x\n",), ("y\n",)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "line 2 of the patch has nothing in it"),
        ("-x\n", "line 2 of the patch is for no file: -x"),
        ("*** Update File: a\n", "changes nothing"),
        ("*** Update File: a\n@@ def f\n", "line 3 of the patch ends with a hunk that has no"),
        ("*** Update File: a\n@@\nx\n+y\n", "line 4 of the patch has no sign in front: x"),
        ("*** Update File: a\n@@\n-x\n*** Rename: b\n", r"no sign in front: \*\*\* Rename"),
        ("*** Update File: a\n@@\n-x\n*** End of File\n+y\n", "after the end of the file"),
        ("*** Add File: a\nx\n", r"line 3 of the patch has no \+ in front"),
        ("*** Delete File: a\n-x\n", "below the deletion of a"),
        ("*** Begin Patch\n*** Delete File: a\n", "is for no file"),
        ("*** Delete File: /etc/x\n", "absolute"),
        ("*** Update File: a\n*** Move to: ../b\n@@\n-x\n", "leaves"),
        ("*** Add File: a\n+x\n*** Update File: a\n@@\n-x\n+y\n", "changes a twice"),
        ("*** Add File: a\n+x\n*** Add File: a\n+x\n", "changes a twice"),
        ("*** Delete File: a\n*** Update File: a\n@@\n-x\n", "changes a twice"),
        ("*** Update File: a\n*** Move to: b\n*** Add File: b\n+x\n", "changes b twice"),
    ],
)
def test_what_is_written_badly_is_refused_with_the_line(body, said):
    with pytest.raises(PatchError, match=said) as caught:
        read(f"*** Begin Patch\n{body}*** End Patch\n")

    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"```bash\ncd sub && apply_patch <<'EOF'\n{PATCH}EOF\n```\n",
            "line 2 of the patch has no",
        ),
        (f"```\n{PATCH}+more\n```\n", "has no place around it"),
        (f"**docs/x.py**\n```\n{PATCH}```\n", "said to be docs/x.py"),
    ],
)
def test_what_stands_around_an_envelope_is_refused(text, said):
    with pytest.raises(PatchError, match=said):
        read(text)
