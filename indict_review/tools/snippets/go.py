"""Checks in Go: a test file, laid beside the package that it names."""

import re
from dataclasses import dataclass

from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.harness import harness
from indict_review.tools.snippets.interface import Asked, Call, Frame, Report, Stop
from indict_review.tools.snippets.reports import BUILDING, NOT_BUILT, not_built, one_line, shortened

_PACKAGE = re.compile(r"^\s*package\s+(\w+?)(?:_test)?\s*$", re.M)
_FAILED = re.compile(r"^ +check_[0-9a-f]{32}_test\.go:(\d{1,9}): (.*)$", re.M)
_PANIC = re.compile(r"^(?:panic|fatal error): (.*)$", re.M)
_FRAME = re.compile(r"^\t(/\S+\.go):(\d{1,9})\b", re.M)


@dataclass(frozen=True)
class Go:
    """See `Language`. `go test` reports, in a file of the mark's name: see `crashed`."""

    toolchain: str = "go"
    probe: tuple[str, ...] = ("go", "version")

    def call(self, asked: Asked) -> Call:
        """See `Language.call`."""
        package = _PACKAGE.search(asked.code)
        tools = {
            "build.sh": harness("go.sh"),
            "check.go": asked.code.encode(),
            "ticket": asked.ticket,
        }
        environ = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local"}
        words = ("/bin/sh", "{box}/tools/build.sh", "{box}", package[1] if package else "main")
        return Call(words, tools, environ, BUILDING)

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """See `Language.crashed`. Everything that shows how it stopped is in what it printed."""
        if ran.exit_code == NOT_BUILT:
            return not_built(ran)
        panic = _PANIC.search(ran.output)
        if panic:
            stop = Stop.TIME if panic[1].startswith("test timed out") else Stop.ERROR
            return Report(stop, one_line(panic[1]), _stack(ran.output[panic.end() :], asked))
        failed = _FAILED.search(ran.output)
        if failed and ran.exit_code:
            return Report(Stop.ASSERTION, one_line(failed[2]), (Frame("", int(failed[1])),))
        return None


def _stack(text: str, asked: Asked) -> tuple[Frame, ...]:
    """The first goroutine that the project or the check is in, outermost frame first."""
    for goroutine in re.split(r"^goroutine ", text, flags=re.M)[1:]:
        frames = []
        for path, line in _FRAME.findall(goroutine):
            _, in_work, inner = path.partition("/work/")
            if path.endswith(f"check_{asked.trail}_test.go"):
                frames.append(Frame("", int(line)))
            elif in_work:
                frames.append(Frame(inner, int(line)))
        if frames:
            return shortened(frames[::-1])
    return ()


LANGUAGES = {"go": Go()}
