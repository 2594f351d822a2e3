"""The Action, run for real: from inputs to one call, and from what came out to later steps."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acting import Runner, example, git, repository

PROGRAM = """\
#!{python}
import json, os, sys
try:
    import click
    loaded = click.__file__
except ImportError:
    loaded = None
call = {{"arguments": sys.argv[1:], "folder": os.getcwd(), "environ": dict(os.environ)}}
with open({calls!r}, "a") as file:
    file.write(json.dumps({{**call, "click": loaded}}) + "\\n")
if "pr" in sys.argv:
    with open(os.environ["GITHUB_OUTPUT"], "a") as file:
        file.write("verdict=fail\\nfindings=2\\n")
        file.write("review-json=" + sys.argv[sys.argv.index("json") + 2] + "\\n")
    with open(os.environ["GITHUB_STEP_SUMMARY"], "a") as file:
        file.write("# Two findings\\n")
    sys.exit({code})
"""


@pytest.fixture
def project(tmp_path):
    """A repository with a branch that somebody wants to have merged."""
    return repository(tmp_path / "project", {}, {})


@pytest.fixture
def runner(tmp_path, project):
    folder = tmp_path / "runner"
    folder.mkdir()
    return Runner(folder, project)


def recording(folder: Path, code: int = 0) -> Path:
    """A program in the place of ours: it notes how it was called, and that is all."""
    path = folder / "elsewhere" / "indict-review"
    path.parent.mkdir(exist_ok=True)
    path.write_text(PROGRAM.format(python=sys.executable, calls=str(folder / "calls"), code=code))
    path.chmod(0o755)
    return path


def calls(folder: Path) -> list[dict]:
    noted = folder / "calls"
    return [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []


def opened(project: Path, **pull: object) -> dict:
    """The event of a pull request."""
    head = {"sha": git(project, "rev-parse", "feature"), "ref": "feature"}
    return {
        "number": 1,
        "pull_request": {"number": 1, "head": head, "base": {"ref": "main"}, **pull},
    }


# From inputs to one call.


def test_the_example_makes_one_call_in_the_checkout_of_the_head(tmp_path, runner, project):
    text = example("workflow.yml", executable=recording(tmp_path))
    ran = runner.run(text, "pull_request", opened(project))
    (call,) = calls(tmp_path)
    arguments = call["arguments"]
    environ = call["environ"]

    assert ran.success, ran.log
    assert arguments[:2] == ["pr", "--post"]
    assert arguments[2::4] == ["--format"] * 3
    assert arguments[3::4] == ["json", "sarif", "text"]
    assert arguments[-1] == "-"
    assert environ["GITHUB_TOKEN"] == "a-token"
    assert environ["INDICT_REVIEW_MODEL"] == "none"
    assert environ["INDICT_REVIEW_SANDBOX"] == "bwrap"
    assert environ["INDICT_REVIEW_TEST_ENV"] == f"{environ['RUNNER_TEMP']}/test-env"
    assert environ["INDICT_REVIEW_ON_INCOMPLETE"] == "warn"
    assert environ["INDICT_REVIEW_FAIL_ON"] == ""
    for file in (arguments[5], arguments[9]):
        assert Path(file).is_relative_to(environ["RUNNER_TEMP"])
        assert not Path(file).is_relative_to(call["folder"])


def test_what_came_out_is_there_for_later_steps(tmp_path, runner, project):
    text = example("workflow.yml", executable=recording(tmp_path))
    ran = runner.run(text, "pull_request", opened(project))
    (call,) = calls(tmp_path)

    assert ran.outputs["verdict"] == "fail"
    assert ran.outputs["findings"] == "2"
    assert ran.outputs["review-json"] == call["arguments"][5]
    assert ran.summary == "# Two findings\n"
    assert "a-token" not in ran.log


def test_each_input_arrives(tmp_path, runner, project):
    given = {
        "model": "anthropic/it's \"quoted\" $HOME `id`", "api-base": "http://127.0.0.1:9",
        "fail-on": "low", "budget": "tokens=9,usd=1", "test-command": "pytest -q; echo $(id)",
        "test-env": "/env", "sandbox": "bwrap", "request-changes": "true", "unproven": "inline",
    }  # fmt: skip
    flags = {
        "post": "false", "full": "true", "push-revision": "true", "fail-on-incomplete": "true",
        "reported-tests": "a b.xml",
    }  # fmt: skip
    text = example("workflow.yml", executable=recording(tmp_path), **given, **flags)
    runner.run(text, "pull_request", opened(project))
    (call,) = calls(tmp_path)
    environ = call["environ"]

    for name, value in given.items():
        assert environ[f"INDICT_REVIEW_{name.upper().replace('-', '_')}"] == value
    assert call["arguments"][:5] == [
        "pr", "--full", "--push-revision", "--on-incomplete=block", "--reported-tests=a b.xml",
    ]  # fmt: skip


@pytest.mark.parametrize("code", [1, 2, 3])
def test_a_review_that_fails_fails_the_job_and_its_outputs_are_there(
    tmp_path, runner, project, code
):
    text = example("workflow.yml", executable=recording(tmp_path, code))
    ran = runner.run(text, "pull_request", opened(project))
    assert not ran.success
    assert ran.outputs["verdict"] == "fail"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("post", "maybe", "post is neither true nor false"),
        ("full", "1", "full is neither true nor false"),
        ("executable", "./indict-review", "executable is no absolute path"),
        ("executable", "indict-review", "executable is no absolute path"),
    ],
)
def test_an_input_that_makes_no_sense_is_told_and_nothing_is_called(
    tmp_path, runner, project, name, value, said
):
    program = recording(tmp_path)
    (project / "indict-review").write_text(program.read_text())
    (project / "indict-review").chmod(0o755)
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "a program of ours, they say")
    text = example("workflow.yml", **{"executable": program, name: value})
    ran = runner.run(text, "pull_request", opened(project))

    assert not ran.success
    assert said in ran.annotations[0]
    assert calls(tmp_path) == []


# What is checked out is hostile.


def test_nothing_of_the_checkout_is_imported(tmp_path, runner, project):
    marker = tmp_path / "imported"
    for name in ("click", "sitecustomize", "usercustomize", "json"):
        (project / f"{name}.py").write_text(f"open({str(marker)!r}, 'a').write({name!r})\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "helpful modules")
    program = recording(tmp_path)
    runner.environ["PYTHONPATH"] = "."  # as a project may say, for its own tests
    ran = runner.run(example("workflow.yml", executable=program), "pull_request", opened(project))
    (call,) = calls(tmp_path)
    after = marker.exists()
    # Without what the Action does they would be:
    subprocess.run([program], cwd=project, env={"PYTHONPATH": "."})

    assert ran.success, ran.log
    assert not after
    assert call["click"] is not None
    assert marker.exists()


def test_it_is_installed_beside_the_checkout_with_nothing_from_it(tmp_path, runner, project):
    program, log = recording(tmp_path), tmp_path / "python-calls"
    runner.python = tmp_path / "python"
    runner.python.write_text(
        "#!/bin/sh\n"
        f'echo "$PWD|$PYTHONPATH|$PIP_INDEX_URL|$GITHUB_TOKEN|$*" >> {log}\n'
        'if [ "$3" = venv ]; then\n'
        f'  mkdir -p "$4/bin"; cp {runner.python} "$4/bin/python"; cp {program} "$4/bin/"\n'
        "fi\n"
    )
    runner.python.chmod(0o755)
    runner.environ |= {"PYTHONPATH": ".", "PIP_INDEX_URL": "https://packages.example.org/simple"}
    ran = runner.run(example("workflow.yml"), "pull_request", opened(project))
    (call,) = calls(tmp_path)
    venv, pip = (line.split("|") for line in log.read_text().splitlines())
    temp = call["environ"]["RUNNER_TEMP"]

    assert ran.success, ran.log
    assert venv == [temp, "", "https://packages.example.org/simple", "",
                    "-I -m venv indict-review/venv"]  # fmt: skip
    assert pip[:4] == venv[:4]
    assert pip[4].startswith("-I -m pip install --quiet --disable-pip-version-check /")
    assert pip[4].split()[-1] == call["environ"]["GITHUB_ACTION_PATH"]
    assert not call["folder"].startswith(temp)


# The fork-safe pair.


def finished(project: Path, event: str = "pull_request") -> dict:
    """The event of a workflow that ended."""
    run = {
        "id": 7, "event": event, "head_branch": "feature", "conclusion": "success",
        "head_sha": git(project, "rev-parse", "feature"), "pull_requests": [],
        "head_repository": {"id": 9, "full_name": "mallory/demo"},
    }  # fmt: skip
    return {"action": "completed", "workflow_run": run}


@pytest.mark.parametrize("uploaded", [True, False])
def test_of_a_fork_only_the_reported_tests_are_there(tmp_path, runner, project, uploaded):
    if uploaded:
        runner.artifact = tmp_path / "junit.xml"
        runner.artifact.write_text("<testsuite/>")
    text = example("fork-safe/workflow_run.yml", executable=recording(tmp_path))
    ran = runner.run(text, "workflow_run", finished(project))
    (call,) = calls(tmp_path)
    (reported,) = [a for a in call["arguments"] if a.startswith("--reported-tests=")]
    file = Path(reported.partition("=")[2])

    assert ran.success, ran.log
    assert file.is_relative_to(call["environ"]["RUNNER_TEMP"])
    assert file.name == "junit.xml"
    assert call["environ"]["INDICT_REVIEW_SANDBOX"] == "none"
    assert call["environ"]["GITHUB_EVENT_NAME"] == "workflow_run"


def test_a_workflow_that_ended_after_a_push_is_none_to_review(tmp_path, runner, project):
    text = example("fork-safe/workflow_run.yml", executable=recording(tmp_path))
    runner.run(text, "workflow_run", finished(project, "push"))

    assert calls(tmp_path) == []
