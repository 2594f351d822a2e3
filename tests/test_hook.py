"""The hook as people have it: real commits, real pre-commit and prek, each a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import indict_review
from indict_review import yaml_text
from indict_review.assembly import assembled
from indict_review.config import Flags, load
from indict_review.events import silent
from indict_review.models.asking import Asker
from indict_review.models.replay import Recording
from indict_review.sources.staged import StagedSource
from tests.scripted import ScriptedModel
from tests.test_post_hoc import BASE, FIND, GOOD, Plot, body

PROJECT = Path(indict_review.__file__).parent.parent
HOOKS = {
    hook["id"]: hook for hook in yaml_text.load((PROJECT / ".pre-commit-hooks.yaml").read_bytes())
}
OURS = f"{sys.executable} -m indict_review"
BIN = Path(sys.executable).parent


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Nobody's settings, and no index of packages but the machine's own."""
    real = os.environ.get("HOME", "/")
    home = tmp_path / "home"
    home.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name)
    pip = Path(real, ".config", "pip", "pip.conf")
    if pip.is_file():
        monkeypatch.setenv("PIP_CONFIG_FILE", str(pip))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.setenv("NO_COLOR", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Person")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "person@example.org")
    return home


@pytest.fixture
def repo(tmp_path, home):
    repo = tmp_path / "repo"
    repo.mkdir()
    git(repo, "init", "-q", "-b", "main")
    write(repo, users=BASE)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "first")
    return repo


def write(repo, **files):
    for name, text in files.items():
        (repo / f"{name}.py").write_text(text)


def call(repo, *command, **environ):
    ran = subprocess.run(
        list(map(str, command)), cwd=repo, capture_output=True, text=True, check=False,
        env={**os.environ, **environ},
    )  # fmt: skip
    return ran.returncode, ran.stdout + ran.stderr


def git(repo, *arguments, **environ):
    code, said = call(repo, "git", *arguments, **environ)
    assert code == 0, said
    return said


def ours(repo, *arguments):
    return call(repo, sys.executable, "-m", "indict_review", *arguments)


def stage(repo, **files):
    write(repo, **files)
    git(repo, "add", ".")


def recorded(repo, transcript):
    """A dialogue over what is staged, by a model that a test wrote, kept for `replay:`."""
    source = StagedSource(repo, None, os.environ)
    config = load(Flags(model="none"), source.base, os.environ)
    change = source.collect()
    with assembled(config, change, source, None, silent) as reviewer:
        model = Recording(ScriptedModel(Plot(actor=[body(GOOD)] * 9)), transcript)
        replace(reviewer, asker=Asker(model, config.budget)).review(change)


def test_a_commit_is_stopped_and_let_through_once_the_revision_is_applied(repo, tmp_path):
    assert ours(repo, "init", "--hook", "--yes")[0] == 0
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "set up")
    stage(repo, users=BASE + FIND)

    code, said = call(repo, "git", "commit", "-m", "find users")
    assert code == 1
    assert "SQL injection" in said
    assert "indict-review apply" not in said  # nothing is known that would mend it

    transcript = tmp_path / "transcript.jsonl"
    recorded(repo, transcript)
    code, said = ours(repo, "staged", "--model", f"replay:{transcript}")
    assert code == 1
    assert "indict-review apply" in said

    code, said = call(repo, "git", "commit", "-m", "find users")
    assert code == 1
    assert "indict-review apply" in said  # the hook has seen that the revision still holds

    index = git(repo, "diff", "--cached")
    code, said = ours(repo, "apply", "--yes")
    assert code == 0, said
    assert GOOD in (repo / "users.py").read_text()
    assert git(repo, "diff", "--cached") == index
    assert call(repo, "git", "commit", "-m", "find users")[0] == 1  # the index is still as it was

    git(repo, "add", "users.py")
    code, said = call(repo, "git", "commit", "-m", "find users")
    assert code == 0, said
    assert GOOD in git(repo, "show", "HEAD:users.py")


def test_a_rules_own_fix_is_offered_verified_and_applied(repo):
    stage(repo, load="import yaml\n\n\ndef load(text):\n    return yaml.load(text)\n")

    code, said = ours(repo, "staged")
    assert code == 1
    assert "indict-review apply" in said
    assert ours(repo, "apply", "--yes")[0] == 0
    git(repo, "add", ".")
    assert ours(repo, "staged")[0] == 0


