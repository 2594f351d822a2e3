"""`indict-review init`: what it writes, what it leaves alone, and hooks that git really runs."""

import io
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from indict_review import config
from indict_review.change import File
from indict_review.cli import run
from indict_review.errors import ConfigError
from indict_review.setting_up import hooks, pre_commit, uses
from indict_review.setting_up.writing import Step, write

STAND_IN = """\
#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
cat > /dev/null
exit "$(cat "$(dirname "$0")/code" 2>/dev/null || echo 0)"
"""


def git(folder, *arguments, code=0, **environment):
    who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    who |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    ran = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True,
        env={**os.environ, **quiet, **who, **environment}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert code is None or (ran.returncode != 0) == bool(code), ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture
def repo(tmp_path, monkeypatch):
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return folder


@pytest.fixture
def program(tmp_path, monkeypatch):
    """What hooks call: it notes how it was called, and exits as it is told."""
    path = tmp_path / "it's bin" / "indict-review"
    path.parent.mkdir()
    path.write_text(STAND_IN)
    path.chmod(0o755)
    monkeypatch.setattr(hooks, "installed", lambda: str(path))
    return path


class Terminal(io.StringIO):
    """Somebody who types these answers."""

    def isatty(self):
        return True


def typed(monkeypatch, *answers):
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{answer}\n" for answer in answers)))


def init(capsys, *arguments):
    code = run(["init", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def calls(program):
    noted = program.with_name("calls")
    return noted.read_text().splitlines() if noted.exists() else []


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and (".git" not in path.parts or "hooks" in path.parts)
    }


# Settings.


def test_the_settings_are_valid_and_say_the_defaults(repo, capsys, program):
    init(capsys, "--yes")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "-m", "settings")
    written = (repo / ".indict-review.yaml").read_text()

    assert yaml.safe_load(written) == {"fail_on": "high"}
    assert calls(program) == ["staged"]
    assert config.REPOSITORY_FILE == ".indict-review.yaml"


def test_every_line_of_the_settings_that_is_commented_out_is_a_setting(repo, capsys, program):
    init(capsys, "--yes")
    text = (repo / ".indict-review.yaml").read_text()
    said = re.findall(r"^# (?=[a-z_]+:|  )(.*)$", text, re.M)
    settings = yaml.safe_load("\n".join(said))

    assert settings.keys() == {"semgrep_config", "test_command", "require_tests", "paths"}


def test_settings_of_a_person_stay(repo, capsys, program):
    (repo / ".indict-review.yaml").write_text("fail_on: low  # ours\n")
    code, out, _ = init(capsys, "--yes")

    assert code == 0
    assert (repo / ".indict-review.yaml").read_text() == "fail_on: low  # ours\n"
    assert "stays as it is" in out


def test_force_replaces_them(repo, capsys, program):
    (repo / ".indict-review.yaml").write_text("fail_on: low  # ours\n")
    code, out, _ = init(capsys, "--yes", "--force")

    assert code == 0
    assert "-fail_on: low  # ours" in out
    assert "fail_on: high" in (repo / ".indict-review.yaml").read_text()


def test_on_a_terminal_force_asks_for_each_file_it_replaces(repo, capsys, program, monkeypatch):
    (repo / ".indict-review.yaml").write_text("fail_on: low\n")
    typed(monkeypatch, "n")
    code, out, _ = init(capsys, "--force")

    assert code == 0
    assert "Replace .indict-review.yaml" in out
    assert files(repo).keys() & {".git/hooks/pre-commit"} == set()
    assert (repo / ".indict-review.yaml").read_text() == "fail_on: low\n"


# Asking.


def test_where_nobody_can_be_asked_it_shows_all_and_writes_nothing(repo, capsys, program):
    before = files(repo)
    code, out, err = init(capsys)

    assert code == 2
    assert "+fail_on: high" in out
    assert "--yes" in err
    assert files(repo) == before


def test_a_dry_run_writes_nothing(repo, capsys, program):
    before = files(repo)
    code, out, _ = init(capsys, "--dry-run", "--yes", "--workflow", "--push", "--pre-commit")

    assert code == 0
    assert "+++ b/.github/workflows/indict-review.yml" in out
    assert files(repo) == before


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("n", False), ("", False)])
def test_on_a_terminal_it_asks_once(repo, capsys, program, monkeypatch, answer, written):
    typed(monkeypatch, answer)
    code, out, _ = init(capsys)

    assert code == 0
    assert out.count("[y/N]") == 1
    assert (repo / ".indict-review.yaml").exists() == written
    assert (repo / ".git/hooks/pre-commit").exists() == written


