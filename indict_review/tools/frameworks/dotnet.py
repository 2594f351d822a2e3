""".NET: `dotnet test`, with a TRX file for each project as its report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks.cases import MOST_CASES, gather, reports
from indict_review.tools.frameworks.inside import token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.words import typed
from indict_review.tools.frameworks.xml_text import elements

_PASSED = {"Passed", "PassedButRunAborted", "Warning", "Completed"}
_SKIPPED = {"NotExecuted", "Inconclusive", "NotRunnable", "Pending"}
_PROJECTS = (".csproj", ".fsproj", ".vbproj")


@dataclass(frozen=True)
class DotNet:
    """See `Framework`."""

    arguments: tuple[str, ...] = ()
    name: str = "dotnet"
    toolchain: str = "dotnet"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`: a project that refers to the SDK for tests."""
        return any(
            p.endswith(_PROJECTS) and "Microsoft.NET.Test.Sdk" in read(p) for p in sorted(paths)
        )

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        return Call(
            (
                *("dotnet", "test", *self.arguments, "--logger", "trx"),
                *("--results-directory", f"{{box}}/out/dotnet-{token()}"),
            ),
            environ={"DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1"},
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("dotnet", "test", *self.arguments)

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        return gather(case for report in reports(ran, self.name) for case in _cases(report))

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        locks = sorted(p for p in paths if p.endswith((*_PROJECTS, ".sln", "packages.lock.json")))
        if not locks:
            return None
        return Preparation(
            ("dotnet", "restore", "--packages", "{box}/out"),
            tuple(locks),
            {"NUGET_PACKAGES": "{prepared}"},
        )


def _cases(report: bytes) -> Iterator[CaseResult]:
    for result in elements(report, "UnitTestResult", most=MOST_CASES):
        outcome = CaseOutcome.FAILED
        if result.get("outcome") in _PASSED:
            outcome = CaseOutcome.PASSED
        elif result.get("outcome") in _SKIPPED:
            outcome = CaseOutcome.SKIPPED
        said = [
            part.text.strip()
            for output in result.all("Output")
            for error in output.all("ErrorInfo")
            for part in error.all("Message", "StackTrace")
        ]
        yield CaseResult(result.get("testName"), outcome, "\n".join(said))


def from_words(words: tuple[str, ...]) -> DotNet | None:
    """Recognise `dotnet test …`."""
    if words[:2] == ("dotnet", "test"):
        return DotNet(words[2:])
    return None
