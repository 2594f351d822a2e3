"""How checks are told to look away, by language: in comments, in code, in shells and workflows."""

import re

from indict_review.ledger.marks import MARKS

COMMENT = re.compile(
    rf"(?:#|//|/\*+|<!--)\s*((?:ruff|flake8|mypy):\s*)?"
    rf"({MARKS.pattern}|pyright:\s*ignore|ignore-errors|(?:istanbul|c8|v8) ignore)",
    re.IGNORECASE,
)
"""A mark for a linter, a type checker or a measure of coverage. It opens its comment."""

LINT = {
    "java": re.compile(r"@ (SuppressWarnings)\b"),
    "csharp": re.compile(r"\[ (?:assembly : )?(SuppressMessage)\b"),
    "rust": re.compile(r"^# !? ?\[ (allow) \("),
}
"""The same as statements (`syntax.Statement.text`)."""

_JAVASCRIPT = re.compile(
    r"^(x(?:it|test|describe)|f(?:it|describe)) \("
    r"|^((?:it|test|describe|suite|context) \. (?:skip|only|todo|fixme|fails))\b"
)
_SKIP = r"(?:skip|skipif|xfail|skipIf|skipUnless|expectedFailure)"
SKIPS = {
    "python": re.compile(
        rf"^@ (?:.*[\w)] @ )?((?:\w+ \. )*{_SKIP})\b"
        rf"|^pytestmark = .{{0,100}}(mark \. {_SKIP})\b"
        r"|^(?:\w+ = )?(pytest \. (?:skip|xfail|importorskip)|(?:self|cls) \. skipTest) \("
        r"|^raise (?:\w+ \. )*(SkipTest)\b"
    ),
    "javascript": _JAVASCRIPT,
    "typescript": _JAVASCRIPT,
    "go": re.compile(r"^[tb] \. (Skip|Skipf|SkipNow) \("),
    "java": re.compile(r"@ (Disabled|Ignore)\b"),
    "csharp": re.compile(r"\[ (Ignore|Explicit)\b|\[ (?:Fact|Theory) \( .{0,100}(Skip) ="),
    "php": re.compile(r"-> (markTest(?:Skipped|Incomplete)) \("),
    "rust": re.compile(r"^# \[ (ignore)\b"),
}
"""Statements that keep a test from being run, or from failing."""

ALIAS = re.compile(rf"^[ \t]*(?!pytestmark\b)(\w+)[ \t]*=[ \t]*(?:\w+\.)*{_SKIP}\b", re.MULTILINE)
"""A name that Python code gives to such a mark."""

FOCUS = re.compile(r"only$|^f(?:it|describe)$")
"""Of those, what keeps all the other tests from being run."""

_CHECK = r"\b(?:py?test|tests?|lint|ruff|mypy|flake8|eslint|tsc|check|vet|clippy|audit|verify)\b"
SHELL = re.compile(
    r"^(?!\s*(?:@?echo|printf)\b)[^'\"]{0,200}\bgit\b[^'\"#]{0,200}(--no-verify)\b"
    r"|\"\s*:\s*\".{0,200}\bgit\b.{0,200}(--no-verify)\b"
    rf"|{_CHECK}[^#\n]{{0,200}}(\|\|\s*(?:true|:|exit 0))(?=\s|$|['\"])",
)
"""In a shell's line."""
WORKFLOW = re.compile(r"(continue-on-error:\s*true|allow_failure:\s*true|set \+e)\b")
"""Beside those, in what a CI runs."""

DESELECTS = re.compile(
    r"(?:^[\s\"']*|\b(?:py\.?test|jest|vitest|mocha|addopts)\b[^#\n]{0,200}?[\s\"'=])"
    r"(--(?:deselect|ignore|ignore-glob|collect-only|co|passWithNoTests|testPathIgnorePatterns)"
    r"(?![\w-])|-k\b)"
    r"|^[\s\"']*((?:norecursedirs|python_files|python_functions|python_classes|testMatch|testRegex"
    r"|(?:test|module)PathIgnorePatterns|passWithNoTests)\b)"
)
"""In a line of what tells a runner which tests there are."""
_RUNNER = re.compile(
    r"(?:^|/)(?:\.?pytest\.(?:ini|toml)|tox\.ini|setup\.cfg|pyproject\.toml|noxfile\.py"
    r"|(?:jest|vitest|vite|karma)\.config\.\w+|\.mocharc\.\w+)$"
)

_CI = re.compile(r"(?:^|/)(?:\.github/(?:workflows|actions)/|\.gitlab-ci|\.circleci/|Jenkinsfile$)")
_SHELL = re.compile(
    r"(?:^|/)(?:GNUm|[Mm])akefile$|\.mk$|\.(?:ba|z)?sh$|(?:^|/)\.husky/|package\.json$"
)


def line_marks(path: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What to look for in the lines of a file that a shell or a runner of tests reads, by kind."""
    ci = _CI.search(path) is not None
    shell = ci or _SHELL.search(path) is not None
    chooses = shell or _RUNNER.search(path) is not None
    found = (("gate", SHELL, shell), ("gate", WORKFLOW, ci), ("choice", DESELECTS, chooses))
    return tuple((kind, pattern) for kind, pattern, reads in found if reads)
