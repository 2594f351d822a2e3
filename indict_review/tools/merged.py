"""An analyzer that takes what a merged branch has for no news."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indict_review.change import Tree
from indict_review.errors import ToolError
from indict_review.evidence import Observed
from indict_review.tools.interface import Analyzer


@dataclass(frozen=True)
class Merged:
    """See `Analyzer`. Of a merge, only what is in none of the parents is new."""

    analyzer: Analyzer
    trees: Sequence[Tree]
    """The touched files as the other parents have them."""

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
        return self.analyzer.covers(path)

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`. What could not be compared with one parent counts as new."""
        theirs = frozenset(
            path
            for path, file in after.files.items()
            if any(tree.files.get(path) == file for tree in self.trees)
        )
        after = _without(after, theirs)
        seen, trouble = self._look(_without(before, theirs), after)
        for tree in self.trees:
            if not seen:
                break
            new, blind = self._look(_without(tree, theirs), after)
            trouble = trouble or blind
            if blind is None:
                seen = [one for one in seen if one in new]
        yield from seen
        if trouble is not None:
            raise trouble

    def _look(self, before: Tree, after: Tree) -> tuple[list[Observed], ToolError | None]:
        seen: list[Observed] = []
        try:
            seen.extend(self.analyzer.examine(before, after))
        except ToolError as e:
            return seen, e
        return seen, None


def _without(tree: Tree, paths: frozenset[str]) -> Tree:
    return Tree({path: file for path, file in tree.files.items() if path not in paths})
