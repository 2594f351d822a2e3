"""A repository whose settings, hooks and files name programs: none of them is ever started.

Each program leaves a mark. That the marks are in working order is shown by a plain git first.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from indict_review import git as our_git
from indict_review.errors import ConfigError
from indict_review.sources.commits import CommitsSource
from indict_review.sources.patch import PatchSource
from indict_review.sources.staged import StagedSource
from indict_review.sources.stores import Folder
from tests.patching import ENVIRONMENT, git, repository, write

SETTINGS = """
[core]
	fsmonitor = {mark} fsmonitor
	hooksPath = {hooks}
	sshCommand = {mark} ssh
	gitProxy = {mark} proxy
	askPass = {mark} askpass
	editor = {mark} editor
	pager = {mark} pager
	alternateRefsCommand = {mark} alternates
	attributesFile = {attributes}
[user]
	name = N
	email = n@example.org
[alias]
	rev-parse = !{mark} alias
	diff-index = !{mark} alias
	cat-file = !{mark} alias
	look = !{mark} alias
[pager]
	rev-parse = {mark} pager
	diff-index = {mark} pager
	diff-tree = {mark} pager
	cat-file = {mark} pager
[filter "evil"]
	clean = {mark} clean
	smudge = {mark} smudge
[filter "process"]
	process = {mark} process
[diff]
	external = {mark} external
	ignoreSubmodules = all
[diff "evil"]
	command = {mark} command
	textconv = {mark} textconv
	cachetextconv = true
[merge "evil"]
	driver = {mark} merge
[credential]
	helper = !{mark} credential
[gpg]
	program = {program}
[log]
	showSignature = true
[sequence]
	editor = {mark} sequence
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[extensions]
	partialClone = origin
[remote "origin"]
	url = ext::{mark} ext
	promisor = true
	partialclonefilter = blob:none
	uploadpack = {mark} uploadpack
[uploadpack]
	packObjectsHook = {mark} pack
[branch "main"]
	remote = origin
	merge = refs/heads/main
[gc]
	auto = 1
[maintenance]
	auto = true
[trace2]
	normalTarget = {trace}
[include]
	path = {included}