def test_twice_changes_nothing(repo, capsys, program):
    options = ("--yes", "--push", "--workflow", "--pre-commit", "--hook")
    init(capsys, *options)
    before = files(repo)
    code, out, _ = init(capsys, *options)

    assert code == 0
    assert out == "Nothing to do: it is set up.\n"
    assert files(repo) == before


def test_outside_a_repository_it_says_so(tmp_path, capsys, program, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = init(capsys, "--yes")

    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2


def test_from_a_folder_below_it_finds_the_top(repo, capsys, program):
    (repo / "src").mkdir()
    init(capsys, "--yes", "--repo", "src")

    assert (repo / ".indict-review.yaml").exists()
    assert not (repo / "src/.indict-review.yaml").exists()


# Git's own hook.


def test_a_commit_is_reviewed_and_stopped_or_let_through(repo, capsys, program):
    init(capsys, "--yes")
    git(repo, "add", ".")
    program.with_name("code").write_text("1")
    git(repo, "commit", "-m", "no", code=1)
    program.with_name("code").write_text("0")
    git(repo, "commit", "-m", "yes")

    assert calls(program) == ["staged", "staged"]
    assert "yes" in git(repo, "log", "--oneline")


INJECTION = """\
import sqlite3


def find(db: sqlite3.Connection, name: str):
    return db.execute("SELECT * FROM users WHERE name = '" + name + "'").fetchall()
"""
SAFE = INJECTION.replace("""'" + name + "'")""", """?", (name,))""")


def test_the_real_review_stops_an_injection_and_lets_its_fix_through(repo, capsys, monkeypatch):
    init(capsys, "--yes")
    (repo / "users.py").write_text(INJECTION)
    git(repo, "add", ".")
    said = git(repo, "commit", "-m", "find users", code=1)
    (repo / "users.py").write_text(SAFE)
    git(repo, "add", ".")
    git(repo, "commit", "-m", "find users")

    assert "CWE-89" in said
    assert "git commit --no-verify" in said
    assert git(repo, "status", "--porcelain") == ""


@pytest.mark.parametrize("kind", ["gone", "broken"])
def test_a_hook_without_its_program_stops_the_commit_and_says_the_way_around(
    repo, capsys, program, kind
):
    init(capsys, "--yes")
    git(repo, "add", ".")
    if kind == "gone":
        program.unlink()
    else:
        program.write_text("#!/nowhere/python\n")
    said = git(repo, "commit", "-m", "no", code=1, PATH="/usr/bin:/bin")

    assert "git commit --no-verify" in said
    git(repo, "commit", "--quiet", "--no-verify", "-m", "all the same")


def test_a_program_in_the_repository_is_never_run_as_ours(repo, capsys, program):
    init(capsys, "--yes")
    program.unlink()
    (repo / "indict-review").write_text("#!/bin/sh\nexit 0\n")
    (repo / "indict-review").chmod(0o755)
    git(repo, "add", ".")
    git(repo, "commit", "-m", "no", code=1, PATH=".:/usr/bin:/bin")


def test_a_program_that_moved_is_found_on_the_path(repo, capsys, program):
    init(capsys, "--yes")
    moved = program.parent.parent / "elsewhere"
    program.parent.rename(moved)
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "-m", "x", PATH=f"{moved}:/usr/bin:/bin")

    assert calls(moved / "indict-review") == ["staged"]


def test_a_hook_of_ours_that_calls_another_program_is_brought_up_to_date(
    repo, capsys, program, monkeypatch
):
    monkeypatch.setattr(hooks, "installed", lambda: "/old/indict-review")
    init(capsys, "--yes")
    monkeypatch.setattr(hooks, "installed", lambda: str(program))
    code, out, _ = init(capsys, "--yes")

    assert code == 0
    assert "-program=/old/indict-review" in out
    assert hooks.text("pre-commit", str(program)).content in files(repo).values()


