"""The test cases of a file, by its outline: where each is, and what it says."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, takewhile

from indict_review import syntax
from indict_review.languages import of_path
from indict_review.syntax import Statement
from indict_review.tools.conduct.layout import laid_out
from indict_review.tools.conduct.reach import reach
from indict_review.tools.touched import is_test

# Of a function: its name, and what stands in front of it, as `Statement.text` has it.
_NAMED = {
    "python": re.compile(r"test"),
    "go": re.compile(r"(?:Test|Benchmark|Fuzz|Example)(?![a-z])"),
    "java": re.compile(r"test"),
    "php": re.compile(r"test"),
}
_MARKED = {
    "java": re.compile(r"@ (?:\w+ \. )*(?:\w*Test|TestFactory)\b"),
    "csharp": re.compile(r"\[ (?:Test|TestCase|Fact|Theory|TestMethod|DataTestMethod)\b"),
    "php": re.compile(r"# \[ Test\b"),
    "rust": re.compile(r"# \[ (?:\w+ :: )*(?:test|rstest)\b"),
}
_CALLED = re.compile(r"(?:[fx]?it|x?test|specify)(?: \. \w+)* \(")
"""JavaScript: a test is a call with its name and a function."""

_NEVER_RUN = re.compile(
    r"@ (?:\w+ \. )*fixture\b|\bparametrize \( .{1,200}? , (?:\[ \]|\( \)|set \( \)) (?:,|\))"
)
"""In front of a Python function that is no test for it, or one of no row."""

_ASSERTS = re.compile(
    r"^assert\b|\b(?:assert\w*|expect\w*|should\w*|raises|warns|throws|require|verify) ?[!(.]"
    r"|\bAssert \. |\b[tb] \. (?:Error|Fatal|Fail)\w* \(",
    re.IGNORECASE,
)
_COMMON = frozenset(
    "assert self this def func fn void public private async await return expect it test const let"
    " var new in is not and or if else for while with as import from raises pytest t b toBe toEqual"
    " assertEqual assertEquals assertTrue assertFalse assert_eq assert_ne Assert Equal True False"
    " None true false null nil testing T mut static end".split()
)


@dataclass(frozen=True)
class Case:
    """One test."""

    path: str
    name: str
    """Qualified as the outline has it; in JavaScript what it is called."""
    bare: str
    """Its last name."""
    start: int
    end: int
    statements: tuple[Statement, ...]
    """What it says, with what stands in front of it."""
    idle: tuple[Statement, ...] = ()
    """What stands in it and says nothing: it is never run, or its failure goes nowhere."""

    @property
    def assertions(self) -> list[Statement]:
        """The statements that can fail it."""
        return [s for s in self.statements if asserts(s)]

    @cached_property
    def words(self) -> frozenset[str]:
        """What it speaks of: names and values, without those that every test has."""
        told = (words(statement.text) for statement in self.statements)
        return frozenset[str]().union(*told) - {self.bare}

    @cached_property
    def calls(self) -> frozenset[str]:
        """The last names of what it calls."""
        return frozenset(name for s in self.statements for name in s.calls)


def has_tests(path: str) -> bool:
    """Whether a file may have tests: by its name, or because Rust keeps them beside the code."""
    return is_test(path) or of_path(path) == "rust"


def asserts(statement: Statement) -> bool:
    """Whether a statement can fail a test."""
    return _ASSERTS.search(statement.text) is not None


def words(text: str) -> frozenset[str]:
    """Names and values in a statement's text."""
    return frozenset(re.findall(r"\w+", text)) - _COMMON


@lru_cache(maxsize=512)  # verification looks again and again, and few files differ
def cases(path: str, text: str) -> tuple[Case, ...]:
    """The tests in a file; none in a language whose tests we do not know."""
    language = of_path(path)
    if language in {"javascript", "typescript"}:
        return tuple(_calls(path, language, text)) if is_test(path) else ()
    known = language in _NAMED or language in _MARKED
    if language is None or not known or not has_tests(path):
        return ()
    return tuple(_functions(path, language, text))


def _functions(path: str, language: str, text: str) -> Iterator[Case]:
    said = syntax.statements(language, text)
    python = reach(text) if language == "python" else None
    idle = python.idle if python else laid_out(said, text.split("\n"))
    at = {statement.line: n for n, statement in reversed(list(enumerate(said)))}
    for definition in syntax.definitions(language, text):
        first = at.get(definition.start_line)
        if definition.kind != "function" or first is None:
            continue
        if python and definition.start_line not in python.tests:
            continue
        # Python's decorators and Rust's attributes are statements of their own, in front of it.
        while first and said[first - 1].text.startswith(("@ ", "# [")):
            first -= 1
        inside = _until(said, first, definition.end_line)
        head = " ".join(s.text for s in inside if s.line <= definition.start_line)
        name = definition.name.rpartition(".")[2]
        if _is_test(language, name, head) and not _NEVER_RUN.search(head):
            start = min(inside[0].line, definition.start_line)
            span = start, definition.end_line
            yield Case(path, definition.name, name, *span, *_divided(inside, idle))


def _until(said: Sequence[Statement], first: int, line: int) -> tuple[Statement, ...]:
    return tuple(takewhile(lambda statement: statement.line <= line, islice(said, first, None)))


def _divided(
    said: Sequence[Statement], idle: Set[int]
) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """What is run, and what is not."""
    run = tuple(s for s in said if s.line not in idle)
    return run, tuple(s for s in said if s.line in idle)


def _is_test(language: str, name: str, head: str) -> bool:
    by_name, by_mark = _NAMED.get(language), _MARKED.get(language)
    named = by_name is not None and by_name.match(name) is not None
    return named or (by_mark is not None and by_mark.search(head) is not None)


def _calls(path: str, language: str, text: str) -> Iterator[Case]:
    said = syntax.statements(language, text)
    lines = text.split("\n")
    idle = laid_out(said, lines)
    for n, statement in enumerate(said):
        name = _called(statement.text)
        if name is not None:
            end = _end(lines, statement.line)
            inside = _until(said, n, end)
            yield Case(path, name, name, statement.line, end, *_divided(inside, idle))


def _called(text: str) -> str | None:
    opened = _CALLED.match(text)
    quote = re.search(r"['\"`] ", text[opened.end() :]) if opened else None
    if opened is None or quote is None:
        return None
    rest = text[opened.end() + quote.end() :]
    return rest.partition(f" {quote[0].strip()}")[0][:200].strip()


def _end(lines: list[str], start: int) -> int:
    """The line that closes a call: the first one as far to the left as it begins."""
    first = lines[start - 1]
    indent = len(first) - len(first.lstrip())
    if first.rstrip().endswith((");", ")")):
        return start
    for number in range(start + 1, len(lines) + 1):
        line = lines[number - 1]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            return number
    return len(lines)
