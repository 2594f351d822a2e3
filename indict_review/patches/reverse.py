"""The patch that takes another one back, as `git apply --reverse` would."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from indict_review.change import Status
from indict_review.patches.interface import FilePatch, Hunk, Piece

_BACK = {Status.ADDED: Status.DELETED, Status.DELETED: Status.ADDED}


def taken_back(patches: Sequence[FilePatch]) -> list[FilePatch]:
    """In the order to apply them. A file that began as a copy of another does not go back.

    They are unified diffs: no other form says what its lines take the place of. Raises
    `TypeError` for one.
    """
    return [_taken_back(patch) for patch in reversed(patches)]


def _taken_back(patch: FilePatch) -> FilePatch:
    return replace(
        patch,
        old_path=patch.new_path,
        new_path=patch.old_path,
        status=_BACK.get(patch.status, patch.status),
        old_mode=patch.new_mode,
        new_mode=patch.old_mode,
        pieces=tuple(_hunks(patch.pieces)),
    )


def _hunks(pieces: Sequence[Piece]) -> Iterator[Hunk]:
    shift = 0  # how much longer the file is by the hunks above
    for piece in pieces:
        if not isinstance(piece, Hunk):
            raise TypeError(f"only hunks can be taken back, this is a {type(piece).__name__}")
        hint = None if piece.hint is None else piece.hint + shift
        yield Hunk(piece.after, piece.before, hint)
        shift += len(piece.after) - len(piece.before)
