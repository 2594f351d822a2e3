"""action.yml and the workflows: what linters know, and what none of them looks at."""

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION = ROOT / "action.yml"
WORKFLOWS = [
    *sorted((ROOT / ".github/workflows").glob("*.yml")),
    ROOT / "examples/workflow.yml",
    ROOT / "examples/bench-matrix.yml",
    *sorted((ROOT / "examples/fork-safe").glob("*.yml")),
]
COMMIT = "acme/indict-review@" + "1" * 40
FOR_PEOPLE = "OWNER/indict-review@COMMIT"
"""Where the examples leave something to fill in."""

of_each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def filled_in(path: Path) -> str:
    return path.read_text().replace(FOR_PEOPLE, COMMIT)


def steps(path: Path):
    """Every step, of an action or of a workflow."""
    parsed = yaml.safe_load(filled_in(path))
    if "runs" in parsed:
        yield from parsed["runs"]["steps"]
    for job in parsed.get("jobs", {}).values():
        yield from job["steps"]


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """All of them where GitHub has them, the examples as somebody would use them."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / ".github/workflows").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    shutil.copy(ACTION, folder)
    for path in WORKFLOWS:
        (folder / ".github/workflows" / path.name).write_text(filled_in(path))
    return folder


def lint(folder, program, *arguments):
    """What it says, and its exit code. Each comes from PyPI, with its own files: no network."""
    own = Path(sys.prefix, "linters", "bin")  # see the Makefile
    here = shutil.which(program, path=f"{sysconfig.get_path('scripts')}:{own}")
    assert here, f"{program} is not installed"
    ran = subprocess.run([here, *arguments], cwd=folder, capture_output=True, text=True)
    return ran.stdout + ran.stderr, ran.returncode


def test_the_action_keeps_to_githubs_schema(repository):
    said, code = lint(
        repository, "check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"
    )
    assert code == 0, said


def test_the_workflows_keep_to_githubs_schema(repository):
    files = [str(path) for path in (repository / ".github/workflows").iterdir()]
    said, code = lint(
        repository, "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files
    )
    assert len(files) == len(WORKFLOWS)
    assert code == 0, said


def test_zizmor_finds_nothing(repository):
    said, code = lint(repository, "zizmor", "--offline", "--no-progress", ".")
    assert code == 0, said
    assert "action.yml" in said


def test_actionlint_finds_nothing(repository):
    said, code = lint(repository, "actionlint")
    assert code == 0, said


def test_the_linters_look(repository, tmp_path):
    """A tool that looks at nothing finds nothing, too."""
    shutil.copytree(repository, tmp_path, dirs_exist_ok=True)
    for path in (tmp_path / "action.yml", tmp_path / ".github/workflows/workflow.yml"):
        path.write_text(path.read_text().replace("with:", "width:"))
    ci = tmp_path / ".github/workflows/ci.yml"
    ci.write_text(ci.read_text().replace("run: .ci/run", "run: echo ${{ github.head_ref }}"))
    schema = ("check-jsonschema", "--builtin-schema")

    assert lint(tmp_path, *schema, "vendor.github-actions", "action.yml")[1] == 1
    assert lint(tmp_path, *schema, "vendor.github-workflows", ".github/workflows/workflow.yml")[1]
    assert "template-injection" in lint(tmp_path, "zizmor", "--offline", "--no-progress", ".")[0]
    assert "potentially untrusted" in lint(tmp_path, "actionlint")[0]


# What no linter looks at.


def test_each_input_that_is_used_is_declared_and_each_declared_one_is_used():
    text = ACTION.read_text()
    used = set(re.findall(r"\binputs\.([\w-]+)", text))

    assert used == set(yaml.safe_load(text)["inputs"])
    assert "inputs[" not in text


def test_each_output_is_one_that_the_review_sets():
    from indict_review.actions import OUTPUTS

    outputs = yaml.safe_load(ACTION.read_text())["outputs"]

    assert set(outputs) == {"verdict", "findings", *OUTPUTS.values()}
    for name, output in outputs.items():
        assert output["value"] == f"${{{{ steps.review.outputs.{name} }}}}"


def test_each_input_of_an_example_is_one_of_the_action():
    inputs = yaml.safe_load(ACTION.read_text())["inputs"]
    given = [
        name
        for path in WORKFLOWS
        for step in steps(path)
        if step.get("uses") == COMMIT
        for name in step["with"]
    ]

    assert "reported-tests" in given
    assert set(given) <= set(inputs)


def test_no_expression_stands_in_a_script():
    """Its value would be part of the program: what a title says would be run."""
    scripts = [
        step["run"] for path in (ACTION, *WORKFLOWS) for step in steps(path) if "run" in step
    ]

    assert len(scripts) == 13
    assert all("${{" not in script for script in scripts)


def test_each_script_of_the_action_names_its_shell():
    """GitHub refuses the whole action otherwise."""
    assert all(step["shell"] == "bash" for step in steps(ACTION) if "run" in step)


def test_each_action_is_pinned_and_the_same_everywhere():
    pins = {}
    for path in (ACTION, *WORKFLOWS):
        for step in steps(path):
            if "uses" in step:
                name, _, commit = step["uses"].partition("@")
                assert re.fullmatch(r"[0-9a-f]{40}", commit), step["uses"]
                assert pins.setdefault(name, commit) == commit
    assert {"actions/checkout", "actions/setup-python"} <= set(pins)


def test_the_token_goes_to_the_review_only():
    holders = [step["name"] for step in steps(ACTION) if "token" in str(step).lower()]

    assert holders == ["Review"]


@of_each
def test_no_right_is_given_to_all_jobs(path):
    workflow = yaml.safe_load(path.read_text())

    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


@of_each
def test_no_checkout_keeps_the_token(path):
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_of_the_fork_safe_pair_only_one_runs_code_and_the_other_has_the_token():
    folder = ROOT / "examples/fork-safe"
    runs, posts = folder / "pull_request.yml", folder / "workflow_run.yml"
    rights = [yaml.safe_load(path.read_text())["jobs"] for path in (runs, posts)]

    assert rights[0]["test"]["permissions"] == {"contents": "read"}
    assert "secrets." not in runs.read_text()
    assert rights[1]["review"]["permissions"]["pull-requests"] == "write"
    assert [step["uses"].partition("@")[0] for step in steps(posts)] == [
        "actions/download-artifact", "acme/indict-review",
    ]  # fmt: skip
    download, review = steps(posts)
    assert download["with"]["path"].startswith("${{ runner.temp }}/")
    assert review["with"]["sandbox"] == "none"
    # The one waits for the other by its name.
    assert yaml.safe_load(posts.read_text())[True]["workflow_run"]["workflows"] == [
        yaml.safe_load(runs.read_text())["name"]
    ]
