"""`indict-review config`: what counts, where it comes from, and whether a file is right."""

import json
import os
import subprocess

import jsonschema
import pytest

from indict_review.cli import run
from indict_review.config.settings import SETTINGS


def git(repo, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=b", *arguments],
        cwd=repo, check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def repo(tmp_path, monkeypatch):
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / ".indict-review.yaml").write_text("fail_on: medium\ntest_command: make check\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "settings")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def own(tmp_path, monkeypatch):
    folder = tmp_path / "home" / "indict-review"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    return folder / "config.yaml"


def call(capsys, *arguments):
    code = run(["config", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def shown(capsys, *arguments):
    code, out, err = call(capsys, "show", "--format", "json", *arguments)
    assert (code, err) == (0, "")
    document = json.loads(out)
    return {row["name"]: row for row in document["settings"]}, document["notes"]


def test_every_value_comes_with_its_origin(repo, own, capsys, monkeypatch):
    own.write_text("model: ollama/qwen3\ntest_command: tox\n")
    monkeypatch.setenv("INDICT_REVIEW_ROUNDS", "2")
    rows, notes = shown(capsys)

    assert list(rows) == [setting.name for setting in SETTINGS]
    assert {name: (row["value"], row["origin"]) for name, row in rows.items()
            if row["origin"] != "default"} == {
        "model": ("ollama/qwen3", str(own)),
        "test_command": ("tox", str(own)),
        "rounds": (2, "INDICT_REVIEW_ROUNDS"),
        "fail_on": ("medium", ".indict-review.yaml"),
    }  # fmt: skip
    assert rows["fail_on"]["repository"]
    assert not rows["model"]["repository"]
    assert notes == []


def test_the_text_has_every_setting_and_says_whose_it_is(repo, capsys):
    code, out, _ = call(capsys, "show")
    theirs, _, yours = out.partition("Only you may set:")

    assert code == 0
    assert "fail_on         medium" in theirs
    assert ".indict-review.yaml" in theirs
    assert "model " not in theirs
    assert all(setting.name in out for setting in SETTINGS)
    assert "sandbox         auto" in yours


def test_what_is_not_committed_does_not_count_and_is_said(repo, capsys):
    (repo / ".indict-review.yaml").write_text("fail_on: low\n")
    rows, notes = shown(capsys)

    assert rows["fail_on"]["value"] == "medium"
    assert len(notes) == 1
    assert "does not count until it is committed" in notes[0]


def test_it_is_the_top_that_counts_from_any_folder(repo, capsys):
    (repo / "sub").mkdir()
    os.chdir(repo / "sub")

    assert shown(capsys)[0]["fail_on"]["value"] == "medium"


def test_stricter_folders_are_told(repo, capsys):
    (repo / "pay").mkdir()
    (repo / "pay" / ".indict-review.yaml").write_text("fail_on: low\n")
    git(repo, "add", ".")
    git(repo, "commit", "-qm", "stricter")

    assert shown(capsys)[1] == [
        "pay/.indict-review.yaml is stricter for what is below it: fail_on: low"
    ]


def test_it_works_outside_a_repository_and_before_the_first_commit(tmp_path, capsys):
    assert shown(capsys, "--repo", str(tmp_path))[0]["fail_on"]["origin"] == "default"

    git(tmp_path, "init", "-q")
    assert shown(capsys, "--repo", str(tmp_path))[0]["fail_on"]["origin"] == "default"
    assert call(capsys, "show", "--repo", str(tmp_path / "nowhere"))[0] == 2


def test_a_mistyped_variable_is_told(repo, capsys, monkeypatch):
    monkeypatch.setenv("INDICT_REVIEW_FAILON", "low")

    assert shown(capsys)[1] == [
        "INDICT_REVIEW_FAILON is in the environment, and is no setting: did you mean fail_on?"
    ]


def test_rules_of_several_places_are_shown_together(repo, own, capsys, monkeypatch):
    own.write_text("semgrep_config: [mine.yaml]\n")
    monkeypatch.setenv("INDICT_REVIEW_SEMGREP_CONFIG", "r/python.lang")
    row = shown(capsys)[0]["semgrep_config"]

    assert row["value"] == ["r/python.lang", "mine.yaml"]
    assert row["origin"] == f"INDICT_REVIEW_SEMGREP_CONFIG, {own}"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("api_base: https://me:hunter2-of-mine@models.example/v1", "hunter2-of-mine"),
        ("api_base: https://models.example/v1?api_key=hunter2-of-mine", "hunter2-of-mine"),
        ("test_command: TOKEN=hunter2 make check", "hunter2"),
        ("test_command: run ghp_" + "a" * 36, "ghp_" + "a" * 36),
    ],
)
def test_a_secret_that_got_into_a_setting_is_not_shown(repo, own, capsys, text, secret):
    own.write_text(text)
    for form in ("text", "json"):
        code, out, _ = call(capsys, "show", "--format", form)
        assert code == 0
        assert secret not in out
        assert "models.example" in out or "make check" in out or "run " in out


def test_broken_settings_are_two_lines_and_exit_2(repo, own, capsys):
    own.write_text("modle: x\n")
    code, out, err = call(capsys, "show")

    assert (code, out) == (2, "")
    assert "did you mean model?" in err
    assert len(err.splitlines()) == 2


def test_a_value_cannot_repaint_the_terminal(repo, own, capsys):
    own.write_text('test_command: "\\e[31mred\\u202e"\n')
    _, out, _ = call(capsys, "show")

    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "red" in out


def test_the_schema_is_printed_whole(capsys):
    code, out, _ = call(capsys, "show", "--schema")

    assert code == 0
    jsonschema.Draft202012Validator(json.loads(out)).validate({"fail_on": "low"})


@pytest.mark.parametrize(
    ("text", "options", "code", "said"),
    [
        ("fail_on: low", [], 0, "it sets fail_on"),
        ("# nothing", [], 0, "sets nothing"),
        ("model: x", [], 2, "a repository may not"),
        ("model: x", ["--as", "user"], 0, "it sets model"),
        ("paths: {}", ["--as", "nested"], 2, "below the top"),
        ("a: [", [], 2, "cannot be read"),
    ],
)
def test_a_file_can_be_checked_alone(tmp_path, capsys, text, options, code, said):
    (tmp_path / "settings.yaml").write_text(text)
    got, out, err = call(capsys, "check", str(tmp_path / "settings.yaml"), *options)

    assert got == code
    assert said in out + err


def test_the_users_own_file_is_known_by_its_place(own, capsys):
    own.write_text("model: x")

    assert call(capsys, "check", str(own))[0] == 0
    assert call(capsys, "check", str(own.parent / "nowhere.yaml"))[0] == 2
