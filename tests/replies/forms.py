"""The forms in which an actor writes down what it tells. The table is at the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from tests.replies import as_blocks, as_diffs, as_json
from tests.replies.parts import Part, Unsayable
from tests.replies.told import Told


class Kind(Enum):
    """How a form says where an edit belongs."""

    DIFF = auto()
    """By quoting the code, and by line numbers."""
    QUOTE = auto()
    """By quoting the code."""
    NUMBERS = auto()
    """By line numbers alone."""
    WHOLE = auto()
    """It gives the whole file."""


EVERY = frozenset(Kind)
QUOTING = frozenset({Kind.DIFF, Kind.QUOTE})


Writer = Callable[[Sequence[Told]], list[Part]]
"""Raises `Unsayable`."""


@dataclass(frozen=True)
class Form:
    name: str
    option: str | None
    """What `--patch-format` calls it; None for a mixture."""
    kind: Kind
    write: Writer


def _mixed(*writers: Writer) -> Writer:
    """Every passage in another form than the one before."""

    def write(files: Sequence[Told]) -> list[Part]:
        pieces = [piece for told in files for piece in _pieces(told)]
        if len(pieces) < 2:
            raise Unsayable("one piece is no mixture")
        parts: list[Part] = []
        for n, piece in enumerate(pieces):
            whole = piece.old_path is None
            parts += (as_blocks.whole_above if whole else writers[n % len(writers)])([piece])
        return parts

    return write


def _pieces(told: Told) -> list[Told]:
    if not told.modified or not told.passages:
        return [told]
    return [told.only(passage) for passage in told.passages]


_TABLE = [
    Form("unified", "unified", Kind.DIFF, as_diffs.unified),
    Form("git", "unified", Kind.DIFF, as_diffs.git),
    Form("apply-patch", "apply-patch", Kind.QUOTE, as_diffs.envelope),
    Form("apply-patch by shell", "apply-patch", Kind.QUOTE, as_diffs.heredoc),
    Form("search-replace", "search-replace", Kind.QUOTE, as_blocks.search_replace),
    Form("search-replace, path within", "search-replace", Kind.QUOTE, as_blocks.path_within),
    Form("search-replace, dashes", "search-replace", Kind.QUOTE, as_blocks.dashes),
    Form("whole-file", "whole-file", Kind.WHOLE, as_blocks.whole_above),
    Form("whole-file, path in the fence", "whole-file", Kind.WHOLE, as_blocks.whole_info),
    Form("suggestion", "suggestion", Kind.NUMBERS, as_blocks.suggestion),
    Form("json old and new", "json", Kind.QUOTE, as_json.old_new),
    Form("json edits", "json", Kind.QUOTE, as_json.edits),
    Form("json tool calls", "json", Kind.QUOTE, as_json.tool_calls),
    Form("json lines", "json", Kind.NUMBERS, as_json.line_ranges),
    Form("json whole", "json", Kind.WHOLE, as_json.whole),
    Form(
        "mixed",
        None,
        Kind.QUOTE,
        _mixed(as_blocks.search_replace, as_json.old_new, as_diffs.unified, as_diffs.envelope),
    ),
    Form(
        "mixed with numbers",
        None,
        Kind.NUMBERS,
        _mixed(as_blocks.suggestion, as_blocks.search_replace, as_json.line_ranges),
    ),
]

FORMS = {form.name: form for form in _TABLE}
