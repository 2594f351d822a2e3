"""What a review can do on this machine, and what it lacks: `indict-review doctor`."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from indict_review import git
from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.models import weights
from indict_review.sandbox import choice
from indict_review.tools.semgrep import Semgrep


@dataclass(frozen=True)
class Part:
    """Something a review uses."""

    name: str
    usable: bool
    detail: str
    """What is there; or why it cannot be used, and what to do."""


_PROBE = Tree({"probe.py": File(b"import pickle\n\n\ndef load(data):\n    pickle.loads(data)\n")})


def examine(cache: Path) -> Iterator[Part]:
    """Each part in turn, tried and not only looked for. Raises nothing."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Part("python", True, f"{version} ({sys.executable})")
    yield _tried("git", git.version)
    yield _tried("semgrep", _scanned)
    sandboxes = choice.describe()
    for found in sandboxes:
        yield Part(f"sandbox {found.name}", found.usable, found.detail)
    first = next((found.name for found in sandboxes if found.usable), None)
    tests = f"run in {first}" if first else "cannot be run: a review that needs them ends with 3"
    yield Part("tests, checks", first is not None, tests)
    yield _model(cache)


def _tried(name: str, attempt: Callable[[], str]) -> Part:
    try:
        return Part(name, True, attempt())
    except ToolError as e:
        return Part(name, False, str(e))


def _scanned() -> str:
    """A scan that has to find something."""
    semgrep = Semgrep()
    found = sum(1 for _ in semgrep.examine(Tree(), _PROBE))
    if not found:
        raise ToolError("it runs, and does not see what it should: are its rules installed?")
    return f"{semgrep.version}, and it sees what it should"


def _model(cache: Path) -> Part:
    path = weights.find(cache)
    if find_spec("xllamacpp") is None:
        return Part("embedded model", False, "`pip install 'indict-review[local]'` installs it")
    if path is None:
        return Part("embedded model", False, "`indict-review model pull` fetches it (1.1 GB, once)")
    return Part("embedded model", True, path.name)