def test_a_hook_of_ours_that_somebody_edited_stays(repo, capsys, program):
    init(capsys, "--yes")
    hook = repo / ".git/hooks/pre-commit"
    hook.write_text(hook.read_text().replace('exit "$code"', 'make lint && exit "$code"'))
    edited = hook.read_text()
    code, out, _ = init(capsys, "--yes")

    assert (code, hook.read_text()) == (0, edited)
    assert "edited" in out


def test_a_hook_of_another_tool_stays_and_nothing_at_all_is_written(repo, capsys, program):
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nmake lint\n")
    before = files(repo)
    code, _, err = init(capsys, "--yes")

    assert code == 2
    assert "indict-review staged </dev/null || exit 1" in err
    assert files(repo) == before


def test_force_keeps_it_under_another_name(repo, capsys, program):
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nmake lint\n")
    code, out, _ = init(capsys, "--yes", "--force")

    assert code == 0
    assert "pre-commit.before-indict-review" in out
    assert hook.with_name("pre-commit.before-indict-review").read_text().endswith("make lint\n")
    assert "indict-review" in hook.read_text()


def test_a_hook_that_calls_us_already_is_left_alone(repo, capsys, program):
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nmake lint && indict-review staged\n")
    code, out, _ = init(capsys, "--yes")

    assert code == 0
    assert "make lint" in hook.read_text()
    assert "calls indict-review" in out


def test_a_worktree_has_the_hooks_of_the_first(repo, capsys, program, monkeypatch):
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(repo, "worktree", "add", "--quiet", "../worktrees")
    monkeypatch.chdir(repo.parent / "worktrees")
    code, _, _ = init(capsys, "--yes")

    assert code == 0
    assert (repo / ".git/hooks/pre-commit").exists()
    assert (repo.parent / "worktrees/.indict-review.yaml").exists()


def test_hooks_that_belong_to_the_project_are_asked_for(repo, capsys, program, monkeypatch):
    git(repo, "config", "core.hooksPath", ".husky")
    refused, _, err = init(capsys, "--yes")
    typed(monkeypatch, "y", "y")
    code, out, _ = init(capsys)
    hook = (repo / ".husky/pre-commit").read_text()

    assert refused == 2
    assert "core.hooksPath" in err
    assert code == 0
    assert out.count("[y/N]") == 2
    assert "program=''" in hook  # it is committed: it cannot name a path of this machine


# What is pushed.


