"""All looks at the lifetimes of a function's pointers."""

from collections.abc import Callable, Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.c.patience import Patience
from indict_review.tools.c.signs import Sign
from indict_review.tools.lifetimes.flow import flow_of
from indict_review.tools.lifetimes.freed import used_after_free
from indict_review.tools.lifetimes.joined import joined_unchecked
from indict_review.tools.lifetimes.moved import used_after_erase, used_after_move
from indict_review.tools.lifetimes.steps import Flow
from indict_review.tools.lifetimes.temporary import kept_of_temporary
from indict_review.tools.lifetimes.tested import tested_late
from indict_review.tools.lifetimes.unchecked import followed_unchecked

Look = Callable[[Flow], Iterator[Sign]]

LOOKS: tuple[Look, ...] = (
    used_after_free,
    used_after_move,
    used_after_erase,
    kept_of_temporary,
    followed_unchecked,
    tested_late,
    joined_unchecked,
)


def look(function: Piece, language: str, patience: Patience) -> Iterator[Sign]:
    """What all of them see in one function."""
    flow = flow_of(function, language, patience)
    for each in LOOKS:
        yield from each(flow)
