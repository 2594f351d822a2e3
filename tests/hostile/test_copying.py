"""The project is copied while somebody changes it: nothing but the project is in the archive."""

import hashlib
import io
import os
import struct
import subprocess
import tarfile
import threading

import pytest

from indict_review import git
from indict_review.change import File, Tree
from indict_review.checkout import Checkout
from indict_review.errors import ToolError
from indict_review.sources.stores import Folder

SECRET = b"SECRET of the host"
TIMES = 40
NOTHING = Tree({})


@pytest.fixture
def outside(tmp_path):
    """What no archive may hold."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("file", "inside", "config"):
        (folder / name).write_bytes(SECRET)
    return folder


@pytest.fixture
def repo(tmp_path):
    folder = tmp_path / "repo"
    (folder / "sub/deep").mkdir(parents=True)
    for path in ("file", "sub/file", "sub/deep/inside"):
        (folder / path).write_bytes(b"ours")
    return folder


def packed(repo, tree=NOTHING):
    """The archive as bytes, and what is in it; empty if it was refused."""
    checkout = Checkout(Folder(repo), frozenset(tree.files))
    try:
        data = b"".join(checkout.contents(tree).members())
    except ToolError:
        return b"", {}
    finally:
        checkout.close()
    with tarfile.open(fileobj=io.BytesIO(data + bytes(1024)), mode="r:") as tar:
        return data, {info.name: info for info in tar}


class Swapping:
    """Until left: now the thing itself, now a link to something outside."""

    def __init__(self, path, target):
        self.path, self.target, self.times = str(path), str(target), 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.swap)

    def swap(self):
        link, aside = f"{self.path}.link", f"{self.path}.aside"
        os.symlink(self.target, link)
        while not self.over.is_set():
            os.rename(self.path, aside)
            os.rename(link, self.path)
            os.rename(self.path, link)
            os.rename(aside, self.path)
            self.times += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.over.set()
        self.thread.join()


@pytest.mark.parametrize(
    ("path", "target"),
    [("sub/file", "file"), ("file", "file"), ("sub", "."), ("sub/deep", ".")],
)
@pytest.mark.parametrize("with_git", [False, True])
def test_a_link_swapped_in_while_we_copy_leads_nowhere(repo, outside, path, target, with_git):
    if with_git:
        subprocess.run(["git", "init", "-q", str(repo)], check=True)
    (outside / "deep").mkdir()
    (outside / "deep/inside").write_bytes(SECRET)

    whole = 0
    with Swapping(repo / path, outside / target) as swapping:
        for _ in range(TIMES):
            data, members = packed(repo)
            assert SECRET not in data
            whole += bool(members)
        assert swapping.times > TIMES

    assert SECRET not in packed(repo)[0]
    assert packed(repo)[1]["work/sub/file"].size == 4


def test_reading_by_name_would_have_followed_it(repo, outside):
    """What the test above is about: a plain read does get there."""
    seen = set()
    with Swapping(repo / "sub/file", outside / "file"):
        while SECRET not in seen:
            try:
                seen.add((repo / "sub/file").read_bytes())
            except FileNotFoundError:
                continue

    assert SECRET in seen


def test_a_link_is_copied_as_a_link(repo, outside):
    (repo / "link").symlink_to(outside / "file")
    (repo / "folder").symlink_to(outside)
    (repo / "up").symlink_to("../outside/file")
    (repo / "proc").symlink_to("/proc/self/root")
    (repo / "loop").symlink_to(".")
    (repo / "sub/loop").symlink_to("..")

    data, members = packed(repo)

    assert SECRET not in data
    for name in ("link", "folder", "up", "proc", "loop", "sub/loop"):
        assert members[f"work/{name}"].issym()
    assert not any(name.startswith("work/loop/") for name in members)


def test_what_is_no_file_is_left_out(repo):
    os.mkfifo(repo / "pipe")

    _, members = packed(repo)

    assert "work/pipe" not in members
    assert "work/file" in members


def test_a_huge_file_of_nothing_is_refused(repo):
    with open(repo / "sparse", "wb") as file:
        file.truncate(2**40)

    assert packed(repo) == (b"", {})


def test_a_file_that_grows_while_it_is_read_breaks_nothing(repo):
    """Its header says how long it is: with more after it, whatever it holds would be a member."""
    forged = tarfile.TarInfo("job").tobuf() * 64
    (repo / "sub/grows").write_bytes(forged)
    over = threading.Event()

    def grow():
        with open(repo / "sub/grows", "ab", buffering=0) as file:
            while not over.is_set():
                if file.write(forged[: 512 * 3 + 100]) and file.tell() > 2**21:
                    file.truncate(0)

    growing = threading.Thread(target=grow)
    growing.start()
    try:
        for _ in range(TIMES):
            _, members = packed(repo)
            assert all(name == "work" or name.startswith("work/") for name in members)
            assert {"work/file", "work/sub/file"} <= set(members)
    finally:
        over.set()
        growing.join()


@pytest.mark.parametrize("name", ["a\nb", "a\\b", "\x1b[2J", "a\tb", "C:x", "n" * 255])
def test_a_name_that_says_something_else_never_becomes_another(repo, name):
    (repo / name).write_bytes(b"x")

    _, members = packed(repo)

    # Refused as a whole, or under its own name.
    assert not members or f"work/{name}" in members
    assert all(member == "work" or member.startswith("work/") for member in members)


def index_of(*paths):
    """A git index of these paths, of no particular content: git itself would not make it."""
    data = struct.pack(">4sII", b"DIRC", 2, len(paths))
    for path in sorted(map(os.fsencode, paths)):
        entry = struct.pack(">10I20sH", *[0] * 6, 0o100644, 0, 0, 0, b"\1" * 20, len(path)) + path
        data += entry + bytes(8 - len(entry) % 8)
    return data + hashlib.sha1(data).digest()


@pytest.mark.parametrize(
    "path", ["../outside/file", "/etc/passwd", ".git/config", "a/../../outside/file", "sub/../file"]
)
def test_an_index_that_names_what_is_outside_is_not_followed(repo, outside, path):
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    (repo / ".git/config").write_bytes(SECRET.replace(b"SECRET", b"[a]\n#SECRET"))
    (repo / ".git/index").write_bytes(index_of("file", path))
    assert path in git.listed(repo)  # git believes it

    archive, members = packed(repo)

    assert SECRET not in archive
    assert all(".." not in name and not name.startswith("/") for name in members)


def test_a_project_with_a_hostile_git_folder_runs_nothing_of_it(repo, outside, tmp_path):
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    ran = tmp_path / "ran"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout", "pre-commit"):
        (repo / ".git/hooks" / hook).write_text(script.read_text())
        (repo / ".git/hooks" / hook).chmod(0o755)
    with open(repo / ".git/config", "a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {script}\n\thooksPath = {tmp_path}\n\tpager = {script}\n"
            f"\tsshCommand = {script}\n\teditor = {script}\n"
            f'[include]\n\tpath = {outside}/config\n[filter "x"]\n\tclean = {script}\n'
            f"\tprocess = {script}\n[alias]\n\tls-files = !{script}\n"
            f'[diff "x"]\n\ttextconv = {script}\n'
        )
    (repo / ".gitattributes").write_text("* filter=x diff=x\n")

    data, members = packed(repo)

    assert not ran.exists()
    assert SECRET not in data
    assert str(script).encode() not in data.replace(b"\0", b"")
    assert not any("hooks" in name for name in members)


def test_what_a_change_touches_is_taken_from_the_change_alone(repo, outside):
    """Also where the disk has a link, or a folder, in its place."""
    (repo / "sub/file").unlink()
    (repo / "sub/file").symlink_to(outside / "file")

    data, members = packed(repo, Tree({"sub/file": File(b"new")}))

    assert SECRET not in data
    assert members["work/sub/file"].isreg()


def test_the_secrets_of_a_git_folder_stay_out(repo):
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    with open(repo / ".git/config", "ab") as config:
        config.write(b'[remote "o"]\n\turl = https://user:' + SECRET + b"@example.invalid/x\n")

    data, members = packed(repo)

    assert SECRET not in data
    assert {"work/.git/HEAD", "work/.git/config"} <= set(members)
