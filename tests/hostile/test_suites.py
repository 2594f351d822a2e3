"""Whole projects that try to be seen to pass, and one whose tests try to get out."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from indict_review.change import Tree
from indict_review.checkout import Checkout
from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome
from indict_review.sandbox.interface import MIB, Limits
from indict_review.sources.stores import Folder
from indict_review.tools.test_suite import ProjectSuite
from tests.hostile.assault import limits, workspace
from tests.hostile.attacks.catalogue import ATTACKS
from tests.hostile.projects import BEYOND, NODE_PROJECTS, PROJECTS, WORKS, verdict
from tests.test_test_suite import runner  # noqa: F401 (a fixture)

HARMLESS = [
    name
    for name, attack in ATTACKS.items()
    if attack.run.__module__.endswith(("kernel", "network", "reading")) and attack.after is None
]
NOTHING = Tree({})
FOOLED = {
    "conftest turns every report into passed",
    "conftest calls no test",
    "conftest runs no test at all",
    "conftest deselects everything that fails",
    "conftest ends the run as a success",
    "a test file ends the run at its import",
    "a sitecustomize.py",
    "a pytest.ini with a plugin of its own",
    "settings that leave out",
    "a pytest.py in the runner's place",
}
"""Among those that a plain `python -m pytest` calls a success."""


@pytest.fixture
def lay_out(tmp_path):
    """Write a project, and have it as the suite sees it."""
    made = []

    def laid(files):
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / path).write_bytes(data)
        made.append(Checkout(Folder(tmp_path), frozenset()))
        return made[-1]

    yield laid
    for checkout in made:
        checkout.close()


@pytest.fixture
def suite(sandbox, runner):  # noqa: F811
    return lambda checkout: ProjectSuite(
        checkout, sandbox, environment=runner, limits=replace(limits(30), output=MIB)
    )


@pytest.fixture
def node_suite(sandbox):
    try:
        sandbox.identity("node")
    except ToolError as e:
        pytest.skip(str(e))
    return lambda checkout: ProjectSuite(
        checkout, sandbox, limits=Limits(seconds=30, memory=512 * MIB)
    )


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_project_cannot_say_of_itself_that_it_passes(project, suite, lay_out):
    said = verdict(suite(lay_out(project.tree)), NOTHING)

    assert said != "passed"
    if project.name == "honest":
        assert said == "failed"


@pytest.mark.parametrize("project", NODE_PROJECTS, ids=lambda project: project.name)
def test_nor_can_one_in_node(project, node_suite, lay_out):
    said = verdict(node_suite(lay_out(project.tree)), NOTHING)

    assert said != "passed"
    if project.name.startswith("honest"):
        assert said == "failed"


def test_an_honest_project_is_believed(suite, lay_out):
    run = suite(lay_out(PROJECTS[0].tree)).run(NOTHING)

    assert any(name.endswith(WORKS) for name in run.named(CaseOutcome.PASSED))


@pytest.mark.parametrize(
    "project", [p for p in PROJECTS if p.name in FOOLED], ids=lambda project: project.name
)
def test_a_plain_run_believes_it(project, lay_out, tmp_path):
    """What the tests above are about."""
    lay_out(project.tree)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **project.environ},
        capture_output=True,
    )

    assert ran.returncode in ((0, 5) if project.name == "conftest runs no test at all" else (0,))


@pytest.mark.parametrize("project", BEYOND, ids=lambda project: project.name)
def test_a_forgery_made_for_the_very_tests_is_not_seen(project, suite, lay_out):
    """The README says so: code in the runner's own process can do all that the runner can."""
    assert verdict(suite(lay_out(project.tree)), NOTHING) == "passed"


def test_a_suite_whose_tests_attack_gets_nothing(suite, lay_out, trap):
    """Every attack that comes to an end by itself, as a test among tests."""
    files = {
        **workspace(trap, limits(20)).files,
        "test_hostile.py": f"""\
import os, subprocess, sys
import pytest

@pytest.mark.parametrize("name", {HARMLESS!r})
def test_attack(name):
    command = [sys.executable, "-m", "attacks", name, {trap.tag!r}]
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert "TRIED" in ran.stdout, ran.stderr
    assert "GOT " not in ran.stdout, ran.stdout
""",
    }

    run = suite(lay_out(files)).run(NOTHING)

    failed = {name: case.detail for name, case in run.results.items() if case.outcome != "passed"}
    assert failed == {}
    assert len(run.results) == len(HARMLESS)
    assert trap.sprung() == []
