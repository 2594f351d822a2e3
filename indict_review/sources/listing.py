"""The list of touched files that goes with two trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indict_review import languages
from indict_review.change import File, FileChange, Status
from indict_review.patches.render import count_lines

if TYPE_CHECKING:  # the hook has no patch to apply
    from indict_review.patches.interface import FilePatch
    from indict_review.patches.trees import Applied


def file_changes(applied: Applied) -> tuple[FileChange, ...]:
    """What became of each file in the end, whatever steps led there; by path."""
    listed = [*_texts(applied), *map(_binary, applied.binaries)]
    return tuple(sorted(listed, key=lambda change: change.path))


def _texts(applied: Applied) -> Iterator[FileChange]:
    before, after = applied.before.files, applied.after.files
    for path in {*before, *after} - set(applied.renames.values()):
        old_path = applied.renames.get(path)
        old, new = before.get(old_path or path), after.get(path)
        if old != new or old_path:
            yield file_change(path, old_path, old, new)


def file_change(
    path: str, old_path: str | None, old: File | None, new: File | None, *, opaque: bool = False
) -> FileChange:
    """What became of one file; `opaque`: of its content nothing is said, as for a binary file."""
    added, deleted = (0, 0) if opaque else count_lines(old, new)
    return FileChange(
        path=path,
        old_path=old_path,
        status=_status(old_path, old, new),
        language=languages.of_path(path),
        added=added,
        deleted=deleted,
        binary=opaque or any(file is not None and file.is_binary for file in (old, new)),
    )


def _status(old_path: str | None, old: File | None, new: File | None) -> Status:
    if old_path is not None:
        return Status.RENAMED
    if old is None:
        return Status.ADDED
    return Status.DELETED if new is None else Status.MODIFIED


def _binary(patch: FilePatch) -> FileChange:
    return FileChange(
        path=patch.path,
        old_path=patch.old_path if patch.status is Status.RENAMED else None,
        status=patch.status,
        language=languages.of_path(patch.path),
        added=0,
        deleted=0,
        binary=True,
    )