@pytest.fixture(params=["pre-commit", "prek"])
def runner(request, repo):
    """A repository whose hooks are ours, run by one of the two programs that do that."""
    hooks = []
    for hook in HOOKS.values():
        entry = hook["entry"].replace("indict-review", OURS, 1)
        hooks.append({**hook, "entry": entry, "language": "system"})
        hooks[-1].pop("additional_dependencies", None)
        hooks[-1].pop("minimum_pre_commit_version")
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (repo / ".pre-commit-config.yaml").write_text(json.dumps(config))
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "hooks")
    program = BIN / request.param
    assert program.is_file()
    return lambda *arguments, **environ: call(repo, program, *arguments, **environ)


INJECTION = "import os\n\n\ndef show(name):\n    os.system(name)\n"


def test_run_looks_at_what_is_staged(runner, repo):
    stage(repo, bad=INJECTION)
    assert runner("run", "indict-review")[0] == 1
    git(repo, "reset", "-q", "--hard")
    stage(repo, good="x = 1\n")
    assert runner("run", "indict-review")[0] == 0


def test_a_hunk_that_is_not_staged_stops_nothing(runner, repo):
    stage(repo, good="x = 1\n")
    write(repo, good="x = 1\n" + INJECTION)

    assert runner("run", "indict-review")[0] == 0


def test_a_real_commit_is_stopped_and_skip_lets_it_through(runner, repo):
    assert runner("install")[0] == 0
    stage(repo, bad=INJECTION)

    code, said = call(repo, "git", "commit", "-m", "bad")
    assert code == 1
    assert "Command injection" in said
    code, said = call(repo, "git", "commit", "-m", "bad", SKIP="indict-review")
    assert code == 0, said


def test_commit_with_a_path_or_all_reviews_what_that_commits(runner, repo):
    runner("install")
    stage(repo, a="x = 1\n", b="y = 1\n")
    git(repo, "commit", "-m", "both")
    write(repo, a=INJECTION, b="y = 2\n")

    assert call(repo, "git", "commit", "-m", "b", "b.py")[0] == 0
    assert call(repo, "git", "commit", "-a", "-m", "a")[0] == 1


def test_all_files_means_all_that_is_staged(runner, repo):
    stage(repo, bad=INJECTION)
    git(repo, "commit", "-q", "-m", "before there was a hook")

    assert runner("run", "--all-files", "indict-review")[0] == 0
    stage(repo, good="x = 1\n", worse=INJECTION)
    code, said = runner("run", "--all-files", "indict-review")
    assert code == 1
    assert "worse.py" in said
    assert "bad.py" not in said


def test_a_range_is_reviewed_as_a_range(runner, repo):
    first = git(repo, "rev-parse", "HEAD").strip()
    stage(repo, bad=INJECTION)
    git(repo, "commit", "-q", "-m", "bad")
    stage(repo, good="x = 1\n")
    git(repo, "commit", "-q", "-m", "good")

    hook = ("run", "indict-review", "--from-ref")
    assert runner(*hook, first, "--to-ref", "HEAD")[0] == 1
    assert runner(*hook, "HEAD~1", "--to-ref", "HEAD")[0] == 0


def test_a_name_that_looks_like_an_option_is_none(runner, repo):
    (repo / "--fail-on=critical.py").write_text("import hashlib\nhashlib.md5(b'x')\n")
    (repo / "--on-incomplete=warn.py").write_text(INJECTION)
    git(repo, "add", ".")

    assert runner("run", "indict-review")[0] == 1


def test_what_could_not_be_looked_at_stops_the_commit_and_the_way_around_is_said(runner, repo):
    stage(repo, broken="def f(:\n  eval(\n")

    code, said = runner("run", "indict-review")
    assert code == 1
    assert "could not look at everything" in said
    assert "--no-verify" in said


def test_binaries_and_languages_without_rules_stop_nothing(runner, repo):
    (repo / "picture.png").write_bytes(b"\x89PNG\r\n\0\0" * 99)
    (repo / "notes.cob").write_text("IDENTIFICATION DIVISION.\n")
    git(repo, "add", ".")

    code, said = runner("run", "--verbose", "indict-review")
    assert code == 0, said
    assert "not covered" in said


def test_a_push_is_reviewed(runner, repo, tmp_path):
    git(tmp_path, "init", "-q", "--bare", "there")
    git(repo, "remote", "add", "origin", tmp_path / "there")
    assert runner("install", "--hook-type", "pre-push")[0] == 0
    small = {"INDICT_REVIEW_MODEL": "none", "INDICT_REVIEW_SANDBOX": "none"}

    code, said = call(repo, "git", "push", "-u", "origin", "main", **small)
    assert code == 0, said  # the first push, of all there is
    stage(repo, bad=INJECTION)
    git(repo, "commit", "-q", "-m", "bad")
    code, said = call(repo, "git", "push", "origin", "main", **small)
    assert code != 0
    assert "Command injection" in said
    git(repo, "checkout", "-q", "-b", "other", "HEAD~1")
    stage(repo, good="x = 1\n")
    git(repo, "commit", "-q", "-m", "good")
    code, said = call(repo, "git", "push", "origin", "other", **small)
    assert code == 0, said


