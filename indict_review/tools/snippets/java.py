"""Checks in Java: a class with a `main`, or the statements of one."""

import re
from dataclasses import dataclass

from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.harness import harness
from indict_review.tools.snippets.interface import Asked, Call, Report
from indict_review.tools.snippets.reports import BUILDING, NOT_BUILT, not_built

_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.M)
_CLASS = re.compile(r"^[ \t]*(public\s+)?(?:final\s+)?class\s+(\w+)", re.M)
_IMPORT = re.compile(r"^[ \t]*import\s+[^;]+;[ \t]*", re.M)


@dataclass(frozen=True)
class Java:
    """See `Language`. A process that is ended, or killed, leaves nothing that tells where."""

    toolchain: str = "java"
    probe: tuple[str, ...] = ("javac", "-version")

    def call(self, asked: Asked) -> Call:
        """See `Language.call`."""
        code, name, file = _whole(asked.code)
        tools = {
            "build.sh": harness("java.sh"),
            "Harness.java": harness("Harness.java"),
            f"{file}.java": code.encode(),
            "ticket": asked.ticket,
        }
        words = ("/bin/sh", "{box}/tools/build.sh", "{box}", file, name)
        return Call(words, tools, seconds=BUILDING)

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """See `Language.crashed`."""
        return not_built(ran) if ran.exit_code == NOT_BUILT else None


def _whole(code: str) -> tuple[str, str, str]:
    """The check as a program, its main class, and the name of its file."""
    classes = list(_CLASS.finditer(code))
    if not classes or "static" not in code:
        imports = " ".join(" ".join(found.split()) for found in _IMPORT.findall(code))
        # On the first line, so that line numbers stay.
        start = f"{imports} class Check {{ public static void main(String[] a) throws Throwable {{ "
        return f"{start}{_IMPORT.sub('', code)}\n}} }}", "Check", "Check"
    main = next((c for c in classes if c[1]), None) or classes[-1]
    package = _PACKAGE.search(code)
    return code, f"{package[1]}.{main[2]}" if package else main[2], main[2]


LANGUAGES = {"java": Java()}
