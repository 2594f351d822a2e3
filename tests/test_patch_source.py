from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indict_review.change import Change, File, FileChange, Status
from indict_review.errors import PatchError
from indict_review.sources import patch as module
from indict_review.sources.interface import Source
from indict_review.sources.patch import PatchSource
from tests.patching import attempt, git, repository, snapshot, write

DIFF = b"--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n keep\n-old\n+new\n"


def collect(text, repo) -> Change:
    source: Source = PatchSource(text, repo)
    return source.collect()


def diff_of(repo, *options):
    """What git says of the working tree, which is put back to HEAD."""
    git(repo, "add", "-A")
    text = git(repo, "diff", "--cached", *options)
    wanted = snapshot(repo)
    git(repo, "reset", "-q", "--hard")
    return text, wanted


def test_a_patch_is_read_and_the_directory_stays_as_it_is(tmp_path):
    write(tmp_path, {"x.py": b"keep\nold\n"})
    before = snapshot(tmp_path)

    change = PatchSource(DIFF, tmp_path, "Rename it.").collect()

    assert snapshot(tmp_path) == before
    assert change.after.text("x.py") == "keep\nnew\n"
    assert change.before.text("x.py") == "keep\nold\n"
    assert change.files == (FileChange("x.py", None, Status.MODIFIED, "python", 1, 1),)
    assert (change.source, change.task, change.account) == ("patch", "Rename it.", None)
    assert change.notes == ()


def test_a_reply_with_wrong_numbers_is_repaired_and_the_prose_is_its_account(tmp_path):
    write(tmp_path, {"x.py": b"1\n2\n3\nkeep\nold\n"})
    reply = b"I made it safe.\n```diff\n" + DIFF.replace(b"-1,2 +1,2", b"-40,9 +41") + b"```\n"

    change = collect(reply, tmp_path)

    assert change.account == "I made it safe."
    assert change.notes == ("x.py: hunk 1 moved from line 40 to 4",)
    assert "@@ -2,4 +2,4 @@" in change.patch
    git(tmp_path, "apply", "--check", stdin=change.patch.encode())


def everything(repo):
    """Changes of every kind in one working tree."""
    (repo / "gone.py").unlink()
    (repo / "old name.py").rename(repo / "new é.py")
    (repo / "run.sh").chmod(0o755)
    write(
        repo,
        {
            "added.py": b"print(1)\n",
            "sub/empty": b"",
            "crlf.txt": b"a\r\nB\r\n",
            "end.c": b"int x;\nint z;",
            "latin.php": b"<?php // \xe8\n",
            "caf\u00e9.go": b"package b\n",
            "logo.png": b"\x89PNG\0new",
        },
    )
    with (repo / "new é.py").open("ab") as stream:
        stream.write(b"last\n")


START = {
    "gone.py": b"a\nb\n",
    "old name.py": b"".join(b"line %d\n" % n for n in range(20)),
    "run.sh": b"echo\n",
    "crlf.txt": b"a\r\nb\r\n",
    "end.c": b"int x;\nint y;",
    "latin.php": b"<?php // \xe9\n",
    "caf\u00e9.go": b"package a\n",
    "logo.png": b"\x89PNG\0old",
}


@pytest.mark.parametrize(
    "options", [["-M"], ["-M", "--binary"], ["-M", "--no-prefix"], ["-M", "-U0"]], ids=" ".join
)
def test_what_git_writes_is_applied_as_git_applies_it(tmp_path, options):
    repo = repository(tmp_path / "repo", START)
    everything(repo)
    text, wanted = diff_of(repo, *options)

    change = collect(text, repo)

    files = {path: file.content for path, file in change.after.files.items()}
    del wanted["logo.png"]
    assert files == {path: content for path, (content, _) in wanted.items()}
    assert change.after.files["run.sh"].mode == 0o100755
    assert {f.path: f.status.value for f in change.files} == {
        "added.py": "added",
        "café.go": "modified",
        "crlf.txt": "modified",
        "end.c": "modified",
        "gone.py": "deleted",
        "latin.php": "modified",
        "logo.png": "modified",
        "new é.py": "renamed",
        "run.sh": "modified",
        "sub/empty": "added",
    }
    assert [f.path for f in change.files if f.binary] == ["logo.png"]
    assert "logo.png" not in {*change.before.files, *change.after.files}

    git(repo, "apply", "--whitespace=nowarn", stdin=change.patch.encode("utf-8", "surrogateescape"))
    assert {p: c for p, c in snapshot(repo).items() if p != "logo.png"} == wanted


