"""The project's own tests, run in a sandbox on one state of the code.

Trust ends at the report: it is written beside the code under review, which may forge it. So tests
of ours run among the project's where the framework plants any (pytest, unittest, node), and some of
them fail in any honest run.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from indict_review.change import Tree
from indict_review.errors import ToolError
from indict_review.patches.quoting import shown
from indict_review.runs import CaseOutcome, CaseResult, SuiteRun
from indict_review.sandbox.box import member
from indict_review.sandbox.interface import Contents, Job, Limits, Ran, Sandbox
from indict_review.sources.interface import Project
from indict_review.tools.environment import UNUSABLE, Environment
from indict_review.tools.frameworks import table
from indict_review.tools.frameworks.interface import Call, Framework, Read
from indict_review.tools.preparing import Preparing
from indict_review.tools.tail import last_lines

Detect = Callable[[frozenset[str], Read], Framework | None]

_LACKS = (
    re.compile(r"No module named '?([\w.]+)"),
    re.compile(r"Cannot find (?:module|package) '([^'\n]{1,100})'"),
    re.compile(r"failed to run command ['\u2018]([^'\u2019\n]{1,100})['\u2019]: No such file"),
    re.compile(r"([\w./+-]{1,100}): (?:command )?not found"),
)
_GIVE = "give --test-env DIR or a --sandbox-image that has it"


@dataclass
class ProjectSuite:
    """Implements `Suite`: finds how the project tests itself, unless it is told."""

    project: Project
    sandbox: Sandbox
    command: str | None = None
    """`--test-command`, as the user or the base's settings have it: never from the change."""
    environment: Environment | None = None
    """`--test-env`; with one, nothing else is prepared."""
    limits: Limits = field(default_factory=Limits)
    preparing: Preparing | None = None
    """Installs what the lock files name, if the user allows that."""
    base: Tree | None = None
    """The state before the change: what is prepared for it is kept apart."""
    detect: Detect = table.detect
    _runs: dict[str, "SuiteRun | ToolError | None"] = field(default_factory=dict, repr=False)

    name = "tests"

    def run(self, tree: Tree) -> SuiteRun | None:
        """See `Suite.run`. A suite that could not be run is not tried again."""
        key = _digest(tree)
        if key not in self._runs:
            try:
                self._runs[key] = self._run(tree)
            except ToolError as e:
                self._runs[key] = e
        known = self._runs[key]
        if isinstance(known, ToolError):
            raise type(known)(str(known)) from known
        return known

    def again(self, tree: Tree) -> SuiteRun | None:
        """See `Suite.again`."""
        return self._run(tree)

    def _run(self, tree: Tree) -> SuiteRun | None:
        view = View(self.project, tree)
        framework = self._framework(view)
        if framework is None:
            return None
        call = framework.call(view.paths, view.read)
        environment = self._environment(framework, view)
        job = environment.added_to(
            Job(
                call.command,
                Planted(self.project.contents(tree), call.planted),
                call.tools,
                call.environ,
                toolchain=framework.toolchain,
                limits=self.limits,
            )
        )
        ran = self.sandbox.run(job)
        results = self._read(ran, framework, call, view, environment)
        identity = self.sandbox.identity(framework.toolchain)
        return SuiteRun(framework.shown(), results, identity, ran.seconds)

    def _framework(self, view: "View") -> Framework | None:
        if self.command is not None:
            return table.of_command(self.command)
        return self.detect(view.paths, view.read)

    def _environment(self, framework: Framework, view: "View") -> Environment:
        if self.environment is not None:
            return self.environment
        preparation = framework.prepare(view.paths, view.read) if self.preparing else None
        if self.preparing is None or preparation is None:
            return Environment()
        side = "base" if self.base is not None and view.tree == self.base else "head"
        locks = {
            path: view.read(path).encode("utf-8", "surrogateescape")
            for path in preparation.locks
            if path in view.paths
        }
        return self.preparing.environment(preparation, locks, framework.toolchain, side)

    def _read(
        self,
        ran: Ran,
        framework: Framework,
        call: Call,
        view: "View",
        environment: Environment,
    ) -> Mapping[str, CaseResult]:
        """What the report says, once it is known to be whole."""
        if ran.why:
            raise ToolError(
                f"the tests were stopped: {ran.why}; name fewer or faster ones with --test-command"
            )
        if ran.exit_code == UNUSABLE and environment.ready:
            raise ToolError(self._unusable(environment, framework))
        try:
            results = framework.results(ran)
        except ToolError as e:
            raise ToolError(_not_run(ran, framework, str(e))) from e
        if not results:
            raise ToolError(_not_run(ran, framework, f"no test reported anything {_said(ran)}"))
        for name in sorted(call.fails):
            if name not in results or results[name].outcome is not CaseOutcome.FAILED:
                raise ToolError(_not_honest(ran, framework))
        own = {n: r for n, r in results.items() if not _is_planted(r, call)}
        if not own:
            raise ToolError(_not_run(ran, framework, f"no test reported anything {_said(ran)}"))
        missing = _missing(own.values(), self.project.paths | view.paths)
        if missing:
            raise ToolError(f"the tests need {missing}, which is not there: {_GIVE}")
        return own

    def _unusable(self, environment: Environment, framework: Framework) -> str:
        image = self.sandbox.identity(framework.toolchain)
        return (
            f"the test environment does not work in the sandbox ({image}), which needs "
            f"{environment.needs}: give another --test-env or --sandbox-image"
        )


