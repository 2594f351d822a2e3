"""The copy of a project that code is run in: what is in it, and what never is."""

import io
import os
import subprocess
import tarfile

import pytest

from indict_review import checkout, workspace
from indict_review.change import Change, File, Tree
from indict_review.checkout import Checkout
from indict_review.errors import ToolError
from indict_review.sources import stores
from indict_review.sources.stores import Folder


def git(folder, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def change(before, after):
    trees = [Tree({p: File(t.encode()) for p, t in t.items()}) for t in (before, after)]
    return Change("patch", *trees, (), "")


def packed(copy, tree):
    archive = b"".join(copy.contents(tree).members()) + bytes(1024)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            m.name.removeprefix("work/"): m.linkname if m.issym() else tar.extractfile(m).read()
            for m in tar
            if not m.isdir()
        }


@pytest.fixture(params=["git", "folder"])
def project(request, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "a.py").write_text("a = 0\n")
    (tmp_path / "lib" / "ü.py").write_text("b = 1\n")
    (tmp_path / "run.sh").write_text("true\n")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "link").symlink_to("a.py")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x.js").write_text("1\n")
    (tmp_path / ".gitignore").write_text("node_modules/\n")
    if request.param == "git":
        git(tmp_path, "init", "-q")
        (tmp_path / ".git" / "config").write_text("[core]\n\tfsmonitor = touch /tmp/x\n")
    return tmp_path


def test_untouched_files_come_from_the_disk_and_touched_ones_from_the_tree(project):
    its = change({"a.py": "a = 1\n"}, {"a.py": "a = 2\n", "new/c.py": "c = 3\n"})
    copy = Checkout.of(its, Folder(project))
    base, head = packed(copy, its.before), packed(copy, its.after)

    assert base["a.py"] == b"a = 1\n"
    assert head["a.py"] == b"a = 2\n"
    assert head["new/c.py"] == b"c = 3\n"
    assert "new/c.py" not in base
    assert head["lib/ü.py"] == b"b = 1\n"
    assert head["link"] == "a.py"
    assert "node_modules/x.js" not in head


def test_a_link_of_the_change_is_a_link(tmp_path):
    its = Change("staged", Tree(), Tree({"to": File(b"a.py", 0o120000)}), (), "")

    assert packed(Checkout.of(its, Folder(tmp_path)), its.after) == {"to": "a.py"}


def test_a_file_that_the_change_deletes_is_not_there(project):
    its = change({"a.py": "a = 1\n"}, {})

    assert "a.py" not in packed(Checkout.of(its, Folder(project)), its.after)


def test_nothing_of_the_repositorys_own_git_folder_is_in_it(project):
    inside = packed(Checkout.of(change({}, {}), Folder(project)), Tree())
    there = {name for name in inside if name.startswith(".git/")}

    assert there in (set(), {".git/HEAD", ".git/config"})
    assert b"fsmonitor" not in inside.get(".git/config", b"")


def test_special_files_are_left_out_and_waited_for_by_nobody(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.py").write_text("a\n")

    assert set(packed(Checkout.of(change({}, {}), Folder(tmp_path)), Tree())) == {"a.py"}


def test_a_project_that_is_too_large_is_said(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(bytes(5000))
    (tmp_path / "b").write_bytes(bytes(5000))
    monkeypatch.setattr(checkout, "MOST_BYTES", 6000)
    with pytest.raises(ToolError, match="more than 0 MiB"):
        Checkout.of(change({}, {}), Folder(tmp_path)).contents(Tree())
    monkeypatch.setattr(stores, "MOST_FILES", 1)
    with pytest.raises(ToolError, match="more than 1 files"):
        Checkout.of(change({}, {}), Folder(tmp_path)).contents(Tree())


def test_a_file_that_cannot_be_read_is_said_and_not_left_out(tmp_path, monkeypatch):
    (tmp_path / "huge").write_bytes(bytes(3 * 2**20))
    monkeypatch.setattr(workspace, "MAX_ENTRY", 2**20)
    with pytest.raises(ToolError, match="huge has more than 1 MiB"):
        Checkout.of(change({}, {}), Folder(tmp_path)).contents(Tree())
