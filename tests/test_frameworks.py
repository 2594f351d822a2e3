"""Frameworks that really run, in the real sandboxes, against friendly and hostile projects."""

import pytest

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome
from tests.running import outcomes, run
from tests.sandboxes import sandbox_called

PYTEST = """
import pytest, unittest

def test_passes(): pass
def test_fails(): assert 1 == 2

@pytest.mark.parametrize("x", [1, 2])
def test_each(x): assert x == 1

@pytest.mark.xfail
def test_expected(): assert 0

@pytest.mark.xfail(strict=True)
def test_too_good(): pass

@pytest.fixture
def leaky():
    yield
    raise RuntimeError("late")

def test_torn_down(leaky): pass

@pytest.mark.skip(reason="not here")
def test_skipped(): pass

class TestOld(unittest.TestCase):
    def test_old(self): self.assertTrue(True)
"""

HOOKS = {
    "every outcome is passed": """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    made = yield
    made.get_result().outcome = "passed"
""",
    "no function is called": "def pytest_pyfunc_call(pyfuncitem): return True\n",
    "no test is run": "def pytest_runtest_protocol(item, nextitem): return True\n",
    "everything is deselected": "def pytest_collection_modifyitems(items): items[:] = []\n",
    "the reporter is taken out": """
def pytest_configure(config):
    for plugin in list(config.pluginmanager.get_plugins()):
        if type(plugin).__name__ == "Reporter":
            config.pluginmanager.unregister(plugin)
""",
}

SHADOWS = ("pytest", "_pytest", "unittest", "json", "doctest", "run", "pytest_run", "pluggy")


def test_pytest_reports_each_test_by_its_id(sandbox):
    files = {
        "tests/test_a.py": PYTEST,
        "tests/conftest.py": "",
        "tests/broken/test_b.py": "import nothing_of_that_name",
    }

    assert outcomes(sandbox, files) == {
        "tests/test_a.py::test_passes": "passed",
        "tests/test_a.py::test_fails": "failed",
        "tests/test_a.py::test_each[1]": "passed",
        "tests/test_a.py::test_each[2]": "failed",
        "tests/test_a.py::test_expected": "skipped",
        "tests/test_a.py::test_too_good": "failed",
        "tests/test_a.py::test_torn_down": "failed",
        "tests/test_a.py::test_skipped": "skipped",
        "tests/test_a.py::TestOld::test_old": "passed",
        "tests/broken/test_b.py": "failed",
    }


@pytest.mark.parametrize(
    "settings",
    [
        "addopts = ['--cov=pkg', '-n', 'auto', '-x', '--import-mode=importlib']",
        "addopts = '-x -p no:junitxml -p no:unittest'",
        "addopts = '-m unit'\nmarkers = ['unit: small']",
        "python_files = ['spec_*.py', 'test_all.py']\npython_functions = ['check_*', 'test_all']",
        "testpaths = ['checks']",
    ],
)
def test_settings_of_the_project_do_not_cost_the_report(sandbox, settings):
    files = {
        "checks/test_all.py": "import pytest\n@pytest.mark.unit\ndef test_all(): assert 0\n"
        "@pytest.mark.unit\ndef test_all_2(): pass",
        "pyproject.toml": f"[tool.pytest.ini_options]\n{settings}\n",
    }

    assert outcomes(sandbox, files) == {
        "checks/test_all.py::test_all": "failed",
        "checks/test_all.py::test_all_2": "passed",
    }


def test_a_src_layout_is_imported_from_the_workspace(sandbox):
    files = {
        "src/shop/__init__.py": "PRICE = 3",
        "tests/test_shop.py": "import shop, subprocess, sys\n"
        "def test_price(): assert shop.PRICE == 3\n"
        "def test_child(): subprocess.run([sys.executable, '-c', 'import shop'], check=True)",
    }

    assert set(outcomes(sandbox, files).values()) == {"passed"}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_that_forges_results_is_seen(hook):
    files = {"tests/test_a.py": "def test_a(): assert 0", "tests/conftest.py": HOOKS[hook]}

    framework, call, ran = run(sandbox_called("docker"), files)
    results = framework.results(ran)

    failed = {n for n, r in results.items() if r.outcome is CaseOutcome.FAILED}
    assert "tests/test_a.py::test_a" not in failed  # the attack worked
    assert call.fails - failed  # and shows


