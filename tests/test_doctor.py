"""`indict-review doctor`: what is there, what is lacking, and what to do about it."""

import os
import subprocess
import sys

import pytest

from indict_review import doctor, git
from indict_review.cli import run
from indict_review.errors import ToolError
from indict_review.events import Started
from indict_review.sandbox import choice
from indict_review.setting_up import hooks


@pytest.fixture
def repo(tmp_path, monkeypatch):
    folder = tmp_path / "repo"
    folder.mkdir()
    monkeypatch.chdir(folder)
    asked("init", "--quiet")
    asked("commit", "--quiet", "--allow-empty", "--message", "first")
    return folder


def asked(*arguments):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *who, *arguments], check=True, env=environment, capture_output=True)


class SeesAll:
    """A semgrep that finds what it is shown, at once."""

    version = "1.2.3"
    says = ""

    def __init__(self, listen):
        self.listen = listen

    def examine(self, before, after):
        if self.says:
            self.listen(Started(self.says))
        yield "something"


@pytest.fixture
def quick(monkeypatch):
    """What other tests try for real."""
    monkeypatch.setattr(doctor, "Semgrep", SeesAll)
    monkeypatch.setattr(choice, "describe", lambda: (choice.Available("docker", True, "28"),))


def examined(capsys, *arguments):
    """The exit code, and each part's line and remedy, by its name."""
    code = run(["doctor", *arguments])
    out, _ = capsys.readouterr()
    parts, name = {}, ""
    for line in out.splitlines():
        if line.startswith(" "):
            parts[name] += f"\n{line.strip()}"
        else:
            name = line[7:27].strip()
            parts[name] = line
    return code, parts