def pushing(repo, capsys):
    git(repo.parent, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(repo, "remote", "add", "origin", "../remote.git")
    init(capsys, "--yes", "--push", "--no-hook")  # settings only
    init(capsys, "--yes", "--push")
    (repo / ".git/hooks/pre-commit").unlink()
    return {name: commit(repo, name) for name in ("one", "two")}


def commit(repo, name):
    git(repo, "commit", "--quiet", "--allow-empty", "-m", name)
    return git(repo, "rev-parse", "HEAD").strip()


def ranges(program):
    return [call.split()[1] for call in calls(program)]


EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def test_what_is_pushed_is_reviewed_from_what_the_remote_has(repo, capsys, program):
    made = pushing(repo, capsys)
    git(repo, "push", "--quiet", "origin", "main")
    made["three"] = commit(repo, "three")
    git(repo, "push", "--quiet", "origin", "main")
    git(repo, "checkout", "--quiet", "-b", "topic")
    made["four"] = commit(repo, "four")
    git(repo, "push", "--quiet", "origin", "topic")
    git(repo, "push", "--quiet", "origin", "--delete", "topic")

    assert ranges(program) == [
        f"{EMPTY}..{made['two']}",
        f"{made['two']}..{made['three']}",
        f"{made['three']}..{made['four']}",
    ]
    assert calls(program)[0].startswith("commits ")
    assert calls(program)[0].endswith(" --budget seconds=120 --on-incomplete warn")


def test_a_branch_that_was_written_anew_is_reviewed_from_where_it_left(repo, capsys, program):
    made = pushing(repo, capsys)
    git(repo, "push", "--quiet", "origin", "main")
    git(repo, "reset", "--quiet", "--hard", made["one"])
    anew = commit(repo, "anew")
    git(repo, "push", "--quiet", "--force", "origin", "main")

    assert ranges(program)[1:] == [f"{made['one']}..{anew}"]


def test_a_new_branch_begins_where_the_remote_ends_whatever_its_branches_are_called(
    repo, capsys, program
):
    made = pushing(repo, capsys)
    git(repo, "push", "--quiet", "origin", "main:trunk")
    commit(repo, "three")
    made["four"] = commit(repo, "four")
    git(repo, "push", "--quiet", "origin", "main:topic")

    assert ranges(program)[1:] == [f"{made['two']}..{made['four']}"]


def test_a_push_is_stopped_if_any_branch_is(repo, capsys, program):
    pushing(repo, capsys)
    git(repo, "branch", "other")
    program.with_name("code").write_text("1")
    git(repo, "push", "origin", "main", "other", code=1)

    assert len(ranges(program)) == 2
    assert git(repo, "ls-remote", "origin") == ""


def test_a_push_without_the_program_is_stopped(repo, capsys, program):
    pushing(repo, capsys)
    program.unlink()
    said = git(repo, "push", "origin", "main", code=1, PATH="/usr/bin:/bin")

    assert "git push --no-verify" in said


# pre-commit.

# fmt: off
CONFIGS = {
    "indented": """\
# Our checks.
repos:
  - repo: https://example.org/a   # pinned
    rev: v1
    hooks:
      - id: a
        args: [--x, "y: z"]
      # - id: not-yet
  # more to come

# for the bot
ci:
  skip: [a]
""",
    "not indented": "repos:\n- repo: local\n  hooks:\n  - {id: a, name: a, entry: a}\n",
    "no line end": "exclude: x\nrepos:\n    - repo: local\n      hooks: [{id: a}]",
    "dos": "repos:\r\n  - repo: https://example.org/a\r\n    rev: v1\r\n    hooks: [{id: a}]\r\n",
    "blocks": "repos:\n  - repo: local\n    hooks:\n      - id: a\n        name: |\n          a\n\n"
              "          b\n        entry: a\ndefault_stages: [pre-commit]\n",
}
# fmt: on


@pytest.mark.parametrize("kind", CONFIGS)
@pytest.mark.parametrize("push", [False, True])
def test_an_entry_is_added_and_all_else_stays_to_the_byte(repo, capsys, program, kind, push):
    file = repo / ".pre-commit-config.yaml"
    before = CONFIGS[kind].encode()
    file.write_bytes(before)
    code, _, _ = init(capsys, "--yes", *(["--push"] * push))
    after = file.read_bytes()
    old, new = yaml.safe_load(before), yaml.safe_load(after)
    entry = new["repos"].pop()

    assert code == 0
    assert new == old
    assert [hook["id"] for hook in entry["hooks"]] == [
        "indict-review", *(["indict-review-dialogue"] * push)
    ]  # fmt: skip
    assert entry["hooks"][0]["entry"] == "indict-review staged"
    kept = [line for line in after.splitlines() if line in before.splitlines()]
    assert [line for line in kept if line.strip()] != []
    assert set(before.splitlines()) <= set(after.splitlines())
    assert not (repo / ".git/hooks/pre-commit").exists()
    assert after.count(b"\r\n") == (after.count(b"\n") if kind == "dos" else 0)


def test_comments_stay_with_what_they_are_about(repo, capsys, program):
    (repo / ".pre-commit-config.yaml").write_text(CONFIGS["indented"])
    init(capsys, "--yes")
    after = (repo / ".pre-commit-config.yaml").read_text()

    assert after.index("# - id: not-yet") < after.index("id: indict-review")
    assert after.index("id: indict-review") < after.index("# for the bot")


def test_an_entry_that_is_there_stays_and_only_the_other_is_added(repo, capsys, program):
    init(capsys, "--yes", "--pre-commit")
    init(capsys, "--yes", "--push")
    text = (repo / ".pre-commit-config.yaml").read_text()

    assert text.count("- id: indict-review\n") == 1
    assert text.count("- id: indict-review-dialogue\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        "repos: []\n",
        "{repos: [{repo: meta, hooks: [{id: identity}]}]}\n",
        "repos: &a\n- repo: x\n  hooks: []\nz: *a\n",
    ],
)
def test_an_entry_that_cannot_be_added_is_told(repo, capsys, program, text):
    (repo / ".pre-commit-config.yaml").write_text(text)
    before = files(repo)
    code, _, err = init(capsys, "--yes")

    assert code == 2
    assert "id: indict-review" in err
    assert files(repo) == before


