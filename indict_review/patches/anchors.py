"""Where a hunk may be, by the lines that it names above it: apply_patch's `@@ class A`."""

from collections.abc import Iterator, Sequence

from indict_review.errors import PatchError
from indict_review.patches.quoting import shown
from indict_review.patches.target import Target

_CLOSING = (")", "]", "{")
"""A line that begins with these, no deeper than the anchor, is still its own: `) -> int:`."""


def narrowed(target: Target, anchors: Sequence[str], places: Sequence[int]) -> list[int]:
    """The places below the anchors; if these are several, those in what the last one opens.

    Without anchors, all of them. Raises `PatchError` if an anchor stands nowhere, or not below
    the one before it.
    """
    if not anchors:
        return list(places)
    first = -1
    for anchor in anchors:
        below = (at for at in _places(target, anchor) if at > first)
        first = next(below, -1)
        if first < 0:
            raise PatchError(
                f"no line of the file is the one that the patch names: {shown(anchor, 60)}",
                "Behind @@ stands a line of the file above the edit, each below the one before.",
            )
    allowed = [at for at in places if at >= first]
    if len(allowed) < 2:
        return allowed
    blocks = [(0, len(target.lines))]
    for anchor in anchors:
        target.spend(len(blocks))
        blocks = [
            (at, _block_end(target, at))
            for at in _places(target, anchor)
            if any(start <= at < end for start, end in blocks)
        ]
    target.spend(len(blocks) * len(allowed))
    return [at for at in allowed if any(start <= at < end for start, end in blocks)] or allowed


def _places(target: Target, anchor: str) -> Iterator[int]:
    """Lines that are the anchor, or begin with it where a word ends."""
    wanted = anchor.strip()
    target.spend(len(target.lines))
    for at, line in enumerate(target.lines):
        text = line.strip()
        if text.startswith(wanted) and not _in_word(text, len(wanted)):
            yield at


def _in_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and _is_word(text[at - 1]) and _is_word(text[at])


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _block_end(target: Target, at: int) -> int:
    """One past the last line that is indented deeper than this one."""
    depth = _depth(target.lines[at])
    end = at + 1
    while end < len(target.lines):
        line = target.lines[end]
        if line.strip() and _depth(line) <= depth and not line.strip().startswith(_CLOSING):
            break
        end += 1
    target.spend(end - at)
    return end


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
