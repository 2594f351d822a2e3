"""The roles a tool can have. All yield evidence; none says "nothing" when it could not look."""

from collections.abc import Collection, Iterator
from typing import Protocol

from indict_review.change import Change, Tree
from indict_review.critique import Request
from indict_review.evidence import Background, Observed
from indict_review.runs import Checked, Snippet, SuiteRun


class Analyzer(Protocol):
    """Reads two trees and reports what the change between them brought in."""

    @property
    def name(self) -> str:
        """The name users enable it by and critics quote it by."""

    @property
    def version(self) -> str:
        """For receipts, e.g. `1.182.0`."""

    def covers(self, path: str) -> bool:
        """Whether it has rules for this file."""

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """Yield what is in `after` and was not in `before`.

        Raises `ToolError` if it could not look, after all that it did see.
        """


class Lookup(Protocol):
    """Answers a critic's question from what is known."""

    @property
    def name(self) -> str:
        """The name critics ask it by."""

    def about(self, change: Change, known: Collection[str]) -> Iterator[Background]:
        """Yield what every critic should know of this change before it starts, best first.

        `known` are the CWEs that findings speak of already. Raises `ToolError`.
        """

    def answer(self, request: Request, language: str | None) -> Iterator[Background]:
        """Yield the entries that fit, best first. Raises `ToolError` if it could not look."""


class Suite(Protocol):
    """Runs the project's own tests, in a sandbox, on one state of the code."""

    @property
    def name(self) -> str:
        """`tests`."""

    def run(self, tree: Tree) -> SuiteRun | None:
        """Run them with the touched files as `tree` has them; None if the project has no tests.

        The same tree is run once. Raises `ToolError`, with what to do, if they could not be run.
        """

    def again(self, tree: Tree) -> SuiteRun | None:
        """Run them once more on the same tree, to tell a flaky test from a broken one."""


class Interpreter(Protocol):
    """Runs a critic's check, in a sandbox, against one state of the code."""

    @property
    def name(self) -> str:
        """`interpreter`."""

    def speaks(self, language: str) -> bool:
        """Whether checks in this language can be run here. Raises `ToolError` without a sandbox."""

    def run(self, snippet: Snippet, tree: Tree) -> Checked:
        """Run it beside the code. The same check on the same tree is run once.

        Raises `ToolError` if it could not be started.
        """
