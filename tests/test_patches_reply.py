import pytest
from hypothesis import given
from hypothesis import strategies as st

from indict_review.errors import PatchError
from indict_review.patches import grammar, reading
from indict_review.patches.reading import FORMS, Read, read
from indict_review.patches.reply import decoded, take_apart
from tests.patching import attempt

DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n keep\n-old\n+new\n"


def diff_in(text):
    """The diffs that stand in the reply, one after the other."""
    apart = take_apart(text.splitlines(keepends=True), FORMS)
    assert {name for name, _ in apart.edits} <= {"unified"}
    return "".join("".join(block.lines) for _, block in apart.edits)


def test_a_plain_diff_has_no_account():
    assert diff_in(DIFF) == DIFF
    assert (read(DIFF).account, read(DIFF).forms, read(DIFF).notes) == (None, ("unified",), ())


@pytest.mark.parametrize(
    "fence", ["```diff", "~~~ diff", "````patch", "```", '```Diff title="x"', "   ```diff"]
)
def test_a_fenced_diff_is_taken_out_of_the_prose(fence):
    indent = fence[: len(fence) - len(fence.lstrip())]
    closing = indent + fence.strip()[0] * (fence.count("`") or 3)
    block = "".join(indent + line for line in DIFF.splitlines(keepends=True))

    text = f"I fixed it.\n\n{fence}\n{block}{closing}\n\nAll tests pass.\n"

    assert diff_in(text) == DIFF
    assert read(text).account == "I fixed it.\n\n\nAll tests pass."


def test_several_blocks_are_one_patch_and_other_code_is_prose():
    second = DIFF.replace("x.py", "y.py").rstrip("\n")
    text = f"A:\n```diff\n{DIFF}```\nRun:\n```sh\npytest\n```\n```diff\n{second}\n```\n"

    found = read(text)

    assert [patch.path for patch in found.patches] == ["x.py", "y.py"]
    assert "```sh\npytest\n```" in (found.account or "")
    assert found.notes == ()


def test_a_diff_amid_prose_ends_where_its_counts_say():
    text = f"Here:\n\n{DIFF}\n- I renamed it.\n- It is safe now.\n"

    assert diff_in(text) == DIFF
    assert read(text).account == "Here:\n\n\n- I renamed it.\n- It is safe now."


def test_a_mail_is_a_message_and_a_patch():
    mail = f"From 0123 Mon Sep 17\nSubject: fix\n\n---\n x.py | 2 +-\n\n{DIFF}-- \n2.39\n"

    assert diff_in(mail) == DIFF
    assert "Subject: fix" in (read(mail).account or "")


def test_fences_inside_a_diff_are_its_text():
    diff = "--- a/R.md\n+++ b/R.md\n@@ -1,3 +1,3 @@\n ```diff\n-a\n+b\n ```\n"

    assert diff_in(diff) == diff
    assert diff_in(f"See\n```diff\n{diff}```\n") == diff


CUT = {
    "in a fence": f"Here\n```diff\n{DIFF}",
    "in the closing fence": f"Here\n```diff\n{DIFF}``",
    "in the first line of a fence": f"{DIFF}\nand\n```pyth",
    "in a fence of code": f"{DIFF}\nand\n```python\nimport o",
    "in the mark of a fence": f"{DIFF}\nand\n```\n*** Be",
    "in a named file": f"{DIFF}\n**a.py**\n\n```\nimport o",
    "in a named file, after a stray fence": f"```\nOdd\n{DIFF}\n**a.py**\n```py\nimport o",
    "in a hunk": DIFF.removesuffix("+new\n"),
    "in a hunk that has lines of its next": DIFF.replace("-1,2", "-1,3"),
    "in a later hunk": f"{DIFF}@@ -9,2 +9,2 @@\n keep\n-o",
    "before the lines of a hunk": f"{DIFF}@@ -9,2 +9,2 @@\n",
    "in the header of a file": f"{DIFF}diff --git a/y b/y\n",
    "in a pair": "x.py\n<<<<<<< SEARCH\nold\n=======\nnew\n",
    "before the divider of a pair": "x.py\n<<<<<<< SEARCH\nold\n",
    "in a fenced pair": "x.py\n```\n<<<<<<< SEARCH\nold\n=======\nnew\n```\n",
    "after a pair in a fence": "x.py\n```\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n",
    "in an envelope": "*** Begin Patch\n*** Delete File: x.py\n",
    "in a fenced envelope": "```\n*** Begin Patch\n*** Delete File: x.py\n```\n",
    "in JSON": '{"path": "x.py", "content": "a\\n',
    "in fenced JSON": '```json\n{"path": "x.py", "content": "a\\n\n```\n',
    "in JSON after an edit": f'{DIFF}\n```json\n[\n  {{\n    "path": "x.py",\n',
}


