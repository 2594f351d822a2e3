"""The role of a test framework: is it used here, how is it run, what did it report?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from indict_review.runs import CaseResult
from indict_review.sandbox.interface import Ran

Read = Callable[[str], str]
"""The text of a file of the project by its path; empty if there is none."""


@dataclass(frozen=True)
class Call:
    """How the suite is run. Words and values may hold `{box}`, as in `Job`."""

    command: tuple[str, ...]
    """Run in the workspace; leaves its report in `{box}/out`."""
    tools: Mapping[str, bytes] = field(default_factory=dict)
    """Files of ours in `{box}/tools`."""
    environ: Mapping[str, str] = field(default_factory=dict)
    planted: Mapping[str, bytes] = field(default_factory=dict)
    """Tests of ours put into the workspace: see `fails`."""
    fails: frozenset[str] = frozenset()
    """Names of planted tests that fail in any honest run: one that passes, or is missing, shows
    that the reports are forged."""


class Framework(Protocol):
    """One way to run tests. Nothing here runs anything: the suite does, in a sandbox."""

    @property
    def name(self) -> str:
        """As people call it, e.g. `pytest`."""

    @property
    def toolchain(self) -> str:
        """See `Job.toolchain`."""

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """Whether the project has tests of this kind."""

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """How they are run."""

    def shown(self) -> str:
        """The command as a person would type it, e.g. `python -m pytest`."""

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """Read the report. Raises `ToolError` if there is none or it cannot be read."""

    def prepare(self, paths: frozenset[str], read: Read) -> "Preparation | None":
        """What installs the project's dependencies; None if it names none."""


@dataclass(frozen=True)
class Preparation:
    """The step before the tests. It runs build scripts of the change: in the sandbox as well."""

    command: tuple[str, ...]
    """Leaves all that was installed in `{box}/out`."""
    locks: tuple[str, ...]
    """Files that decide what is installed: their content is the key of the cache."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Set for the tests, to find what was installed, where `{prepared}` is its folder."""
