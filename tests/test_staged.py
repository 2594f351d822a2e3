"""What is staged is what would be committed: held against a real `git commit` in each case."""

import hashlib
import os
import subprocess
import sys
import time
import zlib

import pytest

from indict_review.change import Change, File, Status, Tree
from indict_review.errors import ConfigError, ToolError
from indict_review.git import Objects, located, moves, running
from indict_review.sources import contents as contents_module
from indict_review.sources.contents import Contents
from indict_review.sources.interface import Source
from indict_review.sources.moved import change_of
from indict_review.sources.staged import StagedSource
from indict_review.tools.merged import Merged
from tests.patching import ENVIRONMENT, git, repository, write

START = {"a.py": b"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n", "b.py": b"b = 1\n"}


@pytest.fixture
def repo(tmp_path):
    return repository(tmp_path / "repo", START)


def staged(repo, task=None, **environ) -> Change:
    source: Source = StagedSource(repo, task, environ)
    return source.collect()


def statuses(change):
    return {file.path: file.status.value for file in change.files}


def texts(tree):
    return {path: file.content for path, file in tree.files.items()}


def committed(repo, change):
    """Commit, and see that git made of it what we said, path by path and byte by byte."""
    git(repo, "commit", "-q", "-m", "next")
    for path, file in change.after.files.items():
        entry = git(repo, "ls-tree", "-z", "HEAD", "--", f":(literal){path}")
        assert int(entry.split()[0], 8) == file.mode, path
        assert git(repo, "cat-file", "blob", entry.split()[2].decode()) == file.content, path
    names = git(repo, "ls-tree", "-r", "-z", "--name-only", "HEAD").decode().split("\0")
    assert not {*change.before.files} - {*change.after.files} & {*names}


def test_only_what_is_staged_is_reviewed_not_the_work_tree(repo):
    write(repo, {"a.py": b"staged\n"})
    git(repo, "add", "a.py")
    write(repo, {"a.py": b"not staged\n", "b.py": b"nor this\n", "new.py": b"nor that\n"})

    change = staged(repo, "Do it.")

    assert texts(change.before) == {"a.py": START["a.py"]}
    assert texts(change.after) == {"a.py": b"staged\n"}
    assert statuses(change) == {"a.py": "modified"}
    assert (change.source, change.task, change.head) == ("staged", "Do it.", None)
    assert change.base == git(repo, "rev-parse", "HEAD").decode().strip()
    committed(repo, change)


def test_a_hunk_left_unstaged_is_not_reviewed(repo):
    write(repo, {"a.py": START["a.py"].replace(b"one", b"ONE").replace(b"eight", b"EIGHT")})
    git(repo, "add", "-p", "a.py", stdin=b"s\ny\nn\n")

    change = staged(repo)

    assert b"ONE" in change.after.files["a.py"].content
    assert b"EIGHT" not in change.after.files["a.py"].content
    assert "+ONE" in change.patch
    assert "EIGHT" not in change.patch
    committed(repo, change)


def test_what_is_only_intended_to_be_added_is_no_part_of_it(repo):
    write(repo, {"new.py": b"new\n", "other.py": b"other\n"})
    git(repo, "add", "--intent-to-add", "new.py")
    git(repo, "add", "other.py")
    git(repo, "rm", "-q", "--cached", "b.py")
    git(repo, "add", "--intent-to-add", "b.py")

    change = staged(repo)

    assert statuses(change) == {"other.py": "added", "b.py": "deleted"}
    assert StagedSource(repo, None, {}).project.paths() == ["a.py", "other.py"]
    committed(repo, change)
    assert git(repo, "ls-tree", "--name-only", "HEAD").split() == [b"a.py", b"other.py"]


def test_a_renamed_file_is_told_from_a_new_one_even_when_it_was_edited(repo):
    git(repo, "mv", "b.py", "moved.py")
    git(repo, "mv", "a.py", "lib.py")
    write(repo, {"lib.py": START["a.py"].replace(b"four", b"4")})
    git(repo, "add", "-A")

    change = staged(repo)

    assert [(f.path, f.old_path, f.status, f.added, f.deleted) for f in change.files] == [
        ("lib.py", "a.py", Status.RENAMED, 1, 1),
        ("moved.py", "b.py", Status.RENAMED, 0, 0),
    ]
    assert "rename from b.py\nrename to moved.py\n" in change.patch
    committed(repo, change)