@pytest.mark.parametrize("where", CUT)
def test_a_reply_that_is_cut_off_is_refused(where):
    with pytest.raises(PatchError) as caught:
        read(CUT[where])

    assert str(caught.value).isprintable()
    assert caught.value.hint.isprintable()


def test_a_stray_fence_hides_no_diff():
    assert diff_in(f"Odd ```\n```\nprose\n{DIFF}") == DIFF
    assert diff_in(f"```diff\n{DIFF}```\n```\nThat is all.\n") == DIFF
    assert diff_in(f"Title\n~~~~~\n\n```diff\n{DIFF}```\n") == DIFF


def test_two_binary_blocks_are_part_of_the_diff():
    diff = (
        "diff --git a/i b/i\nindex 1..2\nGIT binary patch\nliteral 4\nLc${NkU|;|M00aO5\n\n"
        "literal 3\nKc${NkU|;|M0000\n\n" + DIFF
    )

    assert diff_in(diff) == diff
    assert read(diff).account is None


def test_prose_alone_has_no_diff():
    assert diff_in("Binary files may differ\n") == ""
    assert diff_in("I would use --- and +++ here.\n--- \nno\n") == ""


def test_a_byte_order_mark_is_dropped_and_utf_16_is_named():
    assert decoded(b"\xef\xbb\xbf" + DIFF.encode()) == DIFF
    assert decoded("\ufeff" + DIFF) == DIFF
    with pytest.raises(PatchError, match="UTF-16"):
        read(DIFF.encode("utf-16"))


def test_bytes_that_are_no_text_are_kept_and_half_a_character_is_refused():
    assert decoded(b"\xff") == decoded("\udcff") == "\udcff"
    with pytest.raises(PatchError, match="Unicode"):
        read("\ud800")


class CountingLines(list):
    """Counts how often a line is read."""

    reads = 0

    def __getitem__(self, at):
        if isinstance(at, int):
            CountingLines.reads += 1
            return super().__getitem__(at)
        found = super().__getitem__(at)
        CountingLines.reads += len(found)
        return found


HOSTILE_LINES = [
    ["```\n", "````\n", "~~~\n"],
    ["--- a\n", "+++ b\n", "@@ -1,99999 +1,99999 @@\n", " x\n", "\n"],
    ["--- a\n", "+++ b\n", "@@ -1,1 +1,1 @@\n", " x\n", "\n", "\n", "-y\n"],
    ["diff --git a/i b/i\n", "GIT binary patch\n", "literal 1\n"],
    ["--- a\n", "--- a\n", "@@\n", "\n"],
    ["a.py\n", "<<<<<<< SEARCH\n"],
    ["a.py\n", "-----\n"],
    ["*** Begin Patch\n"],
    ["{\n", "\n"],
    ["{\n", '"path": 1\n'],
    ["a.md\n", "````\n", "```\n", "<<<<<<< HEAD\n", "````\n"],
    ["```\n", "\n", "\n"],
    ["<x\n", "{\n"],
    ["<x\n", '{"body"\n'],
    ["x.diff\n", "--- a\n", "+++ b\n", "@@ -1 +1 @@\n", " x.diff\n"],
    ["--- a\n", "+++ b\n", "@@ -1 +1 @@\n", " x.diff\n"],
    ["x.diff\n", "diff --git a/b b/b\n", "index 1..2\n", "\n"],
    ["x.diff\n", "\n", "Binary files a and b differ\n"],
    ["<x\n", "[\n", "a.py\n", "<diff>\n", "{\n"],
    ["- a\n", "      ```a.py\n", "<!-- -->\n"],
]


@pytest.mark.parametrize("pattern", HOSTILE_LINES)
def test_each_line_is_read_a_bounded_number_of_times(pattern, monkeypatch):
    monkeypatch.setattr(reading, "split_lines", lambda _: CountingLines(pattern * 2000))
    CountingLines.reads = 0

    attempt(lambda: read(""))

    assert CountingLines.reads >= 1000
    assert CountingLines.reads < 60 * 2000 * len(pattern)


@given(st.binary())
def test_any_bytes_are_read_or_refused(raw):
    assert isinstance(attempt(lambda: read(raw)), Read | PatchError)