def test_a_rename_keeps_the_mode(tmp_path):
    repo = repository(tmp_path / "repo", {"a.sh": b"echo\n" * 9})
    (repo / "a.sh").chmod(0o755)
    git(repo, "commit", "-qam", "x")
    git(repo, "mv", "a.sh", "b.sh")
    text, _ = diff_of(repo, "-M")

    change = collect(text, repo)

    assert change.after.files == {"b.sh": File(b"echo\n" * 9, 0o100755)}
    assert change.files[0].old_path == "a.sh"


def test_two_blocks_for_one_file_are_one_change(tmp_path):
    write(tmp_path, {"x.py": b"keep\nold\n"})
    again = b"--- a/x.py\n+++ b/x.py\n@@ @@\n-new\n+newer\n"

    change = collect(b"```diff\n" + DIFF + b"```\nand\n```diff\n" + again + b"```\n", tmp_path)

    assert change.after.text("x.py") == "keep\nnewer\n"
    assert [(f.added, f.deleted) for f in change.files] == [(1, 1)]


def test_many_repairs_are_counted_not_listed(tmp_path):
    write(tmp_path, {"x": b"".join(b"%d\n" % n for n in range(30))})
    hunks = b"".join(b"@@ @@\n-%d\n+new %d\n" % (n, n) for n in range(30))

    change = collect(b"--- a/x\n+++ b/x\n" + hunks, tmp_path)

    assert len(change.notes) == 21
    assert change.notes[-1] == "and 10 more repairs"


def test_a_new_file_without_dev_null_is_read_as_one(tmp_path):
    change = collect(b"--- a/n.py\n+++ b/n.py\n@@ -0,0 +1,2 @@\n+a\n+b\n", tmp_path)

    assert change.files[0].status is Status.ADDED
    assert change.notes == ("n.py: read as a new file",)


def test_a_file_renamed_twice_has_one_old_path(tmp_path):
    write(tmp_path, {"a": b"1\n"})
    step = "diff --git a/{0} b/{1}\nrename from {0}\nrename to {1}\n"

    change = collect((step.format("a", "b") + step.format("b", "c")).encode(), tmp_path)

    assert [(f.path, f.old_path) for f in change.files] == [("c", "a")]
    git(tmp_path, "apply", stdin=change.patch.encode())
    assert snapshot(tmp_path).keys() == {"c"}


NEW = b"--- /dev/null\n+++ b/%s\n@@ -0,0 +1 @@\n+a\n"
BAD = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "prose": (b"Looks good to me.\n", "no patch"),
    "zeros": (b"\0" * 100, "no patch"),
    "utf-16": (DIFF.decode().encode("utf-16"), "UTF-16"),
    "does not apply": (DIFF.replace(b"-old", b"-\x1b[2J"), "fits nowhere"),
    "two places": (b"--- a/twice\n+++ b/twice\n@@ @@\n-a\n+b\n", "fits at line 1 and"),
    "up": (NEW % b"../x", "leaves"),
    "up and down": (NEW % b"sub/../../x", "leaves"),
    "absolute": (b"--- /dev/null\n+++ /etc/x\n@@ -0,0 +1 @@\n+a\n", "absolute"),
    "git folder": (NEW % b".git/hooks/pre-commit", "git's own"),
    "control character": (b'--- /dev/null\n+++ "b/a\\033[2J"\n@@ @@\n+a\n', "control"),
    "nul in name": (NEW % b"a\0b", "control"),
    "link": (b"diff --git a/l b/l\nnew file mode 120000\n@@ -0,0 +1 @@\n+/etc\n", "120000"),
    "submodule": (b"diff --git a/l b/l\nnew file mode 160000\n@@ -0,0 +1 @@\n+Sub\n", "160000"),
    "to a link": (b"--- a/link\n+++ b/link\n@@ @@\n-a\n+b\n", "symbolic link"),
    "through a link": (NEW % b"out/x", "symbolic link"),
    "no such file": (DIFF.replace(b"x.py", b"none.py"), "no such file"),
    "no such binary": (b"Binary files a/n and b/n differ\n", "no such file"),
    "already there": (NEW % b"x.py", "already is"),
    "rename onto": (
        b"diff --git a/x.py b/twice\nrename from x.py\nrename to twice\n",
        "already is",
    ),
    "delete other": (b"--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-keep\n", "does not name"),
    "delete unseen": (b"diff --git a/x.py b/x.py\ndeleted file mode 100644\n", "does not name"),
    "nothing": (b"--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n keep\n", "changes nothing"),
    "file as folder": (NEW % b"x.py/below", "cannot be read"),
    "file and folder": (NEW % b"n" + NEW % b"n/m", "at once"),
    "long name": (NEW % (b"n" * 300), "cannot be read"),
    "text, then binary": (DIFF + b"Binary files a/x.py and b/x.py differ\n", "twice"),
    "binary, then text": (b"Binary files a/x.py and b/x.py differ\n" + DIFF, "twice"),
    "text in binary": (
        b"diff --git a/x.py b/x.py\nBinary files a/x.py and b/x.py differ\n@@ @@\n-old\n",
        "binary in the patch",
    ),
}


