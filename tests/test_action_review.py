"""The example workflows, run by `act` against the stand-in for GitHub: all of it, for real."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.acting import Runner, example, repository
from tests.github_stand_in import StandIn
from tests.sandboxes import sandbox_called

ROOT = Path(__file__).parent.parent

USERS = """\
import sqlite3


def connect(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT)")
    return db


def add(db: sqlite3.Connection, name: str) -> None:
    db.execute("INSERT INTO users (name) VALUES (?)", (name,))
"""

FIND = """\


def find(db: sqlite3.Connection, name: str) -> list[int]:
    rows = db.execute("SELECT id FROM users WHERE name = '" + name + "'")
    return [number for (number,) in rows]
"""
LINE = 15

TEST = """\
import users


def test_a_user_is_added():
    db = users.connect(":memory:")
    users.add(db, "O'Brien")
    assert db.execute("SELECT name FROM users").fetchall() == [("O'Brien",)]
"""

TEST_FIND = """\


def test_a_quote_in_a_name_is_a_letter():
    db = users.connect(":memory:")
    users.add(db, "O'Brien")
    assert users.find(db, "O'Brien") == [1]
"""

RULE = """\
rules:
  - id: sql-from-pieces
    languages: [python]
    severity: ERROR
    message: The name becomes part of the query.
    metadata: {cwe: "CWE-89"}
    pattern: $DB.execute("SELECT id FROM users WHERE name = '" + $NAME + "'")
    fix: $DB.execute("SELECT id FROM users WHERE name = ?", ($NAME,))
"""


@pytest.fixture
def project(tmp_path):
    """A project with a rule of its own; a branch that breaks it, and brings the test that shows."""
    base = {
        "users.py": USERS,
        "test_users.py": TEST,
        "rules.yaml": RULE,
        ".indict-review.yaml": "semgrep_config: rules.yaml\n",
    }
    head = {"users.py": USERS + FIND, "test_users.py": TEST + TEST_FIND}
    return repository(tmp_path / "project", base, head)


@pytest.fixture
def hub(project):
    with StandIn() as hub:
        hub.repository("octo/demo", project)
        yield hub


@pytest.fixture
def runner(tmp_path, project, hub):
    folder = tmp_path / "runner"
    folder.mkdir()
    environ = {"GITHUB_API_URL": hub.api, "GITHUB_GRAPHQL_URL": f"{hub.api}/graphql"}
    return Runner(folder, project, environ=environ)


@pytest.fixture
def program(tmp_path):
    """This indict-review, whatever is installed."""
    path = tmp_path / "indict-review"
    path.write_text(
        f"#!{sys.executable}\n"
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from indict_review.cli import main\nmain()\n"
    )
    path.chmod(0o755)
    return path


def opened(hub, number: int) -> dict:
    head = {"sha": hub.push(number), "ref": "feature"}
    return {"number": number, "pull_request": {"number": number, "head": head, "base": {}}}


def its_tests(project: Path, folder: Path) -> subprocess.CompletedProcess:
    """The tests of the head, run as anybody would."""
    clone = ["git", "clone", "--quiet", "--branch", "feature", project, folder]
    subprocess.run(clone, check=True, capture_output=True)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip


def suggestions(page) -> list:
    return [remark for remark in page.remarks if "```suggestion\n" in remark.body]


def test_a_planted_fault_is_found_its_fix_is_one_click_and_then_it_is_settled(
    tmp_path, project, hub, runner, program
):
    sandbox_called("bubblewrap")
    number = hub.open(title="Find users by name", body="They are called O'Brien, too.")
    token = hub.token("installation")
    workflow = example("workflow.yml", executable=program, test_env=sys.prefix)

    first = runner.run(workflow, "pull_request", opened(hub, number), token)
    page = hub.pull(number)

    assert first.outputs["verdict"] == "fail", first.log
    assert not first.success
    (review,) = page.reviews
    (remark,) = suggestions(page)
    assert review.state == "COMMENTED"
    assert (remark.path, remark.line) == ("users.py", LINE)
    assert 'db.execute("SELECT id FROM users WHERE name = ?", (name,))' in remark.body
    assert [check.conclusion for check in page.checks] == ["failure"]
    assert len(page.comments) == 1
    assert "SQL injection" in first.summary
    assert its_tests(project, tmp_path / "before").returncode == 1

    again = runner.run(workflow, "pull_request", opened(hub, number), token)
    same = hub.pull(number)

    assert again.outputs == first.outputs | {
        name: again.outputs[name] for name in ("review-json", "sarif")
    }
    assert same == page

    hub.apply_suggestion(remark.id)
    ran = its_tests(project, tmp_path / "after")
    assert ran.returncode == 0, ran.stdout

    last = runner.run(workflow, "pull_request", opened(hub, number), token)
    settled = hub.pull(number)

    assert last.success, last.log
    assert last.outputs["verdict"] == "pass"
    assert settled.checks[-1].conclusion == "success"
    assert settled.reviews == page.reviews
    assert {each.id for each in page.remarks} <= settled.minimized.keys()
    assert hub.invalid == []


def test_with_a_token_that_only_reads_the_log_and_the_summary_say_it(hub, runner, program):
    number = hub.open(fork="mallory/demo", title="::error::forged %0A::notice::too")
    workflow = example("workflow.yml", executable=program, sandbox="none", test_env="")
    ran = runner.run(workflow, "pull_request", opened(hub, number), hub.token("installation-read"))
    page = hub.pull(number)

    assert not ran.success
    assert ran.outputs["verdict"] == "fail"
    assert (page.reviews, page.comments, page.checks) == ((), (), ())
    assert "SQL injection" in ran.summary
    assert "SQL injection" in "\n".join(ran.annotations)
    assert not any("forged" in said for said in ran.annotations)


def test_the_pair_for_forks_posts_and_believes_nothing_that_was_uploaded(
    tmp_path, hub, runner, program
):
    runner.artifact = tmp_path / "junit.xml"
    runner.artifact.write_text('<testsuite><testcase name="all is well @everyone"/></testsuite>')
    number = hub.open(fork="mallory/demo", title="Find users by name")
    run = {
        "id": 7, "event": "pull_request", "head_branch": "feature", "pull_requests": [],
        "head_sha": hub.push(number), "conclusion": "success",
        "head_repository": {"id": 9, "full_name": "mallory/demo", "owner": {"login": "mallory"}},
    }  # fmt: skip
    ran = runner.run(
        example("fork-safe/workflow_run.yml", executable=program),
        "workflow_run",
        {"action": "completed", "workflow_run": run},
        hub.token("installation"),
    )
    page = hub.pull(number)

    assert ran.outputs["verdict"] == "fail", ran.log
    (summary,) = page.comments
    assert [(remark.path, remark.line) for remark in page.remarks] == [("users.py", LINE)]
    assert [check.conclusion for check in page.checks] == ["failure"]
    assert "1 passed, 0 failed" in summary.body
    assert "not authenticated" in summary.body
    assert hub.invalid == []
