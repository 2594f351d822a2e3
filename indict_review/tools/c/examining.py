"""What a look sees in the functions that a change touched, and did not see there before."""

from collections.abc import Callable, Iterator, Sequence

from indict_review.errors import ToolError
from indict_review.evidence import Location, Observed
from indict_review.syntax.pieces import Piece, functions
from indict_review.tools.c.changed import Changed, Side
from indict_review.tools.c.patience import STEPS, OutOfPatienceError, Patience
from indict_review.tools.c.signs import Sign
from indict_review.tools.novelty import Seen, added_lines, brought_in

MOST_TOLD = 10
"""Functions that were not looked at, by their lines. Of more, only how many is said."""

Look = Callable[[Piece, str, Patience], Iterator[Sign]]
"""Looks at one function, of this language. Raises `OutOfPatienceError`."""


def examine(tool: str, look: Look, files: Sequence[Changed]) -> Iterator[Observed]:
    """Raises `ToolError` at the end, for functions that cost too much to look at."""
    signs: dict[Seen, Sign] = {}
    known: dict[Seen, Sign] = {}
    added, came_from, left = {}, {}, list[str]()
    for file in files:
        patience = Patience(STEPS)
        found = dict(_seen(look, file.after, patience, left))
        if not found:
            continue
        signs |= found
        known |= _seen(look, file.before, patience, [])
        path, origin = file.after.path, file.before.path
        if path == origin:
            lines = (side.text.split("\n") for side in (file.before, file.after))
            added[path] = added_lines(*lines)
        came_from[path] = origin
    texts = {file.after.path: file.after.text for file in files}
    for seen in brought_in(known, signs, added, came_from):
        yield _observed(tool, seen, signs[seen], texts[seen.path])
    if left:
        more = f", and {len(left) - MOST_TOLD} more" if len(left) > MOST_TOLD else ""
        told = ", ".join(left[:MOST_TOLD])
        raise ToolError(f"functions too large or too tangled to look at: {told}{more}")


def _seen(
    look: Look, side: Side, patience: Patience, left: list[str]
) -> Iterator[tuple[Seen, Sign]]:
    """What is not looked at goes to `left`; what was seen in it till then is as true as ever."""
    found = functions(side.language, side.text, side.lines)
    left += (f"{side.path}:{line}" for line in found.left)
    for function in found.read:
        for sign in _signs(look, function, side, patience, left):
            at = sign.piece
            place = (at.text, at.line, at.end_line, at.start)
            yield Seen(sign.kind.ident, side.path, *place), sign


def _signs(
    look: Look, function: Piece, side: Side, patience: Patience, left: list[str]
) -> Iterator[Sign]:
    try:
        patience.spend(function.end - function.start)
        yield from look(function, side.language, patience)
    except OutOfPatienceError:
        left.append(f"{side.path}:{function.line}")


def _observed(tool: str, seen: Seen, sign: Sign, text: str) -> Observed:
    lines = text.split("\n")[seen.start_line - 1 : seen.end_line]
    place = Location(seen.path, seen.start_line, seen.end_line, "\n".join(lines))
    return Observed(tool, sign.message, place, sign.kind.weakness(sign.message))