@pytest.fixture
def target(tmp_path):
    write(tmp_path, {"repo/x.py": b"keep\nold\n", "repo/twice": b"a\na\n", "outside/x": b""})
    (tmp_path / "repo/link").symlink_to("../outside/x")
    (tmp_path / "repo/out").symlink_to("../outside")
    return tmp_path / "repo"


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_two_plain_lines_and_writes_nothing(name, target):
    text, said = BAD[name]
    before = snapshot(target.parent)

    with pytest.raises(PatchError, match=said) as caught:
        collect(text, target)

    for line in (str(caught.value), caught.value.hint):
        assert line.isprintable()
        assert 0 < len(line) < 300
    assert snapshot(target.parent) == before


PAIR = b"%s\n```\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n```\n"
VERSION = b"**%s**\n\n```python\nkeep\nnew\n```\n"


def test_the_form_is_told_where_it_was_found_out(tmp_path):
    write(tmp_path, {"x.py": b"keep\nold\n"})

    found = PatchSource(PAIR % b"x.py", tmp_path).collect()
    asked = PatchSource(PAIR % b"x.py", tmp_path, form="search-replace").collect()

    assert found.after.text("x.py") == asked.after.text("x.py") == "keep\nnew\n"
    assert (found.notes, asked.notes) == (("read as search-replace",), ())


def test_what_is_not_read_is_told(tmp_path):
    write(tmp_path, {"x.py": b"keep\nold\n"})

    change = collect(DIFF + b"\n```python\nprint(1)\n```\n", tmp_path)

    assert change.notes == ("the code on line 9 named no file: taken as prose",)
    assert "print(1)" in (change.account or "")


def test_a_change_says_where_it_comes_from(tmp_path):
    write(tmp_path, {"x.py": b"keep\nold\n"})

    assert PatchSource(DIFF, tmp_path, name="generate").collect().source == "generate"


@pytest.fixture
def shop(tmp_path):
    files = {"src/app.py": b"keep\nold\n", "src/util.py": b"a\n", "lib/util.py": b"b\n"}
    return repository(tmp_path / "shop", files)


@pytest.mark.parametrize("wrong", [b"app.py", b"b/src/app.py", b"shop/src/app.py"])
@pytest.mark.parametrize("text", [PAIR, VERSION, DIFF.replace(b"x.py", b"%s")])
def test_a_path_that_is_wrong_by_a_folder_is_refused_and_the_right_one_said(wrong, text, shop):
    text = text.replace(b"%s", wrong)

    with pytest.raises(PatchError, match="no such file") as caught:
        collect(text, shop)

    assert caught.value.hint.startswith("Did you mean src/app.py?")


def test_a_path_that_may_be_two_files_is_refused_without_a_guess(shop):
    with pytest.raises(PatchError, match="no such file") as caught:
        collect(PAIR % b"util.py", shop)

    assert "Did you mean" not in caught.value.hint


def test_a_new_file_with_the_name_of_another_is_new(shop):
    text = b"**app.py**\n\n```python\nimport src.app\n\nsrc.app.run()\n```\n"

    change = collect(text, shop)
    sure = PatchSource(VERSION % b"app.py", shop, form="whole-file").collect()

    assert [(f.path, f.status) for f in change.files] == [("app.py", Status.ADDED)]
    assert [(f.path, f.status) for f in sure.files] == [("app.py", Status.ADDED)]


def test_the_line_that_names_a_file_is_left_out_of_it(tmp_path):
    write(tmp_path, {"x.py": b"old\n", "y.py": b"# y.py\nold\n"})
    text = "```python\n# {0}\nnew\n```\n"

    change = collect("".join(map(text.format, ["x.py", "y.py", "z.py"])).encode(), tmp_path)

    made = {path: change.after.text(path) for path in change.after.files}
    assert made == {"x.py": "new\n", "y.py": "# y.py\nnew\n", "z.py": "new\n"}


def test_a_missing_repository_is_said(tmp_path):
    with pytest.raises(PatchError, match="no directory"):
        collect(DIFF, tmp_path / "none")


