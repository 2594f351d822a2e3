"""The hook as agents call it: real processes, real git, real semgrep."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from indict_review import reviewing
from indict_review.agents import hook
from indict_review.agents.hook import Answer
from tests.hooking import (
    PROJECT,
    QUERY,
    SAFE,
    UNSAFE,
    WEAK,
    answered,
    called,
    claude,
    codex,
    copilot,
    cursor,
    gemini,
    git,
    made,
)

PATCH = f"""*** Begin Patch
*** Update File: app.py
@@ def find(db: sqlite3.Connection, name: str):
-    return {QUERY}.fetchall()
+    return {UNSAFE}.fetchall()
*** End Patch
"""


@pytest.fixture
def repo(tmp_path, monkeypatch):
    repo = made(tmp_path)
    monkeypatch.chdir(repo)
    return repo


def weak_edits(repo):
    """By agent: the same edit, before it is made."""
    app = str(repo / "app.py")
    edit = {"file_path": app, "old_string": QUERY, "new_string": UNSAFE}
    return {
        "claude-code": claude("PreToolUse", "Edit", {**edit, "replace_all": False}),
        "codex": codex("PreToolUse", tool="apply_patch", given={"command": PATCH}),
        "gemini-cli": gemini(
            "BeforeTool", tool_name="replace", tool_input={**edit, "instruction": "Find users."}
        ),
        "cursor": cursor(
            "preToolUse", tool_name="Write", tool_input={"file_path": app, "content": WEAK}
        ),
        "copilot": copilot(
            toolName="edit",
            toolArgs=json.dumps({"path": app, "old_str": QUERY, "new_str": UNSAFE}),
        ),
    }


def denied(agent, answer):
    """The text for the agent, if this is how its protocol says no."""
    if agent in {"claude-code", "codex"}:
        told = answer["hookSpecificOutput"]
        assert told["hookEventName"] == "PreToolUse"
        assert told["permissionDecision"] == "deny"
        return told["permissionDecisionReason"]
    if agent == "gemini-cli":
        assert answer["decision"] == "deny"
        return answer["reason"]
    if agent == "cursor":
        assert answer["permission"] == "deny"
        return answer["agent_message"]
    assert answer["permissionDecision"] == "deny"
    return answer["permissionDecisionReason"]


@pytest.mark.parametrize("agent", ["claude-code", "codex", "gemini-cli", "cursor", "copilot"])
def test_a_weak_edit_is_denied_with_the_critique_in_each_protocol(repo, agent):
    ran = called(repo, weak_edits(repo)[agent])

    assert (ran.returncode, ran.stderr) == (0, "")
    text = denied(agent, json.loads(ran.stdout))
    assert "SQL injection (CWE-89), critical, app.py:5" in text
    assert f"   |     return {UNSAFE}.fetchall()" in text
    assert "   Mend it:\n   | " in text
    assert (repo / "app.py").read_text() == SAFE


@pytest.mark.parametrize(
    "given",
    [
        {"file_path": "app.py", "old_string": "name: str", "new_string": "name: str = ''"},
        {"file_path": "new/other.py", "content": "print('hello')\n"},
        {"file_path": "notes.md", "content": "Notes.\n"},
    ],
)
def test_an_edit_that_nothing_is_found_in_passes_without_a_word(repo, given):
    tool = "Edit" if "old_string" in given else "Write"

    assert answered(claude("PreToolUse", tool, given)) == Answer()


def test_what_tells_of_no_edit_passes_without_a_word(repo):
    for payload in (
        claude("PreToolUse", "Read", {"file_path": "app.py"}),
        claude("SessionStart", source="startup"),
        gemini("BeforeModel", llm_request={}),
        cursor("stop", status="aborted", loop_count=0),
        copilot(toolName="view", toolArgs='{"path": "app.py"}'),
    ):
        assert answered(payload) == Answer()

    ran = called(repo, claude("PreToolUse", "Read", {"file_path": "app.py"}))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_what_was_weak_before_is_not_the_edits(repo):
    (repo / "app.py").write_text(WEAK)
    edit = {"file_path": "app.py", "old_string": "sqlite3\n", "new_string": "sqlite3 as sql\n"}

    assert answered(claude("PreToolUse", "Edit", edit)) == Answer()


def test_after_an_edit_the_file_is_held_against_head(repo):
    (repo / "app.py").write_text(WEAK)
    edit = {"file_path": str(repo / "app.py"), "old_string": QUERY, "new_string": UNSAFE}

    answer = json.loads(answered(claude("PostToolUse", "Edit", edit, tool_response={})).agent)

    assert answer["decision"] == "block"
    assert "SQL injection (CWE-89)" in answer["reason"]


def nested(repo):
    """A repository in it that git does not track, and a file that git ignores."""
    (repo / "inner").mkdir()
    git(repo / "inner", "init", "-q")
    (repo / ".gitignore").write_text("out/\n")
    (repo / "out").mkdir()


@pytest.mark.parametrize("path", ["inner/app.py", "out/app.py"])
def test_after_an_edit_of_a_file_that_git_does_not_have_all_of_it_is_new(repo, path):
    nested(repo)
    (repo / path).write_text(WEAK)
    given = {"file_path": str(repo / path), "content": WEAK}

    answer = json.loads(answered(claude("PostToolUse", "Write", given)).agent)

    assert answer["decision"] == "block"
    assert f"SQL injection (CWE-89), critical, {path}:5" in answer["reason"]


def test_at_the_end_a_repository_that_nobody_looked_into_is_named(repo):
    nested(repo)
    (repo / "inner" / "app.py").write_text(WEAK)
    done = claude("Stop", stop_hook_active=False)

    told = json.loads(answered(done).agent)
    warned = answered(done, on_incomplete="warn")
    (repo / ".gitignore").write_text("inner/\nout/\n")

    assert told["decision"] == "block"
    assert "inner/ was not read: it is another repository" in told["reason"]
    assert warned.agent == ""
    assert "inner/ was not read" in warned.user
    assert answered(done) == Answer()


DIFF = """--- a/app.py
+++ b/app.py
@@ -1 +1 @@
-import a
+import b
"""


@pytest.mark.parametrize(
    ("path", "before", "tool", "given"),
    [
        (
            "notes.txt",
            "foo\nbar\n",
            "MultiEdit",
            {
                "edits": [
                    {"old_string": "foo", "new_string": "bar", "replace_all": True},
                    {"old_string": "bar", "new_string": "baz", "replace_all": True},
                ]
            },
        ),
        ("tests/fixture.txt", None, "Write", {"content": DIFF}),
        ("app.js", None, "Write", {"content": "function f() {\n  // ...\n}\n"}),
        ("run.py", "def f():\n    return 1\n" * 9, "Write", {"content": "# ...\n"}),
        ("dos.txt", "a\r\nb\r\n", "Edit", {"old_string": "a\nb", "new_string": "a\nc"}),
    ],
)
def test_what_a_tool_does_to_the_letter_raises_no_doubts(repo, path, before, tool, given):
    if before is not None:
        (repo / path).write_bytes(before.encode())

    assert answered(claude("PreToolUse", tool, {"file_path": path, **given})) == Answer()


def test_what_looks_sloppy_is_still_reviewed(repo):
    weak = WEAK.replace("import sqlite3", "# ...\nimport sqlite3")

    payload = claude("PreToolUse", "Write", {"file_path": "app.py", "content": weak})

    assert "app.py:6" in denied("claude-code", json.loads(answered(payload).agent))


TESTS = """from app import find


