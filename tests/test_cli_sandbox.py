"""Tests and sandboxes from the command line: what is run, and where, and what is said if not."""

import json
import subprocess

import pytest

from indict_review.cli import run
from indict_review.sandbox import bubblewrap
from tests.sandboxes import sandbox_called

BASE = "def half(n):\n    return n // 2\n"
TESTS = """\
import unittest

import halves


class HalfTest(unittest.TestCase):
    def test_half(self):
        self.assertEqual(halves.half(7), 3)
"""
PATCH = """\
--- a/halves.py
+++ b/halves.py
@@ -1,2 +1,2 @@
 def half(n):
-    return n // 2
+    return n / 2
"""


@pytest.fixture
def repo(tmp_path, monkeypatch):
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "halves.py").write_text(BASE)
    (folder / "test_halves.py").write_text(TESTS)
    (folder / "fix.diff").write_text(PATCH)
    monkeypatch.chdir(folder)
    return folder


def review(capsys, *arguments):
    words = ("patch", "fix.diff", "--model", "none", "--quiet", "--format", "json", *arguments)
    code = run(words)
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


@pytest.mark.parametrize(("flag", "name"), [("docker", "docker"), ("bwrap", "bubblewrap")])
def test_a_broken_test_is_found_in_the_sandbox_that_was_named(repo, capsys, flag, name):
    sandbox_called(name)
    code, document, _ = review(capsys, "--sandbox", flag)
    (finding,) = document["findings"]

    assert code == 1
    assert (finding["ident"], finding["path"], finding["start_line"]) == (
        "test-failure", "halves.py", 2,
    )  # fmt: skip
    assert finding["evidence"][0]["cases"] == ["test_halves.HalfTest.test_half"]
    assert (repo / "halves.py").read_text() == BASE
    assert sorted(p.name for p in repo.iterdir()) == ["fix.diff", "halves.py", "test_halves.py"]


def test_on_the_host_it_is_run_only_with_trust(repo, capsys):
    code, document, err = review(capsys, "--sandbox", "host")
    trusted, seen, _ = review(capsys, "--sandbox", "host", "--i-trust-this-code")

    assert (code, document) == (2, None)
    assert "--i-trust-this-code" in err
    assert trusted == 1
    assert [f["ident"] for f in seen["findings"]] == ["test-failure"]


@pytest.fixture
def bare_machine(monkeypatch):
    """Neither a Docker daemon nor bubblewrap."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.setattr(bubblewrap, "PATH", "/nowhere")


def test_a_machine_with_no_sandbox_reviews_and_says_what_was_not_looked_at(
    repo, capsys, bare_machine
):
    code, document, _ = review(capsys)
    (skip,) = document["skipped"]

    assert code == 3
    assert document["verdict"] == "incomplete"
    assert skip["step"] == "tests"
    assert "docker" in skip["reason"].lower()
    assert "bubblewrap" in skip["reason"]


def test_a_sandbox_that_was_switched_off_is_the_users_choice(repo, capsys):
    code, document, _ = review(capsys, "--sandbox", "none")

    assert (code, document["skipped"], document["findings"]) == (0, [], [])


def test_where_there_are_no_tests_no_sandbox_is_missed(repo, capsys, bare_machine):
    (repo / "test_halves.py").unlink()
    code, document, _ = review(capsys)

    assert (code, document["skipped"]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--sandbox", "vault"), "sandbox is vault"),
        (("--test-env", "nowhere"), "test_env is no folder"),
        (("--wheels", "nowhere"), "wheels is no folder"),
        (("--test-env", "."), "environment"),
    ],
)
def test_bad_settings_are_two_lines_and_exit_2(repo, capsys, arguments, part):
    code, document, err = review(capsys, *arguments)

    assert (code, document, len(err.splitlines())) == (2, None, 2)
    assert part in err


@pytest.mark.parametrize(
    "setting", ["sandbox: host", "sandbox_image: x", "test_env: /", "wheels: ."]
)
def test_a_repository_cannot_choose_where_its_code_runs(repo, capsys, setting):
    (repo / ".indict-review.yaml").write_text(setting + "\n")
    code, _, err = review(capsys)

    assert code == 2
    assert "which a repository may not" in err


def test_a_repository_says_how_it_is_tested_as_its_head_has_it(repo, capsys):
    sandbox_called("bubblewrap")
    settings = repo / ".indict-review.yaml"
    settings.write_text("test_command: grep -q // halves.py\n")
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b",
                  "commit", "-qm", "a"]):  # fmt: skip
        subprocess.run(["git", *words], cwd=repo, check=True)
    settings.write_text("test_command: 'true'\n")
    code, document, _ = review(capsys, "--sandbox", "bwrap")

    assert code == 1
    assert document["findings"][0]["evidence"][0]["cases"] == ["grep -q // halves.py"]


def test_a_secret_that_a_test_prints_is_masked(repo, capsys):
    sandbox_called("bubblewrap")
    secret = "ghp_" + "a1B2" * 9
    (repo / "test_halves.py").write_text(
        TESTS.replace("half(7), 3)", f"half(7), 3, '{secret[:9]}' + '{secret[9:]}')")
    )
    _, document, _ = review(capsys, "--sandbox", "bwrap")

    assert secret not in json.dumps(document)
    assert "<secret-1>" in document["findings"][0]["evidence"][0]["detail"]


def test_doctor_tries_each_part_and_says_what_to_do_about_what_is_lacking(capsys, bare_machine):
    code = run(["doctor"])
    out, _ = capsys.readouterr()
    lines = {line[7:27].strip(): line for line in out.splitlines()}

    assert code == 0
    assert lines["semgrep"].startswith("ok")
    assert lines["sandbox docker"].startswith("lacks")
    assert lines["sandbox bubblewrap"].startswith("lacks")
    assert "ends with 3" in lines["tests, checks"]


def test_doctor_names_the_sandbox_that_will_be_used(capsys):
    sandbox_called("bubblewrap")
    run(["doctor"])
    out, _ = capsys.readouterr()

    assert "run in docker" in out or "run in bubblewrap" in out
