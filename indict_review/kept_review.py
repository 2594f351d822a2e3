"""A review as it is read back: only what its code needs to get into a tree."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from indict_review import edits
from indict_review.change import Tree
from indict_review.errors import PatchError
from indict_review.revision import Edit, EditGroup, VerificationStatus


@dataclass(frozen=True)
class Kept:
    """What is needed of a review to put its code into a tree. All of it is untrusted."""

    source: str
    base: str | None
    patch: str
    """The reviewed change."""
    files: Mapping[str, str | None]
    """SHA-256 of each file of the change's head; None: deleted."""
    revision: str
    """A patch against the change's head, or empty."""
    status: VerificationStatus
    fixes: tuple[str, ...]
    """Fingerprints of what the revision mends."""

    @property
    def holds(self) -> bool:
        """Whether it has code that passed verification then."""
        return bool(self.revision) and self.status is VerificationStatus.PASSED

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """The files that the revision touches. Raises `PatchError` if it cannot be read."""
        from indict_review.patches import unified  # the hook needs it only if there is code

        return tuple(dict.fromkeys(patch.path for patch in unified.parse(self.revision)))

    def is_as_reviewed(self, path: str, tree: Tree) -> bool:
        """Whether the file is in the tree exactly as the reviewed change left it."""
        file = tree.files.get(path)
        digest = hashlib.sha256(file.content).hexdigest() if file else None
        return digest == self.files.get(path)

    def fits(self, head: Tree) -> bool:
        """Whether all files that the revision touches are. Raises `PatchError`."""
        return all(self.is_as_reviewed(path, head) for path in self.touched)

    def edits(self, head: Tree) -> tuple[Edit, ...]:
        """The revision as exact edits of the reviewed files.

        Raises `PatchError` if it does not fit to the letter, or if it does more than change lines
        of text files and add new ones.
        """
        from indict_review.patches import trees, unified
        from indict_review.rewrite import edits_between

        known = Tree({path: head.files[path] for path in self.touched if path in head.files})
        applied = trees.apply(unified.parse(self.revision), known, exact=True)
        made: list[Edit] = []
        for path in applied.after.files:
            old, new = known.text(path), applied.after.text(path)
            made += edits_between(path, old, new) if path in known.files else [Edit(path, "", new)]
        try:
            same = edits.apply(known, [EditGroup(tuple(made), ())]) == applied.after
        except edits.EditError:
            same = False
        if applied.notes or not same:
            raise PatchError(
                "the revision does not fit the reviewed files to the letter, "
                "or does more than change their lines",
                "Review the change again: only what a review itself writes is taken.",
            )
        return tuple(made)