def test_nobody_is_found():
    assert find(None, "") == []


def test_somebody_is_found():
    assert find(None, "a") == ["a"]
"""


def test_a_deleted_test_is_told_of_where_a_protocol_can_and_blocks_where_the_user_says_so(repo):
    (repo / "test_app.py").write_text(TESTS)
    git(repo, "add", ".")
    git(repo, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "tests")
    edit = {
        "file_path": "test_app.py",
        "old_string": TESTS[TESTS.index("def test_some") :],
        "new_string": "",
    }
    calls = {
        "claude-code": claude("PreToolUse", "Edit", edit),
        "codex": codex("PreToolUse", tool="Edit", given=edit),
        "gemini-cli": gemini("BeforeTool", tool_name="replace", tool_input=edit),
        "cursor": cursor("preToolUse", tool_name="Edit", tool_input=edit),
        "copilot": copilot(toolName="edit", toolArgs=edit),
    }

    told = {agent: answered(call).agent for agent, call in calls.items()}
    strict = {agent: answered(call, fail_on="medium") for agent, call in calls.items()}

    for agent in ("claude-code", "codex", "gemini-cli"):
        (key, text), *more = json.loads(told[agent]).items()
        assert (key, more) == ("systemMessage", [])
        assert "lets this edit pass" in text
        assert "A test is deleted, test_app.py:" in text
    assert (told["cursor"], told["copilot"]) == ("", "")
    for agent, answer in strict.items():
        assert "A test is deleted" in denied(agent, json.loads(answer.agent))

    (repo / "test_app.py").write_text(TESTS.replace(edit["old_string"], ""))
    for end in (
        claude("Stop", stop_hook_active=False),
        gemini("AfterAgent", prompt="", prompt_response="", stop_hook_active=False),
    ):
        assert list(json.loads(answered(end).agent)) == ["systemMessage"]
    after = json.loads(answered(copilot(toolName="edit", toolArgs=edit, toolResult={})).agent)
    assert "A test is deleted" in after["additionalContext"]


def test_an_agent_that_says_it_is_done_is_sent_back_once_and_then_the_user_is_told(repo):
    (repo / "app.py").write_text(WEAK)
    (repo / "more.py").write_text("import os\n\n\ndef run(name):\n    os.system('ls ' + name)\n")
    done = {"last_assistant_message": "All users can be found now."}

    first = called(repo, claude("Stop", stop_hook_active=False, **done))
    again = called(repo, claude("Stop", stop_hook_active=True, **done))

    told = json.loads(first.stdout)
    assert told["decision"] == "block"
    assert "app.py:5" in told["reason"]
    assert "more.py:5" in told["reason"]
    assert list(json.loads(again.stdout)) == ["systemMessage"]


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (codex("Stop", stop_hook_active=False, last_assistant_message=None), "reason"),
        (
            gemini("AfterAgent", prompt="Find", prompt_response="Done", stop_hook_active=False),
            "reason",
        ),
        (cursor("stop", status="completed", loop_count=0), "followup_message"),
        (copilot(stopReason="end_turn", transcriptPath="/x", stop_hook_active=False), "reason"),
    ],
)
def test_other_agents_are_sent_back_in_their_own_words(repo, payload, key):
    (repo / "app.py").write_text(WEAK)

    assert "SQL injection (CWE-89)" in json.loads(answered(payload).agent)[key]


def test_who_cannot_be_told_by_the_protocol_is_told_on_stderr(repo):
    (repo / "app.py").write_text(WEAK)

    for payload in (
        cursor("stop", status="completed", loop_count=1),
        copilot(stopReason="end_turn", stop_hook_active=True),
    ):
        answer = answered(payload)
        assert answer.agent == ""
        assert "SQL injection (CWE-89)" in answer.user


def test_the_dialogue_is_for_the_end_of_the_work_only(repo, monkeypatch):
    asked = []

    def seen(source, flags, terms, *_):
        asked.append(terms.runs)
        return reviewing.reviewed(source, flags, replace(terms, runs=False))

    monkeypatch.setattr(hook, "reviewed", seen)
    for payload in (weak_edits(repo)["claude-code"], claude("Stop", stop_hook_active=False)):
        hook.Hook(Path(), dialogue=True).answer(json.dumps(payload).encode())

    assert asked == [False, True]


def test_lines_that_are_put_in_are_reviewed_where_they_would_be(repo):
    weak = "\n\ndef run(name):\n    import os; os.system('ls ' + name)"
    given = {"command": "insert", "path": "app.py", "insert_line": 5, "new_str": weak}

    answer = answered(copilot(toolName="str_replace_editor", toolArgs=given))

    assert "app.py:9" in json.loads(answer.agent)["permissionDecisionReason"]


def test_nothing_uncommitted_lets_the_agent_stop(repo):
    os.utime(repo / "app.py", (0, 0))

    assert answered(claude("Stop", stop_hook_active=False)) == Answer()


def test_what_no_tool_could_look_at_is_asked_or_denied_and_warn_lets_it_through(
    repo, tmp_path, monkeypatch
):
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: [nonsense]\n")
    monkeypatch.setenv("INDICT_REVIEW_SEMGREP_CONFIG", str(rules))
    given = {"file_path": "app.py", "content": f"{SAFE}\nX = 1\n"}

    asked = answered(claude("PreToolUse", "Write", given))
    no_ask = answered(codex("PreToolUse", tool="Write", given=given))
    warned = answered(claude("PreToolUse", "Write", given), on_incomplete="warn")

    told = json.loads(asked.agent)["hookSpecificOutput"]
    assert told["permissionDecision"] == "ask"
    assert "Not looked at: semgrep" in told["permissionDecisionReason"]
    assert "Not looked at: semgrep" in denied("codex", json.loads(no_ask.agent))
    assert warned.agent == ""
    assert "Not looked at: semgrep" in warned.user


def test_a_file_outside_is_said_not_to_be_looked_at(repo, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (repo / "link").symlink_to(tmp_path / "elsewhere")
    given = {"content": WEAK}

    for path in ("/etc/passwd.py", "../other.py", "link/app.py"):
        payload = claude("PreToolUse", "Write", {"file_path": path, **given})
        told = json.loads(answered(payload).agent)["hookSpecificOutput"]
        assert told["permissionDecision"] == "ask"
        assert "is not below" in told["permissionDecisionReason"]
    no_ask = codex("PreToolUse", tool="Write", given={"file_path": "/etc/passwd.py", **given})
    assert "is not below" in denied("codex", json.loads(answered(no_ask).agent))


def test_an_edit_that_does_not_fit_is_denied_with_what_and_where(repo):
    edit = {"file_path": "app.py", "old_string": "no such line", "new_string": "x"}

    text = denied("claude-code", json.loads(answered(claude("PreToolUse", "Edit", edit)).agent))

    assert "app.py" in text


def test_settings_of_the_place_that_the_payload_names_are_not_read(repo, tmp_path):
    (tmp_path / "other").mkdir()
    evil = made(tmp_path / "other")
    (evil / ".indict-review.yaml").write_text("fail_on: critical\npaths: {exclude: ['**']}\n")
    git(evil, "add", ".")
    git(evil, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "second")
    payload = {**weak_edits(repo)["claude-code"], "cwd": str(evil)}

    denied("claude-code", json.loads(answered(payload).agent))


def test_the_flags_at_launch_choose_the_threshold_and_the_root(repo, tmp_path, monkeypatch):
    given = {
        "file_path": str(repo / "temp.py"),
        "content": "import tempfile\nF = tempfile.mktemp()\n",
    }
    payload = claude("PreToolUse", "Write", given)
    monkeypatch.chdir(tmp_path)

    assert answered(payload, repo) == Answer()
    denied("claude-code", json.loads(answered(payload, repo, fail_on="low").agent))


def test_git_knows_nothing_of_the_folder_and_the_edit_is_reviewed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    payload = claude("PreToolUse", "Write", {"file_path": "app.py", "content": WEAK})

    denied("claude-code", json.loads(answered(payload).agent))


@pytest.mark.parametrize("name", ["claude-code", "codex", "gemini-cli", "cursor", "copilot"])
def test_the_commands_of_the_examples_work_as_they_stand(repo, tmp_path, name):
    settings = json.loads((PROJECT / f"examples/agent-hooks/{name}.json").read_text())
    commands = set(_commands(settings))
    assert commands
    program = tmp_path / "bin" / "indict-review"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m indict_review "$@"\n')
    program.chmod(0o755)
    environ = {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
        "CLAUDE_PROJECT_DIR": str(repo),
    }
    for command in commands:
        ran = subprocess.run(
            ["sh", "-c", command], cwd=repo, input=json.dumps(weak_edits(repo)[name]),
            capture_output=True, text=True, check=False, env=environ,
        )  # fmt: skip
        assert "CWE-89" in denied(name, json.loads(ran.stdout)), ran.stderr


def _commands(value):
    if isinstance(value, dict):
        for key, each in value.items():
            if key in {"command", "bash"} and each != "command":
                yield each
            else:
                yield from _commands(each)
    elif isinstance(value, list):
        for each in value:
            yield from _commands(each)
