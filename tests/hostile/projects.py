"""Projects whose own files make their tests "pass": data for the test runners to be tried with.

Each has one test that fails in truth, called `test_the_fault`, and one that passes. An honest
verdict never says that the first passed: it failed, or is missing, or the run is refused.
"""

from dataclasses import dataclass, field

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome
from indict_review.tools.interface import Suite

FAULT = "test_the_fault"
WORKS = "test_what_works"

PYTHON = {
    "tests/test_fault.py": f"""\
def {FAULT}():
    assert 1 + 1 == 3
""",
    "tests/test_works.py": f"""\
def {WORKS}():
    assert 1 + 1 == 2
""",
}


@dataclass(frozen=True)
class Hostile:
    """One project."""

    name: str
    files: dict[str, str]
    """Path to text, beside those of an honest one, or in their place."""
    base: dict[str, str] = field(default_factory=lambda: PYTHON)
    environ: dict[str, str] = field(default_factory=dict)
    """What a naive run would have set."""

    @property
    def tree(self) -> dict[str, str]:
        """All of its files."""
        return {**self.base, **self.files}


_PASSES = """\
def make_pass(report):
    report.outcome, report.longrepr = "passed", None
    return report
"""

PROJECTS = (
    Hostile("honest", {}),
    Hostile(
        "conftest turns every report into passed",
        {
            "conftest.py": f"""\
import pytest
{_PASSES}
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    make_pass(outcome.get_result())
"""
        },
    ),
    Hostile(
        "conftest turns every report into passed, in the folder of the tests",
        {
            "tests/conftest.py": f"""\
import pytest
{_PASSES}
@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    make_pass(outcome.get_result())
"""
        },
    ),
    Hostile(
        "conftest changes what is logged",
        {
            "conftest.py": f"""\
import pytest
{_PASSES}
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report):
    make_pass(report)
def pytest_sessionfinish(session):
    session.exitstatus, session.testsfailed = 0, 0
"""
        },
    ),
    Hostile(
        "conftest calls no test",
        {
            "conftest.py": """\
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    return True
"""
        },
    ),
    Hostile(
        "conftest runs no test at all",
        {
            "conftest.py": """\
def pytest_runtest_protocol(item, nextitem):
    return True
"""
        },
    ),
    Hostile(
        "conftest replaces the runner's own classes",
        {
            "conftest.py": """\
import _pytest.python, unittest
_pytest.python.Function.runtest = lambda self: None
unittest.TestCase.fail = unittest.TestCase.assertEqual = lambda *args: None
"""
        },
    ),
    Hostile(
        "conftest replaces the reports' class",
        {
            "conftest.py": """\
import _pytest.reports
made = _pytest.reports.TestReport.from_item_and_call.__func__
def passed(cls, item, call):
    call.excinfo = None
    return made(cls, item, call)
_pytest.reports.TestReport.from_item_and_call = classmethod(passed)
"""
        },
    ),
    Hostile(
        "conftest deselects everything that fails",
        {
            "conftest.py": """\
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "works" in item.name]
"""
        },
    ),
    Hostile(
        "conftest deselects everything",
        {
            "conftest.py": """\
def pytest_collection_modifyitems(items):
    items.clear()
def pytest_sessionfinish(session):
    session.exitstatus = 0
"""
        },
    ),
    Hostile(
        "conftest deletes the tests that fail",
        {
            "conftest.py": """\
import pathlib
for path in pathlib.Path("tests").glob("test_*.py"):
    if "3" in path.read_text():
        path.unlink()
"""
        },
    ),
    Hostile(
        "conftest marks everything as expected to fail",
        {
            "conftest.py": """\
import pytest
def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.xfail(strict=False))
"""
        },
    ),
    Hostile(
        "conftest ends the run as a success",
        {"conftest.py": "import os\nos._exit(0)\n"},
    ),
    Hostile(
        "conftest ends the run as a success after the collection",
        {"conftest.py": "import os\ndef pytest_collection_finish():\n    os._exit(0)\n"},
    ),
    Hostile(
        "a test file ends the run at its import",
        {"tests/test_a_first.py": "import os\nos._exit(0)\n"},
    ),
    Hostile(
        "a test ends the run",
        {"tests/test_a_first.py": "import os\ndef test_first():\n    os._exit(0)\n"},
    ),
    Hostile(
        "a test unregisters whoever reports",
        {
            "tests/test_a_first.py": """\
def test_first(request):
    manager = request.config.pluginmanager
    for name, plugin in list(manager.list_name_plugin()):
        if hasattr(plugin, "pytest_runtest_logreport"):
            manager.unregister(plugin)
    request.session.items[:] = [request.node]
    request.config._cleanup_stack = None
"""
        },
    ),
    Hostile(
        "a sitecustomize.py",
        {
            "sitecustomize.py": """\
import _pytest.python
_pytest.python.Function.runtest = lambda self: None
"""
        },
        environ={"PYTHONPATH": "."},
    ),
    Hostile(
        "a usercustomize.py and a .pth file",
        {
            "usercustomize.py": """\
import _pytest.python
_pytest.python.Function.runtest = lambda self: None
""",
            "evil.pth": "import usercustomize\n",
            "sitecustomize.py": "import usercustomize\n",
        },
        environ={"PYTHONPATH": "."},
    ),
    Hostile(
        "a pytest.ini with a plugin of its own",
        {
            "pytest.ini": "[pytest]\naddopts = -p evil\n",
            "evil.py": f"""\
import pytest
{_PASSES}
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    make_pass(outcome.get_result())
""",
        },
        environ={"PYTHONPATH": "."},
    ),
    Hostile(
        "settings that only collect",
        {"pytest.ini": "[pytest]\naddopts = --collect-only\n"},
    ),
    Hostile(
        "settings that leave out",
        {"pytest.ini": "[pytest]\naddopts = -k works --deselect tests/test_fault.py\n"},
    ),
    Hostile(
        "settings that look elsewhere",
        {
            "pytest.ini": "[pytest]\ntestpaths = other\npython_files = check_*.py\n",
            "other/check_x.py": f"def {WORKS}():\n    pass\n",
        },
    ),
    Hostile(
        "settings that write the report elsewhere",
        {"tox.ini": "[pytest]\naddopts = --junitxml=/dev/null -p no:junitxml -k works\n"},
    ),
    Hostile(
        "a pytest.py in the runner's place",
        {"pytest.py": "print('2 passed')\ndef main(*args, **kw):\n    return 0\n"},
    ),
    Hostile(
        "a _pytest folder in the runner's place",
        {
            "_pytest/__init__.py": "import os\nos._exit(0)\n",
            "pytest/__init__.py": "import os\nos._exit(0)\n",
            "pytest/__main__.py": "import os\nos._exit(0)\n",
        },
    ),
    Hostile(
        "modules in the place of the library's",
        {
            "json.py": "raise SystemExit(0)\n",
            "runpy.py": "raise SystemExit(0)\n",
            "pluggy.py": "raise SystemExit(0)\n",
            "importlib/__init__.py": "raise SystemExit(0)\n",
        },
    ),
    Hostile(
        "a forged report on standard output",
        {
            "tests/test_a_first.py": f"""\
import sys
def test_first(capfd):
    with capfd.disabled():
        print('<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="0" failures="0" '
              'tests="1"><testcase classname="tests.test_fault" name="{FAULT}"/></testsuite>'
              '</testsuites>')
        print('{{"name": "tests/test_fault.py::{FAULT}", "outcome": "passed"}}\\n{{"end": true}}')
        sys.stdout.flush()
        sys.stdout.buffer.write(b"out/report.xml" + bytes(498))
"""
        },
    ),
    Hostile(
        "the reports are written over at exit",
        {
            "conftest.py": """\
import atexit, pathlib
def forge():
    for path in pathlib.Path("../out").glob("*"):
        path.write_text(path.read_text().replace("failed", "passed").replace("<failure", "<x"))
atexit.register(forge)
def pytest_sessionfinish(session):
    session.exitstatus = 0
"""
        },
    ),
    Hostile(
        "the reports are written over by a process that outlives the run",
        {
            "conftest.py": """\
import os, pathlib, time
if os.fork() == 0:
    os.setsid()
    while True:
        for path in pathlib.Path("../out").glob("*"):
            text = path.read_text()
            if "failed" in text:
                path.write_text(text.replace("failed", "passed"))
        time.sleep(0.001)
def pytest_sessionfinish(session):
    session.exitstatus = 0
"""
        },
    ),
    Hostile(
        "our own tools are changed",
        {
            "conftest.py": """\
import pathlib
for path in pathlib.Path("../tools").rglob("*"):
    if path.is_file():
        path.chmod(0o700)
        path.write_text("raise SystemExit(0)")
def pytest_sessionfinish(session):
    session.exitstatus = 0
"""
        },
    ),
    Hostile(
        "the report is written by the attacker alone",
        {
            "conftest.py": f"""\
import os, pathlib
def pytest_sessionstart(session):
    for path in pathlib.Path("../out").glob("*"):
        path.write_text('{{"name": "tests/test_fault.py::{FAULT}", "outcome": "passed"}}\\n'
                        '{{"end": true}}\\n')
    os._exit(0)
"""
        },
    ),
    Hostile(
        "what asserts is switched off",
        {"pytest.ini": "[pytest]\naddopts = --assert=plain\n", "conftest.py": "import sys\n"}
        | {"tests/__init__.py": "", "setup.cfg": "[tool:pytest]\naddopts = -k works\n"},
    ),
)