def test_the_limit_of_the_input_is_said(tmp_path, monkeypatch):
    with pytest.raises(PatchError, match="16 MiB"):
        collect(b"x" * (module.MAX_INPUT + 1), tmp_path)
    with pytest.raises(PatchError, match="1,000,000 lines"):
        collect(b"\n" * (module.MAX_LINES + 1), tmp_path)
    with pytest.raises(PatchError, match="10,000 files"):
        collect(b"diff --git a/x b/x\nnew file mode 100644\n" * 10_001, tmp_path)


def test_a_small_patch_cannot_make_much_work_of_a_large_file(tmp_path):
    write(tmp_path, {"big": b"x" * (15 * 2**20)})
    step = b"diff --git a/big b/big\nold mode 100644\nnew mode 100755\n"

    with pytest.raises(PatchError, match="256 MiB"):
        collect(step * 10_000, tmp_path)


def test_nul_bytes_in_a_text_patch_make_the_file_binary(tmp_path):
    write(tmp_path, {"x": b"a\n"})

    change = collect(b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+\0\n", tmp_path)

    assert change.files[0].binary
    assert change.after.files["x"].content == b"\0\n"


def test_a_hundred_thousand_lines_are_read(tmp_path):
    lines = [b"value_%d = %d\n" % (n, n % 10) for n in range(50_000)]
    write(tmp_path, {"big.py": b"".join(lines)})
    edits = b"".join(
        b"@@ -%d +%d @@\n-%s+%s" % (n + 1, n + 1, a, b"# " + a) for n, a in enumerate(lines)
    )

    change = collect(b"--- a/big.py\n+++ b/big.py\n" + edits, tmp_path)

    assert (change.files[0].added, change.files[0].deleted) == (50_000, 50_000)


def test_ten_megabytes_on_one_line_are_read(tmp_path):
    line = b"x" * (10 * 2**20)

    change = collect(b"--- /dev/null\n+++ b/big\n@@ -0,0 +1 @@\n+" + line + b"\n", tmp_path)

    assert change.after.files["big"].content == line + b"\n"
    for sign in (b"`", b" ", b"-", b"@", b"a://", b'"', b"\\"):
        for prefix in (b"", b"```", b"diff --git ", b'--- "', b"Binary files "):
            with pytest.raises(PatchError):
                collect((prefix + sign * (2**20 // len(sign))) + b"\n+++ b\n", tmp_path)


CLOSE = st.binary(max_size=30) | st.sampled_from(
    [
        b"--- a/x.py\n+++ b/x.py\n",
        b"--- /dev/null\n+++ b/n.py\n",
        b"diff --git a/x.py b/y.py\n",
        b"rename from x.py\nrename to y.py\n",
        b"new file mode 100644\n",
        b"deleted file mode 100644\n",
        b"Binary files a/x.py and b/x.py differ\n",
        b"GIT binary patch\nliteral 3\nabc\n\n",
        b"@@ -1,2 +1,2 @@\n",
        b"@@ @@\n",
        b" keep\n",
        b"-old\n",
        b"+new\n",
        b"\\ No newline at end of file\n",
        b"```diff\n",
        b"```\n",
        b"\n",
    ]
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    root = tmp_path_factory.mktemp("fuzzed")
    write(root, {"x.py": b"keep\nold\n"})
    return root


@settings(max_examples=500, deadline=None)
@given(st.lists(CLOSE, max_size=14).map(b"".join))
def test_anything_gives_a_change_or_a_clear_error(fuzzed: Path, text):
    came = attempt(lambda: collect(text, fuzzed))

    if isinstance(came, PatchError):
        assert str(came).isprintable()
        assert came.hint.isprintable()
    else:
        assert came.files


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(DIFF) - 1), st.binary(max_size=3), st.integers(0, 6))
def test_a_damaged_patch_gives_a_change_or_a_clear_error(fuzzed: Path, at, junk, lost):
    came = attempt(lambda: collect(DIFF[:at] + junk + DIFF[at + lost :], fuzzed))

    assert came.hint.isprintable() if isinstance(came, PatchError) else came.files


@pytest.mark.parametrize("new", ["HEAD", "config", "objects/x"])
def test_a_repository_is_not_made_of_what_lies_on_the_disk_already(tmp_path, new):
    parts = {"b/HEAD": b"ref: refs/heads/x\n", "b/objects/k": b"", "b/refs/k": b""}
    parts.pop(f"b/{new}", None)
    write(tmp_path, parts)
    patch = f"--- /dev/null\n+++ b/b/{new}\n@@ -0,0 +1 @@\n+x\n".encode()

    with pytest.raises(PatchError, match="b would be a git repository"):
        collect(patch, tmp_path)
