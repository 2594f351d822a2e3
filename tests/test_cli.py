"""The command line: what people type, see and get back."""

import json
import os
import stat
from importlib.resources import files

import jsonschema
import pytest

from indict_review.cli import run
from indict_review.formats import FORMATS
from indict_review.models import weights

PATCH = """\
--- a/app.py
+++ b/app.py
@@ -1 +1,4 @@
 import subprocess
+
+def run(name):
+    return subprocess.run("ls " + name, shell=True)
"""
CLEAN = PATCH.replace('subprocess.run("ls " + name, shell=True)', "len(name)")


@pytest.fixture
def repo(tmp_path, monkeypatch):
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "app.py").write_text("import subprocess\n")
    (folder / "fix.diff").write_text(PATCH)
    monkeypatch.chdir(folder)
    return folder


def call(capsys, *arguments):
    code = run(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_a_finding_at_the_threshold_exits_with_1_and_shows_its_line(repo, capsys):
    code, out, _ = call(capsys, "patch", "fix.diff", "--model", "none", "--quiet")

    assert code == 1
    assert "app.py" in out
    assert "CWE-78" in out
    assert 'subprocess.run("ls " + name, shell=True)' in out


def test_the_threshold_is_the_users(repo, capsys):
    code, _, _ = call(
        capsys, "patch", "fix.diff", "--model", "none", "--quiet", "--fail-on", "critical"
    )
    before = (repo / "app.py").read_text()

    assert code in {0, 1}
    assert before == "import subprocess\n"  # the user's tree is never touched


def test_a_clean_change_is_quiet_and_exits_with_0(repo, capsys):
    (repo / "fix.diff").write_text(CLEAN)
    code, out, _ = call(capsys, "patch", "fix.diff", "--model", "none", "--quiet")

    assert code == 0
    assert len(out.splitlines()) <= 3


def test_the_json_keeps_its_schema(repo, capsys):
    code, out, _ = call(
        capsys, "patch", "fix.diff", "--model", "none", "--quiet", "--format", "json"
    )
    schema = json.loads(files("indict_review").joinpath("schema/review-1.json").read_text())
    review = json.loads(out)
    jsonschema.validate(review, schema)

    assert code == 1
    assert (review["schema"], review["verdict"]) == ("indict-review/1", "fail")


def test_two_formats_go_to_two_places(repo, capsys):
    code, out, _ = call(
        capsys, "patch", "fix.diff", "--model", "none", "--quiet",
        "--format", "json", "--output", "review.json", "--format", "text", "--output", "-",
    )  # fmt: skip

    assert code == 1
    assert json.loads((repo / "review.json").read_text())["verdict"] == "fail"
    assert "CWE-78" in out
    assert stat.S_IMODE((repo / "review.json").stat().st_mode) == 0o644


def test_a_patch_comes_on_standard_input_within_a_reply_too(repo, capsys, monkeypatch):
    import io

    reply = f"I made it safe.\n\n```diff\n{PATCH}```\nDone.\n".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(reply)))
    code, out, _ = call(capsys, "patch", "-", "--model", "none", "--quiet", "--format", "json")

    assert code == 1
    assert json.loads(out)["change"]["files"][0]["path"] == "app.py"


def test_without_weights_the_tools_review_and_a_line_says_so(repo, capsys):
    code, out, _ = call(capsys, "patch", "fix.diff", "--quiet")

    assert code == 1
    assert "indict-review model pull" in out


