"""All looks at the bounds of a function."""

from collections.abc import Callable, Iterator

from indict_review.syntax.pieces import Piece
from indict_review.tools.bounds.arrays import off_by_one, unbounded_copies, unbounded_texts
from indict_review.tools.bounds.differences import unsigned_differences, wrapping_checks
from indict_review.tools.bounds.ends import late_ends
from indict_review.tools.bounds.formats import formats_too_long, written_offsets
from indict_review.tools.bounds.functions import Function
from indict_review.tools.bounds.guards import Guards
from indict_review.tools.bounds.indexes import late_checks, negative_indexes
from indict_review.tools.bounds.overlays import unmeasured_overlays
from indict_review.tools.bounds.parsed import unbounded_lengths
from indict_review.tools.bounds.sizes import lost_ends, wrapping_products
from indict_review.tools.c.patience import Patience
from indict_review.tools.c.signs import Sign

Look = Callable[[Guards], Iterator[Sign]]

LOOKS: tuple[Look, ...] = (
    late_checks,
    negative_indexes,
    unmeasured_overlays,
    unbounded_lengths,
    unsigned_differences,
    wrapping_checks,
    wrapping_products,
    lost_ends,
    unbounded_copies,
    unbounded_texts,
    off_by_one,
    formats_too_long,
    written_offsets,
    late_ends,
)


def look(function: Piece, language: str, patience: Patience) -> Iterator[Sign]:
    """What all of them see in one function."""
    body = function.part("body") or function
    guards = Guards(Function(function.part("declarator"), body, patience))
    for each in LOOKS:
        yield from each(guards)