def test_the_projects_modules_do_not_take_the_runners_place(sandbox):
    shadows = {f"{name}.py": "print('shadowed')" for name in SHADOWS}
    packages = {"_pytest/__init__.py": "print('shadowed')", "unittest/case.py": "print('shadowed')"}
    sites = {f"{n}.py": "print('shadowed')" for n in ("sitecustomize", "usercustomize")}
    files = {"test_a.py": "def test_a(): assert 0", "src/sitecustomize.py": "print('shadowed')"}

    framework, call, ran = run(sandbox, files, also={**shadows, **packages, **sites})

    assert framework.results(ran)["test_a.py::test_a"].outcome is CaseOutcome.FAILED
    assert call.fails <= set(framework.results(ran))
    assert "shadowed" not in ran.output


def test_a_crash_fails_the_test_it_was_in_and_loses_the_rest(sandbox):
    files = {
        "test_a.py": "import os\ndef test_1(): pass\ndef test_2(): os._exit(0)\n"
        "def test_3(): pass\n"
    }

    framework, _, ran = run(sandbox, files)
    results = framework.results(ran)

    assert results["test_a.py::test_1"].outcome is CaseOutcome.PASSED
    assert results["test_a.py::test_2"].outcome is CaseOutcome.FAILED
    assert "test_a.py::test_3" not in results


def test_a_run_that_ends_before_any_test_is_no_empty_report(sandbox):
    files = {"test_a.py": "def test_1(): pass", "conftest.py": "import os\nos._exit(0)"}

    framework, _, ran = run(sandbox, files)

    with pytest.raises(ToolError, match="left no report"):
        framework.results(ran)


UNITTEST = """
import unittest

class A(unittest.TestCase):
    def test_passes(self): pass
    def test_fails(self): self.fail("no")
    @unittest.skip("not here")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_too_good(self): pass
    def test_parts(self):
        for i in range(2):
            with self.subTest(i=i):
                self.assertEqual(i, 0)

class B(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise OSError("never")
    def test_b(self): pass
"""


def test_unittest_is_discovered_in_packages_and_plain_folders(sandbox):
    files = {
        "tests/test_u.py": UNITTEST,
        "pkg/__init__.py": "",
        "pkg/tests/__init__.py": "",
        "pkg/tests/test_v.py": UNITTEST.partition("    def test_fails")[0],
        "pkg/tests/test_w.py": "import nothing_of_that_name\n",
    }

    assert outcomes(sandbox, files) == {
        "test_u.A.test_passes": "passed",
        "test_u.A.test_fails": "failed",
        "test_u.A.test_skipped": "skipped",
        "test_u.A.test_too_good": "failed",
        "test_u.A.test_parts": "failed",
        "setUpClass (test_u.B)": "failed",
        "pkg.tests.test_v.A.test_passes": "passed",
        "pkg.tests.test_w": "failed",
    }


@pytest.mark.parametrize(
    "command", ["python -m unittest discover -s tests", "python3 -m unittest tests/test_u.py"]
)
def test_unittest_takes_the_users_own_arguments(sandbox, command):
    files = {"tests/__init__.py": "", "tests/test_u.py": UNITTEST}

    assert "failed" in outcomes(sandbox, files, command).values()


def test_a_test_that_patches_unittest_is_seen(sandbox):
    patch = "unittest.TestCase.fail = unittest.TestCase.run = lambda *_, **k: None\n"
    files = {"tests/test_u.py": UNITTEST + patch}

    framework, call, ran = run(sandbox, files)

    results = framework.results(ran)
    assert any(n not in results or results[n].outcome is not CaseOutcome.FAILED for n in call.fails)


