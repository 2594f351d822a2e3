"""What the lines that a change adds do: the names they call and use, as the grammar has them.

A name is written with dots, whatever the language: `pdo.query` for `$pdo->query(…)`, `Vec.new` for
`Vec::new()`, `format!(…)` is `format`. Where something else than a name is called on, it begins
with a dot: `.execute` for `db.cursor().execute(q)`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from indict_review.change import Change
from indict_review.syntax import Statement, has_grammar, statements
from indict_review.tools.touched import Touched

LONGEST = 200_000
"""Characters of a file that is parsed for this."""
_MOST_TOKENS = 4_000
"""Characters of one statement."""

_DOT = re.compile(r" ?(?:\?\.|::|->|\.) ?")
_CALL = re.compile(r"((?:\w+|(?<=[)\]\"'])(?=\.))(?:\.\w+)*)(?: !)? \(")
_KEYWORD = re.compile(r"\b((?:include|require)(?:_once)?|echo|print|eval) ")
_USED = re.compile(r"\w+(?:\.\w+)+")


@dataclass
class Done:
    """What is done in one language."""

    called: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    """Dotted names, called or not."""

    def does(self, pattern: str) -> bool:
        """Whether it calls what an entry names.

        `a.b` is that name, whatever stands in front; `.b` any call on something; `a.*` any use of a
        module; `b` a call of that bare name.
        """
        if pattern.endswith(".*"):
            return any(f".{pattern[:-1]}" in f".{name}" for name in self.used)
        if "." in pattern:
            end = pattern if pattern.startswith(".") else f".{pattern}"
            return any(f".{name}".endswith(end) and name != pattern[1:] for name in self.called)
        return pattern in self.called


def done(change: Change) -> dict[str, Done]:
    """By language, what the added lines do. Of files that are very long, or no code: nothing."""
    found: dict[str, Done] = {}
    touched = Touched(change).added
    for file in change.files:
        text = change.after.text(file.path)
        if file.language and has_grammar(file.language) and 0 < len(text) <= LONGEST:
            said = statements(file.language, text)
            aliases = dict(_aliases(said)) if file.language == "python" else {}
            part = found.setdefault(file.language, Done())
            for statement in _added(said, text, touched.get(file.path, ())):
                _take(statement, aliases, part, is_php=file.language == "php")
    return found


def _added(
    said: Sequence[Statement], text: str, spans: Iterable[tuple[int, int]]
) -> Iterator[Statement]:
    """The statements that have an added line: each lasts until the next one begins."""
    lines = text.split("\n")
    added = [n for first, last in spans for n in range(first, last + 1) if lines[n - 1].strip()]
    begins = sorted({statement.line for statement in said})
    within = {begins[at - 1] for n in added if (at := bisect_right(begins, n))}
    yield from (statement for statement in said if statement.line in within)


def _take(said: Statement, aliases: Mapping[str, str], part: Done, *, is_php: bool) -> None:
    code = _plain(said)
    # What looks like a call may be a definition: the grammar knows.
    called = {m[1] for m in _CALL.finditer(code) if m[1].rpartition(".")[2] in said.calls}
    called |= {match[1] for match in _KEYWORD.finditer(code)} if is_php else set()
    part.called |= called | {_resolved(name, aliases) for name in called}
    used = {match[0] for match in _USED.finditer(code)}
    part.used |= {_resolved(name, aliases) for name in used} | part.called


def _plain(said: Statement) -> str:
    return _DOT.sub(".", said.text[:_MOST_TOKENS])


def _resolved(name: str, aliases: Mapping[str, str]) -> str:
    first, dot, rest = name.partition(".")
    return f"{aliases.get(first, first)}{dot}{rest}"


def _aliases(said: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    """Python: which module or what of it a name stands for."""
    for statement in said:
        if match := re.fullmatch(r"(?:from (\S+) )?import (.+)", _plain(statement)):
            for part in match[2].strip("() ").split(","):
                name, _, alias = part.strip().partition(" as ")
                if match[1] or alias:
                    yield alias or name, f"{match[1]}.{name}" if match[1] else name
