"""Which files of a change are looked at: `paths` in the settings.

Files that are left out stay in the listing, as not applicable, and a note counts them.
"""

from collections.abc import Set
from dataclasses import dataclass, replace

from indict_review.change import Change, Tree
from indict_review.tools.rules import fits

SETTINGS = ".indict-review.yaml"
_LEDGER = ".indict-review/"


@dataclass(frozen=True)
class Paths:
    """Globs, near enough as gitignore has them (`tools.rules.fits`)."""

    include: tuple[str, ...] = ()
    """Empty: everything."""
    exclude: tuple[str, ...] = ()
    """Goes before `include`."""
    origin: str = ""
    """The file that says so."""

    def __bool__(self) -> bool:
        """Whether anything can be left out."""
        return bool(self.include or self.exclude)

    def leaves_out(self, path: str) -> bool:
        """Whether this file is not looked at. What decides on reviews always is."""
        if path.split("/")[-1] == SETTINGS or path.startswith(_LEDGER):
            return False
        if any(fits(path, glob) for glob in self.exclude):
            return True
        return bool(self.include) and not any(fits(path, glob) for glob in self.include)

    def tree(self, tree: Tree) -> Tree:
        """The tree without what is left out."""
        if not self:
            return tree
        return Tree({p: file for p, file in tree.files.items() if not self.leaves_out(p)})

    def looked_at(self, change: Change) -> frozenset[str]:
        """The change's files that are not left out."""
        return frozenset(f.path for f in change.files if not self.leaves_out(f.path))

    def notes(self, change: Change) -> tuple[str, ...]:
        """How many files are left out, and by whom."""
        count = sum(self.leaves_out(file.path) for file in change.files)
        if not count:
            return ()
        files = "1 file is" if count == 1 else f"{count:,} files are"
        return (f"{files} left out by `paths` in {self.origin or 'the settings'}",)


EVERYTHING = Paths()


def only(change: Change, paths: Set[str]) -> Change:
    """The change as if it touched no files but these."""
    kept = tuple(file for file in change.files if file.path in paths)
    if len(kept) == len(change.files):
        return change  # and its patch as it came
    from indict_review.patches.render import unified_diff

    olds = {file.base_path for file in kept}
    before = Tree({p: f for p, f in change.before.files.items() if p in olds})
    after = Tree({p: f for p, f in change.after.files.items() if p in paths})
    renames = {file.path: file.old_path for file in kept if file.old_path}
    patch = unified_diff(before, after, renames)
    return replace(change, before=before, after=after, files=kept, patch=patch)
