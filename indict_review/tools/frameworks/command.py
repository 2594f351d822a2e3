"""Any command: it passes when its exit code is 0. JUnit's XML that it leaves is read, too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import junit
from indict_review.tools.frameworks.cases import gather, no_report
from indict_review.tools.frameworks.inside import script
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.package_json import NO_TESTS, prepare, read_package

LEFT = (
    *("./junit.xml", "./report.xml", "./reports/*.xml", "./test-results/*.xml"),
    *("./test-reports/*.xml", "./build/test-results/*.xml"),
)
"""Where such reports are, by habit."""

NOT_THERE = (126, 127)
"""Exit codes of a shell that could not start a command. `timeout` has them, too."""

_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")


@dataclass(frozen=True)
class Command:
    """See `Framework`."""

    line: str
    """For a shell; what `--test-command` says, or a constant of ours: never the project's text."""
    toolchain: str = "python"
    name: str = "command"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`: only where somebody says so."""
        return False

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        return Call(
            (
                *("/bin/sh", "{box}/tools/keep.sh", "{box}/out/left", *LEFT, "--"),
                *("/bin/sh", "-c", self.line),
            ),
            {"keep.sh": script("keep.sh")},
            {"PYTHONDONTWRITEBYTECODE": "1", "CI": "1"},
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return self.line

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`. A report that shows no failure does not outweigh the exit code.

        What is no JUnit XML, but a file of the command's own, has no say.
        """
        if ran.exit_code in NOT_THERE:
            raise no_report(ran, self.line)
        left = [c for n, c in sorted(ran.files.items()) if n.endswith(".xml") and b"<testcase" in c]
        cases = [case for report in left for case in junit.cases(report)]
        outcome = CaseOutcome.PASSED if ran.exit_code == 0 else CaseOutcome.FAILED
        seen = {case.outcome for case in cases}
        if not cases or (outcome is CaseOutcome.FAILED and outcome not in seen):
            why = ran.output if outcome is CaseOutcome.FAILED else ""
            cases.append(CaseResult(self.line, outcome, why))
        return gather(cases)

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        return None


@dataclass(frozen=True)
class Make(Command):
    """A Makefile with a target `test` or `check`."""

    line: str = "make test"
    toolchain: str = "c"
    name: str = "make"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        return _target(paths, read) == self.line.rpartition(" ")[2]


def _target(paths: frozenset[str], read: Read) -> str:
    """The one that make would find, in the file that it would take."""
    for name in _MAKEFILES:
        if name in paths:
            found = set(_targets(read(name)))
            return next((target for target in ("test", "check") if target in found), "")
    return ""


def _targets(makefile: str) -> Iterator[str]:
    for line in makefile.splitlines():
        names, colon, rest = line.partition(":")
        if colon and not rest.startswith("=") and line[0] not in "\t #":
            yield from names.split()


@dataclass(frozen=True)
class NpmTest(Command):
    """A package.json whose script is none that we know."""

    line: str = "npm test"
    toolchain: str = "node"
    name: str = "npm"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        said = read_package(read).test
        return bool(said) and NO_TESTS not in said

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        return prepare(paths, read)
