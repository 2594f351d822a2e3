import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.interface import Hunk, split_lines
from indict_review.patches.unified import parse


def only(text):
    (patch,) = parse(text)
    return patch


def hunk_of(text):
    (hunk,) = only(text).pieces
    return hunk


def test_a_hunk_is_what_stands_before_and_after():
    hunk = hunk_of("--- a/x.py\n+++ b/x.py\n@@ -3,2 +3,2 @@ def f():\n keep\n-old\n+new\n")

    assert hunk == Hunk(("keep\n", "old\n"), ("keep\n", "new\n"), hint=2)


@pytest.mark.parametrize("header", ["@@ -3,9 +3,1 @@", "@@ -3 +3 @@", "@@ -3,1 +3,7 @@ def f():"])
def test_wrong_counts_are_taken_from_the_lines(header):
    text = f"--- a/x\n+++ b/x\n{header}\n keep\n-old\n+new\n keep\n\n"

    assert hunk_of(text) == Hunk(("keep\n", "old\n", "keep\n"), ("keep\n", "new\n", "keep\n"), 2)


@pytest.mark.parametrize("header", ["@@ @@", "@@", "@@ def f(): @@", "@@ ... @@", "@@ -,+ @@"])
def test_a_hunk_without_line_numbers_has_no_hint(header):
    assert hunk_of(f"--- a/x\n+++ b/x\n{header}\n-old\n+new\n").hint is None


def test_empty_lines_between_hunks_belong_to_none():
    first, second = only("--- a/x\n+++ b/x\n@@ @@\n-a\n+b\n\n\n@@ @@\n-c\n+d\n").pieces

    assert (first.before, second.before) == (("a\n",), ("c\n",))


def test_counts_too_small_do_not_cut_a_hunk_even_at_an_empty_line():
    hunk = hunk_of("--- a/x\n+++ b/x\n@@ -1,1 +1,2 @@\n a\n+b\n\n+c\n d\n")

    assert hunk.after == ("a\n", "b\n", "\n", "c\n", "d\n")


def test_an_empty_line_is_an_empty_context_line():
    hunk = hunk_of("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n")

    assert hunk.before == ("a\n", "\n", "b\n")


def test_removed_dashes_are_no_header_when_the_counts_say_so():
    hunk = hunk_of("--- a/x.sql\n+++ b/x.sql\n@@ -1,1 +1,1 @@\n--- old\n+++ new\n")

    assert hunk == Hunk(("-- old\n",), ("++ new\n",), 0)


def test_wrong_counts_do_not_swallow_the_next_file():
    text = "--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n-a\n+b\n--- a/y\n+++ b/y\n@@ -1,9 +1,9 @@\n-c\n+d\n"

    assert [(p.path, len(p.pieces)) for p in parse(text)] == [("x", 1), ("y", 1)]


@pytest.mark.parametrize(
    "marker", ["\\ No newline at end of file", "\\ Kein Zeilenumbruch am Ende"]
)
def test_no_newline_at_the_end_is_kept_on_the_side_it_is_on(marker):
    hunk = hunk_of(f"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n{marker}\n+a\n")

    assert hunk == Hunk(("a",), ("a\n",), 0)


def test_line_ends_form_feeds_and_odd_bytes_are_kept():
    odd = "a\x0cb\u2028c\x85\r\n"

    hunk = hunk_of(f"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-{odd}+\udcff\r\n")

    assert hunk == Hunk((odd,), ("\udcff\r\n",), 0)


def test_a_file_cannot_go_on_after_its_end():
    with pytest.raises(PatchError, match="after the end"):
        parse("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n\\ No newline at end of file\n-b\n+c\n")


def test_git_headers_alone_are_a_patch():
    text = (
        "diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n"
        "diff --git a/old name b/new name\nsimilarity index 100%\n"
        "rename from old name\nrename to new name\n"
        "diff --git a/empty b/empty\nnew file mode 100644\nindex 0000000..e69de29\n"
        "diff --git a/gone b/gone\ndeleted file mode 100755\nindex e69de29..0000000\n"
    )

    mode, rename, new, gone = parse(text)

    assert (mode.old_mode, mode.new_mode, mode.status) == (0o100644, 0o100755, Status.MODIFIED)
    assert (rename.old_path, rename.new_path) == ("old name", "new name")
    assert rename.status is Status.RENAMED
    assert (new.old_path, new.new_path, new.status) == (None, "empty", Status.ADDED)
    assert (gone.old_path, gone.new_path, gone.old_mode) == ("gone", None, 0o100755)