"""

HOOKS = (
    "post-index-change", "pre-commit", "post-checkout", "reference-transaction", "pre-auto-gc",
    "fsmonitor-watchman", "post-rewrite", "applypatch-msg", "pre-applypatch", "query-watchman",
)  # fmt: skip

ATTRIBUTES = b"*.py filter=evil diff=evil merge=evil\n*.js filter=process diff=evil\n"


@pytest.fixture
def marks(tmp_path):
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


@pytest.fixture
def repo(tmp_path, marks):
    """Staged changes, a range, a merge in progress, a lacking object; then everything hostile."""
    repo = repository(
        tmp_path / "repo", {"a.py": b"a = 1\n", "b.js": b"b = 1\n", "c.py": b"c\n" * 9}
    )
    git(repo, "branch", "-q", "-M", "main")
    git(repo, "checkout", "-q", "-b", "side")
    write(repo, {"side.py": b"side\n"})
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "side")
    header, gap, message = git(repo, "cat-file", "commit", "HEAD").partition(b"\n\n")
    signed = header + b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n" + gap[1:] + message
    side = git(repo, "hash-object", "-t", "commit", "-w", "--stdin", stdin=signed).decode().strip()
    git(repo, "update-ref", "refs/heads/side", side)
    git(repo, "checkout", "-q", "main")
    git(repo, "merge", "-q", "--no-commit", "--no-ff", "side")
    write(repo, {".gitattributes": ATTRIBUTES, "a.py": b"a = 2\n"})
    git(repo, "mv", "c.py", "moved.py")
    write(repo, {"moved.py": b"c\n" * 8 + b"d\n"})
    git(repo, "add", "-A")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    write(repo, {".gitmodules": b'[submodule "sub"]\n\tpath = sub\n\turl = ext::x\n'})
    mark = tmp_path / "mark"
    mark.write_text(f'#!/bin/sh\ntouch "{marks}/$1"\nexit 1\n')
    mark.chmod(0o755)
    hooks = tmp_path / "hooks"
    for folder in (hooks, repo / ".git/hooks"):
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            (folder / name).write_text(f'#!/bin/sh\ntouch "{marks}/hook"\n')
            (folder / name).chmod(0o755)
    (tmp_path / "attributes").write_bytes(ATTRIBUTES)
    (repo / ".git/info/attributes").write_bytes(ATTRIBUTES)
    (tmp_path / "included").write_text(f"[core]\n\tfsmonitor = {mark} included\n")
    program = tmp_path / "gpg"
    program.write_text(f'#!/bin/sh\ntouch "{marks}/gpg"\n')
    program.chmod(0o755)
    git(repo, "update-index", "--fsmonitor")  # the index has the extension
    with (repo / ".git/config").open("a") as file:
        names = {n: tmp_path / n for n in ("mark", "hooks", "attributes", "included", "trace")}
        file.write(SETTINGS.format(program=program, **names))
    for path in marks.iterdir():
        path.unlink()
    return repo


def plain(repo, *arguments):
    """Git as anybody runs it, whatever comes of it."""
    subprocess.run(
        ["git", *arguments], cwd=repo, env=ENVIRONMENT, capture_output=True, timeout=30, check=False
    )


def attempt(action):
    try:
        return action()
    except ConfigError as e:
        return e


def left(marks):
    names = {path.name for path in marks.iterdir()}
    for path in marks.iterdir():
        path.unlink()
    return names


def test_a_plain_git_does_start_them(repo, marks):
    """What the tests below are about: without this they could not fail."""
    write(repo, {"a.py": b"a = 3\n"})
    plain(repo, "status")
    assert "included" in left(marks)
    plain(repo, "config", "--unset", "include.path")

    # Changed, for git reads an unchanged file again only within a tick of its clock.
    write(repo, {"b.js": b"b = 2\n"})
    plain(repo, "diff")
    assert left(marks) >= {"fsmonitor", "clean", "process"}
    plain(repo, "diff", "--", "a.py")
    assert "command" in left(marks)
    plain(repo, "diff", "--cached", "--", ".gitattributes")
    assert "external" in left(marks)
    plain(repo, "diff", "--no-ext-diff", "--cached", "--", "a.py")
    assert left(marks) >= {"textconv", "smudge"}
    plain(repo, "add", "a.py")
    assert {"clean"} <= left(marks)
    plain(repo, "look")
    assert left(marks) == {"alias"}
    plain(repo, "update-ref", "refs/heads/x", "side")
    assert "hook" in left(marks)
    plain(repo, "log", "side")
    assert "gpg" in left(marks)
    plain(repo, "cat-file", "-p", "1" * 40)
    assert "ext" in left(marks)


def reviewed(repo):
    """Everything that our sources do."""
    environ = dict(os.environ)
    staged = StagedSource(repo, None, environ)
    staged.base.entries([".indict-review.yaml", "a.py"])
    change = staged.collect()
    assert set(change.after.files) >= {"a.py", "moved.py", "side.py"}
    assert "sub" in {file.path for file in change.files}
    assert len(change.merged) == 1
    assert ("moved.py", "c.py") in {(file.path, file.old_path) for file in change.files}
    staged.base.paths()
    staged.project.entries(staged.project.paths())
    for asked in ("side..HEAD", "side...HEAD", "HEAD..side"):
        commits = CommitsSource(repo, asked, None, environ)
        commits.collect()
        commits.project.entries(commits.project.paths())
    with pytest.raises(ConfigError, match="no upstream"):
        CommitsSource(repo, None, None, environ).collect()
    CommitsSource.whole(repo, "side", None, environ).collect()
    patch = b"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a = 2\n+a = 3\n"
    patched = PatchSource(patch, repo)
    patched.base.entries(patched.base.paths())
    patched.collect()
    folder = Folder(repo)
    folder.entries(folder.paths())
    our_git.folder(repo, environ)
    our_git.top(repo, environ)
    our_git.hooks_folder(repo, environ)
    our_git.identity(repo, environ)


def test_our_sources_start_none_of_them(repo, marks, tmp_path):
    index = (repo / ".git/index").read_bytes()

    reviewed(repo)

    assert left(marks) == set()
    assert not (tmp_path / "trace").exists()
    assert (repo / ".git/index").read_bytes() == index


def test_what_the_environment_says_of_settings_is_dropped(repo, marks, tmp_path, monkeypatch):
    mark = tmp_path / "mark"
    for name, value in {
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor={mark} parameters'",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": f"{mark} count",
        "GIT_EXTERNAL_DIFF": f"{mark} external",
        "GIT_SSH_COMMAND": f"{mark} ssh",
        "GIT_PROXY_COMMAND": f"{mark} proxy",
        "GIT_ASKPASS": f"{mark} askpass",
        "GIT_PAGER": f"{mark} pager",
        "PAGER": f"{mark} pager",
        "GIT_EXEC_PATH": os.fspath(tmp_path),
        "GIT_TEMPLATE_DIR": os.fspath(tmp_path),
        "GIT_TRACE": os.fspath(marks / "trace"),
        "GIT_TRACE2": os.fspath(marks / "trace2"),
    }.items():
        monkeypatch.setenv(name, value)

    reviewed(repo)

    assert left(marks) == set()


def test_a_lacking_object_is_not_fetched_by_a_program_of_the_repository(repo, marks):
    oid = git(repo, "-c", "core.fsmonitor=", "rev-parse", ":a.py").decode().strip()
    (repo / ".git/objects" / oid[:2] / oid[2:]).unlink()
    plain(repo, "cat-file", "-p", oid)
    assert "ext" in left(marks)

    # Some gits give up when they may not fetch, others say that it is not there.
    said = attempt(lambda: StagedSource(repo, None, {}).collect().unread)

    assert "git fsck" in str(said) or ("a.py", "git has no content for it") in said
    assert left(marks) == set()


def test_a_folder_of_somebody_else_is_read_all_the_same(repo, marks, monkeypatch):
    """Git refuses those for the sake of the settings that we do not follow."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    refused = subprocess.run(
        ["git", "rev-parse", "--show-toplevel"],
        cwd=repo,
        env={**ENVIRONMENT, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"},
        capture_output=True,
        check=False,
    )
    assert b"ownership" in refused.stderr
    real = our_git.running._environment

    def of_somebody_else(*arguments):
        return {**real(*arguments), "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}

    monkeypatch.setattr(our_git.running, "_environment", of_somebody_else)

    assert StagedSource(repo, None, {}).collect().files
    assert left(marks) == set()


def test_a_git_folder_that_a_link_leads_to_is_that_of_the_work_tree(repo, tmp_path):
    shutil.move(repo / ".git", tmp_path / "kept.git")
    (repo / ".git").symlink_to(tmp_path / "kept.git")
    assert StagedSource(repo, None, {}).root == os.fspath(repo)

    (repo / ".git").unlink()
    (repo / ".git").write_text("gitdir: ../kept.git\n")
    assert StagedSource(repo, None, {}).root == os.fspath(repo)
    assert Path(StagedSource(repo, None, {}).repository.folder) == tmp_path / "kept.git"