def test_copies_are_added_and_modes_links_types_and_deletions_are_told(repo):
    write(repo, {"copy.py": START["a.py"], "run.sh": b"true\n"})
    (repo / "run.sh").chmod(0o755)
    (repo / "b.py").unlink()
    (repo / "b.py").symlink_to("a.py")
    (repo / "away").symlink_to("/etc/passwd")
    (repo / "a.py").chmod(0o755)
    git(repo, "add", "-A")

    change = staged(repo)

    assert statuses(change) == {
        "a.py": "modified",
        "away": "added",
        "b.py": "modified",
        "copy.py": "added",
        "run.sh": "added",
    }
    assert change.after.files["away"] == File(b"/etc/passwd", 0o120000)
    assert change.after.files["b.py"] == File(b"a.py", 0o120000)
    assert change.after.files["run.sh"].mode == change.after.files["a.py"].mode == 0o100755
    assert "old mode 100644\nnew mode 100755\n" in change.patch
    committed(repo, change)


def test_the_patch_is_one_that_git_applies(repo):
    write(repo, {"a.py": b"end without a line break", "d/new file.py": b"x\r\ny\r\n"})
    git(repo, "mv", "b.py", "ünïcode.py")
    git(repo, "add", "-A")

    patch = staged(repo).patch.encode()
    wanted = git(repo, "write-tree")
    git(repo, "reset", "-q", "--hard")
    git(repo, "apply", "--index", "-", stdin=patch)

    assert git(repo, "write-tree") == wanted


def test_line_ends_and_attributes_change_nothing_of_the_bytes(repo):
    write(repo, {".gitattributes": b"*.txt text eol=crlf\n*.u16 working-tree-encoding=UTF-16\n"})
    write(repo, {"t.txt": b"a\r\nb\r\n", "u.u16": "ü\n".encode("utf-16")})
    git(repo, "add", "-A")

    change = staged(repo)

    assert change.after.files["t.txt"].content == b"a\nb\n"
    assert change.after.files["u.u16"].content == "ü\n".encode()
    committed(repo, change)


NAMES = [
    "line\nbreak.py", "tab\t.py", 'quote".py', "back\\slash.py", "-rf.py", "--output=x",
    " space .py", "e\u0301.py", "\u00e9.py", "bytes-\udcff.py", ":(top)magic.py", "*.py",
    "\x1b[31mred.py", "/".join(["deep"] * 60) + "/x.py", "HEAD", "x" * 255, "missing", "a b 12",
]  # fmt: skip


def test_any_name_that_git_takes_is_read(repo):
    for number, name in enumerate(NAMES):
        write(repo, {name: f"n = {number}\n".encode()})
    git(repo, "add", "-A")

    source = StagedSource(repo, None, {})
    change = source.collect()

    wanted = {name: f"n = {number}\n".encode() for number, name in enumerate(NAMES)}
    assert texts(change.after) == wanted
    assert statuses(change) == dict.fromkeys(NAMES, "added")
    assert {p: f.content for p, f in source.project.entries(NAMES).items()} == wanted
    git(repo, "commit", "-q", "-m", "all")
    base = StagedSource(repo, None, {}).base
    assert {p: f.content for p, f in base.entries([*NAMES, "no\nsuch", "deep", ""]).items()} == (
        wanted
    )
    assert set(base.paths()) == {*wanted, *START}


def test_git_is_told_nothing_by_names_that_differ_only_in_case(repo):
    write(repo, {"A.py": b"upper\n"})
    git(repo, "add", "-A")

    assert statuses(staged(repo)) == {"A.py": "added"}


def test_nothing_staged_is_a_change_without_files(repo):
    change = staged(repo)

    assert (change.files, change.patch, change.notes) == ((), "", ())


@pytest.mark.parametrize("orphan", [False, True])
def test_before_the_first_commit_everything_is_new(tmp_path, orphan):
    if orphan:
        repo = repository(tmp_path / "repo", START)
        git(repo, "checkout", "-q", "--orphan", "fresh")
    else:
        repo = tmp_path / "repo"
        repo.mkdir()
        git(repo, "init", "-q")
        write(repo, START)
        git(repo, "add", "-A")

    source = StagedSource(repo, None, {})
    change = source.collect()

    assert change.base is None
    assert texts(change.before) == {}
    assert texts(change.after) == START
    assert source.base.paths() == []
    assert source.base.entries(["a.py", ".indict-review.yaml"]) == {}
    assert source.project.paths() == ["a.py", "b.py"]
    committed(repo, change)


