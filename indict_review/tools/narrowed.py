"""An analyzer that is shown only some of the files."""

from collections.abc import Iterator
from dataclasses import dataclass

from indict_review.change import Tree
from indict_review.evidence import Observed
from indict_review.scope import Paths
from indict_review.tools.interface import Analyzer


@dataclass(frozen=True)
class Narrowed:
    """Implements `Analyzer` with another one.

    A file that is moved in from what is left out is new: it was not looked at before.
    """

    analyzer: Analyzer
    paths: Paths

    @property
    def name(self) -> str:
        """See `Analyzer.name`."""
        return self.analyzer.name

    @property
    def version(self) -> str:
        """See `Analyzer.version`."""
        return self.analyzer.version

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`."""
        return not self.paths.leaves_out(path) and self.analyzer.covers(path)

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`."""
        return self.analyzer.examine(self.paths.tree(before), self.paths.tree(after))
