"""Checks in Python."""

import re
from dataclasses import dataclass

from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.harness import harness
from indict_review.tools.snippets.interface import Asked, Call, Frame, Report, Stop
from indict_review.tools.snippets.reports import LARGEST, one_line, shortened

_FRAME = re.compile(r'^  File "(.*)", line (\d{1,9}) in ', re.M)
_FATAL = re.compile(r"^(?:Fatal Python error: (.*)|Timeout .*)$", re.M)


@dataclass(frozen=True)
class Python:
    """See `Language`."""

    toolchain: str = "python"
    probe: tuple[str, ...] = ("python3", "--version")

    def call(self, asked: Asked) -> Call:
        """See `Language.call`."""
        tools = {
            "harness.py": harness("harness.py"),
            "asserting.py": harness("asserting.py"),
            "check.py": asked.code.encode(),
            "ticket": asked.ticket,
        }
        environ = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        return Call(("python3", "{box}/tools/harness.py"), tools, environ)

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """See `Language.crashed`: what the interpreter's fault handler wrote, innermost first."""
        text = ran.files.get(asked.trail, b"")[:LARGEST].decode("utf-8", "replace")
        box, _, text = text.partition("\n")
        fatal = _FATAL.search(text)
        if fatal is None:
            return None
        threads = re.split(r"\n(?=(?:Current t|T)hread 0x)", text[fatal.end() :])
        # The one that crashed; of those that did not end, the main thread is listed last.
        chosen = next((t for t in threads if t.startswith("Current")), threads[-1])
        places = [(_placed(path, box), int(line)) for path, line in _FRAME.findall(chosen)]
        frames = [Frame(path, line) for path, line in places if path is not None]
        said = f"Python crashed: {fatal[1]}" if fatal[1] else "it did not end"
        stop = Stop.ERROR if fatal[1] else Stop.TIME
        return Report(stop, one_line(said), shortened(frames[::-1]))


def _placed(path: str, box: str) -> str | None:
    if path == f"{box}/tools/check.py":
        return ""
    work = f"{box}/work/"
    return path.removeprefix(work) if path.startswith(work) else None


LANGUAGES = {"python": Python()}
