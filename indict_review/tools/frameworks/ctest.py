"""CMake and ctest: configured and built outside the workspace, then tested."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from indict_review.runs import CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import junit
from indict_review.tools.frameworks.cases import only_report
from indict_review.tools.frameworks.inside import script, token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.words import typed

_TESTS = re.compile(r"^[ \t]*(?:enable_testing|include[ \t]*\([ \t]*CTest)\b", re.I | re.M)


@dataclass(frozen=True)
class CTest:
    """See `Framework`. Needs CMake 3.21 or later."""

    arguments: tuple[str, ...] = ()
    name: str = "ctest"
    toolchain: str = "c"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        return _TESTS.search(read("CMakeLists.txt")) is not None

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        report = f"{{box}}/out/ctest-{token()}.xml"
        return Call(
            ("/bin/sh", "{box}/tools/ctest.sh", report, "--output-on-failure", *self.arguments),
            {"ctest.sh": script("ctest.sh")},
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("ctest", *self.arguments)

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        return junit.results([only_report(ran, self.name)])

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        return None


def from_words(words: tuple[str, ...]) -> CTest | None:
    """Recognise `ctest …`; where it was built before is not there, and is left out."""
    if words[:1] != ("ctest",):
        return None
    rest = list(words[1:])
    if "--test-dir" in rest:
        at = rest.index("--test-dir")
        del rest[at : at + 2]
    return CTest(tuple(rest))
