"""Where in a file a quoted text stands, wherever in a line it begins and ends."""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from indict_review.patches import locate
from indict_review.patches.interface import Hunk, Quote, split_lines
from indict_review.patches.locate import Edit, Located
from indict_review.patches.mending import said_of_ends
from indict_review.patches.target import Target, with_ends
from indict_review.patches.tolerance import LEVELS, Level

MAX_EVERY = 10_000
"""Places at which one edit may replace the same text."""


def located(
    target: Target, quote: Quote, name: str, levels: Sequence[Level] = LEVELS
) -> Located | None:
    """The only place for this text, or None. Raises `PatchError` if there are two."""
    if not quote.old:
        if target.text:
            raise locate.misfit(name, quote.new, "quotes nothing, and the file is not empty")
        return Located(0, (Edit(0, 0, quote.new),))
    spellings = _spellings(target, quote) if len(levels) > 1 else [(quote, ())]
    for spelled, notes in spellings:
        found = _occurrences(target, spelled, name)
        if found:
            end = len(spelled.old)
            edits = tuple(Edit(at, at + end, spelled.new) for at in found)
            return Located(target.line_at(found[0]) - 1, edits, notes)
    lines = None if quote.every else _whole_lines(quote)
    return locate.hunk(target, lines, name, levels[1:]) if lines else None


def _spellings(target: Target, quote: Quote) -> Iterator[tuple[Quote, tuple[str, ...]]]:
    """The quote as it is, and with its lines ended otherwise."""
    if "\n" not in quote.old and target.line_end:
        new = with_ends(quote.new, target.line_end)
        notes = () if new == quote.new else (said_of_ends(target.line_end),)
        yield Quote(quote.old, new, quote.every), notes
        return
    yield quote, ()
    for end in ("\r\n", "\n"):
        old = with_ends(quote.old, end)
        if old != quote.old:
            yield Quote(old, with_ends(quote.new, end), quote.every), (said_of_ends(end),)


def _occurrences(target: Target, quote: Quote, name: str) -> list[int]:
    found = list(islice(target.find_text(quote.old), MAX_EVERY + 1 if quote.every else 2))
    if len(found) < 2:
        return found
    lines = [target.line_at(at) for at in found[:2]]
    if not quote.every:
        raise locate.misfit(name, quote.old, f"fits at line {lines[0]} and at line {lines[1]}")
    if len(found) > MAX_EVERY:
        raise locate.misfit(
            name, quote.old, f"would replace this in more than {MAX_EVERY:,} places"
        )
    if any(b - a < len(quote.old) for a, b in pairwise(found)):
        raise locate.misfit(name, quote.old, "replaces text that overlaps itself")
    return found


def _whole_lines(quote: Quote) -> Hunk | None:
    """The quote as lines, if it can be one: then the end of its last line stays as it is."""
    end = "" if quote.old.endswith("\n") else "\n"
    new = quote.new + end
    if new and not new.endswith("\n"):
        return None
    return Hunk(tuple(split_lines(quote.old + end)), tuple(split_lines(new)))
