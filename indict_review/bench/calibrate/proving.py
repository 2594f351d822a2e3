"""Is it a fault? A test of the project says so, or a rule; what neither does is not used.

Tests come first. Where they prove it, the reviewer's own tools had no part in that, so that what it
finds is found. Where only a rule does, that rule is a tool of the reviewer as well: it is counted
apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from indict_review import git, languages
from indict_review.bench.calibrate.interface import By, Candidate, Commit, Mutation, Proof
from indict_review.bench.calibrate.mutations import NEAR
from indict_review.change import Tree
from indict_review.checkout import Checkout
from indict_review.errors import NotWanted, ToolError
from indict_review.runs import CaseOutcome, SuiteRun
from indict_review.sandbox.interface import Sandbox
from indict_review.sources.stores import Stored
from indict_review.tools.comparing import broken, settle
from indict_review.tools.environment import Environment
from indict_review.tools.interface import Analyzer
from indict_review.tools.test_suite import ProjectSuite

TOLD = 3
"""Tests or rules that are named."""

_INTERPRETED = {"python", "javascript"}


class Unproven(ToolError):
    """It was looked, and nothing speaks against the candidate."""


@dataclass
class Tests:
    """The project's tests, in the sandbox: on the commit, and on the commit with the fault."""

    objects: git.Objects
    sandbox: Sandbox
    command: str | None = None
    environment: Environment | None = None
    _known: dict[str, SuiteRun | ToolError] = field(default_factory=dict, repr=False)
    """What they say of each commit: run once."""

    def proof(self, candidate: Candidate) -> Proof:
        """Raises `Unproven` if they show nothing, `ToolError` if they cannot run at all."""
        with self._suite(candidate.commit) as suite:
            before = self._of_commit(suite, candidate.commit)
            try:
                after = suite.run(candidate.tree)
                failed = _failed(before, after)
                failed -= settle(suite, candidate.tree, failed)
            except ToolError as e:  # they ran on the commit: it is the fault, e.g. it never ends
                raise Unproven(f"with the fault, {e}") from e
        if not failed:
            raise Unproven("no test fails")
        if after and _is_built(candidate.mutation) and not _passed(after):
            raise Unproven("with the fault nothing passes: it may not build")
        return Proof(By.TESTS, _named(sorted(failed)))

    def _of_commit(self, suite: ProjectSuite, commit: Commit) -> SuiteRun:
        if commit.ident not in self._known:
            self._known[commit.ident] = _ran(suite, commit)
        known = self._known[commit.ident]
        if isinstance(known, ToolError):
            raise type(known)(str(known)) from known
        return known

    @contextmanager
    def _suite(self, commit: Commit) -> Iterator[ProjectSuite]:
        checkout = Checkout.of(commit.change, Stored(self.objects, commit.ident))
        try:
            yield ProjectSuite(checkout, self.sandbox, self.command, self.environment)
        finally:
            checkout.close()


@dataclass(frozen=True)
class Rules:
    """The static analyzers of a review, on the file alone."""

    analyzers: Sequence[Analyzer]

    def proof(self, candidate: Candidate) -> Proof:
        """Raises `Unproven` if they see nothing new there, `ToolError` if one could not look."""
        path = candidate.mutation.path
        before = Tree({path: candidate.commit.change.after.files[path]})
        after = Tree({path: candidate.tree.files[path]})
        seen = [
            f"{o.tool}: {o.weakness.ident}"
            for analyzer in self.analyzers
            if analyzer.covers(path)
            for o in analyzer.examine(before, after)
            if is_near(candidate.mutation, o.location.start_line, o.location.end_line)
        ]
        if not seen:
            raise Unproven("no rule has anything against it")
        return Proof(By.RULE, _named(list(dict.fromkeys(seen))))


def is_near(mutation: Mutation, start_line: int, end_line: int) -> bool:
    """Whether these lines are where the fault is, give or take `NEAR`."""
    return start_line <= mutation.end_line + NEAR and mutation.line - NEAR <= end_line


def prove(candidate: Candidate, tests: Tests, rules: Rules) -> Proof:
    """Ask the tests, then the rules."""
    first = _asked(tests, candidate)
    if first.by is not By.NOTHING:
        return first
    second = _asked(rules, candidate)
    skipped = first.skipped or second.skipped
    if second.by is not By.NOTHING:
        return replace(second, skipped=skipped)
    return Proof(By.NOTHING, f"{first.told}; {second.told}", skipped)


def _asked(prover: Tests | Rules, candidate: Candidate) -> Proof:
    try:
        return prover.proof(candidate)
    except ToolError as e:
        return Proof(By.NOTHING, str(e), not isinstance(e, Unproven | NotWanted))


def _ran(suite: ProjectSuite, commit: Commit) -> SuiteRun | ToolError:
    try:
        run = suite.run(commit.change.after)
    except ToolError as e:
        return e
    if run is None:
        return Unproven("the project has no tests that are known")
    return run if _passed(run) else ToolError("no test passes on the commit itself")


def _passed(run: SuiteRun) -> frozenset[str]:
    return run.named(CaseOutcome.PASSED)


def _failed(before: SuiteRun, after: SuiteRun | None) -> frozenset[str]:
    """Those that passed and fail now. One that is no longer run says nothing: see `_is_built`."""
    return broken(before, after) & after.named(CaseOutcome.FAILED) if after else frozenset()


def _is_built(mutation: Mutation) -> bool:
    """Whether it is compiled: all tests fail of what does not compile, whatever they are about."""
    return languages.of_path(mutation.path) not in _INTERPRETED


def _named(names: Sequence[str]) -> str:
    rest = f" and {len(names) - TOLD} more" if names[TOLD:] else ""
    return f"{', '.join(names[:TOLD])}{rest}"
