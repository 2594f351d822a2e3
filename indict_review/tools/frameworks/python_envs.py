"""Tox and nox: they make environments, which needs a network. What they would run there is run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from indict_review.runs import CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import pytest_runner, python_layout, unittest_runner
from indict_review.tools.frameworks.command import Command
from indict_review.tools.frameworks.interface import Call, Framework, Preparation, Read
from indict_review.tools.frameworks.words import taken_apart

_COMMANDS = re.compile(
    r"^\[(?:testenv|tox:testenv)\](?:\n(?!\[).*)*?\ncommands\s*=[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.M
)
_RUN = re.compile(r"session\.run\(\s*((?:['\"][^'\"]*['\"]\s*,?\s*)+)")
_BRACES = re.compile(r"\{posargs:?([^{}]*)\}|\{[^{}]*\}")
_WAYS: tuple[Framework, ...] = (pytest_runner.Pytest(), unittest_runner.Unittest())


@dataclass(frozen=True)
class PythonEnvironments:
    """See `Framework`: one of the two."""

    name: str
    file: str
    toolchain: str = "python"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        return self.file in paths and not isinstance(self._inner(read), Command)

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        return self._inner(read).call(paths, read)

    def _inner(self, read: Read) -> Framework:
        """What the default environment runs; if that is not known, the tool itself."""
        for line in self._lines(read):
            words = taken_apart(line)
            if known := pytest_runner.from_words(words) or unittest_runner.from_words(words):
                return known
        return Command(self.name)

    def _lines(self, read: Read) -> list[str]:
        text = read(self.file)
        if self.name == "nox":
            return [" ".join(re.findall(r"['\"]([^'\"]*)['\"]", m)) for m in _RUN.findall(text)]
        match = _COMMANDS.search(text)
        lines = (match[1] if match else "").replace("\\\n", " ").split("\n")
        return [_BRACES.sub(lambda m: m[1] or "", ln.replace("{envpython}", "python")).strip(" -")
                for ln in lines]  # fmt: skip

    def shown(self) -> str:
        """See `Framework.shown`."""
        return self.name

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`: each way names its report after itself."""
        for way in _WAYS:
            if any(name.startswith(f"{way.name}-") for name in ran.files):
                return way.results(ran)
        return Command(self.name).results(ran)

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        return python_layout.prepare(paths, read)


TOX = PythonEnvironments("tox", "tox.ini")
NOX = PythonEnvironments("nox", "noxfile.py")


def from_words(words: tuple[str, ...]) -> PythonEnvironments | None:
    """Recognise `tox …` and `nox …`."""
    return {"tox": TOX, "nox": NOX}.get(words[0]) if words else None