BAD = {
    "empty": b"",
    "no patch": b"hello there\n",
    "does not apply": PATCH.replace("import subprocess", "import nothing").encode(),
    "outside": b"--- /dev/null\n+++ b/../../etc/cron.d/x\n@@ -0,0 +1 @@\n+x\n",
    "absolute": b"--- /dev/null\n+++ /etc/cron.d/x\n@@ -0,0 +1 @@\n+x\n",
    "git folder": b"--- /dev/null\n+++ b/.git/hooks/pre-commit\n@@ -0,0 +1 @@\n+x\n",
    "nul": b"\0" * 100,
    "missing file": PATCH.replace("app.py", "other.py").encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_patch_is_two_lines_and_exit_2(repo, capsys, name):
    (repo / "fix.diff").write_bytes(BAD[name])
    code, out, err = call(capsys, "patch", "fix.diff", "--model", "none", "--quiet")

    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["patch", "nowhere.diff"], "cannot be read"),
        (["patch", "fix.diff", "--repo", "nowhere"], "nowhere"),
        (["patch", "fix.diff", "--repo", "fix.diff"], "fix.diff"),
        (["patch", "fix.diff", "--task", "@nowhere"], "the task"),
        (["patch", "fix.diff", "--format", "xml"], "unknown"),
        (["patch", "fix.diff", "--format", "json", "--format", "text"], "2 formats and 0 outputs"),
        (["patch", "fix.diff", "--model", "local"], "weights are not here"),
        (["patch", "fix.diff", "--model", "replay:nowhere"], "nowhere"),
        (["patch", "fix.diff", "--budget", "much"], "budget"),
        (["patch", "fix.diff", "--budget", "tokens=-1"], "budget"),
        (["patch", "fix.diff", "--strategy", "magic"], "magic"),
        (["patch", "fix.diff", "--fail-on", "never"], "never"),
        (["patch", "fix.diff", "--rounds", "99"], "rounds"),
        (["patch", "fix.diff", "--model", "none", "--output", "no/such/folder/x"], "written"),
        (["patch"], "FILE"),
        (["patch", "fix.diff", "--no-such-option"], "no-such-option"),
        (["model", "pull", "--from", "fix.diff"], "GGUF"),
    ],
)
def test_bad_calls_are_two_lines_and_exit_2(repo, capsys, arguments, part):
    code, _, err = call(capsys, *arguments, "--quiet")

    assert code == 2
    assert len(err.splitlines()) == 2, err
    assert part.lower() in err.lower()


def test_an_unknown_setting_of_the_repository_is_named(repo, capsys):
    (repo / ".indict-review.yaml").write_text("fail_onn: low\n")
    code, _, err = call(capsys, "patch", "fix.diff", "--model", "none", "--quiet")

    assert code == 2
    assert "fail_onn" in err


@pytest.mark.parametrize("setting", ["model: openai/x", "api_base: http://evil", "budget: []"])
def test_a_repository_cannot_choose_the_model_or_where_it_is(repo, capsys, setting):
    (repo / ".indict-review.yaml").write_text(setting + "\n")
    code, _, err = call(capsys, "patch", "fix.diff", "--quiet")

    assert code == 2
    assert "may not" in err


def test_settings_of_a_git_repository_are_those_of_head(repo, capsys):
    os.system("git init -q . && git add app.py && git -c user.name=a -c user.email=b commit -qm a")
    (repo / ".indict-review.yaml").write_text("fail_onn: low\n")  # not committed: not read
    code, _, _ = call(capsys, "patch", "fix.diff", "--model", "none", "--quiet")

    assert code == 1


def test_a_model_that_nobody_serves_is_skipped_and_the_findings_stay(repo, capsys):
    pytest.importorskip("litellm")
    code, out, _ = call(
        capsys, "patch", "fix.diff", "--quiet", "--format", "json",
        "--model", "openai/any", "--api-base", "http://127.0.0.1:9/v1",
    )  # fmt: skip
    review = json.loads(out)

    assert code == 1
    assert review["findings"]
    assert any("dialogue" in s["step"] for s in review["skipped"])


def test_weights_cut_short_are_not_taken(repo, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("INDICT_REVIEW_CACHE", str(tmp_path / "cache"))
    file = weights.DEFAULT.file(tmp_path / "cache")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"GGUF" + b"\0" * 1000)
    code, _, err = call(capsys, "patch", "fix.diff", "--model", "local", "--quiet")

    assert code == 2
    assert "indict-review model pull" in err


def test_a_secret_in_the_change_is_masked_in_every_output(repo, capsys):
    secret = "AKIA" + "Q3EGRX7J2M5WZK4T"
    odd = "pass%3A,word:0" + "9x7"  # formats escape some of its characters
    line = f'"ls {secret}" + name, password="{odd}"'
    (repo / "fix.diff").write_text(PATCH.replace('"ls " + name', line))
    for form in FORMATS:
        _, out, _ = call(
            capsys, "patch", "fix.diff", "--model", "none", "--quiet", "--format", form
        )
        assert "secret" in out
        for each in (secret, odd, "0" + "9x7"):
            assert each not in out, form


def test_control_characters_of_a_patch_never_reach_the_terminal(repo, capsys):
    (repo / "fix.diff").write_text(PATCH.replace("ls ", "ls \x1b[2J\u202e "))
    _, out, err = call(capsys, "patch", "fix.diff", "--model", "none")

    assert "\x1b" not in out + err
    assert "\u202e" not in out + err


def test_help_shows_examples_and_exit_codes(capsys):
    code, out, _ = call(capsys, "patch", "--help")

    assert code == 0
    assert "indict-review patch fix.diff" in out
    assert "Exit codes" in out
