"""Lines that are never run, by how code is laid out: where there is no grammar to ask."""

from collections.abc import Sequence

from indict_review.syntax import Statement


def laid_out(said: Sequence[Statement], lines: Sequence[str]) -> set[int]:
    """Those behind a plain `return`, and those inside of `if (false)`.

    A block stands farther to the right than what it is in; who writes otherwise is not seen.
    """
    idle: set[int] = set()
    edge: int | None = None
    opened = 0
    for statement in said:
        line = lines[statement.line - 1]
        indent = len(line) - len(line.lstrip())
        if edge is not None and (indent >= edge or statement.line == opened):
            idle.add(statement.line)
            continue
        edge = None
        text = statement.text.removesuffix(";").strip()
        if text in {"return", "return undefined"} and line.lstrip().startswith("return"):
            edge = indent
        elif text.startswith(("if ( false ) {", "if ( 0 ) {", "while ( false ) {")):
            edge, opened = (None if "else" in text else indent + 1), statement.line
    return idle
