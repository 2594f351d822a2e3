"""Checks in C#: a program built with the project's files, but for their own entry points."""

import re
from dataclasses import dataclass

from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.harness import harness
from indict_review.tools.snippets.interface import Asked, Call, Report
from indict_review.tools.snippets.reports import BUILDING, NOT_BUILT, not_built

_USING = re.compile(r"^[ \t]*using\s+(?:static\s+)?[\w.]+(?:\s*=\s*[\w.<>]+)?\s*;[ \t]*", re.M)
_MAIN = re.compile(r"\bstatic\s+(?:async\s+)?[\w.<>]+\s+Main\s*\(")
_CLASS = re.compile(r"\bclass\s+(\w+)")


@dataclass(frozen=True)
class CSharp:
    """See `Language`. What does not end leaves nothing that tells where."""

    toolchain: str = "dotnet"
    probe: tuple[str, ...] = ("dotnet", "--version")

    def call(self, asked: Asked) -> Call:
        """See `Language.call`."""
        code, main = _whole(asked.code)
        tools = {
            "build.sh": harness("csharp.sh"),
            "check/check.csproj": harness("check.csproj"),
            "check/Harness.cs": harness("Harness.cs").replace(b"ENTRY", main.encode()),
            "check/check.cs": code.encode(),
            "ticket": asked.ticket,
        }
        environ = {"DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1"}
        words = ("/bin/sh", "{box}/tools/build.sh", "{box}")
        return Call(words, tools, environ, 2 * BUILDING)

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """See `Language.crashed`."""
        return not_built(ran) if ran.exit_code == NOT_BUILT else None


def _whole(code: str) -> tuple[str, str]:
    """The check with a class around its statements, if it has none, and its main class."""
    main = _MAIN.search(code)
    if main:
        before = [c for c in _CLASS.finditer(code) if c.start() < main.start()]
        return code, before[-1][1] if before else "Check"
    usings = " ".join(" ".join(found.split()) for found in _USING.findall(code))
    start = f"{usings} class Check {{ static void Main(string[] args) {{ "
    return f"{start}{_USING.sub('', code)}\n}} }}", "Check"


LANGUAGES = {"csharp": CSharp()}
