"""What a review reads of git's objects: each file whole, or not at all with the reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from indict_review import git
from indict_review.change import File
from indict_review.errors import ToolError
from indict_review.workspace import MAX_FILE, MAX_TREE

HINT = "See that `git status` and `git fsck` work there."
"""Where git cannot read what it has."""

_LACKING = "git has no content for it"
_LARGE = f"it has more than {MAX_FILE // 2**20} MiB"
_MOST = 2 * MAX_TREE  # a change has two sides
_CROWDED = f"the files of the change have more than {_MOST // 2**20} MiB, both sides together"


class Objects(Protocol):
    """Git's objects, wherever they are. All raise `ToolError` if they cannot be read."""

    def facts(self, names: Sequence[str]) -> Sequence[git.Facts | None]:
        """Of each object; None for one that is not there."""

    def contents(self, oids: Sequence[str]) -> Sequence[bytes | None]:
        """Of each object; None for one that is not there."""


def _damaged(oid: str) -> str:
    raise ToolError(f"git has no content for {oid}")


@dataclass
class Contents:
    """The content of entries, by what they hold: the same text is read and kept once."""

    objects: Objects
    lacking: Callable[[str], str] = _damaged
    """Why one that is there has no content. Of a repository that is an error: it is damaged."""
    left: int = _MOST
    """Bytes that may still be read."""
    _taken: set[str] = field(default_factory=set, repr=False)
    _read: dict[str, bytes] = field(default_factory=dict, repr=False)

    def take(self, groups: Sequence[Sequence[git.Entry]]) -> list[str | None]:
        """Read each group, the first ones first; of each that was not read, why not.

        Sizes are asked first: what is too large costs nothing. Raises `ToolError` if git cannot
        read its objects.
        """
        facts = self._facts(entry.oid for group in groups for entry in group)
        refusals = [self._refusal({entry.oid for entry in group}, facts) for group in groups]
        taken = [group for group, why in zip(groups, refusals, strict=True) if why is None]
        wanted = [oid for oid in _oids(taken) if oid not in self._read]
        for oid, content in zip(wanted, self.objects.contents(wanted), strict=True):
            if content is not None:
                self._read[oid] = content
        return [
            why or next((self.lacking(e.oid) for e in group if e.oid not in self._read), None)
            for group, why in zip(groups, refusals, strict=True)
        ]

    def file(self, entry: git.Entry | None) -> File | None:
        """One that was read; a symbolic link is a file that has where it leads."""
        if entry is None or entry.oid not in self._read:
            return None
        return File(self._read[entry.oid], entry.mode)

    def _facts(self, oids: Iterable[str]) -> Mapping[str, git.Facts | None]:
        known = list(dict.fromkeys(oids))
        return dict(zip(known, self.objects.facts(known), strict=True))

    def _refusal(self, oids: set[str], facts: Mapping[str, git.Facts | None]) -> str | None:
        blobs = {o: f.size for o in oids if (f := facts[o]) is not None and f.kind == "blob"}
        if len(blobs) < len(oids):
            return _LACKING
        if max(blobs.values(), default=0) > MAX_FILE:
            return _LARGE
        fresh = sum(size for oid, size in blobs.items() if oid not in self._taken)
        if fresh > self.left:
            return _CROWDED
        self.left -= fresh
        self._taken |= oids
        return None


def _oids(groups: Iterable[Sequence[git.Entry]]) -> list[str]:
    return list(dict.fromkeys(entry.oid for group in groups for entry in group))