def test_whatever_is_lacking_comes_with_what_to_do(repo, capsys, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    code, parts = examined(capsys)

    assert code == 0
    assert "fast way" in parts["semgrep"]
    assert {"git", "cache", "repository", "hook", "settings"} <= parts.keys()
    lacking = {name: text for name, text in parts.items() if text.startswith("lacks")}
    assert {"sandbox docker", "GitHub token", "hook", "embedded model"} <= lacking.keys()
    assert {name for name, text in lacking.items() if "\n→ " not in text} == set()


@pytest.mark.parametrize("version", ["2.24.9", "1.9", "nonsense"])
def test_an_old_git_is_not_usable(repo, capsys, quick, monkeypatch, version):
    monkeypatch.setattr(git, "version", lambda: version)
    code, parts = examined(capsys)

    assert code == 3
    assert parts["git"].startswith("lacks")


def test_the_oldest_git_is(repo, capsys, quick, monkeypatch):
    monkeypatch.setattr(git, "version", lambda: "2.25.0")
    code, parts = examined(capsys)

    assert code == 0
    assert parts["git"].startswith("ok")


def test_a_semgrep_that_works_the_slow_way_only_is_told(repo, capsys, quick, monkeypatch):
    monkeypatch.setattr(SeesAll, "says", "semgrep, the slow way, as the fast one failed: boom")
    code, parts = examined(capsys)

    assert code == 0
    assert "the slow way" in parts["semgrep"]
    assert "boom" in parts["semgrep"]


def test_a_semgrep_that_fails_ends_with_3_and_the_rest_is_still_told(
    repo, capsys, quick, monkeypatch
):
    def fails(self, before, after):
        raise ToolError("semgrep is not installed")

    monkeypatch.setattr(SeesAll, "examine", fails)
    code, parts = examined(capsys)

    assert code == 3
    assert "not installed" in parts["semgrep"]
    assert parts["settings"].startswith("ok")


@pytest.mark.parametrize(
    ("token", "usable"),
    [
        ("ghp_" + "a1B2" * 9, True),
        ("ghs_" + "a1B2" * 9, True),
        ("github_pat_" + "a1B2_" * 16, True),
        ("my-password", False),
        ("ghp_short", False),
        ("ghp_" + "a1B2" * 9 + "\n", False),
    ],
    ids=["personal", "of a workflow", "fine-grained", "a password", "cut", "a line too many"],
)
@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GH_TOKEN"])
def test_a_token_is_looked_at_and_never_shown(
    repo, capsys, quick, monkeypatch, name, token, usable
):
    monkeypatch.setenv(name, token)
    _, parts = examined(capsys)

    assert parts["GitHub token"].startswith("ok") == usable
    assert name in parts["GitHub token"]
    assert not any(token.strip() in text for text in parts.values())


def test_outside_a_repository_the_machine_is_told_all_the_same(
    tmp_path, capsys, quick, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    code, parts = examined(capsys)

    assert code == 0
    assert parts["repository"].startswith("lacks")
    assert "hook" not in parts


def test_another_repository_is_named(repo, tmp_path, capsys, quick, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, parts = examined(capsys, "--repo", "repo")

    assert str(repo) in parts["repository"]


def test_settings_that_are_not_committed_do_not_count_and_it_says_so(repo, capsys, quick):
    (repo / ".indict-review.yaml").write_text("fail_on: low\n")
    _, before = examined(capsys)
    asked("add", ".")
    asked("commit", "--quiet", "--message", "settings")
    _, after = examined(capsys)

    assert before["settings"].startswith("lacks")
    assert "git add" in before["settings"]
    assert after["settings"].startswith("ok")
    assert "low" in after["settings"]


def test_settings_that_cannot_be_read_are_a_line_and_no_traceback(repo, capsys, quick):
    (repo / ".indict-review.yaml").write_text("fial_on: low\n")
    asked("add", ".")
    asked("commit", "--quiet", "--message", "settings")
    _, parts = examined(capsys)

    assert parts["settings"].startswith("lacks")
    assert "fial_on" in parts["settings"]
    assert "\n→ " in parts["settings"]


def test_a_cache_that_cannot_be_written_is_told(repo, tmp_path, capsys, quick, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INDICT_REVIEW_CACHE", str(tmp_path / "file" / "cache"))
    _, parts = examined(capsys)

    assert parts["cache"].startswith("lacks")
    assert "INDICT_REVIEW_CACHE" in parts["cache"]


def test_the_cache_has_a_size(repo, tmp_path, capsys, quick, monkeypatch):
    (tmp_path / "cache/models").mkdir(parents=True)
    (tmp_path / "cache/models/a").write_bytes(bytes(3 * 2**20))
    monkeypatch.setenv("INDICT_REVIEW_CACHE", str(tmp_path / "cache"))
    _, parts = examined(capsys)

    assert "3.0 MiB" in parts["cache"]


# The hook.

PRE_COMMIT = b"#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n"
STATES = {
    "none": (None, "indict-review init"),
    "of another tool": (b"#!/bin/sh\nmake lint\n", "indict-review init"),
    "program gone": (hooks.text("pre-commit", "/nowhere/indict-review").content, "init"),
    "pre-commit without us": (PRE_COMMIT, "indict-review init --pre-commit"),
    "ours": (hooks.text("pre-commit", sys.executable).content, None),
    "ours, by the PATH": (hooks.text("pre-commit", "").content, None),
    "one that calls us": (b"#!/bin/sh\nmake && indict-review staged\n", None),
}


@pytest.mark.parametrize("state", STATES)
def test_the_hook_is_looked_at(repo, capsys, quick, state):
    content, remedy = STATES[state]
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    if content is not None:
        hook.write_bytes(content)
        hook.chmod(0o755)
    _, parts = examined(capsys)

    assert parts["hook"].startswith("ok" if remedy is None else "lacks")
    assert (remedy or str(hook)) in parts["hook"]


def test_pre_commit_with_our_entry_is_fine(repo, capsys, quick):
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(PRE_COMMIT)
    hook.chmod(0o755)
    run(["init", "--yes"])
    capsys.readouterr()
    _, parts = examined(capsys)

    assert parts["hook"].startswith("ok")


def test_a_hook_that_git_would_not_run_is_told(repo, capsys, quick):
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(STATES["ours"][0])
    hook.chmod(0o644)
    _, unusable = examined(capsys)
    hook.chmod(0o755)
    asked("config", "core.hooksPath", "elsewhere")
    _, hidden = examined(capsys)

    assert f"chmod +x {hook}" in unusable["hook"]
    assert "core.hooksPath" in hidden["hook"]
    assert "git config --unset core.hooksPath" in hidden["hook"]


# How it looks.


def shown(repo, **environment):
    ran = subprocess.run(
        [sys.executable, "-m", "indict_review", "doctor"], capture_output=True, cwd=repo,
        env={**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(doctor.__file__)),
             **environment},
    )  # fmt: skip
    assert ran.returncode == 0
    return ran.stdout


def test_colours_and_arrows_are_those_the_terminal_can_show(repo):
    coloured = shown(repo, FORCE_COLOR="1", PYTHONIOENCODING="utf-8")
    plain = shown(repo, FORCE_COLOR="1", NO_COLOR="1", PYTHONIOENCODING="ascii")

    assert b"\x1b[32mok" in coloured
    assert "→".encode() in coloured
    assert b"\x1b" not in plain
    assert b"-> " in plain
