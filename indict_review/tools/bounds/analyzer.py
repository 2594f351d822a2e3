"""Bounds of C and C++ functions: what is read, copied or allocated without a look at how much."""

from collections.abc import Iterator

from indict_review import __version__
from indict_review.change import Tree
from indict_review.evidence import Observed
from indict_review.tools.c.changed import changed


class Bounds:
    """See `Analyzer`. Each function is looked at by itself; all it reads may be hostile."""

    name = "bounds"
    version = __version__

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`: never. Where bounds are kept, much else may be wrong."""
        return False

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`."""
        if files := changed(before, after):
            from indict_review.tools.bounds.looks import look  # most changes have no C
            from indict_review.tools.c.examining import examine

            yield from examine(self.name, look, files)
