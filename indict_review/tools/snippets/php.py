"""Checks in PHP."""

from dataclasses import dataclass

from indict_review.sandbox.interface import Ran
from indict_review.tools.snippets.harness import harness
from indict_review.tools.snippets.interface import Asked, Call, Report


@dataclass(frozen=True)
class Php:
    """See `Language`. What does not end leaves nothing that tells where."""

    toolchain: str = "php"
    probe: tuple[str, ...] = ("php", "--version")

    def call(self, asked: Asked) -> Call:
        """See `Language.call`."""
        code = asked.code if asked.code.lstrip().startswith("<?") else f"<?php {asked.code}"
        tools = {
            "harness.php": harness("harness.php"),
            "check.php": code.lstrip().encode(),
            "ticket": asked.ticket,
        }
        options = ("-d", "zend.assertions=1", "-d", "assert.exception=1", "-d", "display_errors=1")
        return Call(("php", *options, "{box}/tools/harness.php"), tools)

    def crashed(self, ran: Ran, asked: Asked) -> Report | None:
        """See `Language.crashed`."""
        return None


LANGUAGES = {"php": Php()}
