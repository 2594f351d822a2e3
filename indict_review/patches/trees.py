"""Applies a whole patch, file by file, to a tree in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from indict_review.change import File, Status, Tree
from indict_review.errors import PatchError
from indict_review.patches import place
from indict_review.patches.interface import FilePatch
from indict_review.patches.paths import check_together
from indict_review.patches.quoting import shown

MAX_APPLIED = 256 * 2**20
"""Bytes of content that hunks are put into: a small patch can touch a large file many times."""
MAX_NOTES = 20
"""Repairs that are told one by one."""


@dataclass(frozen=True)
class Applied:
    """What a patch made of a tree."""

    before: Tree
    """Without the files of `binaries`: of them, the patch does not say what they become."""
    after: Tree
    renames: dict[str, str]
    """Old paths, gone from `after`, by new ones, not in `before`."""
    binaries: tuple[FilePatch, ...]
    notes: tuple[str, ...]
    """What was repaired, for the user."""


def apply(patches: Iterable[FilePatch], before: Tree) -> Applied:
    """Apply the patches one after the other. Raises `PatchError` if one does not fit."""
    state = _State(dict(before.files))
    for patch in patches:
        state.take(patch)
    for hidden in state.hidden:
        state.files.pop(hidden, None)
    check_together({*state.files, *(patch.path for patch in state.binaries)})
    seen = {path: file for path, file in before.files.items() if path not in state.hidden}
    renames = {
        new: old
        for new, old in state.renames.items()
        if old in seen and new not in seen and new in state.files and old not in state.files
    }
    return Applied(Tree(seen), Tree(state.files), renames, tuple(state.binaries), _few(state.notes))


def _few(notes: Sequence[str]) -> tuple[str, ...]:
    more = len(notes) - MAX_NOTES
    return (*notes[:MAX_NOTES], f"and {more:,} more repairs") if more > 0 else tuple(notes)


@dataclass
class _State:
    files: dict[str, File]
    renames: dict[str, str] = field(default_factory=dict)
    binaries: list[FilePatch] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    """Paths of `binaries`."""
    touched: set[str] = field(default_factory=set)
    """Paths of the others."""
    notes: list[str] = field(default_factory=list)
    handled: int = 0

    def take(self, patch: FilePatch) -> None:
        patch = self._as_new_file(patch)
        self._check_presence(patch)
        paths = {path for path in (patch.old_path, patch.new_path) if path}
        if patch.binary:
            self.binaries.append(patch)
            self.hidden |= paths
        else:
            self._put(patch)
            self.touched |= paths

    def _as_new_file(self, patch: FilePatch) -> FilePatch:
        """Models forget `/dev/null`: what is not there and needs no old line is a new file."""
        only_adds = len(patch.hunks) == 1 and not patch.hunks[0].before
        if patch.status is not Status.MODIFIED or not only_adds or patch.path in self.files:
            return patch
        self.notes.append(f"{shown(patch.path)}: read as a new file")
        return replace(patch, status=Status.ADDED, old_path=None)

    def _check_presence(self, patch: FilePatch) -> None:
        named = {patch.old_path, patch.new_path}
        if named & self.hidden or (patch.binary and named & self.touched):
            raise PatchError(
                f"the patch changes {shown(patch.path)} twice, once as a binary file",
                "Make it again with `git diff`.",
            )
        if patch.old_path is not None and patch.old_path not in self.files:
            raise PatchError(
                f"the patch is for {shown(patch.old_path)}, and there is no such file",
                "Is this the directory it is for, at the state it was made from?",
            )
        if patch.status in {Status.ADDED, Status.RENAMED} and patch.new_path in self.files:
            raise PatchError(
                f"the patch makes {shown(patch.path)} anew, and there already is such a file",
                "Is the patch applied already? If not, write what changes in it.",
            )

    def _put(self, patch: FilePatch) -> None:
        old = File(b"") if patch.old_path is None else self.files[patch.old_path]
        self.handled += len(old.content)
        if self.handled > MAX_APPLIED:
            raise PatchError(
                f"the patch goes through more than {MAX_APPLIED // 2**20} MiB of files",
                "Split it into smaller ones.",
            )
        placed = place.apply(patch, old.content)
        self.notes += placed.notes
        if patch.old_path is not None and patch.status in {Status.DELETED, Status.RENAMED}:
            del self.files[patch.old_path]
        if patch.new_path is None:
            _check_deletion(patch, placed.content)
            return
        self.files[patch.new_path] = File(placed.content, patch.new_mode or old.mode)
        if patch.old_path is not None and patch.status is Status.RENAMED:
            self.renames[patch.new_path] = self.renames.pop(patch.old_path, patch.old_path)


def _check_deletion(patch: FilePatch, left: bytes) -> None:
    if left:
        raise PatchError(
            f"the patch deletes {shown(patch.path)}, which has lines that it does not name",
            "Make it again from the code as it is now.",
        )
