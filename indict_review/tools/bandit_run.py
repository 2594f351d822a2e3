"""Runs Bandit in a process of its own, and parses what it says, once.

Code that is nested deep enough can end the process that reads it: it is not ours.
"""

import json
import os
import site
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from indict_review.errors import ToolError
from indict_review.tools import process

FLAGS = (
    "--quiet",
    "--format=json",
    "--exit-zero",
    "--ignore-nosec",  # a change does not excuse itself
    "--exclude=",  # by default folders of some names are left out
    "--recursive",
)


@dataclass(frozen=True)
class Issue:
    """One result, in Bandit's own terms."""

    test: str
    """`B608`."""
    target: str
    """The file's name as laid out."""
    line: int
    column: int
    """In bytes, from 0."""
    start_line: int
    end_line: int
    severity: str
    confidence: str
    text: str


@dataclass(frozen=True)
class Report:
    """What one run came to."""

    issues: tuple[Issue, ...]
    blind: tuple[tuple[str, str], ...]
    """The files that it could not read, each with the reason."""
    scanned: frozenset[str]


def run(workspace: Path, folder: str, seconds: float) -> Report:
    """Look at all files of a folder in the workspace. Raises `ToolError`."""
    # An empty folder to start in: `-m` looks for modules there first.
    home = workspace / "home"
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "bandit", *FLAGS, str(workspace / folder)]
    try:
        ended = process.run(command, home, _environment(home), seconds)
    except OSError as e:
        raise ToolError(f"bandit cannot be started: {e.strerror}") from e
    except subprocess.TimeoutExpired as e:
        raise ToolError(f"bandit took longer than {seconds:g} seconds") from e
    if ended.code != 0:
        said = ended.err.decode("utf-8", "replace").strip().splitlines()
        raise ToolError(f"bandit failed: {said[-1][:300] if said else ended.code}")
    return _report(ended.out, workspace)


def _environment(home: Path) -> dict[str, str]:
    """Nothing of the user's but where Python finds what it needs."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _report(out: bytes, workspace: Path) -> Report:
    """The only place that knows the shape of Bandit's JSON."""

    def name(said: object) -> str:
        return os.path.relpath(str(said), workspace)

    try:
        report = json.loads(out)
        issues = tuple(
            Issue(
                test=str(each["test_id"]),
                target=name(each["filename"]),
                line=int(each["line_number"]),
                column=int(each["col_offset"]),
                start_line=int(min(each["line_range"])),
                end_line=int(max(each["line_range"])),
                severity=str(each["issue_severity"]),
                confidence=str(each["issue_confidence"]),
                text=str(each["issue_text"]),
            )
            for each in report["results"]
        )
        blind = tuple((name(e["filename"]), str(e["reason"])) for e in report["errors"])
        unread = {target for target, _ in blind}
        scanned = {name(path) for path in report["metrics"] if path != "_totals"}
        return Report(issues, blind, frozenset(scanned - unread))
    except (ValueError, KeyError, TypeError) as e:
        raise ToolError("bandit's report cannot be read") from e
