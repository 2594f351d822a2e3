"""What git is asked beside the content of changes, and how it is started."""

import gc
import os
import threading

import pytest

from indict_review import git as our_git
from indict_review.errors import ConfigError, ToolError
from indict_review.git import objects as objects_module
from indict_review.sources.stores import Stored
from tests.patching import git, repository, write


@pytest.fixture
def repo(tmp_path):
    return repository(tmp_path / "repo", {"a.py": b"a\n", "lib/deep/b.py": b"b\n"})


@pytest.fixture
def home(tmp_path):
    """A user, with a git of their own settings; gives the environment."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / ".gitconfig").write_text("[user]\n\tname = Ü. Ser\n\temail = u@example.org\n")
    return {"HOME": os.fspath(folder), "PATH": os.environ["PATH"]}


def test_folders_are_told_from_anywhere_in_the_work_tree(repo, home):
    below = repo / "lib" / "deep"

    assert our_git.top(below, home) == repo
    assert our_git.folder(below, home) == repo / ".git"
    assert our_git.hooks_folder(below, home) == repo / ".git/hooks"


def test_a_linked_work_tree_has_its_own_folder_and_shares_the_hooks(repo, home):
    git(repo, "worktree", "add", "-q", "../linked")
    linked = repo.parent / "linked"

    assert our_git.top(linked, home) == linked
    assert our_git.folder(linked, home) == repo / ".git/worktrees/linked"
    assert our_git.hooks_folder(linked, home) == repo / ".git/hooks"
    assert our_git.located(linked, home).common == repo / ".git"


@pytest.mark.parametrize(
    ("named", "wanted"), [("hooks.d", "{top}/hooks.d"), ("~/mine", "{home}/mine"), ("/h", "/h")]
)
def test_hooks_are_where_the_users_settings_say(repo, home, named, wanted):
    with open(f"{home['HOME']}/.gitconfig", "a") as file:
        file.write(f"[core]\n\thooksPath = {named}\n")

    found = our_git.hooks_folder(repo / "lib", home)

    assert os.fspath(found) == wanted.format(top=repo, home=home["HOME"])


def test_the_users_name_is_that_of_their_own_settings(repo, home, tmp_path):
    assert our_git.identity(repo, home) == "Ü. Ser <u@example.org>"
    assert our_git.identity(tmp_path, home) == "Ü. Ser <u@example.org>"
    git(repo, "config", "user.email", "at-work@example.org")
    assert our_git.identity(repo, home) == "Ü. Ser <at-work@example.org>"
    with pytest.raises(ConfigError, match="who you are") as e:
        our_git.identity(tmp_path, {**home, "HOME": os.fspath(tmp_path)})
    assert "user.name" in e.value.hint


def test_no_other_environment_of_the_process_reaches_git(repo, home, monkeypatch):
    monkeypatch.setenv("HOME", home["HOME"])
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'user.name=Env'")

    with pytest.raises(ConfigError):
        our_git.identity(repo, {"PATH": os.environ["PATH"]})


def test_a_git_that_lies_in_the_repository_is_never_started(repo, monkeypatch):
    """With `.` in PATH, the program would be the repository's."""
    (repo / "git").write_text("#!/bin/sh\ntouch started\n")
    (repo / "git").chmod(0o755)
    monkeypatch.chdir(repo)
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", os.environ["PATH"]]))
    os.system("git")  # as a shell would start it
    assert (repo / "started").exists()
    (repo / "started").unlink()

    assert our_git.located(repo, {}).top == repo
    assert our_git.Objects(our_git.located(repo, {})).facts(["HEAD"])[0].kind == "commit"
    assert not (repo / "started").exists()


# Objects


def test_objects_are_read_by_two_gits_however_often(repo):
    objects = our_git.Objects(our_git.located(repo, {}))
    commit, missing, blob = objects.facts(["HEAD", "no such", "HEAD:a.py"])

    assert (commit.kind, missing, blob.size) == ("commit", None, 2)
    assert objects.contents([blob.oid, "0" * 40, blob.oid]) == [b"a\n", None, b"a\n"]
    assert objects.facts([]) == []
    assert len(objects._talks) == 2


def test_many_large_answers_do_not_stop_the_conversation(repo):
    for n in range(300):
        write(repo, {f"large/{n}": bytes([n % 256]) * 100_000 + b"%d" % n})
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "large")
    repository = our_git.located(repo, {})
    paths = [f"large/{n}" for n in range(300)]
    store = Stored(our_git.Objects(repository), repository.head)

    read = store.entries(paths)

    assert [read[path].content[-3:] for path in paths[100:]] == [b"%d" % n for n in range(100, 300)]


def test_several_threads_may_ask_at_once(repo):
    write(repo, {f"{n}.py": b"%d" % n for n in range(50)})
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "more")
    repository = our_git.located(repo, {})
    store = Stored(our_git.Objects(repository), repository.head)
    wrong = []

    def ask():
        for n in range(50):
            read = store.entries([f"{n}.py"])
            if read[f"{n}.py"].content != b"%d" % n:
                wrong.append(n)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_the_gits_end_with_what_asked_them(repo):
    objects = our_git.Objects(our_git.located(repo, {}))
    objects.facts(["HEAD"])
    process = objects._talks["--batch-check"]._process
    assert process.poll() is None

    del objects
    gc.collect()

    assert process.poll() is not None


def test_a_git_that_died_or_keeps_still_is_an_error(repo, monkeypatch):
    objects = our_git.Objects(our_git.located(repo, {}))
    objects.facts(["HEAD"])
    objects._talks["--batch-check"]._process.kill()
    with pytest.raises(ToolError, match="git fsck"):
        objects.facts(["HEAD"])

    objects = our_git.Objects(our_git.located(repo, {}))
    (repo / ".git/objects/00").mkdir(exist_ok=True)
    os.mkfifo(repo / ".git/objects/00" / ("1" * 38))
    monkeypatch.setattr(objects_module, "TIMEOUT", 0.3)
    with pytest.raises(ToolError, match="did not answer"):
        objects.facts(["00" + "1" * 38])


def test_a_store_has_what_the_commit_has_and_follows_nothing(repo):
    (repo / "link").symlink_to("lib")
    (repo / "run").write_bytes(b"x\n")
    (repo / "run").chmod(0o755)
    git(repo, "add", "-A")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(repo, "commit", "-q", "-m", "kinds")
    (repo / "a.py").write_bytes(b"elsewhere")
    repository = our_git.located(repo, {})
    store = Stored(our_git.Objects(repository), repository.head)

    read = store.entries(
        [
            "a.py",
            "link",
            "run",
            "sub",
            "lib",
            "link/deep/b.py",
            "a.py/x",
            "./a.py",
            "/a.py",
            "a.py/",
        ]
    )

    assert set(read) == {"a.py", "link", "run"}
    assert (read["a.py"].content, read["link"], read["run"].mode) == (b"a\n", "lib", 0o100755)
    assert store.paths() == ["a.py", "lib/deep/b.py", "link", "run"]


def test_remotes_are_told_by_name_with_the_first_address_of_each(repo):
    found = our_git.located(repo, {})
    assert our_git.remotes(found) == {}

    for name, address in (("origin", "https://github.com/o/d.git"), ("a.b", "git@host:o/d")):
        git(repo, "remote", "add", name, address)
    git(repo, "remote", "set-url", "--add", "origin", "x")

    told = our_git.remotes(found)
    assert told == {"origin": "https://github.com/o/d.git", "a.b": "git@host:o/d"}
