"""What lies in the sandbox: the project, the answer over it, the checks over both; and the call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from shlex import quote

from indict_review.bench.interface import Execution
from indict_review.patches.paths import check_together, safe_path
from indict_review.sandbox.box import member
from indict_review.sandbox.interface import Job, Limits
from indict_review.tools.environment import Environment
from indict_review.tools.frameworks.interface import Call
from indict_review.tools.frameworks.layout import python_tests
from indict_review.tools.frameworks.pytest_runner import Pytest
from indict_review.tools.test_suite import Planted

LIMITS = Limits(seconds=60.0)
"""Of the tests of one kind."""

COMPILED = "compiled"
"""The folder, beside the source, where checks find the program that was built of it."""

_STEERING = frozenset(
    {"conftest.py", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml"}
    | {"sitecustomize.py", "usercustomize.py"}
)
"""What tells Python or pytest how to run: never the answer's to say."""

_TOOLCHAINS = {"javascript": "node", "c": "c", "cpp": "c", "go": "go"}

# A compiler that fails leaves no program, and the tests say so. The libraries are those of CWEval's
# own build (its cweval/commons.py), as far as they are here: most programs need none.
_LIBRARIES = """\
libraries='-I/usr/include/libxml2'
for name in sqlite3 jwt ssl crypto archive xml2; do
    # A path, if there is one.
    case $(gcc -print-file-name=lib$name.so) in /*) libraries="$libraries -l$name" ;; esac
done
"""
_BUILDS = {
    ".c": "gcc {source} -o {program} $libraries",
    ".cpp": "g++ {source} -o {program} $libraries",
    ".go": "command -v goimports && goimports -w {source}; go build -o {program} {source}",
}


@dataclass(frozen=True)
class Laid:
    """See `Contents`."""

    files: Mapping[str, str]

    def members(self) -> Iterator[bytes]:
        """See `Contents.members`."""
        yield member("work", None)
        for path, text in self.files.items():
            yield member(f"work/{path}", _bytes(text))


def laid_over(execution: Execution, files: Mapping[str, str]) -> Mapping[str, str]:
    """The whole workspace. Raises `PatchError` for a path that leads elsewhere, or into a file."""
    own = {p: t for p, t in files.items() if PurePosixPath(p).name not in _STEERING}
    work = {**execution.given, **own, **execution.checks}
    for path in work:
        safe_path(path)
    check_together(work)
    return work


def call_for(execution: Execution, work: Mapping[str, str], kind: str) -> Call:
    """How the tests of a kind are run: those of the checks alone."""
    tests = python_tests(frozenset(execution.checks))
    left_out = ("-k", f"not {execution.without}") if execution.without else ()
    framework = Pytest(("-m", kind, *left_out, *tests))
    return framework.call(frozenset(work), lambda path: work.get(path, ""))


def job_of(
    execution: Execution,
    files: Mapping[str, str],
    work: Mapping[str, str],
    call: Call,
    environment: Environment,
) -> Job:
    """The run: what has to be compiled is, and then come the tests."""
    where = environment.mounts[0].target if environment.mounts else ""
    return environment.added_to(
        Job(
            ("/bin/sh", "{box}/tools/build", *call.command),
            Planted(Laid(work), call.planted),
            {**call.tools, "build": _bytes(_script(files))},
            {**call.environ, "NODE_PATH": f"{where}/node_modules"},
            toolchain=_TOOLCHAINS.get(execution.language, "python"),
            limits=LIMITS,
        )
    )


def _script(files: Mapping[str, str]) -> str:
    """Each source alone becomes a program of its own."""
    sources = [path for path in files if PurePosixPath(path).suffix in _BUILDS]
    steps = [_step(PurePosixPath(path)) for path in sources]
    libraries = [_LIBRARIES] if any(not path.endswith(".go") for path in sources) else []
    return "\n".join([*libraries, *steps, 'exec "$@"\n'])


def _step(source: PurePosixPath) -> str:
    program = source.parent / COMPILED / source.stem
    build = _BUILDS[source.suffix].format(
        # Neither is an option, whatever it is called.
        source=quote(f"./{source}"),
        program=quote(f"./{program}"),
    )
    return f"mkdir -p {quote(f'./{program.parent}')}\n{{ {build}; }} >/dev/null 2>&1"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