NODE = """
const { test, describe, it } = require('node:test');
const assert = require('node:assert');
test('passes', () => {});
test('fails', () => { assert.strictEqual(1, 2); });
describe('a suite', () => {
  it('passes', () => {});
  it.skip('is skipped', () => {});
  it('fails', () => { throw new Error('no'); });
});
test('to do', { todo: true }, () => { throw new Error('not yet'); });
test('parent', async (t) => { await t.test('child', () => {}); });
"""


def test_node_reports_each_test_with_its_file_and_suites(sandbox):
    files = {"test/a.test.js": NODE, "test/broken.test.js": "throw new Error('at load');"}

    assert outcomes(sandbox, files) == {
        "test/a.test.js > passes": "passed",
        "test/a.test.js > fails": "failed",
        "test/a.test.js > a suite > passes": "passed",
        "test/a.test.js > a suite > is skipped": "skipped",
        "test/a.test.js > a suite > fails": "failed",
        "test/a.test.js > to do": "skipped",
        "test/a.test.js > parent > child": "passed",
        "test/a.test.js > parent": "passed",
        "test/broken.test.js": "failed",
    }


def test_node_runs_what_the_script_of_the_package_names(sandbox):
    script = "node --test --test-reporter=spec spec/*.js"
    files = {
        "spec/a.js": "require('node:test').test('a', () => {});",
        "test/b.js": "require('node:test').test('b', () => {});",
        "package.json": f'{{"type": "commonjs", "scripts": {{"test": "{script}"}}}}',
    }

    assert outcomes(sandbox, files) == {"spec/a.js > a": "passed"}


def test_a_preloaded_module_that_mutes_nodes_assertions_is_seen(sandbox):
    mute = "const t = require('node:test'); const real = t.test; t.test = (n) => real(n, () => {});"
    files = {
        "test/a.test.js": "require('node:test').test('a', () => { throw 1; });",
        "mute.cjs": mute,
        "package.json": '{"scripts": {"test": "node --require ./mute.cjs --test"}}',
    }

    framework, call, ran = run(sandbox, files)
    results = framework.results(ran)

    failed = {n for n, r in results.items() if r.outcome is CaseOutcome.FAILED}
    assert not failed  # the attack worked
    assert call.fails - failed  # and shows


@pytest.mark.parametrize(("recipe", "outcome"), [("true", "passed"), ("false", "failed")])
def test_make_passes_when_it_exits_with_0(sandbox, recipe, outcome):
    files = {"Makefile": f".PHONY: check\ncheck:\n\t{recipe}\n"}

    assert outcomes(sandbox, files) == {"make check": outcome}


def test_a_command_may_leave_a_report(sandbox):
    report = '<testsuite><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>'
    files = {"junit.xml": "<testsuite><testcase name='stale'/></testsuite>"}

    left = outcomes(sandbox, files, f"echo '{report}' > report.xml; exit 1")
    forged = outcomes(
        sandbox, files, f"echo '{report.replace('<failure/>', '')}' > junit.xml; false"
    )

    assert left == {"a": "passed", "b": "failed"}
    assert "failed" in forged.values()


def test_a_command_that_is_not_there_is_no_failed_test(sandbox):
    framework, _, ran = run(sandbox, {"a": ""}, "no-such-program --all")

    with pytest.raises(ToolError, match="no-such-program"):
        framework.results(ran)


def test_tox_runs_what_its_environment_would_run(sandbox):
    files = {
        "checks/__init__.py": "",
        "checks/cases.py": "import unittest\nclass A(unittest.TestCase):\n  def test_a(self): pass",
        "tox.ini": "[tox]\nenvlist = py\n[testenv]\ndeps = x\ncommands =\n"
        "    {envpython} -m unittest {posargs:checks.cases}\n",
    }

    assert outcomes(sandbox, files) == {"checks.cases.A.test_a": "passed"}