@dataclass(frozen=True)
class View:
    """The project as one tree has it."""

    project: Project
    tree: Tree

    @property
    def paths(self) -> frozenset[str]:
        """Its files."""
        return (self.project.paths - self.project.touched) | frozenset(self.tree.files)

    def read(self, path: str) -> str:
        """See `Read`."""
        if path in self.project.touched or path in self.tree.files:
            return self.tree.text(path)
        file = self.project.read(path)
        return "" if file is None else file.content.decode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Planted:
    """See `Contents`: the project, and tests of ours after it, so that none takes their place."""

    work: Contents
    files: Mapping[str, bytes]

    def members(self) -> Iterator[bytes]:
        """See `Contents.members`."""
        yield from self.work.members()
        for path, content in self.files.items():
            yield member(f"work/{path}", content)


def _digest(tree: Tree) -> str:
    digest = hashlib.sha256()
    for path, file in sorted(tree.files.items()):
        content = hashlib.sha256(file.content).hexdigest()
        digest.update(f"{path}\0{file.mode:o}\0{content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _is_planted(result: CaseResult, call: Call) -> bool:
    if result.name in call.fails or result.path in call.planted:
        return True
    dotted = (path.rpartition(".")[0].replace("/", ".") for path in call.planted)
    return result.name.startswith((*call.planted, *dotted))


def _missing(results: Collection[CaseResult], paths: frozenset[str]) -> str:
    """What all tests fail for want of. Where some pass, a missing module is the code's fault."""
    if any(result.outcome is not CaseOutcome.FAILED for result in results):
        return ""
    lacks = {_lacking(result.detail, paths) for result in results}
    return min(lacks) if "" not in lacks else ""


def _lacking(text: str, paths: frozenset[str]) -> str:
    """What a text says is missing, unless it is a part of the project."""
    for pattern in _LACKS:
        for name in pattern.findall(last_lines(text)):
            top = re.split(r"[./]", name.lstrip("./"))[0]
            if not any(top in path.removesuffix(".py").split("/") for path in paths):
                return shown(name)
    return ""


def _not_run(ran: Ran, framework: Framework, reason: str) -> str:
    lacking = _lacking(ran.output, frozenset())
    if lacking and ran.exit_code != 0:
        return f"the tests need {lacking}, which is not there: {_GIVE}"
    by_hand = f"try `{framework.shown()}` by hand, or name another with --test-command"
    return f"{reason}; {by_hand}"


def _said(ran: Ran) -> str:
    """How it ended, and its last words."""
    lines = [line for line in ran.output.split("\n") if line.strip()][-3:]
    said = " / ".join(shown(line.strip(), 200) for line in lines)
    return f"(exit code {ran.exit_code}): {said or 'no output'}"


def _not_honest(ran: Ran, framework: Framework) -> str:
    """It ended without the failure that belongs to it."""
    return (
        "the tests' report is forged or incomplete: a test of ours that must fail is missing or "
        f"passed (exit code {ran.exit_code}); look at what the change does to "
        f"`{framework.shown()}`"
    )
