"""Functions and types that go from a file, with nothing but a comment in their place."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indict_review import syntax
from indict_review.patches.differences import differences
from indict_review.patches.interface import split_lines
from indict_review.syntax.comments import comments


class _Line(NamedTuple):
    indent: int
    code: str
    """Empty: it has a comment only."""
    remark: str


def vanished(language: str, before: str, after: str) -> str | None:
    """One that `before` defines: whoever wrote `after` may have left it out for brevity.

    What has come in its place is no code that is as little indented as it was: no other
    definition, and no statement in its stead.
    """
    kept = {definition.name for definition in syntax.definitions(language, after)}
    defined = syntax.definitions(language, before)
    gone = {d.start_line: d.name for d in defined if d.name not in kept}
    if not gone:
        return None
    old, new = dict(_lines(language, before)), dict(_lines(language, after))
    numbers, lines, others = list(old), list(old.values()), list(new.values())
    for span in differences([_text(line) for line in lines], [_text(line) for line in others]):
        lost, come = lines[span.i1 : span.i2], others[span.j1 : span.j2]
        names = {old[n].indent: gone[n] for n in numbers[span.i1 : span.i2] if n in gone}
        for indent, name in names.items():
            if _only_remarked(lost, come, indent):
                return name
    return None


def _lines(language: str, text: str) -> Iterator[tuple[int, _Line]]:
    """Those that are not empty, by their numbers."""
    remarks = comments(language, text)
    for number, line in enumerate(split_lines(text), 1):
        code = line
        for part in remarks.get(number, ()):
            code = code.replace(part, "")
        if line.strip():
            indent = len(line) - len(line.lstrip())
            yield number, _Line(indent, code.strip(), " ".join(remarks.get(number, ())))


def _text(line: _Line) -> str:
    return f"{line.code}\0{line.remark}"


def _only_remarked(lost: Sequence[_Line], come: Sequence[_Line], indent: int) -> bool:
    """Whether a comment came in the place of the lines, and no code as little indented."""
    codes, remarks = {line.code for line in lost}, {line.remark for line in lost}
    if any(line.code and line.code not in codes and line.indent <= indent for line in come):
        return False
    end = max((n for n, line in enumerate(come) if line.code), default=-1)
    return any(
        line.remark not in remarks | {""}
        and (line.code in codes if line.code else n > end or line.indent <= indent)
        for n, line in enumerate(come)
    )
