"""The roles of a source: the change, the project it belongs to, and where files are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from indict_review.change import Change, File, Tree

if TYPE_CHECKING:
    from indict_review.sandbox.interface import Contents


class Store(Protocol):
    """Where the files of a project are kept in one state: a folder, git's index, or a commit."""

    @property
    def has_git(self) -> bool:
        """Whether they are of a git repository."""

    def paths(self) -> list[str]:
        """All files and links, sorted. Raises `ToolError` if they cannot be listed."""

    def entries(self, paths: Iterable[str]) -> Mapping[str, File | str]:
        """Those of the named ones that are there, read at once: files, and links as their text.

        Raises `ToolError` if one is there and cannot be read, or is too large.
        """


class Source(Protocol):
    """A place changes come from."""

    @property
    def base(self) -> Store:
        """The project without the change: settings, rules and decisions are read from here.

        HEAD for what is not committed yet, a range's base for commits. Trust ends here: nothing
        that the change itself says is in it.
        """

    @property
    def project(self) -> Store:
        """The files around the change, as its code would find them."""

    @property
    def root(self) -> str:
        """The folder that paths are relative to."""

    @property
    def folder(self) -> Path | None:
        """Git's own folder, where the last review is kept; None without a repository."""

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
