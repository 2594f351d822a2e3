import os
import stat

import pytest

from indict_review import workspace
from indict_review.change import File, Tree
from indict_review.errors import PatchError
from indict_review.workspace import laid_out, read_tree


def test_files_are_read_with_their_mode_and_missing_ones_left_out(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/run.sh").write_bytes(b"\xff\r\n")
    (tmp_path / "sub/run.sh").chmod(0o755)

    tree = read_tree(tmp_path, ["sub/run.sh", "missing", "no/such/folder"])

    assert tree == Tree({"sub/run.sh": File(b"\xff\r\n", 0o100755)})


@pytest.mark.parametrize("path", ["link", "folder/inside", "dangling", "sub/deep/inside"])
def test_symbolic_links_are_not_followed(tmp_path, path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "inside").write_text("secret")
    repo = tmp_path / "repo"
    (repo / "sub").mkdir(parents=True)
    (repo / "link").symlink_to(outside / "inside")
    (repo / "folder").symlink_to(outside)
    (repo / "dangling").symlink_to(outside / "nothing")
    (repo / "sub/deep").symlink_to(outside)

    with pytest.raises(PatchError, match="symbolic link"):
        read_tree(repo, [path])


def test_the_directory_itself_may_be_reached_by_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/x").write_bytes(b"a")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert read_tree(tmp_path / "link", ["x"]).text("x") == "a"


def test_only_regular_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")

    for path in ("pipe", "folder", "file/below"):
        with pytest.raises(PatchError):
            read_tree(tmp_path, [path])


def test_hostile_paths_are_not_looked_at(tmp_path):
    for path in ("../x", "/etc/passwd", ".git/config"):
        with pytest.raises(PatchError):
            read_tree(tmp_path, [path])


def test_sizes_are_limited_one_by_one_and_together(tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "MAX_FILE", 2**20)
    monkeypatch.setattr(workspace, "MAX_TREE", 2**21)
    for name, size in {"big": 2**20 + 1, "a": 2**20, "b": 2**20, "c": 1}.items():
        (tmp_path / name).write_bytes(b"x" * size)

    with pytest.raises(PatchError, match="more than 1 MiB"):
        read_tree(tmp_path, ["big"])
    assert len(read_tree(tmp_path, ["a", "b"]).files) == 2
    with pytest.raises(PatchError, match="more than 2 MiB together"):
        read_tree(tmp_path, ["a", "b", "c"])


@pytest.mark.parametrize("name", ["missing", "file", "nul\0"])
def test_a_missing_directory_is_said(tmp_path, name):
    (tmp_path / "file").write_text("")

    with pytest.raises(PatchError, match="no directory") as caught:
        read_tree(tmp_path / name, ["x"])

    assert caught.value.hint


def test_a_tree_is_laid_out_for_this_user_alone_and_removed():
    tree = Tree({"a/b é.py": File(b"x\r\n"), "run": File(b"", 0o100755), "n\udcff": File(b"\0")})

    with laid_out(tree) as root:
        assert stat.S_IMODE(root.stat().st_mode) == 0o700
        assert read_tree(root, tree.files) == tree
        assert (root / "run").stat().st_mode & 0o077 == 0

    assert not root.exists()


@pytest.mark.parametrize(
    "tree",
    [
        Tree({"../x": File(b"")}),
        Tree({".git/config": File(b"")}),
        Tree({"link": File(b"/etc", 0o120000)}),
        Tree({"a": File(b""), "a/b": File(b"")}),
        Tree({"x" * 300: File(b"")}),
    ],
)
def test_an_unsafe_tree_is_not_laid_out(tree):
    with pytest.raises(PatchError), laid_out(tree):
        pytest.fail("it was laid out")