def test_try_repo_installs_and_runs_it(repo, tmp_path, monkeypatch):
    """As anybody tries a hook: pre-commit clones this project and installs what it needs."""
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    git(tmp_path, "clone", "-q", PROJECT, "project")
    stage(repo, bad=INJECTION)

    code, said = call(
        repo, BIN / "pre-commit", "try-repo", tmp_path / "project", "indict-review", "--verbose"
    )

    assert code == 1, said
    assert "hook id: indict-review" in said
    assert "Command injection" in said


# What reviewers tried


def test_a_tag_that_is_called_like_a_branch_is_not_compared_with_instead(repo):
    git(repo, "checkout", "-q", "-b", "work")
    stage(repo, bad=INJECTION)
    git(repo, "commit", "-q", "-m", "bad")
    git(repo, "tag", "main", "HEAD")

    code, said = ours(repo, "commits", "main..HEAD", "--model", "none", "--sandbox", "none")
    assert code == 2
    assert "refs/heads/main" in said
    assert ours(repo, "commits", "refs/heads/main..HEAD", "--model=none", "--sandbox=none")[0] == 1


def test_a_branch_that_is_pushed_is_compared_with_the_default_branch(repo, tmp_path):
    git(tmp_path, "init", "-q", "--bare", "there")
    git(repo, "remote", "add", "origin", tmp_path / "there")
    git(repo, "push", "-q", "origin", "main")
    git(repo, "checkout", "-q", "-b", "work")
    stage(repo, bad=INJECTION)
    git(repo, "commit", "-q", "-m", "bad")
    git(repo, "push", "-q", "-u", "origin", "work")

    assert ours(repo, "commits", "--model=none", "--sandbox=none")[0] == 1


def test_what_a_merge_brings_as_it_is_does_not_count_as_reviewed(repo):
    git(repo, "checkout", "-q", "-b", "side")
    stage(repo, bad=INJECTION)
    git(repo, "commit", "-q", "-m", "bad")
    git(repo, "checkout", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "--no-commit", "side")

    code, said = ours(repo, "staged")
    assert code == 0
    assert "0 of 1 file reviewed" in said
    assert "as a merged branch has them" in said
    stage(repo, bad=INJECTION + "    eval(name)\n")
    code, said = ours(repo, "staged")
    assert code == 1
    assert "eval" in said
    assert "Command injection" not in said


def test_tests_that_are_required_leave_no_fix_verified_in_the_hook(repo):
    (repo / ".indict-review.yaml").write_text("require_tests: true\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "settings")
    stage(repo, load="import yaml\n\n\ndef load(text):\n    return yaml.load(text)\n")

    code, said = ours(repo, "staged")
    assert code == 1
    assert "indict-review apply" not in said


def test_a_broken_object_is_two_lines(repo):
    made = subprocess.run(
        ["git", "hash-object", "-t", "tree", "--literally", "-w", "--stdin"],
        cwd=repo, input=b"100644 x", capture_output=True, check=True,
    )  # fmt: skip
    commit = git(repo, "commit-tree", made.stdout.decode().strip(), "-m", "b").strip()
    git(repo, "update-ref", "refs/heads/main", commit)

    for command in (["staged"], ["commits", f"{commit}..{commit}"]):
        code, said = ours(repo, *command)
        assert code == 2, said
        assert "Traceback" not in said


def test_a_message_in_an_encoding_that_takes_hours_takes_none(repo):
    first = git(repo, "rev-parse", "HEAD").strip()
    tree = git(repo, "rev-parse", "HEAD^{tree}").strip()
    text = f"tree {tree}\nparent {first}\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n"
    text += "encoding punycode\n\n" + "a" * 10 + "-" + "b" * 400_000 + "\n"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "--literally", "-w", "--stdin"],
        cwd=repo, input=text.encode(), capture_output=True, check=True,
    )  # fmt: skip
    head = made.stdout.decode().strip()

    code, said = ours(repo, "commits", f"{first}..{head}", "--model=none", "--sandbox=none")
    assert code == 0, said


