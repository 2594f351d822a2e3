"""What the Python runners need to know of a project before they run."""

import json
import re
from collections.abc import Mapping
from itertools import islice

from indict_review.tools.frameworks.inside import script
from indict_review.tools.frameworks.interface import Preparation, Read
from indict_review.tools.frameworks.layout import called, folder, inside, own, python_tests

SETTINGS = ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")

ENVIRON = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
"""A fixed order of sets: the same tests come out the same."""

COMMAND = ("python3", "-s", "{box}/tools/run.py")
"""`-s`: no packages of a home folder. `-P` is not known before Python 3.11, and not needed: the
folder of the script is ours, and it takes that off the path, too."""

MOST_LISTS = 5
"""Of requirements, in a pyproject.toml."""

MOST_READ = 200
"""Test files that are looked into to tell who runs them."""

_TESTPATHS = re.compile(r"^testpaths[ \t]*=[ \t]*(\[[^\]]*\]|.*(?:\n[ \t]+\S.*)*)", re.M)
_NEEDS = re.compile(r"^(?:dependencies|tests?|testing|dev)[ \t]*=[ \t]*\[", re.M)
_LIST = re.compile(r"(?:[^\]\"']|\"[^\"\n]*\"|'[^'\n]*')*")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_REQUIREMENTS = (
    *("requirements.txt", "requirements-test.txt", "requirements-tests.txt"),
    *("requirements-dev.txt", "dev-requirements.txt", "test-requirements.txt"),
)


def tools(plan: Mapping[str, object], runner: str) -> dict[str, bytes]:
    """What is laid out beside the workspace: the runner, and what it is to do."""
    return {
        "run.py": script("run.py"),
        f"{runner}.py": script(f"{runner}.py"),
        "plan.json": json.dumps({"runner": runner, **plan}).encode(),
    }


def sources(paths: frozenset[str]) -> list[str]:
    """Folders to import from, besides the workspace.

    `src` comes before what is installed: that may be the same package as it was before the change.
    """
    return ["src"] if any(p.startswith("src/") and p.endswith(".py") for p in paths) else []


def where_tests_are(paths: frozenset[str], read: Read, named: tuple[str, ...]) -> list[str]:
    """Where the tests are: as named, as `testpaths` says, or the shallowest folder that has any."""
    tests = python_tests(paths)
    told = [word.partition("::")[0].rstrip("/") for word in named]
    for start in (told, _testpaths(read)):
        found = [f for f in start if any(inside(t, f) for t in tests)]
        if found:
            return [folder(f) if f.endswith(".py") else f for f in found]
    return [folder(tests[0])] if tests else []


def _testpaths(read: Read) -> list[str]:
    for name in SETTINGS:
        if match := _TESTPATHS.search(read(name)):
            return [w.rstrip("/") for w in re.findall(r"[^\s\"',\[\]]+", match[1])]
    return []


def says(paths: frozenset[str], read: Read, pattern: re.Pattern[str]) -> bool:
    """Whether a test file has something like this."""
    return any(pattern.search(read(path)) for path in python_tests(paths)[:MOST_READ])


def prepare(paths: frozenset[str], read: Read) -> Preparation | None:
    """`pip install` of what the project names. Where there is no network, pip is told by its
    environment where wheels are.
    """
    files = [p for p in called(paths, *_REQUIREMENTS) if "/" not in p]
    files += [p for p in sorted(paths) if re.fullmatch(r"requirements/[\w.-]+\.txt", p) and own(p)]
    words = [word for path in files for word in ("-r", path)]
    settings = read("pyproject.toml")
    lists = (_LIST.match(settings, at.end()) for at in _NEEDS.finditer(settings))
    named = [found[0] for found in islice(lists, MOST_LISTS) if found]
    needs = [a or b for text in named for a, b in _QUOTED.findall(text)]
    # What the project says is a requirement, never an option of pip.
    words += [need for need in needs if not need.startswith("-")]
    if not words:
        return None
    return Preparation(
        ("python3", "-m", "pip", "install", "--no-input", "--target", "{box}/out", *words),
        (*files, *(["pyproject.toml"] if needs else [])),
        {"PYTHONPATH": "{prepared}"},
    )