@pytest.mark.parametrize(
    "header",
    [
        "--- a/x.py\n+++ b/x.py\n",
        "--- x.py\n+++ x.py\n",
        "--- x.py.orig\n+++ x.py\n",
        "--- x.py\n+++ b/x.py\n",
        "--- ./x.py\n+++ ./x.py\n",
        "--- i/x.py\n+++ w/x.py\n",
        "--- a/x.py\t2026-01-01 10:00:00.0 +0000\n+++ b/x.py\t2026-01-01 10:00:01.0 +0000\n",
        "--- a/x.py 2026-01-01 10:00:00\n+++ b/x.py 2026-01-01 10:00:01\n",
        '--- "a/x.py"\n+++ "b/x.py"\n',
        "--- a/x.py\r\n+++ b/x.py\r\n",
        "diff --git x.py x.py\n--- x.py\n+++ x.py\n",
        "diff --git c/x.py w/x.py\nindex 1234567..89abcde 100644\n--- c/x.py\n+++ w/x.py\n",
    ],
)
def test_names_are_read_as_every_tool_writes_them(header):
    patch = only(header + "@@ -1 +1 @@\n-a\n+b\n")

    assert (patch.old_path, patch.new_path, patch.status) == ("x.py", "x.py", Status.MODIFIED)


def test_a_folder_called_a_is_no_prefix_if_both_names_have_it():
    assert only("--- a/x.py\n+++ a/x.py\n@@ -1 +1 @@\n-a\n+b\n").path == "a/x.py"


def test_octal_escapes_are_bytes_of_utf_8():
    patch = only(
        '--- "a/caf\\303\\251 \\"q\\".py"\n+++ "b/caf\\303\\251 \\"q\\".py"\n@@ @@\n-a\n+b\n'
    )

    assert patch.path == 'café "q".py'


def test_a_name_with_spaces_and_the_word_b_is_cut_in_the_middle():
    text = "diff --git a/x b/y b/x b/y\nold mode 100644\nnew mode 100755\n"

    assert only(text).path == "x b/y"


@pytest.mark.parametrize(
    "text",
    [
        "diff --git a/i.png b/i.png\nindex 1..2 100644\nBinary files a/i.png and b/i.png differ\n",
        "Binary files a/i.png and b/i.png differ\n",
        "diff --git a/i.png b/i.png\nindex 1..2\nGIT binary patch\nliteral 4\nLc${NkU|;|M00aO5\n\n"
        "literal 3\nKc${NkU|;|M0000\n\n",
    ],
)
def test_a_binary_file_is_named_and_no_more(text):
    patch = only(text)

    assert (patch.path, patch.binary, patch.pieces) == ("i.png", True, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@@ -1 +1 @@\n-a\n+b\n", "hunk of no file"),
        ("--- a/x\n+++ b/x\n", "changes nothing"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "has no lines"),
        ("--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n", "no name"),
        ("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n-a\n...\n+b\n", "outside every hunk"),
        ("diff --git a/x b/x\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", "two names"),
        ("diff --cc x\n@@@ -1,2 -1,2 +1,3 @@@\n", "merge"),
        ('--- "a/x\n+++ "b/x\n@@ @@\n-a\n+b\n', "quotes"),
        ("diff --git a/x b/x\nnew file mode 999\n", "no file mode"),
        ("diff --git a/x b/x\nnew file mode 120000\n", "mode 120000"),
        ("diff --git a/x b/x\nnew file mode 160000\n", "mode 160000"),
        ("diff --git a/x b/x\nindex 1..2 120000\n--- a/x\n+++ b/x\n@@ @@\n-a\n+b\n", "120000"),
    ],
)
def test_what_cannot_be_read_is_said(text, said):
    with pytest.raises(PatchError, match=said) as caught:
        parse(text)

    assert caught.value.hint


def test_lines_end_at_line_feeds_only():
    assert split_lines("a\x0c\u2028\rb\nc") == ["a\x0c\u2028\rb\n", "c"]