def test_an_empty_repository_has_nothing_staged(tmp_path):
    git(tmp_path, "init", "-q")

    assert staged(tmp_path).files == ()


def test_it_works_on_a_detached_head_from_any_folder_and_in_linked_work_trees(repo):
    write(repo, {"deep/er/x.py": b"x\n"})
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "deep")
    git(repo, "checkout", "-q", "--detach", "HEAD~1")
    git(repo, "worktree", "add", "-q", "../linked", "HEAD@{1}")
    linked = repo.parent / "linked"
    write(linked, {"deep/er/x.py": b"changed\n"})
    git(linked, "add", "-A")
    write(repo, {"b.py": b"here\n"})
    git(repo, "add", "-A")

    source = StagedSource(linked / "deep" / "er", None, {})
    change = source.collect()

    assert texts(change.after) == {"deep/er/x.py": b"changed\n"}
    assert source.root == os.fspath(linked)
    assert texts(staged(repo).after) == {"b.py": b"here\n"}


@pytest.mark.parametrize("how", [("-a",), ("a.py",), ("--include", "a.py")])
@pytest.mark.parametrize("linked", [False, True])
def test_in_a_hook_it_is_the_index_of_that_very_commit(repo, how, linked):
    """`git commit -a` and `git commit PATH` commit another index than the usual one."""
    seen = repo.parent / "seen"
    hook = repo / ".git/hooks/pre-commit"
    hook.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path\n"
        "from indict_review.sources.staged import StagedSource\n"
        "change = StagedSource(Path('.'), None, os.environ).collect()\n"
        f"Path({os.fspath(seen)!r}).write_text(repr(sorted(change.after.files)))\n"
    )
    hook.chmod(0o755)
    if linked:
        git(repo, "worktree", "add", "-q", "../linked")
        repo = repo.parent / "linked"
    write(repo, {"b.py": b"staged\n"})
    git(repo, "add", "b.py")
    write(repo, {"a.py": b"not staged\n"})

    git(repo, "commit", "-q", "-m", "hooked", *how)

    wanted = ["a.py"] if how == ("a.py",) else ["a.py", "b.py"]
    assert seen.read_text() == repr(wanted)
    assert git(repo, "show", "--format=", "--name-only").decode().split() == wanted


def test_no_other_variable_of_git_is_heard(repo, tmp_path, monkeypatch):
    other = repository(tmp_path / "other", {"x": b"x"})
    for name, value in {
        "GIT_DIR": other / ".git",
        "GIT_INDEX_FILE": other / ".git/index",
        "GIT_OBJECT_DIRECTORY": other / ".git/objects",
        "GIT_CONFIG_PARAMETERS": "'core.worktree=/'",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.worktree",
        "GIT_CONFIG_VALUE_0": "/",
        "GIT_NAMESPACE": "x",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_TRACE": os.fspath(tmp_path / "trace"),
    }.items():
        monkeypatch.setenv(name, os.fspath(value))
    write(repo, {"a.py": b"new\n"})
    subprocess.run(["git", "add", "-A"], cwd=repo, env=ENVIRONMENT, check=True)
    heard = {k: v for k, v in os.environ.items() if k not in {"GIT_DIR", "GIT_INDEX_FILE"}}

    assert texts(staged(repo, **heard).after) == {"a.py": b"new\n"}
    assert not (tmp_path / "trace").exists()