PIECES = ["```diff\n", "```\n", "~~~\n", "--- a/x\n", "+++ b/x\n", "@@ -1,2 +1,3 @@\n", "@@\n"]
PIECES += [" a\n", "-a\n", "+b\n", "\n", "\r\n", "\\ No newline at end of file\n", "-- \n", "2.3\n"]
PIECES += [
    "diff --git a/x b/x\n",
    "GIT binary patch\n",
    "literal 3\n",
    "new file mode 100644\n",
    "p",
]
PIECES += [
    "rename from x\n",
    "rename to y\n",
    "Binary files a/x and b/x differ\n",
    "--- /dev/null\n",
]
PIECES += ["x.py\n", "**`src/y.py`:**\n", "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n"]
PIECES += ["*** Begin Patch\n", "*** Update File: x.py\n", "*** Add File: y.py\n", "@@ def f\n"]
PIECES += ["*** Delete File: x.py\n", "*** Move to: z.py\n", "*** End of File\n", "*** End Patch\n"]
PIECES += ["```suggestion\n", "x.py:1-2\n", "```python src/y.py\n", "# src/z.py\n", "````md a.md\n"]
PIECES += [
    '{"path": "x.py", ',
    '"old_string": "a", ',
    '"new_string": "b"}\n',
    "```json\n",
    "[",
    "]",
]
PIECES += ['"start_line": 1, "end_line": 2, ', '"content": "c"}\n', '"edits": [', '"body": 1']


@given(st.lists(st.sampled_from(PIECES)))
def test_any_order_of_the_forms_lines_is_read_or_refused(pieces):
    found = attempt(lambda: read("".join(pieces)))

    if isinstance(found, PatchError):
        assert str(found).isprintable()
        assert found.hint.isprintable()
    else:
        assert found.patches
        assert all(patch.path for patch in found.patches)
        assert set(found.forms) <= set(FORMS)


@given(st.lists(st.sampled_from(PIECES)), st.sampled_from([*FORMS]))
def test_a_form_that_is_asked_for_is_the_only_one_read(pieces, form):
    found = attempt(lambda: read("".join(pieces), form))

    if not isinstance(found, PatchError):
        assert found.forms == (form,)
        assert all(patch.sure for patch in found.patches)


@given(st.lists(st.sampled_from(PIECES)), st.booleans())
def test_a_hunk_never_ends_before_it_begins(pieces, in_prose):
    lines = ["@@ -1,2 +1,2 @@\n", *pieces]

    assert 1 <= grammar.hunk_end(lines, 0, in_prose) <= len(lines)


def test_a_run_that_is_no_edit_hides_none_of_another_form():
    assert diff_in(f"[as asked]\n{DIFF}") == DIFF
    assert diff_in(f"<x>\n{{ this }}\n{DIFF}") == DIFF


FILE = "**y.py**\n```python\nx = 1\n```\n"


@pytest.mark.parametrize("edit", [FILE, DIFF, f"```diff\n{DIFF}```\n"])
@pytest.mark.parametrize("opening", ["<!--\n", "  <!-- not this:\n\n", "- <!-- a --> <!--\n"])
def test_an_edit_in_a_comment_of_html_is_refused(edit, opening):
    with pytest.raises(PatchError, match="in an HTML comment, which nobody sees"):
        read(f"So:\n{opening}{edit}-->\n")
    assert read(f"So:\n{opening}-->\n\n{edit}").patches == read(edit).patches
    assert read(f"Put it in `<!--`:\n{edit}").patches == read(edit).patches


def indented(by, text=FILE):
    return "".join(by + line for line in text.splitlines(keepends=True))


@pytest.mark.parametrize("by", ["    ", "\t", " " * 8])
def test_a_fence_so_deep_is_code_that_is_shown_unless_it_is_in_a_list(by):
    path = [patch.path for patch in read(FILE).patches]

    for above in ("", "For example:\n\n", "- a\n\nThen:\n\n", f"- a\n\n{DIFF}\n"):
        text = above + indented(by)
        found = attempt(lambda text=text: read(text).patches)
        assert isinstance(found, PatchError) or [p.path for p in found] == ["x.py"]
    for above in ("- a\n", "1. a\n\n", "* a\n  goes\n\n  on\n\n", f"- a\n\n{indented('  ')}\n"):
        text = (above + indented(by)).replace("y.py", "z.py", above.count("y.py"))
        assert [patch.path for patch in read(text).patches][-1:] == path


@pytest.mark.parametrize("named", ["```python src/a.py:5-6\n", "src/a.py:5\n\n```python\n"])
def test_lines_of_a_file_beside_edits_are_a_suggestion_or_refused(named):
    code = f"{named}x = 2\n```\n"

    with pytest.raises(PatchError, match=r"said to be lines of src/a\.py"):
        read(FILE + code)
    assert len(read(FILE + "src/a.py:5\n```suggestion\nx = 2\n```\n").patches) == 2
    assert len(read(FILE + "src/a.py:5\n```output\nx = 2\n```\n").patches) == 1
    assert [patch.path for patch in read(FILE + code, "whole-file").patches] == ["y.py"]


def test_a_whole_file_in_json_is_an_example_only_beside_other_forms():
    sample = '```json\n{"path": "n.py", "content": "x"}\n```\n'

    assert [patch.example for patch in read(FILE + sample).patches] == [False, True]
    assert [patch.example for patch in read(sample).patches] == [False]
    assert [patch.example for patch in read(FILE + sample, "json").patches] == [False]
