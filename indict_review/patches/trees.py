"""Applies a whole patch, file by file, to a tree in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from indict_review.change import File, Status, Tree
from indict_review.errors import PatchError
from indict_review.patches import doubts, place
from indict_review.patches.interface import FilePatch, Hunk, Numbered, Piece, Quote
from indict_review.patches.paths import check_no_repository, check_together
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


def apply(patches: Iterable[FilePatch], before: Tree, *, exact: bool = False) -> Applied:
    """Apply the patches one after the other. Raises `PatchError` if one does not fit.

    `exact` is for what a program wrote: it fits to the letter or not at all, and is not looked at
    for what people and models do when they write patches.
    """
    patches = tuple(patches)
    state = _State(dict(before.files), exact)
    for patch in patches:
        state.take(patch)
    if not exact:
        check_no_repository(state.files, state.touched)
        doubts.check(patches, before, Tree(state.files), state.origins)
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
    exact: bool
    origins: dict[str, str] = field(default_factory=dict)
    """The base's paths of files that were renamed or copied, by new ones."""
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
        makes = len(patch.pieces) == 1 and _needs_nothing(patch.pieces[0])
        if patch.status is not Status.MODIFIED or not makes or patch.path in self.files:
            return patch
        if patch.example:
            raise PatchError(
                f"the JSON for {shown(patch.path)}, a new file, may be an edit or an example",
                "Say --patch-format json, or give it alone.",
            )
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
        if old.is_binary and patch.pieces and not self.exact:
            raise PatchError(
                f"the patch has an edit of {shown(patch.path)}, which is a binary file",
                "Only text can be edited; a binary file can be deleted or renamed.",
            )
        placed = place.apply(patch, old.content, exact=self.exact)
        self.notes += placed.notes
        if patch.old_path is not None and patch.status in {Status.DELETED, Status.RENAMED}:
            del self.files[patch.old_path]
        if patch.new_path is None:
            if patch.unified or patch.pieces:
                _check_deletion(patch, placed.content)
            return
        if patch.old_path is not None and patch.old_path != patch.new_path:
            self.origins[patch.new_path] = self.origins.get(patch.old_path, patch.old_path)
        self.files[patch.new_path] = File(placed.content, patch.new_mode or old.mode)
        if patch.old_path is not None and patch.status is Status.RENAMED:
            self.renames[patch.new_path] = self.renames.pop(patch.old_path, patch.old_path)


def _needs_nothing(piece: Piece) -> bool:
    match piece:
        case Hunk():
            return not piece.before
        case Quote():
            return not piece.old
        case Numbered():
            return False
    return True


def _check_deletion(patch: FilePatch, left: bytes) -> None:
    if left:
        raise PatchError(
            f"the patch deletes {shown(patch.path)}, which has lines that it does not name",
            "Make it again from the code as it is now.",
        )
