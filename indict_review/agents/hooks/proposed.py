"""The change that an agent's event tells of, as the source of a review."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from indict_review.agents.hooks.interface import Done, Edit, Edits, Event, Moment, Patch, Unread
from indict_review.change import Change, Status, Tree
from indict_review.errors import PatchError, ToolError
from indict_review.patches import reading, trees
from indict_review.patches.interface import FilePatch, Quote
from indict_review.patches.paths import check_no_repository
from indict_review.patches.quoting import shown
from indict_review.patches.render import unified_diff
from indict_review.patches.trees import Applied
from indict_review.sources.interface import Source, Store
from indict_review.sources.listing import file_changes
from indict_review.sources.patch import PatchSource
from indict_review.sources.work_tree import WorkTreeSource
from indict_review.workspace import read_tree


def source_of(event: Event, root: Path) -> Source:
    """Before an edit: what it would make of the files. Afterwards: what HEAD has otherwise.

    All that an agent did to a file since the last commit belongs together, and so does what its
    user did there: an edit cannot be told back from its own words alone. Raises `PatchError` for
    an edit that does not fit, `ToolError` for one that cannot be read or is not below `root`.
    """
    if isinstance(event, Done):
        return WorkTreeSource(root, task=event.task, account=event.account)
    if isinstance(event.does, Unread):
        raise ToolError(event.does.why)
    patches = tuple(_patches(event.does, root))
    if event.moment is Moment.AFTER:
        return WorkTreeSource(root, frozenset().union(*map(_paths, patches)))
    return Proposed(root, patches, exact=isinstance(event.does, Edits))


@dataclass(frozen=True)
class Proposed:
    """See `Source`: edits that were not made yet, of files as they are on the disk."""

    repo: Path
    """The top of the repository, or a folder that is in none."""
    patches: tuple[FilePatch, ...]
    """In the agent's order: each is about what those before it left."""
    exact: bool
    """Whether a program makes them: then what a file would look like raises no doubts."""

    @cached_property
    def _place(self) -> PatchSource:
        return PatchSource(b"", self.repo)

    @property
    def base(self) -> Store:
        """See `Source.base`."""
        return self._place.base

    @property
    def project(self) -> Store:
        """See `Source.project`."""
        return self._place.project

    @property
    def root(self) -> str:
        """See `Source.root`."""
        return self._place.root

    folder = None
    """See `Source.folder`: an edit that may never happen is not what `apply` should find."""

    def collect(self) -> Change:
        """See `Source.collect`. Raises `PatchError` if an edit does not fit."""
        paths = frozenset().union(*map(_paths, self.patches))
        applied = self._applied(read_tree(self.repo, paths))
        check_no_repository(applied.after.files, paths)
        return Change(
            source="patch",
            before=applied.before,
            after=applied.after,
            files=file_changes(applied),
            patch=unified_diff(applied.before, applied.after, applied.renames),
            notes=applied.notes,
        )

    def _applied(self, before: Tree) -> Applied:
        if self.exact:
            # Agents' tools forgive how lines end, and so does the other way to apply them.
            with suppress(PatchError):
                return trees.apply(self.patches, before, exact=True)
        return trees.apply(self.patches, before)


def _paths(patch: FilePatch) -> frozenset[str]:
    return frozenset(path for path in (patch.old_path, patch.new_path) if path)


def _patches(does: Edits | Patch, root: Path) -> Iterator[FilePatch]:
    if isinstance(does, Edits):
        yield from _edited(does.edits, root)
        return
    for patch in reading.read(does.text, "apply-patch").patches:
        old, new = (path and below(root, path) for path in (patch.old_path, patch.new_path))
        yield replace(patch, old_path=old, new_path=new)


def _edited(edits: tuple[Edit, ...], root: Path) -> Iterator[FilePatch]:
    there: set[str] = set()
    for edit in edits:
        path = below(root, edit.path)
        is_new = _can_make(edit) and path not in there and not os.path.lexists(root / path)
        there.add(path)
        yield FilePatch(
            old_path=None if is_new else path,
            new_path=path,
            status=Status.ADDED if is_new else Status.MODIFIED,
            pieces=(edit.piece,),
            sure=True,
        )


def _can_make(edit: Edit) -> bool:
    return not (isinstance(edit.piece, Quote) and edit.piece.old)


def below(root: Path, named: str) -> str:
    """The path that a tool would write to by this name, links followed, relative to `root`.

    Raises `ToolError` if it is not below: then it is no file of what is reviewed here.
    """
    if "\0" in named:
        raise PatchError("the edit names a path with a NUL in it", "Name a file of the project.")
    real = Path(os.path.realpath(named))
    if not real.is_relative_to(root) or real == root:
        raise ToolError(f"{shown(named)} is not below {shown(str(root))}")
    return real.relative_to(root).as_posix()
