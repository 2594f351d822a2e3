"""PHPUnit: a package of the project, with JUnit's XML as its report."""

from collections.abc import Mapping
from dataclasses import dataclass

from indict_review.runs import CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import junit
from indict_review.tools.frameworks.cases import only_report
from indict_review.tools.frameworks.inside import script, token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.words import typed

_SETTINGS = ("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml")


@dataclass(frozen=True)
class PhpUnit:
    """See `Framework`."""

    arguments: tuple[str, ...] = ()
    name: str = "phpunit"
    toolchain: str = "php"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        return any(name in paths for name in _SETTINGS)

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        report = f"{{box}}/out/phpunit-{token()}.xml"
        return Call(
            (
                *("/bin/sh", "{box}/tools/linked.sh", "vendor", "php", "vendor/bin/phpunit"),
                *(*self.arguments, "--log-junit", report),
            ),
            {"linked.sh": script("linked.sh")},
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed("vendor/bin/phpunit", *self.arguments)

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        return junit.results([only_report(ran, self.name)])

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        locks = tuple(name for name in ("composer.json", "composer.lock") if name in paths)
        if not locks:
            return None
        return Preparation(
            ("env", "COMPOSER_VENDOR_DIR={box}/out/vendor", "composer", "install", "-n", "-q"),
            locks,
            {"INDICT_REVIEW_PREPARED": "{prepared}"},
        )


def from_words(words: tuple[str, ...]) -> PhpUnit | None:
    """Recognise `phpunit …` and `vendor/bin/phpunit …`."""
    if words and words[0].rpartition("/")[2] == "phpunit":
        return PhpUnit(words[1:])
    return None
