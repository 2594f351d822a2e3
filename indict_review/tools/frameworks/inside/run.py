"""What the Python runners share: where modules come from, the plan, and the report.

Run in the sandbox, by whatever Python is there (3.8 or later). It loads the runner that the plan
names. The plan is removed before code of the workspace is imported: the name of the report is in
no argument and in no variable.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.getcwd()
PYTHONPATH = os.environ.get("PYTHONPATH", "")


class Plan(NamedTuple):
    """What is to be run; made outside."""

    runner: str
    """The module beside this one."""
    report: str
    """The file in `BOX/out`."""
    mark: str
    """Part of the name of everything planted."""
    planted: list[str]
    """Test files of ours in the workspace."""
    folders: list[str]
    """Folders of the workspace to import from, besides itself."""
    starts: list[str]
    """Folders to look for tests in, for runners that do not look everywhere."""
    addopts: list[str] | None = None
    """For the second try of pytest: all that is left of the project's own options."""

    def save(self) -> None:
        """For another process."""
        with open(os.path.join(HERE, "plan.json"), "w", encoding="utf-8") as file:
            json.dump(self._asdict(), file)


class Report:
    """One JSON object a line, each written at once: a crash leaves what came before it."""

    def __init__(self, name: str) -> None:
        path = os.path.join(os.path.dirname(HERE), "out", name)
        self._file = open(path, "w", encoding="utf-8", errors="backslashreplace")
        # Held here, for tests that patch `os` or `json` and do not mean us.
        self._dump, self._pid, self._getpid = json.dumps, os.getpid(), os.getpid

    def _write(self, entry: dict[str, object]) -> None:
        if self._getpid() == self._pid:  # a fork of the process has nothing to report
            self._file.write(self._dump(entry) + "\n")
            self._file.flush()

    def started(self, name: str) -> None:
        """A test begins."""
        self._write({"started": name})

    def case(self, name: str, outcome: str, detail: str = "", path: str | None = None) -> None:
        """How a test came out: `passed`, `failed` or `skipped`."""
        self._write({"name": name, "outcome": outcome, "detail": detail[-8000:], "path": path})

    def end(self) -> None:
        """The runner came to its end."""
        self._write({"end": True})


def admit(folders: list[str]) -> None:
    """From here on the project's modules are found first, as with `python -m`."""
    found = [os.path.join(WORK, folder) for folder in folders]
    sys.path[:0] = [WORK, *found]
    # For the processes that tests start.
    os.environ["PYTHONPATH"] = os.pathsep.join([*found, *filter(None, [PYTHONPATH])])


def again(plan: Plan) -> None:
    """Start over with another plan, in a fresh process."""
    plan.save()
    os.environ["PYTHONPATH"] = PYTHONPATH
    os.chdir(WORK)
    words = [sys.executable, "-s", os.path.join(HERE, "run.py"), *sys.argv[1:]]
    os.execv(sys.executable, words)  # noqa: S606 (our own words)


def main() -> None:
    """Load the runner, then let nothing be imported from the workspace until `admit`."""
    with open(os.path.join(HERE, "plan.json"), encoding="utf-8") as file:
        plan = Plan(**json.load(file))
    os.remove(os.path.join(HERE, "plan.json"))
    sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") not in (HERE, WORK)]
    sys.path.insert(0, HERE)
    runner = importlib.import_module(plan.runner)
    sys.path.remove(HERE)
    sys.exit(runner.main(plan, Report(plan.report), admit, again))


if __name__ == "__main__":
    main()