@pytest.mark.parametrize("text", ["a: [", "- a\n", "repos: {}\n", "", "\0", "é".encode("latin-1")])
def test_settings_of_pre_commit_that_are_broken_are_an_error(repo, capsys, program, text):
    (repo / ".pre-commit-config.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    code, _, err = init(capsys, "--yes")

    assert code == 2
    assert ".pre-commit-config.yaml" in err


def test_where_pre_commit_wrote_the_hook_its_way_is_taken(repo, capsys, program):
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n")
    code, out, _ = init(capsys, "--yes")
    by_hook, _, err = init(capsys, "--yes", "--hook")

    assert code == 0
    assert (repo / ".pre-commit-config.yaml").exists()
    assert "pre-commit install" not in out
    assert by_hook == 2
    assert "--pre-commit" in err


def test_a_hook_that_is_a_link_is_somebody_elses(repo, capsys, program):
    (repo / "hook.sh").write_text("#!/bin/sh\n")
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to("../../hook.sh")
    by_hook, _, _ = init(capsys, "--yes", "--force")
    by_pre_commit, _, _ = init(capsys, "--yes", "--pre-commit")

    assert (by_hook, by_pre_commit) == (2, 0)
    assert hook.is_symlink()
    assert (repo / "hook.sh").read_text() == "#!/bin/sh\n"


def test_a_repository_with_our_hook_keeps_it_though_pre_commit_comes(repo, capsys, program):
    init(capsys, "--yes")
    (repo / ".pre-commit-config.yaml").write_text(CONFIGS["indented"])
    code, out, _ = init(capsys, "--yes")

    assert (code, out) == (0, "Nothing to do: it is set up.\n")


def test_it_says_how_pre_commit_is_installed(repo, capsys, program):
    _, out, _ = init(capsys, "--yes", "--pre-commit", "--push")

    assert "  pre-commit install --hook-type pre-commit --hook-type pre-push\n" in out


# The workflow.


def test_the_workflow_may_comment_and_no_more_and_takes_no_input_into_a_script(
    repo, capsys, program
):
    init(capsys, "--yes", "--workflow")
    text = (repo / ".github/workflows/indict-review.yml").read_text()
    workflow = yaml.safe_load(text)
    job = workflow["jobs"]["review"]

    assert workflow["permissions"] == {}
    assert job["permissions"] == {
        "contents": "read", "issues": "read", "pull-requests": "write", "checks": "write",
    }  # fmt: skip
    assert all("${{" not in step.get("run", "") for step in job["steps"])
    # What runs on the machine itself, and not in the sandbox, comes before the pull request's code.
    names = [step["uses"].partition("@")[0] if "uses" in step else "run" for step in job["steps"]]
    assert names[:3] == ["run", "run", "actions/checkout"]
    assert "run" not in names[3:]
    assert job["steps"][2]["with"]["persist-credentials"] is False


def test_who_has_to_fill_in_where_the_action_is_is_told(repo, capsys, program, monkeypatch):
    monkeypatch.setattr(uses, "installed", lambda: uses.UNKNOWN)
    _, unknown, _ = init(capsys, "--dry-run", "--workflow")
    monkeypatch.setattr(uses, "installed", lambda: f"octo/indict-review@{'a' * 40}")
    _, known, _ = init(capsys, "--dry-run", "--workflow")

    assert "note: the workflow uses OWNER/indict-review@COMMIT" in unknown
    assert f"+      - uses: octo/indict-review@{'a' * 40}\n" in known
    assert "OWNER" not in known


def test_it_is_only_written_where_somebody_wants_it(repo, capsys, program, monkeypatch):
    (repo / ".github").mkdir()
    init(capsys, "--yes")
    without = (repo / ".github/workflows").exists()
    typed(monkeypatch, "y", "y")
    init(capsys)

    assert not without
    assert (repo / ".github/workflows/indict-review.yml").exists()


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("https://github.com/octo/indict-review", "octo/indict-review@"),
        ("https://github.com/octo/indict-review.git", "octo/indict-review@"),
        ("https://github.com/octo/indict-review/tree", None),
        ("https://me:secret@github.com/octo/indict-review", None),
        ("https://example.org/octo/indict-review", None),
        ("https://github.com/octo/x: y", None),
    ],
)
def test_the_workflow_uses_what_is_installed_here_if_github_has_it(url, used):
    commit = "a" * 40
    origin = json.dumps({"url": url, "vcs_info": {"vcs": "git", "commit_id": commit}})

    assert uses.of_origin(origin) == (used + commit if used else uses.UNKNOWN)


