"""Cargo. Its report is what libtest prints: machine-readable output needs a nightly Rust.

What tests print is captured, but one that writes straight to standard output can forge lines. So
the lines have to agree with the numbers at the start and the end of each block: a forged line
makes one too many, and then nothing is believed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks.cases import gather, no_report, only_report
from indict_review.tools.frameworks.inside import script, token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.layout import called
from indict_review.tools.frameworks.words import typed

# Cargo names the test programs on the other stream. A constant.
_BOTH = 'exec "$@" 2>&1'

_BLOCK = re.compile(r"^ +(?:Running (?:unittests )?(\S+) \(|Doc-tests (\S+))")
_BEGIN = re.compile(r"^running (\d{1,9}) tests?$")
_TEST = re.compile(r"^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, .*)?$")
_END = re.compile(r"^test result: \w+\. (\d{1,9}) passed; (\d{1,9}) failed; (\d{1,9}) ignored;")
_WHY = re.compile(r"^---- (.+?)(?: - should panic)?(?: stdout)? ----$")
_OUTCOMES = {
    "ok": CaseOutcome.PASSED,
    "FAILED": CaseOutcome.FAILED,
    "ignored": CaseOutcome.SKIPPED,
}


@dataclass(frozen=True)
class Cargo:
    """See `Framework`."""

    arguments: tuple[str, ...] = ()
    name: str = "cargo"
    toolchain: str = "rust"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`. Tests are among the code, so a crate is enough."""
        return "Cargo.toml" in paths

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        return Call(
            (
                *("/bin/sh", "{box}/tools/into.sh", f"{{box}}/out/cargo-{token()}.txt"),
                *("/bin/sh", "-c", _BOTH, "sh"),
                *("cargo", "test", "--offline", "--no-fail-fast", *self.arguments),
            ),
            {"into.sh": script("into.sh")},
            {
                "CARGO_TARGET_DIR": "{box}/tmp/target",
                "CARGO_TERM_COLOR": "never",
                "RUST_TEST_THREADS": "2",  # with one, the line of a test is written in two parts
            },
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("cargo", "test", *self.arguments)

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        report = only_report(ran, self.name).decode("utf-8", "replace")
        blocks = list(_blocks(report))
        if not blocks:  # it was not built: all that was said is in there
            raise no_report(replace(ran, output=report), self.name)
        return gather(case for block in blocks for case in block.cases())

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`. Only a lock file can be fetched without the crate around it."""
        if "Cargo.lock" not in paths or "dependencies" not in read("Cargo.toml"):
            return None
        return Preparation(
            ("env", "CARGO_HOME={box}/out", "cargo", "fetch", "--locked"),
            ("Cargo.lock", *called(paths, "Cargo.toml")),
            {"CARGO_HOME": "{prepared}"},
        )


@dataclass
class _Block:
    """What one test program wrote."""

    name: str
    expected: int
    outcomes: list[tuple[str, CaseOutcome]] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)
    end: tuple[int, ...] = ()

    def cases(self) -> Iterator[CaseResult]:
        counts = tuple(
            sum(outcome is kind for _, outcome in self.outcomes) for kind in _OUTCOMES.values()
        )
        if len(self.outcomes) > self.expected or (self.end and self.end != counts):
            raise ToolError("the report of cargo test does not add up: a test wrote into it")
        for test, outcome in self.outcomes:
            yield CaseResult(f"{self.name}::{test}", outcome, self.why.get(test, ""))
        if not self.end:
            yield CaseResult(self.name, CaseOutcome.FAILED, "it ended before its tests did")


def _blocks(report: str) -> Iterator[_Block]:
    name, block, test = "", None, ""
    for line in report.split("\n"):
        if match := _BLOCK.match(line):
            name, test = match[1] or f"doc-tests {match[2]}", ""
        elif match := _BEGIN.match(line):
            if block is not None:
                yield block
            block = _Block(name, int(match[1]))
        elif block is None:
            continue
        elif not block.end and (match := _TEST.match(line)):
            block.outcomes.append((match[1], _OUTCOMES[match[2]]))
        elif not block.end and (match := _END.match(line)):
            block.end = tuple(map(int, match.groups()))
        elif match := _WHY.match(line):
            test = match[1]
        elif test and line != "failures:":
            block.why[test] = (block.why.get(test, "") + line + "\n")[-8000:]
        else:
            test = ""
    if block is not None:
        yield block


def from_words(words: tuple[str, ...]) -> Cargo | None:
    """Recognise `cargo test …`."""
    if words[:2] == ("cargo", "test"):
        return Cargo(words[2:])
    return None
