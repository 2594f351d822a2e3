"""Every way of running tests that is known, in order of preference."""

from collections.abc import Callable

from indict_review.tools.frameworks import (
    cargo,
    ctest,
    dotnet,
    go,
    java,
    javascript,
    node,
    php,
    pytest_runner,
    python_envs,
    unittest_runner,
)
from indict_review.tools.frameworks.command import Command, Make, NpmTest
from indict_review.tools.frameworks.interface import Framework, Read
from indict_review.tools.frameworks.words import taken_apart

FRAMEWORKS: tuple[Framework, ...] = (
    pytest_runner.Pytest(),
    python_envs.TOX,
    python_envs.NOX,
    unittest_runner.Unittest(),
    node.NodeTest(),
    javascript.JEST,
    javascript.VITEST,
    javascript.MOCHA,
    go.Go(),
    cargo.Cargo(),
    java.MAVEN,
    java.GRADLE,
    php.PhpUnit(),
    dotnet.DotNet(),
    ctest.CTest(),
    # Those that say only whether all passed come last.
    NpmTest(),
    Make("make test"),
    Make("make check"),
)

COMMANDS: tuple[Callable[[tuple[str, ...]], Framework | None], ...] = (
    pytest_runner.from_words,
    python_envs.from_words,
    unittest_runner.from_words,
    node.from_words,
    javascript.from_words,
    go.from_words,
    cargo.from_words,
    java.from_words,
    php.from_words,
    dotnet.from_words,
    ctest.from_words,
)

_TOOLCHAINS = {
    "node": ("npm", "npx", "node", "yarn", "pnpm"),
    "c": ("make", "cmake", "gcc", "g++"),
    "go": ("go",),
    "rust": ("cargo",),
    "java": ("java", "mvn", "gradle"),
    "php": ("php", "composer"),
    "dotnet": ("dotnet",),
}


def detect(paths: frozenset[str], read: Read) -> Framework | None:
    """How this project tests itself; None if it has no tests that we know of."""
    return next((each for each in FRAMEWORKS if each.found(paths, read)), None)


def of_command(command: str) -> Framework:
    """How to run what `--test-command` says: a known runner with a report per test, or a command.

    The command is the user's, who may run what they like; it still runs in the sandbox.
    """
    words = taken_apart(command)
    for recognise in COMMANDS:
        if found := recognise(words):
            return found
    if words == ("npm", "test") or words == ("npm", "run", "test"):
        return NpmTest(command)
    first = command.split(maxsplit=1)[0] if command.strip() else ""
    fits = (chain for chain, programs in _TOOLCHAINS.items() if first in programs)
    return Command(command, next(fits, "python"))
