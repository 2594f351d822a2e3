"""Runs pytest in the sandbox, as `python -m pytest` would, and reports test by test.

Pytest is imported from where it is installed, before the workspace is on the path: a `pytest.py`
or a `unittest/` of the project does not take its place. What the project's own conftest.py does
in this process cannot be prevented; the planted tests show the crude ways.

Our own plugin reports, not `--junitxml`: it needs no option that the project's settings could
turn off, has the names as people type them, and a crash leaves what came before it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

try:
    import pytest
    from _pytest.config import default_plugins
except ImportError:
    sys.exit("No module named pytest")

if os.path.abspath(pytest.__file__).startswith(os.getcwd() + os.sep):
    sys.exit("pytest is installed only in the workspace: the change itself would report")

for _name in default_plugins:  # else they would be imported later, with the workspace first
    __import__("_pytest." + _name)

if TYPE_CHECKING:
    from indict_review.tools.frameworks.inside.run import Plan, Report


def _loads(plugin: str) -> bool:
    """Whether pytest will load a plugin that is installed."""
    alone = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    return not alone and importlib.util.find_spec(plugin) is not None


OURS = [
    "--rootdir=.",
    "-q",
    "-rN",
    "--tb=short",
    "--color=no",
    "--maxfail=0",  # one failure must not hide the next
    "--continue-on-collection-errors",  # a broken module loses its own tests, not all
    "-pno:cacheprovider",
    "-punittest",  # planted tests are of both kinds
    # The processes of xdist would not have our plugin.
    *(["-n0"] if _loads("xdist") else []),
]

KEEP = ("--import-mode", "--doctest", "--pyargs", "-p", "-m", "--ds", "--asyncio-mode")
"""Options in `addopts` without which tests may not run at all."""

WORSE = {"passed": 0, "skipped": 1, "failed": 2, "rerun": 3}
USAGE_ERROR = 4
ENDED = (0, 1, 2, 5)
"""All passed, some failed, interrupted, no tests. Else pytest itself could not work."""


class Reporter:
    """A plugin: writes the report, and sees to the planted tests."""

    def __init__(self, plan: Plan, report: Report) -> None:
        self.plan, self.report = plan, report
        self.addopts: list[str] = []
        self.state: dict[str, str] = {}
        self.why: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        """Note the project's own options, for the second try."""
        self.addopts = list(early_config.getini("addopts"))

    def pytest_configure(self, config: pytest.Config) -> None:
        """Have the planted tests collected, whatever the project's settings say are tests."""
        config.args.extend(path for path in self.plan.planted if os.path.exists(path))
        config.addinivalue_line("python_files", f"{self.plan.mark}_*.py")
        config.addinivalue_line("python_functions", self.plan.mark)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Iterator[None]:
        """Put planted tests back that the project's own `-k` or `-m` left out: that is no fraud."""
        planted = [item for item in items if self.plan.mark in item.nodeid]
        yield
        if config.option.keyword or config.option.markexpr:
            items.extend(item for item in planted if item not in items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Report that it begins."""
        self.report.started(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather set-up, call and tear-down: the worst of them counts."""
        name = report.nodeid
        if report.when == "setup" or name not in self.state:
            self.state[name], self.why[name] = "passed", ""
        if WORSE.get(report.outcome, 0) > WORSE[self.state[name]]:
            self.state[name], self.why[name] = report.outcome, _text(report)
        if report.when == "teardown" and self.state[name] != "rerun":
            self.report.case(name, self.state[name], self.why[name], name.partition("::")[0])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Report a module that could not be imported, or skipped itself."""
        if not report.passed and report.nodeid:
            name = report.nodeid
            self.report.case(name, report.outcome, _text(report), name.partition("::")[0])


def _text(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[-1])
    return str(report.longreprtext)


def kept(addopts: list[str]) -> list[str]:
    """What is left of `addopts` for the second try: see `KEEP`."""
    words, takes = [], False
    for word in addopts:
        if takes or word.startswith(KEEP):
            words.append(word)
        takes = not takes and word in ("-p", "-m", "--import-mode", "--ds")
    return words


def main(
    plan: Plan,
    report: Report,
    admit: Callable[[list[str]], None],
    again: Callable[[Plan], None],
) -> int:
    """Run, and once more without most of `addopts` if pytest does not understand them.

    They often name options of plugins that are not here (`--cov`), and sometimes are needed
    (`--import-mode`): so they stay if it runs with them.
    """
    reporter = Reporter(plan, report)
    admit(plan.folders)
    without = [] if plan.addopts is None else ["-oaddopts=", "-orequired_plugins=", *plan.addopts]
    code = int(pytest.main([*without, *sys.argv[1:], *OURS], plugins=[reporter]))
    if code == USAGE_ERROR and plan.addopts is None:
        again(plan._replace(addopts=kept(reporter.addopts)))
    if code in ENDED:
        report.end()
    return code
