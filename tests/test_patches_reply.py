import pytest
from hypothesis import given
from hypothesis import strategies as st

from indict_review.errors import PatchError
from indict_review.patches import grammar, reply
from indict_review.patches.reply import read_reply
from indict_review.patches.unified import parse
from tests.patching import attempt

DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n keep\n-old\n+new\n"


def test_a_plain_diff_has_no_account():
    assert read_reply(DIFF) == reply.Reply(DIFF, None)


@pytest.mark.parametrize(
    "fence", ["```diff", "~~~ diff", "````patch", "```", '```Diff title="x"', "   ```diff"]
)
def test_a_fenced_diff_is_taken_out_of_the_prose(fence):
    indent = fence[: len(fence) - len(fence.lstrip())]
    closing = indent + fence.strip()[0] * (fence.count("`") or 3)
    block = "".join(indent + line for line in DIFF.splitlines(keepends=True))

    read = read_reply(f"I fixed it.\n\n{fence}\n{block}{closing}\n\nAll tests pass.\n")

    assert read.diff == DIFF
    assert read.account == "I fixed it.\n\n\nAll tests pass."


def test_several_blocks_are_one_patch_and_other_code_is_prose():
    second = DIFF.replace("x.py", "y.py").rstrip("\n")
    text = f"A:\n```diff\n{DIFF}```\nRun:\n```sh\npytest\n```\n```diff\n{second}\n```\n"

    read = read_reply(text)

    assert [patch.path for patch in parse(read.diff)] == ["x.py", "y.py"]
    assert "```sh\npytest\n```" in (read.account or "")


def test_a_diff_amid_prose_ends_where_its_counts_say():
    read = read_reply(f"Here:\n\n{DIFF}\n- I renamed it.\n- It is safe now.\n")

    assert read.diff == DIFF
    assert read.account == "Here:\n\n\n- I renamed it.\n- It is safe now."


def test_a_mail_is_a_message_and_a_patch():
    mail = f"From 0123 Mon Sep 17\nSubject: fix\n\n---\n x.py | 2 +-\n\n{DIFF}-- \n2.39\n"

    read = read_reply(mail)

    assert read.diff == DIFF
    assert "Subject: fix" in (read.account or "")


def test_fences_inside_a_diff_are_its_text():
    diff = "--- a/R.md\n+++ b/R.md\n@@ -1,3 +1,3 @@\n ```diff\n-a\n+b\n ```\n"

    assert read_reply(diff).diff == diff
    assert read_reply(f"See\n```diff\n{diff}```\n").diff == diff


@pytest.mark.parametrize("tail", ["", "```"])
def test_a_reply_cut_short_keeps_what_is_there(tail):
    assert read_reply(f"Here\n```diff\n{DIFF}{tail}").diff == DIFF


def test_a_stray_fence_hides_no_diff():
    assert read_reply(f"Odd ```\n```\nprose\n{DIFF}").diff == DIFF


def test_two_binary_blocks_are_part_of_the_diff():
    diff = (
        "diff --git a/i b/i\nindex 1..2\nGIT binary patch\nliteral 4\nLc${NkU|;|M00aO5\n\n"
        "literal 3\nKc${NkU|;|M0000\n\n" + DIFF
    )

    assert read_reply(diff) == reply.Reply(diff, None)


def test_prose_alone_has_no_diff():
    assert read_reply("Binary files may differ\n").diff == ""
    assert read_reply("I would use --- and +++ here.\n--- \nno\n").diff == ""


def test_a_byte_order_mark_is_dropped_and_utf_16_is_named():
    assert read_reply(b"\xef\xbb\xbf" + DIFF.encode()).diff == DIFF
    with pytest.raises(PatchError, match="UTF-16"):
        read_reply(DIFF.encode("utf-16"))


class CountingLines(list):
    """Counts how often a line is read."""

    reads = 0

    def __getitem__(self, at):
        if isinstance(at, int):
            CountingLines.reads += 1
        return super().__getitem__(at)


HOSTILE_LINES = [
    ["```\n", "````\n", "~~~\n"],
    ["--- a\n", "+++ b\n", "@@ -1,99999 +1,99999 @@\n", " x\n", "\n"],
    ["--- a\n", "+++ b\n", "@@ -1,1 +1,1 @@\n", " x\n", "\n", "\n", "-y\n"],
    ["diff --git a/i b/i\n", "GIT binary patch\n", "literal 1\n"],
    ["--- a\n", "--- a\n", "@@\n", "\n"],
]


@pytest.mark.parametrize("pattern", HOSTILE_LINES)
def test_each_line_is_read_a_bounded_number_of_times(pattern, monkeypatch):
    monkeypatch.setattr(reply, "split_lines", lambda _: CountingLines(pattern * 2000))
    CountingLines.reads = 0

    read_reply("")

    assert CountingLines.reads < 60 * 2000 * len(pattern)


@given(st.binary())
def test_any_bytes_are_read_or_refused(raw):
    assert isinstance(attempt(lambda: read_reply(raw)), reply.Reply | PatchError)


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


@given(st.lists(st.sampled_from(PIECES)))
def test_any_order_of_a_diffs_lines_is_read_or_refused(pieces):
    read = attempt(lambda: parse(read_reply("".join(pieces)).diff))

    assert read.hint if isinstance(read, PatchError) else all(patch.path for patch in read)


@given(st.lists(st.sampled_from(PIECES)), st.booleans())
def test_a_hunk_never_ends_before_it_begins(pieces, in_prose):
    lines = ["@@ -1,2 +1,2 @@\n", *pieces]

    assert 1 <= grammar.hunk_end(lines, 0, in_prose) <= len(lines)
