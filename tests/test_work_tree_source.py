"""What is not committed yet, as it lies in the work tree."""

import os

import pytest

from indict_review.change import Status
from indict_review.errors import ConfigError
from indict_review.sources.work_tree import WorkTreeSource
from indict_review.workspace import MAX_FILE
from tests.hooking import SAFE, WEAK, git, made


@pytest.fixture
def repo(tmp_path):
    return made(tmp_path, gone="X = 1\n", same="Y = 2\n")


def listed(change):
    return {file.path: file.status for file in change.files}


def test_it_is_what_the_work_tree_has_otherwise_staged_or_not(repo):
    (repo / "app.py").write_text("staged\n")
    (repo / "staged.py").write_text("print(1)\n")
    git(repo, "add", ".")
    (repo / "app.py").write_text(WEAK)
    (repo / "gone.py").unlink()
    (repo / "new.py").write_text("print(2)\n")
    (repo / "link").symlink_to("/etc/passwd")
    os.utime(repo / "same.py", (0, 0))
    (repo / ".gitignore").write_text("*.log\n")
    (repo / "x.log").write_text("ignored\n")

    change = WorkTreeSource(repo).collect()

    assert listed(change) == {
        ".gitignore": Status.ADDED,
        "app.py": Status.MODIFIED,
        "gone.py": Status.DELETED,
        "link": Status.ADDED,
        "new.py": Status.ADDED,
        "staged.py": Status.ADDED,
    }
    assert change.before.text("app.py") == SAFE
    assert change.after.text("app.py") == WEAK
    assert change.after.text("link") == "/etc/passwd"


def test_only_the_named_ones_where_some_are_named(repo):
    (repo / "app.py").write_text(WEAK)
    (repo / "new.py").write_text("print(2)\n")

    assert set(listed(WorkTreeSource(repo, frozenset({"app.py"})).collect())) == {"app.py"}


def test_a_named_file_that_git_does_not_have_is_new_and_one_as_head_has_it_is_none(repo):
    (repo / ".gitignore").write_text("*.log\n")
    (repo / "x.log").write_text("ignored\n")
    os.mkfifo(repo / "pipe.py")
    named = frozenset({"x.log", "app.py", "nowhere.py", "pipe.py"})

    change = WorkTreeSource(repo, named).collect()

    assert listed(change) == {"x.log": Status.ADDED}
    assert change.after.text("x.log") == "ignored\n"
    assert dict(change.unread) == {"pipe.py": "it is neither a file nor a link"}


def test_before_the_first_commit_all_of_it_is_new(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "app.py").write_text(SAFE)

    assert listed(WorkTreeSource(tmp_path).collect()) == {"app.py": Status.ADDED}


def test_no_filter_and_no_monitor_of_the_repository_is_run(repo, tmp_path):
    mark = tmp_path / "it-ran"
    for name in ("clean", "smudge", "process"):
        git(repo, "config", f"filter.x=y.{name}", f"touch {mark} && cat")
    git(repo, "config", "filter.x=y.required", "true")
    for name in ("core.fsmonitor", "diff.external"):
        git(repo, "config", name, f"touch {mark} && cat")
    (repo / ".git" / "info" / "attributes").write_text("*.py filter=x=y\n")
    (repo / "app.py").write_text(WEAK)
    (repo / "more.py").write_text("print(1)\n")

    WorkTreeSource(repo).collect()

    assert not mark.exists()


@pytest.mark.parametrize("hidden", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_was_told_not_to_look_at_is_looked_at(repo, hidden):
    git(repo, "update-index", hidden, "app.py", "gone.py")
    (repo / "app.py").write_text(WEAK)

    assert set(listed(WorkTreeSource(repo).collect())) == {"app.py"}


def test_a_huge_file_and_another_repository_are_not_read(repo):
    with (repo / "huge.py").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    (repo / "inner").mkdir()
    git(repo / "inner", "init", "-q")
    (repo / "inner" / "app.py").write_text(WEAK)

    change = WorkTreeSource(repo).collect()

    assert [path for path, _ in change.unread] == ["huge.py", "inner/"]
    assert set(listed(change)) == {"huge.py"}


def test_where_there_is_no_repository_that_is_said(tmp_path):
    with pytest.raises(ConfigError, match="no git repository"):
        WorkTreeSource(tmp_path).collect()