NODE = {
    "package.json": '{"name": "x", "version": "1.0.0", "scripts": {"test": "node --test"}}',
    "test/fault.test.js": f"""\
const test = require("node:test"), assert = require("node:assert");
test("{FAULT}", () => assert.strictEqual(1 + 1, 3));
test("{WORKS}", () => assert.strictEqual(1 + 1, 2));
""",
}

NODE_PROJECTS = (
    Hostile("honest in node", {}, NODE),
    Hostile(
        "a script that runs nothing",
        {"package.json": '{"name": "x", "version": "1.0.0", "scripts": {"test": "exit 0"}}'},
        NODE,
    ),
    Hostile(
        "a test function that calls nothing",
        {
            ".npmrc": "node-options=--require ./evil.js\n",
            "evil.js": 'const t = require("node:test"), m = require("node:module");\n'
            "const load = m._load, quiet = (name) => t(name, () => {});\n"
            'm._load = (n, ...rest) => n === "node:test" ? quiet : load(n, ...rest);\n',
        },
        NODE,
    ),
    Hostile(
        "a test that ends the run",
        {"test/a.test.js": 'require("node:child_process");\nprocess.exit(0);\n'},
        NODE,
    ),
)

BEYOND = (
    Hostile(
        "conftest lets pass what it knows by name",
        {
            "conftest.py": f"""\
import pytest
{_PASSES}
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if item.name == "{FAULT}":
        make_pass(outcome.get_result())
"""
        },
    ),
    Hostile(
        "a unittest that skips itself",
        {
            "tests/test_fault.py": f"""\
import unittest
class TestIt(unittest.TestCase):
    def run(self, result=None):
        result.addSuccess(self)
    def {FAULT}(self):
        self.assertEqual(1 + 1, 3)
"""
        },
    ),
)
"""What no runner in the same process can see: tests of ours fail as they should. A person has to
see it in the change."""


def verdict(suite: Suite, tree) -> str:
    """What the suite says of the fault: `passed` is the lie."""
    try:
        run = suite.run(tree)
    except ToolError as e:
        return f"refused: {e}"
    if run is None:
        return "no tests"
    found = [case.outcome for name, case in run.results.items() if name.endswith(FAULT)]
    if CaseOutcome.PASSED in found:
        return "passed"
    return found[0].value if found else "missing"