def test_a_reader_who_has_gone_changes_no_verdict(repo):
    for text, verdict in (("x = 1\n", 0), (INJECTION, 1)):
        stage(repo, new=text)
        process = subprocess.Popen(
            [sys.executable, "-m", "indict_review", "staged"], cwd=repo, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        process.stdout.close()
        assert process.wait() == verdict


def test_output_into_a_pipe_or_through_a_link_leaves_both(repo, tmp_path):
    stage(repo, new="x = 1\n")
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    ours(repo, "staged", "--format", "json", "--output", tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["verdict"] == "pass"

    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE, text=True)
    ours(repo, "staged", "--format", "json", "--output", tmp_path / "pipe")
    assert json.loads(reader.communicate()[0])["verdict"] == "pass"
    assert (tmp_path / "pipe").is_fifo()


def test_code_that_git_takes_for_binary_is_reviewed_and_a_link_is_not(repo):
    (repo / "nul.py").write_bytes(b"# \0\n" + INJECTION.encode())
    (repo / "notes.txt").write_text("x\n")
    (repo / "link.py").symlink_to("notes.txt")
    git(repo, "add", ".")

    _, said = ours(repo, "staged", "--format", "json")
    files = {f["path"]: f["coverage"] for f in json.loads(said)["change"]["files"]}
    assert files == {
        "nul.py": "reviewed", "notes.txt": "not_applicable", "link.py": "not_applicable",
    }  # fmt: skip


def test_lines_of_the_change_are_no_commands_of_githubs_runner(repo):
    stage(repo, bad=INJECTION.replace("os.system(name)", 'os.system(name + "##[stop-commands]x")'))

    code, said = call(repo, sys.executable, "-m", "indict_review", "staged", GITHUB_ACTIONS="true")
    assert code == 1
    assert "stop-commands" in said
    assert "##[" not in said


def test_a_review_with_a_secret_elsewhere_can_be_applied_from_its_json(repo, tmp_path):
    key = "AKIA" + "Q3EGRX7J2M5WZK4T"
    text = f'KEY = "{key}"\n' + "\n\n# a comment\n" * 9
    stage(repo, load=text)
    git(repo, "commit", "-q", "-m", "key")
    stage(repo, load=text + "\n\nimport yaml\n\n\ndef load(text):\n    return yaml.load(text)\n")

    ours(repo, "staged", "--format", "json", "--output", tmp_path / "r.json")
    assert key not in (tmp_path / "r.json").read_text()
    code, said = ours(repo, "apply", tmp_path / "r.json", "--yes")
    assert code == 0, said
    assert key in (repo / "load.py").read_text()
    assert "safe_load" in (repo / "load.py").read_text()


def test_settings_that_are_broken_do_not_get_in_and_their_repair_does(repo):
    (repo / ".indict-review.yaml").write_text("fail_onn: high\n")
    git(repo, "add", ".")
    code, said = ours(repo, "staged")
    assert code == 2
    assert "fail_on" in said

    git(repo, "commit", "-q", "-m", "broken all the same")
    stage(repo, new="x = 1\n")
    assert ours(repo, "staged")[0] == 2
    (repo / ".indict-review.yaml").write_text("fail_on: high\n")
    git(repo, "add", ".")
    assert ours(repo, "staged")[0] == 0


def test_the_second_run_offers_what_the_first_did(repo):
    text = "import yaml\nimport requests\n\n\ndef load(text):\n    return yaml.load(text)\n\n\n"
    stage(
        repo, load=text + "def get(url):\n    return requests.get(url, verify=False, timeout=9)\n"
    )

    first, second = (json.loads(ours(repo, "staged", "--format", "json")[1]) for _ in range(2))
    offers = [[f["suggestion"] for f in seen["findings"]] for seen in (first, second)]
    assert sum(offer is not None for offer in offers[0]) == 2
    assert offers[0] == offers[1]


def test_no_commits_to_look_at_is_a_pass_that_runs_nothing(repo):
    code, said = ours(repo, "commits", "HEAD..HEAD")
    assert code == 0
    assert "nothing to review" in said


def test_a_call_without_a_command_shows_the_help(repo):
    for command in ([], ["config"], ["model"]):
        code, said = ours(repo, *command)
        assert code == 2
        assert "\nCommands" in said


def test_a_tag_that_is_called_like_a_short_commit_is_not_taken_for_it(repo):
    first = git(repo, "rev-parse", "HEAD").strip()
    stage(repo, bad=INJECTION)
    git(repo, "commit", "-q", "-m", "bad")
    git(repo, "tag", first[:7], "HEAD")

    code, said = ours(repo, "commits", f"{first[:7]}..HEAD", "--model=none", "--sandbox=none")
    assert code == 2
    assert f"refs/tags/{first[:7]}" in said
    assert ours(repo, "commits", f"{first}..HEAD", "--model=none", "--sandbox=none")[0] == 1
