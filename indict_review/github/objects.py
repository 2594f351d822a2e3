"""Git's objects, read from GitHub: folders by REST, many files at once by GraphQL.

GitHub's own account of a difference is cut (300 files, 20,000 lines): this one is not read. Every
content is compared with the name of its object, so nothing that was cut or recoded passes for it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote

from indict_review.errors import HostError
from indict_review.git import Entry, Facts
from indict_review.github.answers import Told
from indict_review.github.blobs import Blobs
from indict_review.github.interface import Api
from indict_review.patches.quoting import shown

MOST_FOLDERS = 200
"""Requests for folders. One tells of a whole tree, up to GitHub's limit of 100,000 entries."""

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

Folder = Mapping[str, Entry]
"""What is in it, by bare names."""


@dataclass
class GithubObjects:
    """The objects of a repository on GitHub. May be asked by several threads."""

    api: Api
    repository: str
    """`octo/demo`."""
    _folders: dict[str, Folder] = field(default_factory=dict, repr=False)
    _sizes: dict[str, int] = field(default_factory=dict, repr=False)
    _asked: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        self._blobs = Blobs(self.api, self.repository, self._sizes)

    def parting(self, base: str, head: str) -> str:
        """Where two lines of commits part. Raises `HostError`."""
        path = f"{self._repo}/compare/{quote(base)}...{quote(head)}"
        told = Told(self.api.get(path, per_page=1), "where the branches part")
        return _oid(told.inner("merge_base_commit"))

    def folder(self, name: str) -> Folder:
        """What a commit, or a folder by its object, has. Raises `HostError`."""
        with self._lock:
            if name not in self._folders:
                rows, is_whole = self._rows(name, recursive=1)
                if not is_whole:  # by itself, and then what is below it in the same way
                    rows, is_whole = self._rows(name)
                if not is_whole:
                    raise HostError("GitHub tells only a part of a folder of the project")
                self._keep(name, rows)
            return self._folders[name]

    def facts(self, names: Sequence[str]) -> list[Facts | None]:
        """Of each file in a folder that was read; None for any other."""
        return [Facts(n, "blob", self._sizes[n]) if n in self._sizes else None for n in names]

    def contents(self, oids: Sequence[str]) -> list[bytes | None]:
        """Of each file; None where there is none: `lacking` says why. Raises `HostError`."""
        with self._lock:
            return self._blobs.read(oids)

    def lacking(self, oid: str) -> str:
        """Why a file was not read."""
        return self._blobs.lacking(oid)

    @property
    def _repo(self) -> str:
        return f"/repos/{quote(self.repository)}"

    def _rows(self, name: str, **how: int) -> tuple[list[Told], bool]:
        """What GitHub lists of a tree, and whether that is all of it."""
        self._asked += 1
        if self._asked > MOST_FOLDERS:
            raise HostError(
                f"the project has too many folders to be read from GitHub ({MOST_FOLDERS} requests)"
            )
        answer = self.api.get(f"{self._repo}/git/trees/{quote(name)}", **how)
        told = Told(answer, "the folders of the project")
        return told.each("tree"), told.field("truncated") is False

    def _keep(self, name: str, rows: Iterable[Told]) -> None:
        """The topmost folder, which is called `name`, and those that are among the rows."""
        found: dict[str, dict[str, Entry]] = defaultdict(dict, {"": {}})
        names = {"": name}
        for row in rows:
            path = row.text("path")
            above, _, bare = path.rpartition("/")
            entry = _entry(row, bare)
            if bare in found[above]:  # names that are no UTF-8 all look alike
                raise HostError(f"GitHub tells of two files named {shown(path)}")
            found[above][bare] = entry
            if entry.is_folder:
                names[path] = entry.oid
            elif not entry.is_submodule:
                self._sizes[entry.oid] = row.number("size")
        self._folders |= {oid: found[path] for path, oid in names.items() if path in found}


def _entry(row: Told, name: str) -> Entry:
    try:
        return Entry.of(name.encode(), row.text("mode").encode(), _oid(row))
    except ValueError as e:
        raise HostError(f"GitHub tells of a file that cannot be: {shown(name)}") from e


def _oid(told: Told) -> str:
    oid = told.text("sha")
    if not _OID.fullmatch(oid):
        raise HostError(f"GitHub's answer about {told.asked} has no usable `sha`")
    return oid
