"""The roles of a source: the change, and the project it belongs to."""

from typing import Protocol

from indict_review.change import Change, File, Tree
from indict_review.sandbox.interface import Contents


class Source(Protocol):
    """A place changes come from."""

    def collect(self) -> Change:
        """Read the change, whole. Raises `ReviewError` if that cannot be done; writes nothing."""


class Project(Protocol):
    """The project that a change belongs to, as it is before the change. Only ever read."""

    @property
    def paths(self) -> frozenset[str]:
        """Its files. Raises `ToolError` if they cannot be listed, or are too many."""

    @property
    def touched(self) -> frozenset[str]:
        """The files that the change touches, on either side."""

    def read(self, path: str) -> File | None:
        """One file, or None if there is none. Raises `ToolError` if it cannot be read."""

    def contents(self, tree: Tree) -> Contents:
        """All of it, with the touched files as `tree` has them: those it lacks are not there.

        Raises `ToolError` if it cannot be read, or is too large.
        """
