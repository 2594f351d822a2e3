import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indict_review import git as our_git
from indict_review.change import File, Tree
from indict_review.errors import PatchError
from indict_review.patches import trees
from indict_review.patches.differences import MAX_EDITS, differences
from indict_review.patches.render import count_lines, unified_diff
from indict_review.patches.unified import parse
from indict_review.workspace import laid_out
from tests.patching import git, repository, snapshot, write

PAIRS = {
    "added": ({}, {"new.py": b"a\nb\n"}),
    "added empty": ({}, {"new.py": b""}),
    "deleted": ({"old.py": b"a\nb"}, {}),
    "deleted empty": ({"old.py": b""}, {}),
    "emptied": ({"x": b"a\n"}, {"x": b""}),
    "crlf": ({"x": b"a\r\nb\r\nc\n"}, {"x": b"a\r\nB\r\nc\n"}),
    "newline lost": ({"x": b"a\nb\n"}, {"x": b"a\nb"}),
    "newline won": ({"x": b"a\nb"}, {"x": b"a\nb\n"}),
    "no newline in context": ({"x": b"a\nb"}, {"x": b"A\nb"}),
    "non-UTF-8": ({"x": b"\xff\n\xe9\n"}, {"x": b"\xff\n\xe8\n"}),
    "names": (
        {'caf\u00e9 "1".py': b"a\n", "sp ace": b"a\n"},
        {'caf\u00e9 "1".py': b"b\n", "sp ace": b"b\n"},
    ),
    "undecodable name": ({"n\udcff": b"a\n"}, {"n\udcff": b"b\n"}),
    "odd line ends": ({"x": b"a\x0cb\xe2\x80\xa8c\rd\n"}, {"x": b"a\x0cb\xe2\x80\xa8C\rd\n"}),
    "dashes": ({"x": b"-- a\n++ b\n"}, {"x": b"-- b\n++ a\n"}),
    "far apart": (
        {"x": b"".join(b"%d\n" % n for n in range(50))},
        {"x": b"0\n" + b"".join(b"%d\n" % n for n in range(48))},
    ),
}


def tree(files):
    return Tree({path: File(content) for path, content in files.items()})


def applied_by_git(before: Tree, patch: str):
    with laid_out(before) as root:
        text = patch.encode("utf-8", "surrogateescape")
        git(root, "apply", "--whitespace=nowarn", "-", stdin=text)
        return {path: content for path, (content, _) in snapshot(root).items()}


@pytest.mark.parametrize("name", PAIRS)
def test_git_and_we_make_the_same_of_our_diff(name):
    before, after = map(tree, PAIRS[name])
    patch = unified_diff(before, after)

    with laid_out(before) as root:
        our_git.apply_check(root, patch)
    assert applied_by_git(before, patch) == {p: f.content for p, f in after.files.items()}
    assert trees.apply(parse(patch), before, exact=True).after == after


def test_a_new_mode_and_a_rename_go_through_git(tmp_path):
    repository(tmp_path, {"run.sh": b"a\n", "old.bin": b"\0\1", "old.py": b"a\nb\nc\n"})
    before = Tree({"run.sh": File(b"a\n"), "old.bin": File(b"\0\1"), "old.py": File(b"a\nb\nc\n")})
    after = Tree(
        {
            "run.sh": File(b"a\n", 0o100755),
            "new.bin": File(b"\0\1"),
            "new é.py": File(b"a\nB\nc\n"),
        }
    )

    patch = unified_diff(before, after, {"new.bin": "old.bin", "new é.py": "old.py"})
    git(tmp_path, "apply", "--index", stdin=patch.encode())

    now = snapshot(tmp_path)
    assert {path: content for path, (content, _) in now.items()} == {
        path: file.content for path, file in after.files.items()
    }
    assert now["run.sh"][1] & 0o100
    assert trees.apply(parse(patch), before, exact=True).after == after


def test_a_binary_file_is_said_to_differ():
    patch = unified_diff(tree({"i": b"\0"}), tree({"i": b"\1\0"}))

    assert patch == "diff --git a/i b/i\nBinary files a/i and b/i differ\n"


def test_a_file_that_becomes_a_link_is_two_files():
    patch = unified_diff(tree({"x": b"a\n"}), Tree({"x": File(b"y", 0o120000)}))

    assert "deleted file mode 100644" in patch
    assert "new file mode 120000" in patch


