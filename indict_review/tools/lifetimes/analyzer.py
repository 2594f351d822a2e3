"""Pointers of C and C++ functions: freed and used, null and followed."""

from collections.abc import Iterator

from indict_review import __version__
from indict_review.change import Tree
from indict_review.evidence import Observed
from indict_review.tools.c.changed import changed


class Lifetimes:
    """See `Analyzer`. Each function is looked at by itself, by what names say of others."""

    name = "lifetimes"
    version = __version__

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`: never. Where pointers are in order, much else may not be."""
        return False

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`."""
        if files := changed(before, after):
            from indict_review.tools.c.examining import examine  # most changes have no C
            from indict_review.tools.lifetimes.looks import look

            yield from examine(self.name, look, files)
