"""Checks in Rust: one file, which takes in those under review with `include!` or `#[path]`."""

import re
from dataclasses import dataclass

from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.harness import harness
from indict_review.tools.snippets.interface import Asked, Call, Report
from indict_review.tools.snippets.reports import BUILDING, NOT_BUILT, not_built

_MAIN = re.compile(r"^([ \t]*)(?:pub\s+)?fn\s+main\s*\(\s*\)", re.M)


@dataclass(frozen=True)
class Rust:
    """See `Language`. What aborts, or does not end, leaves nothing that tells where."""

    toolchain: str = "rust"
    probe: tuple[str, ...] = ("rustc", "--version")

    def call(self, asked: Asked) -> Call:
        """See `Language.call`."""
        entry = f"check_{asked.trail}"
        mains = list(_MAIN.finditer(asked.code))
        code = asked.code
        if mains:
            start, end = mains[-1].span()
            code = f"{code[:start]}{mains[-1][1]}fn {entry}(){code[end:]}"
        driver = harness("driver.rs").decode().replace("ENTRY", entry)
        tools = {
            "build.sh": harness("rust.sh"),
            "check.rs": f"{code}\n{driver}".encode(),
            "ticket": asked.ticket,
        }
        return Call(("/bin/sh", "{box}/tools/build.sh", "{box}"), tools, seconds=BUILDING)

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """See `Language.crashed`."""
        return not_built(ran) if ran.exit_code == NOT_BUILT else None


LANGUAGES = {"rust": Rust()}