def test_equal_trees_have_no_diff():
    assert unified_diff(tree({"x": b"a"}), tree({"x": b"a"})) == ""


def test_an_edit_in_a_long_file_is_one_small_hunk():
    lines = [f"line {n % 7}\n" for n in range(1000)]
    edited = [*lines[:500], "new\n", *lines[501:]]

    patch = unified_diff(
        tree({"x": "".join(lines).encode()}), tree({"x": "".join(edited).encode()})
    )

    assert patch.count("@@ -") == 1
    assert len(patch.splitlines()) == 3 + 1 + 8
    assert count_lines(File("".join(lines).encode()), File("".join(edited).encode())) == (1, 1)


def test_a_moved_block_does_not_replace_what_stayed():
    lines = [f"{n}\n" for n in range(40)]
    moved = [*lines[30:], *lines[:30]]

    spans = differences(lines, moved)

    assert sum(span.i2 - span.i1 for span in spans) == 10


class CountingLine(int):
    """Counts how often lines are compared."""

    compared = 0

    def __eq__(self, other):
        CountingLine.compared += 1
        return int(self) == int(other)

    __hash__ = int.__hash__


def test_texts_made_to_be_slow_cost_a_bounded_number_of_comparisons():
    size = 4000
    before = [CountingLine(n * n % 5) for n in range(size)]
    after = [CountingLine(n * n * n % 7) for n in range(size)]
    CountingLine.compared = 0

    from indict_review.patches import differences as module

    module._between(before, after, module.Span(0, size, 0, size))

    assert 0 < CountingLine.compared < 4 * MAX_EDITS * size


LINES = st.lists(
    st.sampled_from(
        [b"a", b"b", b"\xff", b"", b"-- ", b"\r", b"+", b"@@ -1 +1 @@", b"\\ No", b"\x0c"]
    )
    | st.binary(max_size=4).filter(lambda line: b"\n" not in line and b"\0" not in line),
    max_size=14,
)
TEXTS = st.builds(
    lambda lines, ended: b"\n".join(lines) + (b"\n" if ended and lines else b""),
    LINES,
    st.booleans(),
)


@settings(max_examples=400)
@given(TEXTS, TEXTS)
def test_our_diff_gives_back_the_second_text_exactly(first, second):
    before, after = tree({"x": first}), tree({"x": second})

    assert trees.apply(parse(unified_diff(before, after)), before, exact=True).after == after


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=20, max_size=20))
def test_git_gives_back_the_second_text_exactly(pairs):
    before = tree({f"f{n}": first for n, (first, _) in enumerate(pairs)})
    after = tree({f"f{n}": second for n, (_, second) in enumerate(pairs)})
    patch = unified_diff(before, after)

    if patch:
        assert applied_by_git(before, patch) == {p: f.content for p, f in after.files.items()}


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_spans_turn_the_first_into_the_second(before, after):
    made, done = [], 0
    for i1, i2, j1, j2 in differences(before, after):
        made += before[done:i1] + after[j1:j2]
        done = i2

    assert made + before[done:] == after


def test_gits_own_reason_is_told(tmp_path):
    write(tmp_path, {"x": b"a\n"})

    with pytest.raises(PatchError, match=r"patch does not apply|patch failed") as caught:
        our_git.apply_check(tmp_path, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\n+c\n")

    assert caught.value.hint


def test_a_directory_inside_a_repository_is_checked_all_the_same(tmp_path):
    repository(tmp_path, {"sub/x": b"a\n"})
    (tmp_path / ".git/config").write_text("[core]\n\tfsmonitor = touch ../ran\n")

    with pytest.raises(PatchError):
        our_git.apply_check(tmp_path / "sub", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\n+c\n")
    our_git.apply_check(tmp_path / "sub", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+c\n")

    assert not (tmp_path / "ran").exists()


def test_settings_of_the_environment_do_not_reach_git(tmp_path, monkeypatch):
    write(tmp_path, {"x": b"a\n"})
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "junk")

    our_git.apply_check(tmp_path, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+c\n")


def test_gits_version_is_a_number():
    assert our_git.version().split(".")[0].isdigit()
