"""Maven and Gradle: both leave JUnit's XML in the workspace; it is copied out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from indict_review.runs import CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.frameworks import junit
from indict_review.tools.frameworks.cases import reports
from indict_review.tools.frameworks.inside import script, token
from indict_review.tools.frameworks.interface import Call, Preparation, Read
from indict_review.tools.frameworks.words import typed


@dataclass(frozen=True)
class JavaBuild:
    """See `Framework`."""

    name: str
    command: tuple[str, ...]
    files: tuple[str, ...]
    """A project with one of these is built by it."""
    left: tuple[str, ...]
    """Where the reports are: patterns for `find -path`."""
    fetch: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    """Where what was fetched is found."""
    arguments: tuple[str, ...] = ("test",)
    toolchain: str = "java"

    def found(self, paths: frozenset[str], read: Read) -> bool:
        """See `Framework.found`."""
        return any(name in paths for name in self.files) and any("src/test/" in p for p in paths)

    def call(self, paths: frozenset[str], read: Read) -> Call:
        """See `Framework.call`."""
        folder = f"{{box}}/out/{self.name}-{token()}"
        return Call(
            (
                *("/bin/sh", "{box}/tools/keep.sh", folder, *self.left, "--"),
                *(*self.command, *self.arguments),
            ),
            {"keep.sh": script("keep.sh")},
        )

    def shown(self) -> str:
        """See `Framework.shown`."""
        return typed(self.command[0], *self.arguments)

    def results(self, ran: Ran) -> Mapping[str, CaseResult]:
        """See `Framework.results`."""
        return junit.results(reports(ran, self.name))

    def prepare(self, paths: frozenset[str], read: Read) -> Preparation | None:
        """See `Framework.prepare`."""
        locks = tuple(sorted(p for p in paths if p.rpartition("/")[2] in self.files))
        return Preparation(self.fetch, locks, self.environ) if self.fetch else None


_REPOSITORY = "-Dmaven.repo.local="

MAVEN = JavaBuild(
    "maven",
    # Offline, or it would wait for a network that is not there. A module that fails does not
    # hide the results of the next.
    ("mvn", "-o", "-q", "-B", "-fae"),
    ("pom.xml",),
    ("*/target/surefire-reports/*.xml",),
    ("mvn", "-q", "-B", f"{_REPOSITORY}{{box}}/out", "dependency:go-offline"),
    {"MAVEN_OPTS": f"{_REPOSITORY}{{prepared}}"},
)

GRADLE = JavaBuild(
    "gradle",
    # Not the project's `gradlew`: it downloads the Gradle it wants.
    ("gradle", "--offline", "--no-daemon", "--continue", "--console=plain"),
    ("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"),
    ("*/build/test-results/*/*.xml",),
)


def from_words(words: tuple[str, ...]) -> JavaBuild | None:
    """Recognise `mvn … test`, `./gradlew test`, …"""
    program = words[0].rpartition("/")[2] if words else ""
    for build, programs in ((MAVEN, ("mvn", "mvnw")), (GRADLE, ("gradle", "gradlew"))):
        if program in programs and len(words) > 1:
            return JavaBuild(
                *(build.name, build.command, build.files, build.left, build.fetch, build.environ),
                arguments=words[1:],
            )
    return None
