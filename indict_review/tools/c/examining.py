"""What a look sees in the functions that a change touched, and did not see there before."""

from collections.abc import Callable, Iterator, Sequence

from indict_review.errors import ToolError
from indict_review.evidence import Location, Observed
from indict_review.syntax.pieces import Piece, functions
from indict_review.tools.c.changed import Changed, Side
from indict_review.tools.c.signs import Sign
from indict_review.tools.novelty import Seen, added_lines, brought_in

LARGEST = 120_000
"""Bytes of a function, some four thousand lines: hostile ones could be compared for hours."""

Look = Callable[[Piece, str], Iterator[Sign]]
"""Looks at one function, of this language."""


def examine(tool: str, look: Look, files: Sequence[Changed]) -> Iterator[Observed]:
    """Raises `ToolError` at the end, for functions too large to look at."""
    signs: dict[Seen, Sign] = {}
    known: dict[Seen, Sign] = {}
    added, came_from, large = {}, {}, list[str]()
    for file in files:
        found = dict(_seen(look, file.after, large))
        if not found:
            continue
        signs |= found
        known |= _seen(look, file.before, [])
        path, origin = file.after.path, file.before.path
        if path == origin:
            lines = (side.text.split("\n") for side in (file.before, file.after))
            added[path] = added_lines(*lines)
        came_from[path] = origin
    texts = {file.after.path: file.after.text for file in files}
    for seen in brought_in(known, signs, added, came_from):
        yield _observed(tool, seen, signs[seen], texts[seen.path])
    if large:
        raise ToolError(f"functions too large to look at: {', '.join(large)}")


def _seen(look: Look, side: Side, large: list[str]) -> Iterator[tuple[Seen, Sign]]:
    for function in functions(side.language, side.text, side.lines):
        if function.end - function.start > LARGEST:
            large.append(f"{side.path}:{function.line}")
            continue
        for sign in look(function, side.language):
            at = sign.piece
            place = (at.text, at.line, at.end_line, at.start)
            yield Seen(sign.kind.ident, side.path, *place), sign


def _observed(tool: str, seen: Seen, sign: Sign, text: str) -> Observed:
    lines = text.split("\n")[seen.start_line - 1 : seen.end_line]
    place = Location(seen.path, seen.start_line, seen.end_line, "\n".join(lines))
    return Observed(tool, sign.message, place, sign.kind.weakness(sign.message))
