"""A project of a few files, tested in a real sandbox the way its framework says."""

import sys
from pathlib import Path

from indict_review.sandbox.interface import Limits, Sandbox
from indict_review.tools.environment import Environment
from indict_review.tools.frameworks import table
from tests.sandboxes import job


def reader(files: dict[str, str]):
    return lambda path: files.get(path, "")


def run(sandbox: Sandbox, files: dict[str, str], command: str | None = None, also=None):
    """The call, what came of it, and the results without what was planted; `also` is in the
    workspace, too, and not seen by the framework."""
    paths, read = frozenset(files), reader(files)
    framework = table.of_command(command) if command else table.detect(paths, read)
    assert framework is not None
    call = framework.call(paths, read)
    work = job(
        *call.command,
        files={**files, **(also or {}), **call.planted},
        tools=call.tools,
        environ=call.environ,
        toolchain=framework.toolchain,
        limits=Limits(seconds=60),
    )
    if sandbox.name == "bubblewrap" and framework.toolchain == "python":
        work = Environment.of(Path(sys.prefix)).added_to(work)  # the image has its own pytest
        work.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # of ours, which take a second
    return framework, call, sandbox.run(work)


def outcomes(sandbox: Sandbox, files: dict[str, str], command: str | None = None, also=None):
    """The outcome of each test of the project; the planted ones have to have failed."""
    framework, call, ran = run(sandbox, files, command, also)
    results = framework.results(ran)
    shown = {name: result.outcome.value for name, result in results.items()}
    planted = {name: shown.pop(name, None) for name in call.fails}
    assert set(planted.values()) <= {"failed"}, (planted, ran.output)
    return shown
