"""A merge in progress: what the other branches have is no news."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from indict_review import git
from indict_review.change import Change, Tree
from indict_review.sources.contents import Contents
from indict_review.sources.stores import Stored

_Touched = Mapping[str, git.Entry | None]


def with_merged(
    change: Change, moves: Sequence[git.Move], parents: Sequence[Stored], contents: Contents
) -> Change:
    """The change with the touched files as each of the other parents has them.

    What is too large there is left out, as if all of it were new. Raises `ToolError`.
    """
    if not parents:
        return change
    staged: _Touched = dict(_staged(moves))
    merged: list[Tree] = []
    theirs: set[str] = set()
    for parent in parents:
        found = {path: parent.find(path) for path in staged}
        theirs |= {path for path, entry in found.items() if _alike(entry, staged[path])}
        entries = {
            path: e for path, e in found.items() if e and not e.is_folder and not e.is_submodule
        }
        contents.take([[entry] for entry in entries.values()])
        files = {path: contents.file(entry) for path, entry in entries.items()}
        merged.append(Tree({path: file for path, file in files.items() if file}))
    count = sum({move.path, *([move.old.path] if move.old else [])} <= theirs for move in moves)
    note = f"as a merged branch has them, so not reviewed again: {count:,} of {len(moves):,} files"
    return replace(change, merged=tuple(merged), notes=(*change.notes, *([note] if count else [])))


def _staged(moves: Sequence[git.Move]) -> Iterator[tuple[str, git.Entry | None]]:
    """What stands at each touched path once it is committed."""
    for move in moves:
        if move.old is not None:
            yield move.old.path, None
    for move in moves:
        if move.new is not None:
            yield move.new.path, move.new


def _alike(one: git.Entry | None, other: git.Entry | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.mode, one.oid) == (other.mode, other.oid)
