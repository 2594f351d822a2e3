"""The patch that takes another one back, as `git apply --reverse` would."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from indict_review.change import Status
from indict_review.patches.interface import FilePatch, Hunk

_BACK = {Status.ADDED: Status.DELETED, Status.DELETED: Status.ADDED}


def taken_back(patches: Sequence[FilePatch]) -> list[FilePatch]:
    """In the order to apply them. A file that began as a copy of another does not go back."""
    return [_taken_back(patch) for patch in reversed(patches)]


def _taken_back(patch: FilePatch) -> FilePatch:
    return replace(
        patch,
        old_path=patch.new_path,
        new_path=patch.old_path,
        status=_BACK.get(patch.status, patch.status),
        old_mode=patch.new_mode,
        new_mode=patch.old_mode,
        hunks=tuple(_hunks(patch.hunks)),
    )


def _hunks(hunks: Sequence[Hunk]) -> Iterator[Hunk]:
    shift = 0  # how much longer the file is by the hunks above
    for hunk in hunks:
        hint = None if hunk.hint is None else hunk.hint + shift
        yield Hunk(hunk.after, hunk.before, hint)
        shift += len(hunk.after) - len(hunk.before)