def test_a_submodule_is_listed_and_never_read(repo, tmp_path):
    inner = repository(tmp_path / "inner", {"evil.py": b"eval(x)\n"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", os.fspath(inner), "sub")

    change = staged(repo)

    by_path = {file.path: file for file in change.files}
    assert by_path["sub"].binary
    assert by_path["sub"].status is Status.ADDED
    assert set(change.after.files) == {".gitmodules"}
    assert change.unread == ()
    assert change.notes == (
        "1 submodule is listed and not read: what is in it is reviewed where it is committed",
    )
    git(repo, "commit", "-q", "-m", "sub")
    git(repo / "sub", "commit", "-q", "--allow-empty", "-m", "next")
    git(repo, "config", "diff.ignoreSubmodules", "all")
    git(repo, "config", "submodule.sub.ignore", "all")
    subprocess.run(["git", "update-index", "sub"], cwd=repo, env=ENVIRONMENT, check=True)
    assert statuses(staged(repo)) == {"sub": "modified"}


@pytest.mark.parametrize(
    "commands",
    [
        ["update-index --split-index"],
        ["update-index --assume-unchanged b.py", "update-index --skip-worktree a.py"],
        ["sparse-checkout set --cone --sparse-index lib"],
        ["update-index --index-version 4"],
        ["config core.quotePath true", "config diff.renames false", "config diff.noprefix true"],
    ],
    ids=lambda commands: commands[0].split()[1],
)
def test_the_form_of_the_index_makes_no_difference(repo, commands):
    write(repo, {"lib/x.py": b"x\n", "far/away/y.py": b"y = 1\ny = 2\ny = 3\n"})
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "more")
    git(repo, "mv", "lib/x.py", "lib/z.py")
    for command in commands:
        git(repo, *command.split())
    blob = (
        git(repo, "hash-object", "-w", "--stdin", stdin=b"y = 1\ny = 2\ny = 4\n").decode().strip()
    )
    git(repo, "update-index", "--cacheinfo", f"100644,{blob},far/away/y.py")

    change = staged(repo)

    assert statuses(change) == {"lib/z.py": "renamed", "far/away/y.py": "modified"}
    assert "+y = 4" in change.patch
    project = StagedSource(repo, None, {}).project
    assert project.paths() == ["a.py", "b.py", "far/away/y.py", "lib/z.py"]


def test_a_repository_with_long_names_is_read(tmp_path):
    git(tmp_path, "init", "-q", "--object-format=sha256")
    write(tmp_path, {"lib/a.py": b"1\n"})
    git(tmp_path, "add", "-A")
    assert statuses(staged(tmp_path)) == {"lib/a.py": "added"}
    git(tmp_path, "commit", "-q", "-m", "start")
    write(tmp_path, {"lib/a.py": b"2\n"})
    git(tmp_path, "add", "-A")

    source = StagedSource(tmp_path, None, {})

    assert texts(source.collect().before) == {"lib/a.py": b"1\n"}
    assert len(source.collect().base) == 64
    assert source.base.entries(["lib/a.py"])["lib/a.py"].content == b"1\n"


# Merges


def conflict(repo, *branches):
    """A merge of the branches, in which each side and both have changed something."""
    start = git(repo, "rev-parse", "HEAD").decode().strip()
    for branch in branches:
        git(repo, "checkout", "-q", "-b", branch, start)
        write(repo, {f"{branch}.py": f"{branch}\n".encode()})
        if len(branches) == 1:
            write(repo, {"a.py": b"theirs\n"})
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", branch)
    git(repo, "checkout", "-q", "-B", "ours", start)
    write(repo, {"a.py": b"ours\n"})
    git(repo, "commit", "-q", "-a", "-m", "ours")
    command = ["git", "merge", "-q", "--no-commit", "--no-ff", *branches]
    subprocess.run(command, cwd=repo, env=ENVIRONMENT, capture_output=True, check=False)


def test_unmerged_files_are_named(repo):
    conflict(repo, "side")

    with pytest.raises(ConfigError, match=r"^not merged yet: a\.py$") as e:
        staged(repo)

    assert "git add" in e.value.hint


def test_of_a_merge_the_other_parent_is_known(repo):
    conflict(repo, "side")
    write(repo, {"a.py": b"both\n"})
    git(repo, "add", "-A")

    change = staged(repo)

    assert statuses(change) == {"a.py": "modified", "side.py": "added"}
    assert [texts(tree) for tree in change.merged] == [{"a.py": b"theirs\n", "side.py": b"side\n"}]
    assert change.notes == ("as a merged branch has them, so not reviewed again: 1 of 2 files",)


def test_a_merge_of_several_has_each_of_them(repo):
    conflict(repo, "left", "right")

    change = staged(repo)

    assert [texts(tree) for tree in change.merged] == [
        {"left.py": b"left\n"},
        {"right.py": b"right\n"},
    ]
    assert change.notes == ("as a merged branch has them, so not reviewed again: 2 of 2 files",)


def test_a_picked_commit_is_no_merge(repo):
    conflict(repo, "side")
    git(repo, "merge", "--abort")
    git(repo, "cherry-pick", "--no-commit", "-X", "theirs", "side")

    change = staged(repo)

    assert statuses(change) == {"a.py": "modified", "side.py": "added"}
    assert change.merged == ()


class Words:
    """An analyzer that sees each line that is in `after` and not in `before`."""

    name, version = "words", "1"

    def __init__(self):
        self.looked_at = []

    def covers(self, path):
        return True

    def examine(self, before, after):
        self.looked_at.append(sorted(after.files))
        for path in after.files:
            old = before.text(path).split("\n")
            yield from (
                f"{path}: {line}" for line in after.text(path).split("\n") if line not in old
            )


def test_only_what_no_parent_has_is_new_in_a_merge(repo):
    conflict(repo, "side")
    write(repo, {"a.py": b"ours\ntheirs\nnobody's\n"})
    git(repo, "add", "-A")
    change = staged(repo)
    words = Words()

    assert list(words.examine(change.before, change.after)) == [
        "a.py: theirs",
        "a.py: nobody's",
        "side.py: side",
    ]
    merged = Merged(words, change.merged)
    assert list(merged.examine(change.before, change.after)) == ["a.py: nobody's"]
    assert words.looked_at[1:] == [["a.py"], ["a.py"]]


class Failing(Words):
    """Gives up half way when it is to compare with another parent."""

    def examine(self, before, after):
        seen = list(super().examine(before, after))
        yield seen[0]
        if len(self.looked_at) == 2:
            raise ToolError("gave up")
        yield from seen[1:]


def test_what_could_not_be_compared_with_a_parent_counts_as_new_and_it_is_said():
    trees = [Tree({"a": File(text)}) for text in (b"1", b"1\n2", b"1\n2\n3\n4")]
    seen = []

    with pytest.raises(ToolError, match="gave up"):
        seen.extend(Merged(Failing(), trees[1:2]).examine(trees[0], trees[2]))

    assert seen == ["a: 2", "a: 3", "a: 4"]


@pytest.mark.parametrize("noted", ["--output=x\n", "HEAD\n", "é\n"])
def test_a_note_of_a_merge_that_names_no_commit_is_refused(repo, noted):
    (repo / ".git/MERGE_HEAD").write_text(noted)

    with pytest.raises(ConfigError, match="MERGE_HEAD"):
        staged(repo)


# Bad input


def failing(repo, **environ):
    with pytest.raises(ConfigError) as e:
        staged(repo, **environ)
    assert "\n" not in str(e.value)
    assert e.value.hint
    return str(e.value)


def test_what_is_no_repository_is_said(tmp_path, repo):
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    empty = tmp_path / "empty"
    empty.mkdir()

    assert "is in no git repository" in failing(empty)
    assert "is no directory" in failing(tmp_path / "missing")
    assert "is a bare repository" in failing(tmp_path / "bare.git")
    assert "is git's own folder" in failing(repo / ".git")
    assert "is no directory" in failing(repo / "a.py")
    assert "is in no git repository" in failing(repo, GIT_DIR="nowhere")


@pytest.mark.parametrize("broken", [b"", b"DIRC\0\0\0\2\0\0\0\xff" + bytes(100), b"x" * 999])
def test_a_broken_index_is_said(repo, broken):
    (repo / ".git/index").write_bytes(broken)

    assert "git cannot tell what is staged: " in failing(repo)


def test_an_object_that_is_gone_or_damaged_is_said(repo):
    write(repo, {"a.py": b"new\n", "c.py": b"c\n"})
    git(repo, "add", "-A")
    oid = git(repo, "rev-parse", ":c.py").decode().strip()
    blob = repo / ".git/objects" / oid[:2] / oid[2:]
    blob.unlink()

    change = staged(repo)

    assert change.unread == (("c.py", "git has no content for it"),)
    assert texts(change.after) == {"a.py": b"new\n"}
    assert statuses(change) == {"a.py": "modified", "c.py": "added"}
    head = git(repo, "rev-parse", "HEAD^{tree}").decode().strip()
    tree = repo / ".git/objects" / head[:2] / head[2:]
    tree.chmod(0o644)
    tree.write_bytes(b"nothing that zlib wrote")
    assert "git cannot" in failing(repo)


def test_a_folder_whose_name_has_a_line_break_is_refused(tmp_path):
    folder = tmp_path / "line\nbreak"
    repository(folder, START)

    assert "line break" in failing(folder)


def test_settings_that_lead_elsewhere_are_refused_and_ours_are_heard(repo, tmp_path):
    elsewhere = tmp_path / "home"
    elsewhere.mkdir()
    git(repo, "config", "core.worktree", os.fspath(elsewhere))

    assert "its files are in" in failing(repo)
    asked = {"GIT_DIR": os.fspath(repo / ".git"), "GIT_WORK_TREE": os.fspath(repo)}
    assert StagedSource(repo, None, asked).root == os.fspath(repo)


# Limits


def test_a_large_file_is_listed_and_not_read(repo, monkeypatch):
    monkeypatch.setattr(contents_module, "MAX_FILE", 1000)
    write(repo, {"large.py": b"x" * 1001, "small.py": b"y\n", "b.py": b"z" * 1001})
    git(repo, "add", "-A")

    change = staged(repo)

    assert [path for path, _ in change.unread] == ["b.py", "large.py"]
    assert all("more than" in why for _, why in change.unread)
    assert set(change.after.files) == {"small.py"}
    assert set(change.before.files) == set()
    listed = {file.path: (file.binary, file.added) for file in change.files}
    assert listed == {"b.py": (True, 0), "large.py": (True, 0), "small.py": (False, 1)}


def test_where_there_is_too_much_code_is_read_first(repo):
    write(repo, {f"{n}.bin": bytes([n]) * 3000 for n in range(3)})
    write(repo, {"z.py": b"z" * 3000, "same.py": b"z" * 3000})
    git(repo, "add", "-A")
    objects = Objects(located(repo, {}))

    change = change_of("staged", moves.staged(objects, 1000), Contents(objects, left=7000))

    assert set(change.after.files) == {"z.py", "same.py", "0.bin"}  # what is the same counts once
    assert [path for path, _ in change.unread] == ["1.bin", "2.bin"]


def test_a_file_of_two_gigabytes_is_never_read(repo):
    """A blob that says so of itself, and is cut short where the rest would be."""
    size = 2 * 2**30
    oid = hashlib.sha1(b"a name of our own").hexdigest()
    folder = repo / ".git/objects" / oid[:2]
    folder.mkdir(exist_ok=True)
    (folder / oid[2:]).write_bytes(zlib.compress(b"blob %d\0" % size + bytes(4096)))
    git(repo, "update-index", "--add", "--cacheinfo", f"100644,{oid},huge.py")
    git(repo, "rm", "-q", "--cached", "b.py")  # a deleted file beside it: could it be renamed?

    change = staged(repo)

    assert change.unread == (("huge.py", "it has more than 16 MiB"),)
    assert statuses(change) == {"huge.py": "added", "b.py": "deleted"}


def test_fifty_thousand_files_are_read_by_a_handful_of_gits(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    data = b"".join(
        b"M 100644 inline d%d/f%d.py\ndata 9\nv = %05d\n" % (n % 100, n, n) for n in range(50_000)
    )
    head = b"commit refs/heads/main\ncommitter A <a@b> 1 +0000\ndata 1\nx\n"
    git(tmp_path, "fast-import", "--quiet", stdin=head + data)
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/unborn")
    git(tmp_path, "read-tree", "refs/heads/main")
    began = time.monotonic()

    change = staged(tmp_path)

    assert len(change.files) == len(change.after.files) == 50_000
    assert change.unread == ()
    assert time.monotonic() - began < 30


def test_a_normal_commit_takes_four_gits_with_its_settings(repo, monkeypatch):
    write(repo, {"a.py": b"new\n", "lib/n.py": b"n\n"})
    git(repo, "add", "-A")
    started = []
    real = subprocess.Popen

    def counted(command, *args, **options):
        started.append(command)
        return real(command, *args, **options)

    monkeypatch.setattr(running.subprocess, "Popen", counted)  # `run` starts its own with it
    source = StagedSource(repo, None, {})
    source.base.entries([".indict-review.yaml", ".indict-review/decisions.yaml"])
    source.collect()
    source.base.entries(["lib/.indict-review.yaml"])

    assert len(started) == 4
