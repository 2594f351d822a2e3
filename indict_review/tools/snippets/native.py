"""Checks in C and C++: a program that includes the files under review, built with sanitizers."""

import re
from dataclasses import dataclass

from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.harness import harness
from indict_review.tools.snippets.interface import Asked, Call, Frame, Report, Stop
from indict_review.tools.snippets.reports import BUILDING, NOT_BUILT, not_built, one_line, shortened

_MAIN = re.compile(
    r"^([ \t]*)(?:(?:int|void|auto|signed)\s+)?main\s*\(([^)]*)\)(\s*->\s*int)?", re.M
)
_REPORT = re.compile(
    r"^.*(?:ERROR: AddressSanitizer: |runtime error: |crashed [0-9a-f]{32}: )(.*)$", re.M
)
# Addresses differ from run to run.
_PLACE = re.compile(r" on (?:unknown )?address .*")
_SHADOW = 32 * 2**40
"""Bytes that AddressSanitizer sets aside to note what may be touched."""
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_FRAME = re.compile(r"^ +#\d+ 0x[0-9a-f]+ in .*? (/(?:work|tools)/\S+?):(\d{1,9})(?::\d+)?$", re.M)


@dataclass(frozen=True)
class Native:
    """See `Language`."""

    compiler: str
    suffix: str
    linkage: str = ""
    toolchain: str = "c"

    @property
    def probe(self) -> tuple[str, ...]:
        """See `Language.probe`."""
        return (self.compiler, "--version")

    def call(self, asked: Asked) -> Call:
        """See `Language.call`."""
        tools = {
            "build.sh": harness("native.sh"),
            "harness.c": harness("harness.c"),
            f"check.{self.suffix}": self._renamed(asked).encode(),
            "ticket": asked.ticket,
        }
        # What the sanitizers say of leaks needs ptrace; where memory runs out, `malloc` says so.
        asan = (
            "detect_leaks=0:handle_abort=1:allocator_may_return_null=1:print_legend=0:exitcode=66"
        )
        environ = {"ASAN_OPTIONS": asan, "UBSAN_OPTIONS": "print_stacktrace=1"}
        words = ("/bin/sh", "{box}/tools/build.sh", "{box}", self.compiler, self.suffix)
        return Call((*words, f"check_{asked.trail}"), tools, environ, BUILDING, _SHADOW)

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """See `Language.crashed`: what the compiler, a sanitizer, or the harness's timer wrote."""
        if ran.exit_code == NOT_BUILT:
            return not_built(ran)
        *_, last = ran.output.split(f"still running {asked.trail}\n")
        samples = ran.output.split(f"still running {asked.trail}\n")[1:]
        if samples:
            stacks = [_stack(sample) for sample in samples]
            # Calling the project over and over is the check's own loop.
            own = next((s for s in stacks if s and not s[-1].path), None)
            return Report(Stop.TIME, "it did not end", own or stacks[-1])
        found = list(_REPORT.finditer(last))
        if not found:
            return None
        first = found[0]
        return Report(
            Stop.ERROR,
            one_line(_ADDRESS.sub("0x…", _PLACE.sub("", first[1]))),
            _stack(last[first.end() :]),
        )

    def _renamed(self, asked: Asked) -> str:
        """Its `main` under another name: the project's own, in a file it includes, is one, too."""
        found = list(_MAIN.finditer(asked.code))
        if not found:
            return asked.code
        main = found[-1]
        start, end = main.span()
        head = f"{main[1]}{self.linkage}int check_{asked.trail}({main[2]})"
        return asked.code[:start] + head + asked.code[end:]


def _stack(text: str) -> tuple[Frame, ...]:
    """The first stack of a text, outermost frame first."""
    first = re.split(r"\n[ \t]*\n", text.lstrip("\n"))[0]
    frames = []
    for path, line in _FRAME.findall(first):
        if path.startswith("/work/"):
            frames.append(Frame(path.removeprefix("/work/"), int(line)))
        elif path.startswith("/tools/check."):
            frames.append(Frame("", int(line)))
    return shortened(frames[::-1])


LANGUAGES = {"c": Native("gcc", "c"), "cpp": Native("g++", "cpp", 'extern "C" ')}
