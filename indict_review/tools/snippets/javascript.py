"""Checks in JavaScript, for node."""

import re
from dataclasses import dataclass

from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.harness import harness
from indict_review.tools.snippets.interface import Asked, Call, Report

_IMPORTS = re.compile(r"^\s*(?:import\b(?!\s*\()|export\b)", re.M)
_AWAITS = re.compile(r"^(?:await\b|(?:const|let|var)\s[^=\n]*=\s*await\b|for\s+await\b)", re.M)
_OWN_REQUIRE = re.compile(r"\brequire\s*=")
# On the first line, so that line numbers stay.
_REQUIRE = (
    'import { createRequire as $$r } from "node:module"; const require = $$r(import.meta.url); '
)


@dataclass(frozen=True)
class JavaScript:
    """See `Language`."""

    toolchain: str = "node"
    probe: tuple[str, ...] = ("node", "--version")

    def call(self, asked: Asked) -> Call:
        """See `Language.call`."""
        code, kind = asked.code, "cjs"
        if _IMPORTS.search(code) or _AWAITS.search(code):
            kind = "mjs"
            if "require(" in code and not _OWN_REQUIRE.search(code):
                code = _REQUIRE + code
        tools = {
            "harness.js": harness("harness.js"),
            f"check.{kind}": code.encode(),
            "ticket": asked.ticket,
        }
        return Call(("node", "{box}/tools/harness.js", kind), tools)

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """See `Language.crashed`."""
        return None


LANGUAGES = {"javascript": JavaScript()}
