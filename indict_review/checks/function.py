"""`function-kept`: what the change can do, the revision can do, as far as reading tells.

Every rule here was weighed against good fixes: a fix may rewrite a body, drop an import, guard a
call or add an optional parameter. It may not get rid of a weakness by getting rid of the code.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from indict_review import syntax
from indict_review.checks.candidate import Candidate, outcome
from indict_review.finding import Finding
from indict_review.revision import Check
from indict_review.syntax import Definition, Statement

TELLS_TOO_MUCH = {"CWE-200", "CWE-209", "CWE-215", "CWE-312", "CWE-489", "CWE-532"}
"""Weaknesses whose fix may be to print or log less."""
FREED_TOO_EARLY = {"CWE-415", "CWE-416"}
"""Weaknesses whose fix may be to take out the call that frees."""

_COMMENTS = ("#", "//", "/*", "*", "--", ";", "<!--", "%")
_IMPORTS = ("import ", "from ", "use ", "using ", "# include")


def function_kept(candidate: Candidate) -> Check:
    """Each definition is still there, takes what it took, gives what it gave, and does its work."""
    failures: list[str] = []
    before = after = 0
    for path, language, head, revised in candidate.texts():
        fixed = candidate.fixed_in(path)
        if language is None or not syntax.has_grammar(language):
            failures += _only_deleted(_by_line(head), _by_line(revised), fixed)
            continue
        file = _Pair(language, head, revised, fixed)
        before, after = before + len(file.old), after + len(file.new)
        failures += file.losses()
    return outcome("function-kept", failures, "nothing is lost", before, after)


class _Pair:
    """One file before and after."""

    def __init__(self, language: str, head: str, revised: str, fixed: Sequence[Finding]) -> None:
        self.language = language
        self.old = syntax.definitions(language, head)
        self.new = syntax.definitions(language, revised)
        self.said = syntax.statements(language, head)
        self.says = syntax.statements(language, revised)
        self.unexported = syntax.exports(language, head) - syntax.exports(language, revised)
        self.fixed = fixed

    def losses(self) -> Iterator[str]:
        remaining = list(self.new)
        for old in self.old:
            new = self._counterpart(old, remaining)
            if new is not None:
                remaining.remove(new)
                yield from self._changes(old, new)
            elif not (old.is_stub and self._is_in_a_finding(old.start_line)):
                yield f"{old.name} is gone"
        for name in sorted(self.unexported):
            if not any(name in finding.location.quote for finding in self.fixed):
                yield f"{name} is no longer defined for others"
        yield from _only_deleted(self.said, self.says, self.fixed)

    def _counterpart(self, old: Definition, among: list[Definition]) -> Definition | None:
        """The same name; among overloads, the one that takes the same."""
        named = [new for new in among if (new.name, new.kind) == (old.name, old.kind)]
        fitting = [new for new in named if syntax.compatible(self.language, old, new)]
        return next(iter(fitting or named), None)

    def _changes(self, old: Definition, new: Definition) -> Iterator[str]:
        if not syntax.compatible(self.language, old, new):
            yield f"{old.name} {_parameter_change(old, new)}"
        if new.is_stub and not old.is_stub:
            yield f"{old.name} no longer does anything"
        elif old.returns and not new.returns:
            yield f"{old.name} no longer returns a value"
        elif old.kind == "function":
            yield from self._gutted(old, new)

    def _gutted(self, old: Definition, new: Definition) -> Iterator[str]:
        """Of three or more things it called, apart from the finding's, hardly any is left."""
        called = {
            call
            for statement in _within(self.said, old)
            if not self._is_in_a_finding(statement.line)
            for call in statement.calls
        }
        had = {d.name for d in self.old}
        added = [d for d in self.new if d.name not in had]  # work may have moved to a new function
        calls = {c for d in [new, *added] for s in _within(self.says, d) for c in s.calls}
        lost = called - calls
        if len(called) >= 3 and 3 * len(lost) > 2 * len(called):
            yield f"{old.name} no longer calls {', '.join(sorted(lost))}"

    def _is_in_a_finding(self, line: int) -> bool:
        places = (finding.location for finding in self.fixed)
        return any(place.start_line <= line <= place.end_line for place in places)


def _within(statements: Sequence[Statement], definition: Definition) -> list[Statement]:
    lines = range(definition.start_line, definition.end_line + 1)
    return [s for s in statements if s.line in lines]


def _parameter_change(old: Definition, new: Definition) -> str:
    took, takes = [p.name for p in old.signature], [p.name for p in new.signature]
    if missing := [name for name in took if name not in takes]:
        return f"lost its parameter {', '.join(missing)}"
    if extra := [name for name in takes if name not in took]:
        return f"now needs a parameter {', '.join(extra)}"
    return "takes its parameters differently"


def _only_deleted(
    said: Sequence[Statement], says: Sequence[Statement], fixed: Sequence[Finding]
) -> Iterator[str]:
    """Code was taken out, and nothing that works was put in its place.

    Commented-out code is taken out: statements have no comments. So is what became a `raise`, a
    `return None` or a message.
    """
    old, new = Counter(s.text for s in said), Counter(s.text for s in says)
    idle = {s.text for s in (*said, *says) if s.is_idle}
    lost, gained = set(old - new), set(new - old)
    if not lost or gained - idle or all(text.startswith(_IMPORTS) for text in lost):
        return
    kinds = {finding.cwe for finding in fixed}
    if lost <= idle and (gained or kinds & TELLS_TOO_MUCH):
        return
    if len(lost) == 1 and kinds & FREED_TOO_EARLY:
        return
    first = next(s for s in said if s.text in (lost - idle or lost))
    yield f"line {first.line} was only taken out, with nothing that does its work instead"


def _by_line(text: str) -> list[Statement]:
    """For a language without a grammar: every line that is no comment."""
    lines = ((number, line.strip()) for number, line in enumerate(text.split("\n"), 1))
    return [
        Statement(n, t, (), is_idle=False) for n, t in lines if t and not t.startswith(_COMMENTS)
    ]
