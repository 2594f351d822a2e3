"""The project's own tests, really run: on base, change and draft, in both sandboxes."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from indict_review.checkout import Checkout
from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome
from indict_review.sandbox.interface import Limits
from indict_review.sources.stores import Folder
from indict_review.tools.comparing import broken, observe, settle
from indict_review.tools.environment import Environment
from indict_review.tools.frameworks.interface import Preparation
from indict_review.tools.preparing import Preparing
from indict_review.tools.test_suite import ProjectSuite
from tests.changing import change, tree
from tests.sandboxes import job
from tests.test_environment import venv

PASSED, FAILED, SKIPPED = CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.SKIPPED

CALC = "def double(n):\n    return 2 * n\n\n\ndef half(n):\n    return n / 2\n"
BAD = CALC.replace("2 * n", "n ** 2")
TESTS = """\
import calc


def test_double():
    assert calc.double(3) == 6


def test_half():
    assert calc.half(3) == 1.5
"""
PYTEST = (
    "pytest",
    "_pytest",
    "pluggy",
    "iniconfig",
    "packaging",
    "pygments",
    "py",
    "exceptiongroup",
    "tomli",
)
NEEDS = "import greeting\n\n\ndef test_word():\n    assert greeting.WORD == 'hello from the venv'\n"
DOUBLE, HALF = "test_calc.py::test_double", "test_calc.py::test_half"


def laid(folder: Path, files: dict[str, str], git: bool = False) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    if git:
        for words in (["init", "-q"], ["add", "-A"]):
            subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def with_pytest(packages: Path) -> Path:
    """The pytest of this process, copied into a folder of packages."""
    for name in PYTEST:
        origin = (spec := importlib.util.find_spec(name)) and spec.origin
        if origin and origin.endswith("__init__.py"):
            shutil.copytree(Path(origin).parent, packages / name)
        elif origin:
            shutil.copy(origin, packages)
    return packages


@pytest.fixture(scope="session")
def runner(tmp_path_factory) -> Environment:
    """Pytest and nothing else: not every sandbox has one of its own."""
    folder = venv(tmp_path_factory.mktemp("runner") / "env")
    with_pytest(next(folder.glob("lib/python3.*/site-packages")))
    return Environment.of(folder)


@pytest.fixture
def suite_of(sandbox, tmp_path, runner):
    """A suite over a project of these files and a change to some of them."""
    opened = []

    def suite(files, of, git=False, **kw):
        project = Checkout.of(of, Folder(laid(tmp_path / "project", files, git)))
        opened.append(project)
        settings = {"environment": runner, "limits": Limits(seconds=30), **kw}
        return ProjectSuite(project, sandbox, **settings)

    yield suite
    for project in opened:
        project.close()


def outcomes(run):
    return {name: result.outcome for name, result in run.results.items()}


def test_what_the_change_breaks_and_the_draft_mends_is_seen(suite_of, tmp_path):
    of = change({"calc.py": CALC}, {"calc.py": BAD})
    suite = suite_of({"calc.py": CALC, "test_calc.py": TESTS}, of, git=True)

    before, after = suite.run(of.before), suite.run(of.after)

    assert outcomes(before) == {DOUBLE: PASSED, HALF: PASSED}
    assert outcomes(after) == {DOUBLE: FAILED, HALF: PASSED}
    assert outcomes(suite.run(tree({"calc.py": BAD.replace("n ** 2", "n + n")}))) == {
        DOUBLE: PASSED,
        HALF: PASSED,
    }
    assert before.command == "python -m pytest"
    assert before.sandbox.startswith(suite.sandbox.name)
    (found,) = observe(before, after, of)
    assert (found.location.path, found.location.start_line) == ("calc.py", 2)
    assert "9 == 6" in found.detail
    left = {p.name for p in (tmp_path / "project").iterdir()} - {".git"}
    assert left == {"calc.py", "test_calc.py"}


def test_a_deleted_test_a_skipped_one_and_a_broken_file_are_told_apart(suite_of):
    files = {"test_a.py": "def test_a(): pass", "test_b.py": "def test_b(): pass"}
    files["test_c.py"] = "def test_c(): pass"
    after = {
        "test_b.py": "import pytest\n@pytest.mark.skip\n" + files["test_b.py"],
        "test_c.py": "import calc_gone\n" + files["test_c.py"],
    }
    of = change(files, after)
    suite = suite_of({**files, "calc.py": CALC, "test_calc.py": TESTS}, of)

    was, now = suite.run(of.before), suite.run(of.after)

    assert set(broken(was, now)) == {"test_a.py::test_a", "test_b.py::test_b", "test_c.py::test_c"}
    seen = {o.weakness.ident: o for o in observe(was, now, of)}
    assert seen.keys() == {"test-lost", "test-skipped", "test-failure"}
    assert seen["test-lost"].location.path == "test_a.py"
    assert "calc_gone" in seen["test-failure"].summary
    assert seen["test-failure"].location.path == "test_c.py"


def test_a_project_without_tests_has_none(suite_of):
    of = change({"calc.py": CALC}, {"calc.py": BAD})

    assert suite_of({"calc.py": CALC, "notes.md": "x"}, of).run(of.after) is None


def test_a_change_that_deletes_all_tests_leaves_none(suite_of):
    of = change({"test_calc.py": TESTS}, {})
    suite = suite_of({"calc.py": CALC, "test_calc.py": TESTS}, of)

    assert suite.run(of.after) is None
    (found,) = observe(suite.run(of.before), None, of)
    assert (found.weakness.ident, set(found.cases)) == ("test-lost", {DOUBLE, HALF})


ALL_PASS = """\
import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.outcome, report.longrepr = "passed", None
"""
NOTHING_RUNS = "def pytest_collection_modifyitems(items):\n    items[:] = []\n"
NONE_FAIL = NOTHING_RUNS.replace(
    "items[:] = []", "items[:] = [i for i in items if 'half' in i.name]"
)


@pytest.mark.parametrize(
    ("conftest", "shown", "told"),
    [
        (ALL_PASS, "2 passed", "forged or incomplete"),
        (NOTHING_RUNS, "no tests ran", "no test reported anything"),
        (NONE_FAIL, "1 passed", "forged or incomplete"),
    ],
    ids=["all-pass", "nothing-runs", "none-fail"],
)
def test_a_forged_report_is_no_report(suite_of, conftest, shown, told):
    of = change({"calc.py": CALC}, {"calc.py": BAD, "conftest.py": conftest})
    suite = suite_of({"calc.py": CALC, "test_calc.py": TESTS}, of)
    plain = job("python3", "-m", "pytest", "--no-header", files=suite.project.contents(of.after))
    said = suite.sandbox.run(suite.environment.added_to(plain)).output
    assert shown in said
    assert "failed" not in said

    with pytest.raises(ToolError, match=told):
        suite.run(of.after)
    assert outcomes(suite.run(of.before)) == {DOUBLE: PASSED, HALF: PASSED}


def test_a_suite_that_does_not_end_is_told_with_what_to_do(suite_of):
    of = change({}, {"test_x.py": "def test_x():\n    while True: pass\n"})
    suite = suite_of({"calc.py": CALC}, of, limits=Limits(seconds=2))

    with pytest.raises(ToolError, match=r"longer than 2 seconds.*--test-command"):
        suite.run(of.after)


def test_a_conftest_that_cannot_be_imported_is_told_with_its_reason(suite_of):
    of = change({}, {"conftest.py": "raise RuntimeError('no good')"})
    suite = suite_of({"calc.py": CALC, "test_calc.py": TESTS}, of)

    with pytest.raises(ToolError, match=r"RuntimeError: no good.*python -m pytest"):
        suite.run(of.after)


def test_flaky_tests_are_told_from_broken_ones(suite_of):
    flaky = (
        "import os, pytest\n"
        "@pytest.mark.parametrize('n', range(30))\n"
        "def test_luck(n):\n    assert os.urandom(1)[0] % 2\n"
        "def test_bad():\n    assert False\n"
    )
    of = change({}, {"test_x.py": flaky})
    suite = suite_of({"calc.py": CALC}, of)

    unsteady = settle(suite, of.after, suite.run(of.after).results.keys())

    assert "test_x.py::test_bad" not in unsteady
    assert unsteady
    assert all("test_luck" in name for name in unsteady)


def test_each_state_is_run_once_and_again_when_asked(suite_of):
    of = change({"calc.py": CALC}, {"calc.py": BAD, "conftest.py": "raise SystemExit(3)"})
    suite = suite_of({"calc.py": CALC, "test_calc.py": TESTS}, of)
    suite.sandbox = counted = Counted(suite.sandbox)

    assert suite.run(of.before) is suite.run(tree({"calc.py": CALC}))
    assert counted.runs == 1
    assert outcomes(suite.again(of.before)) == outcomes(suite.run(of.before))
    assert counted.runs == 2
    for _ in range(2):
        with pytest.raises(ToolError):
            suite.run(of.after)
    assert counted.runs == 3


class Counted:
    """A sandbox that counts."""

    def __init__(self, inner):
        self.inner, self.runs = inner, 0
        self.name, self.identity = inner.name, inner.identity

    def run(self, asked):
        self.runs += 1
        return self.inner.run(asked)


def test_the_command_that_the_user_gives_is_the_one_that_is_run(suite_of):
    of = change({"calc.py": CALC}, {"calc.py": BAD})
    files = {"calc.py": CALC, "test_calc.py": TESTS, "test_other.py": "def test_o(): pass"}

    run = suite_of(files, of, command="pytest -k half test_calc.py").run(of.after)

    assert outcomes(run) == {HALF: PASSED}


def test_packages_come_from_the_test_environment(suite_of, tmp_path):
    of = change({}, {"test_needs.py": NEEDS})
    bare = venv(tmp_path / "env")
    (packages,) = bare.glob("lib/python3.*/site-packages")

    with pytest.raises(ToolError, match=r"need pytest, which is not there: give --test-env DIR"):
        suite_of({"a.py": ""}, of, environment=Environment.of(bare)).run(of.after)
    with_pytest(packages)
    run = suite_of({"a.py": ""}, of, environment=Environment.of(bare)).run(of.after)
    assert outcomes(run) == {"test_needs.py::test_word": PASSED}
    (packages / "greeting.py").unlink()
    with pytest.raises(ToolError, match=r"need greeting, which is not there: give --test-env DIR"):
        suite_of({"a.py": ""}, of, environment=Environment.of(bare)).run(of.after)


def test_an_environment_that_cannot_be_used_is_told_with_what_it_needs(suite_of, tmp_path):
    folder = tmp_path / "env"
    (folder / "lib/python3.4/site-packages").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    of = change({}, {"test_needs.py": NEEDS})

    with pytest.raises(ToolError, match=r"needs /usr/bin/python3.4: give another"):
        suite_of({"calc.py": CALC}, of, environment=Environment.of(folder)).run(of.after)


def test_a_module_that_the_change_forgot_is_its_fault_and_no_missing_package(suite_of):
    of = change({"calc.py": CALC}, {})
    suite = suite_of({"calc.py": CALC, "test_calc.py": TESTS}, of)

    assert set(outcomes(suite.run(of.after)).values()) == {FAILED}


def test_a_node_project_finds_its_packages_beside_it(suite_of, tmp_path):
    package = tmp_path / "env" / "node_modules" / "left"
    package.mkdir(parents=True)
    (package / "index.js").write_text("module.exports = 7;")
    test = (
        "const test = require('node:test'); const assert = require('node:assert');\n"
        "test('seven', () => assert.equal(require('left'), require('./seven')));\n"
    )
    files = {
        "package.json": '{"name": "x", "scripts": {"test": "node --test"}}',
        "seven.js": "module.exports = 7;",
        "seven.test.js": test,
    }
    of = change({"seven.js": files["seven.js"]}, {"seven.js": "module.exports = 8;"})
    suite = suite_of(files, of, environment=Environment.of(tmp_path / "env"))

    assert list(outcomes(suite.run(of.before)).values()) == [PASSED]
    after = suite.run(of.after)
    assert list(outcomes(after).values()) == [FAILED]
    (found,) = observe(suite.run(of.before), after, of)
    assert found.location.path == "seven.js"


class Prepares:
    """A framework whose packages are installed by copying files."""

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def prepare(self, paths, read):
        copy = 'for p in $(cat req.txt); do cp "$PIP_FIND_LINKS/$p" ../out/ || exit; done'
        return Preparation(("sh", "-c", copy), ("req.txt",), {"PYTHONPATH": "{prepared}"})


UNIT = """\
import unittest

import greeting


class Words(unittest.TestCase):
    def test_word(self):
        self.assertIn("hello", greeting.WORD)
"""


def test_packages_are_installed_from_wheels_for_base_and_change_apart(suite_of, tmp_path):
    wheels = laid(tmp_path / "wheels", {"greeting.py": "WORD = 'hello'\n"})
    of = change({"req.txt": "greeting.py"}, {"req.txt": "greeting.py\n"})
    suite = suite_of({"test_unit.py": UNIT}, of, base=of.before, environment=None)
    with pytest.raises(ToolError, match="need greeting"):
        suite.again(of.before)
    detect = suite.detect
    suite.detect = lambda paths, read: Prepares(detect(paths, read))
    cache = tmp_path / "cache"
    suite.preparing = Preparing(suite.sandbox, cache, wheels, Limits(seconds=20))

    for state in (of.before, of.after):
        assert list(outcomes(suite.run(state)).values()) == [PASSED]
    assert len(list(cache.iterdir())) == 2
