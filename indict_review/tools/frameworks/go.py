"""Go. Its report is what `go test` prints: what tests print is in it, each line marked as such.

A test that writes straight to standard output can still forge a line of the runner before Go
1.20; a result that comes twice counts as the worse one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks.cases import gather, no_report, only_report
from indict_review.tools.frameworks.inside import script, token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.layout import own
from indict_review.tools.frameworks.words import typed

_OUTCOMES = {
    "pass": CaseOutcome.PASSED,
    "fail": CaseOutcome.FAILED,
    "skip": CaseOutcome.SKIPPED,
}
_MOST_OUTPUT = 8_000


@dataclass(frozen=True)
class Go:
    """See `Framework`."""

    arguments: tuple[str, ...] = ("./...",)
    name: str = "go"
    toolchain: str = "go"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        return "go.mod" in paths and any(p.endswith("_test.go") and own(p) for p in paths)

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        return Call(
            (
                *("/bin/sh", "{box}/tools/into.sh", f"{{box}}/out/go-{token()}.jsonl"),
                *("go", "test", "-json", *self.arguments),
            ),
            {"into.sh": script("into.sh")},
            {
                "GOFLAGS": "-count=1",
                "GOCACHE": "{box}/tmp/go-build",
                "GOPROXY": "off",
                "GOTOOLCHAIN": "local",
            },
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("go", "test", *self.arguments)

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        report = only_report(ran, self.name).decode("utf-8", "replace")
        cases = list(_cases(report))
        if not cases:
            raise no_report(ran, self.name)
        return gather(cases, unique=True)

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        if "require" not in read("go.mod"):
            return None
        locks = tuple(name for name in ("go.mod", "go.sum") if name in paths)
        return Preparation(
            ("env", "GOMODCACHE={box}/out", "GOFLAGS=-modcacherw", "go", "mod", "download"),
            locks,
            {"GOMODCACHE": "{prepared}"},
        )


def _cases(report: str) -> Iterator[CaseResult]:
    said: dict[str, str] = {}
    failed: set[str] = set()
    for event in _events(report):
        action, package = event.get("Action"), event.get("Package") or event.get("ImportPath", "")
        test = event.get("Test", "")
        name = f"{package}.{test}" if test else package
        if action in ("output", "build-output"):
            said[name] = (said.get(name, "") + event.get("Output", ""))[-_MOST_OUTPUT:]
        elif action in _OUTCOMES and test:
            failed |= {package} if action == "fail" else set()
            why = said.pop(name, "") if action == "fail" else ""
            yield CaseResult(name, _OUTCOMES[action], why)
        elif action == "fail" and package not in failed:
            # It was not built, or ended before its tests did.
            yield CaseResult(package, CaseOutcome.FAILED, said.get(name, ""))


def _events(report: str) -> Iterator[dict[str, str]]:
    for line in report.split("\n"):
        if not line.startswith("{"):
            continue  # before Go 1.24, what the compiler says is not JSON
        try:
            event = json.loads(line)
        except (ValueError, RecursionError) as e:
            raise ToolError("the report of go test cannot be read") from e
        if isinstance(event, dict):
            yield {name: value for name, value in event.items() if isinstance(value, str)}


def from_words(words: tuple[str, ...]) -> Go | None:
    """Recognise `go test …`."""
    if words[:2] == ("go", "test"):
        return Go(tuple(word for word in words[2:] if word != "-json") or ("./...",))
    return None