@pytest.mark.parametrize(
    "origin",
    [
        None, "[1]", "{", '{"url": "file:///home/me/src", "dir_info": {"editable": true}}',
        '{"url": "https://github.com/octo/x", "vcs_info": {"commit_id": "main"}}',
    ],
)  # fmt: skip
def test_where_nobody_knows_the_commit_a_person_fills_it_in(origin):
    assert uses.of_origin(origin) == uses.UNKNOWN


@pytest.mark.parametrize(
    ("example", "written"),
    [
        ("workflow.yml", ".github/workflows/indict-review.yml"),
        (".pre-commit-config.yaml", ".pre-commit-config.yaml"),
        ("indict-review.yaml", ".indict-review.yaml"),
    ],
)
def test_the_examples_are_what_it_writes(repo, capsys, program, monkeypatch, example, written):
    monkeypatch.setattr(uses, "installed", lambda: uses.UNKNOWN)
    init(capsys, "--yes", "--workflow", "--pre-commit", "--push")
    examples = Path(__file__).parent.parent / "examples"

    assert (repo / written).read_text() == (examples / example).read_text()


# Links, and writing all or nothing.


def test_links_are_not_followed(repo, capsys, program, tmp_path):
    (tmp_path / "outside").mkdir()
    (repo / ".github").symlink_to(tmp_path / "outside")
    folder, _, _ = init(capsys, "--yes", "--workflow")
    (repo / ".github").unlink()
    (repo / ".indict-review.yaml").symlink_to(tmp_path / "outside/file")
    file, _, _ = init(capsys, "--yes", "--force")

    assert (folder, file) == (2, 2)
    assert list((tmp_path / "outside").iterdir()) == []
    assert not (repo / ".git/hooks/pre-commit").exists()


@pytest.mark.parametrize("fails_at", range(1, 5))
def test_all_files_are_written_or_none(repo, monkeypatch, fails_at):
    (repo / "a").write_text("old a\n")
    (repo / "b").write_text("old b\n")
    before = files(repo)
    steps = [
        Step(repo / "new/deep/c", "c", None, File(b"c\n")),
        Step(repo / "a", "a", File(b"old a\n", (repo / "a").stat().st_mode), File(b"new\n")),
        Step(
            repo / "b", "b", File(b"old b\n", (repo / "b").stat().st_mode), File(b"new\n"),
            kept_as=repo / "b.kept",
        ),
    ]  # fmt: skip
    real, count = os.replace, []

    def failing(source, target):
        count.append(target)
        if len(count) == fails_at:
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    if fails_at <= len(steps):
        with pytest.raises(ConfigError, match="No space"):
            write(steps)
        assert files(repo) == before
        assert not (repo / "new").exists()
    else:
        write(steps)
        assert files(repo).keys() == {*before, "new/deep/c", "b.kept"}
        assert (repo / "b.kept").read_text() == "old b\n"


def test_a_file_that_changed_since_it_was_shown_is_not_written(repo):
    (repo / "a").write_text("newer\n")
    with pytest.raises(ConfigError, match="meanwhile"):
        write([Step(repo / "a", "a", File(b"old\n", 0o100644), File(b"new\n"))])

    assert (repo / "a").read_text() == "newer\n"


def test_text_of_the_repository_cannot_paint_the_terminal(repo, capsys, program):
    (repo / ".pre-commit-config.yaml").write_text(
        "repos:\n  - repo: https://example.org/a\n    rev: v1\n    hooks: [{id: a}]\n    # \u202e\n"
    )
    _, out, _ = init(capsys, "--dry-run")

    assert "\u202e" not in out
    assert "<U+202E>" in out


def test_the_entry_is_what_pre_commit_calls():
    entry = yaml.safe_load(pre_commit.with_hooks(None, push=True))

    assert [hook["stages"] for hook in entry["repos"][0]["hooks"]] == [["pre-commit"], ["pre-push"]]
    assert all(hook["pass_filenames"] is False for hook in entry["repos"][0]["hooks"])
