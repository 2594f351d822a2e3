"""Reading the reports of harnesses, and what they mean for a check."""

import re

from indict_review.runs import CheckOutcome
from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.interface import Asked, Frame, Report, Stop

LARGEST = 64 * 1024
"""Bytes of a report."""
BUILDING = 30.0
"""Seconds for a compiler."""
NOT_BUILT = 90
"""Exit code of our scripts for a check that does not compile."""

_ERROR = re.compile(r"^.*\b(?:error\b|undefined reference).*$", re.M | re.I)
_MOST_SAID = 500
_MOST_FRAMES = 32
# Where a language has no `assert` that everybody uses, a check throws. What the language itself
# throws, at a call with wrong arguments or a missing name, is of a class of its own.
_THROWN = re.compile(r"\bthrow\s+new\s+(?:\w+[.\\])*(Error|Exception|RuntimeException)\b")


def read(content: bytes) -> Report | None:
    """A report; None if it is none."""
    lines = content[:LARGEST].decode("utf-8", "replace").split("\n")
    try:
        stop = Stop(lines[0])
        places = [line.rpartition(":") for line in lines[2:] if line]
        frames = [Frame(path, int(line)) for path, _, line in places]
    except ValueError:
        return None
    return Report(stop, one_line(lines[1] if len(lines) > 1 else ""), shortened(frames))


def not_built(ran: Ran) -> Report:
    """What the compiler said first."""
    error = _ERROR.search(ran.output)
    return Report(Stop.OWN, one_line(error[0] if error else "it does not build"))


def one_line(text: str) -> str:
    """The text in one line, and not too long."""
    return " ".join(text.split())[:_MOST_SAID]


def shortened(frames: list[Frame]) -> tuple[Frame, ...]:
    """The innermost frames, recursion told once."""
    told = [f for at, f in enumerate(frames) if at == 0 or f != frames[at - 1]]
    return tuple(told[-_MOST_FRAMES:])


def outcome(report: Report, asked: Asked) -> CheckOutcome:
    """What a check showed. What happened in its own lines is its own fault, unless it asserts."""
    if report.stop is Stop.END:
        return CheckOutcome.HOLDS
    inner = report.frames[-1] if report.frames else None
    if report.stop is Stop.OWN or inner is None:
        return CheckOutcome.BROKEN
    if report.stop is Stop.ASSERTION or inner.path or _thrown(report, inner, asked):
        return CheckOutcome.FAILS
    return CheckOutcome.BROKEN


def _thrown(report: Report, inner: Frame, asked: Asked) -> bool:
    lines = asked.code.split("\n")
    line = lines[inner.line - 1] if 0 < inner.line <= len(lines) else ""
    thrown = _THROWN.search(line)
    return report.stop is Stop.ERROR and bool(thrown and report.said.startswith(f"{thrown[1]}:"))
