"""Puts edits where they belong: where they say, or the only place they fit. Never a guess.

All edits are located in the file as it is before any of them, and put in at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from indict_review.errors import PatchError
from indict_review.patches import locate, quotes
from indict_review.patches.interface import FilePatch, Hunk, Numbered, Piece, Quote, Whole
from indict_review.patches.locate import Edit, Located
from indict_review.patches.quoting import shown
from indict_review.patches.target import Target
from indict_review.patches.tolerance import LEVELS
from indict_review.patches.whole import taken

MAX_SIZE = 64 * 2**20
"""Characters that the edits of one file may put in: a quote may stand there ten thousand times."""


@dataclass(frozen=True)
class Placed:
    """A file with its edits."""

    content: bytes
    notes: tuple[str, ...] = ()
    """What was repaired, for the user."""


class _Named(NamedTuple):
    name: str
    edit: Edit


def apply(patch: FilePatch, content: bytes, *, exact: bool = False) -> Placed:
    """Put the edits into the content; with `exact`, only if they fit to the letter.

    Raises `PatchError` if one fits nowhere or twice, or if two are of one place.
    """
    path = shown(patch.path)
    target = Target(content.decode("utf-8", "surrogateescape"))
    named: list[_Named] = []
    notes: list[str] = []
    reached = 0
    for number, piece in enumerate(patch.pieces, 1):
        name = f"{path}: {'hunk' if patch.unified else 'edit'} {number}"
        found = _located(target, patch, piece, name, exact=exact)
        if patch.unified and isinstance(piece, Hunk):
            if found.at < reached:
                raise locate.misfit(name, _old(piece), "comes before the one above it")
            reached = found.at
            notes += [f"{name} {note}" for note in _moved(piece, found.at)]
        notes += [f"{name} {note}" for note in found.notes]
        named += [_Named(name, edit) for edit in found.edits]
    text = _put_in(target, named)
    return Placed(text.encode("utf-8", "surrogateescape"), tuple(notes))


def _located(target: Target, patch: FilePatch, piece: Piece, name: str, *, exact: bool) -> Located:
    levels = LEVELS[:1] if exact else LEVELS
    match piece:
        case Whole():
            if len(patch.pieces) > 1:
                raise locate.misfit(name, piece.text, "is all of the file, and there are others")
            text, notes = taken(patch, piece, target)
            return Located(0, (Edit(0, len(target.text), text),), notes)
        case Numbered():
            return locate.numbered(target, piece, name, levels)
        case Quote():
            found = quotes.located(target, piece, name, levels)
        case Hunk():
            found = locate.hunk(target, piece, name, levels)
    if found is None:
        raise locate.misfit(name, _old(piece), _why_nowhere(target, patch, piece))
    return found


def _why_nowhere(target: Target, patch: FilePatch, piece: Piece) -> str:
    """Lines that the file has not got, and another edit makes, mean that it was to come after."""
    old = _old(piece)
    missing = _stripped(old) - {line.strip() for line in target.lines}
    for number, other in enumerate(patch.pieces, 1):
        new = _new(other)
        if other != piece and (old.strip() in new or (missing and missing <= _stripped(new))):
            return f"depends on another edit: it fits only after edit {number} was made"
    new = _new(piece).strip()
    if _stripped(new) - _stripped(old) and new in target.text:
        return "fits nowhere in it, and what it would make is there already"
    first = next((line.strip() for line in old.split("\n") if line.strip() in missing), None)
    told = f"has no line {shown(first, 60)}" if first else "has its lines, but not together"
    return f"fits nowhere in it: the file {told}"


def _stripped(text: str) -> set[str]:
    return {line.strip() for line in text.split("\n")} - {""}


def _old(piece: Piece) -> str:
    match piece:
        case Hunk() | Numbered():
            return "".join(piece.before or ())
        case Quote():
            return piece.old
        case Whole():
            return ""


def _new(piece: Piece) -> str:
    match piece:
        case Hunk() | Numbered():
            return "".join(piece.after)
        case Quote():
            return piece.new
        case Whole():
            return piece.text


def _moved(hunk: Hunk, at: int) -> list[str]:
    if hunk.hint is None:
        return [f"put at line {at + 1}"] if hunk.before else []
    return [f"moved from line {hunk.hint + 1} to {at + 1}"] if hunk.hint != at else []


def _put_in(target: Target, named: Sequence[_Named]) -> str:
    named = sorted(named, key=lambda n: (n.edit.start, n.edit.end))
    for a, b in pairwise(named):
        one_point = a.edit.start == a.edit.end == b.edit.start == b.edit.end
        if a.edit.end > b.edit.start or one_point:
            raise _one_place(target, a, b)
    size = sum(len(n.edit.text) for n in named)
    if size > MAX_SIZE:
        raise PatchError(
            f"{named[0].name} and the others put in more than {MAX_SIZE // 2**20} MiB",
            "Split the patch into smaller ones.",
        )
    out: list[str] = []
    done = 0
    for _, edit in named:
        out += (target.text[done : edit.start], edit.text)
        done = edit.end
    return "".join([*out, target.text[done:]])


def _one_place(target: Target, a: _Named, b: _Named) -> PatchError:
    first = target.line_at(b.edit.start)
    last = target.line_at(max(min(a.edit.end, b.edit.end) - 1, b.edit.start))
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    return PatchError(
        f"two edits of one place, {where}: {a.name} and {b.name.rpartition(': ')[2]}",
        "All edits are of the file as it is before any of them: make one of these two.",
    )
