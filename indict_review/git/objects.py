"""Git's objects, read by name. Two gits stay for that: each new one would cost milliseconds."""

import os
import re
import select
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from subprocess import Popen
from threading import Lock

from indict_review.errors import ToolError
from indict_review.git.entry import Entry
from indict_review.git.repository import Repository
from indict_review.git.running import TIMEOUT, start
from indict_review.patches.quoting import shown

_AT_ONCE = 4096
"""Bytes of questions before the answers are read: what any pipe holds, so that nobody waits."""

_LARGEST_FOLDER = 64 * 2**20
"""Bytes of a tree object."""

_KNOWN = re.compile(rb"([0-9a-f]{40,64}) ([a-z]+) ([0-9]+)")


@dataclass(frozen=True)
class Facts:
    """What is known of an object without reading it."""

    oid: str
    kind: str
    """`blob`, `tree`, `commit` or `tag`."""
    size: int
    """Bytes."""


class Objects:
    """The objects of a repository. May be asked by several threads."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._lock = Lock()
        self._talks: dict[str, _Talk] = {}

    def facts(self, names: Sequence[str]) -> list[Facts | None]:
        """Of each object; None for one that is not there. A name is what git takes as one.

        No name may have a line break in it. Raises `ToolError` if git cannot read them.
        """
        return [
            None if line is None else _facts(line) for line in self._ask("--batch-check", names)
        ]

    def contents(self, oids: Sequence[str]) -> list[bytes | None]:
        """Of each object, however large: ask for `facts` first. None for one that is not there.

        Raises `ToolError` if git cannot read them.
        """
        return list(self._ask("--batch", oids))

    def folder(self, name: str) -> dict[str, Entry]:
        """What a tree has, by bare names. Raises `ToolError` if it cannot be read."""
        fact = self.facts([name])[0]
        if fact is None or fact.kind != "tree" or fact.size > _LARGEST_FOLDER:
            raise ToolError(f"git cannot read the folder {shown(name)}, or it is too large")
        content = self.contents([fact.oid])[0] or b""
        return {entry.path: entry for entry in _entries(content, len(fact.oid) // 2)}

    def _ask(self, option: str, names: Sequence[str]) -> Iterator[bytes | None]:
        with self._lock:
            if option not in self._talks and names:
                self._talks[option] = _Talk(option, self.repository)
            for some in _portions(names):
                yield from self._talks[option].ask(some)


def _entries(tree: bytes, length: int) -> Iterator[Entry]:
    """Of a tree object: `MODE NAME`, a NUL and the other object's name in `length` bytes, each."""
    at = 0
    while at < len(tree):
        end = tree.find(b"\0", at)
        mode, _, name = tree[at:end].partition(b" ")
        at = end + 1 + length
        if end < 0 or at > len(tree) or not re.fullmatch(rb"[0-7]{1,6}", mode):
            raise ToolError("the repository has a broken tree object: `git fsck` tells more")
        yield Entry.of(name, mode, tree[end + 1 : at].hex())


def _portions(names: Sequence[str]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    size = 0
    for name in names:
        line = os.fsencode(name) + b"\n"
        if some and size + len(line) > _AT_ONCE:
            yield some
            some, size = [], 0
        some.append(line)
        size += len(line)
    if some:
        yield some


def _facts(line: bytes) -> Facts | None:
    known = _KNOWN.fullmatch(line)
    if known is None:
        return None
    oid, kind, size = known.groups()
    return Facts(oid.decode(), kind.decode(), int(size))


class _Talk:
    """A conversation with one `git cat-file`."""

    def __init__(self, option: str, repository: Repository) -> None:
        self._with_content = option == "--batch"
        self._process = start(["cat-file", option], repository.top, repository.at)
        weakref.finalize(self, _end, self._process)
        self._repository = repository
        assert self._process.stdin is not None  # noqa: S101 (for mypy: both are pipes)
        assert self._process.stdout is not None  # noqa: S101
        self._asked, self._told = self._process.stdin, self._process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._told, select.POLLIN)
        self._buffer = bytearray()

    def ask(self, lines: Sequence[bytes]) -> Iterator[bytes | None]:
        """The first line of each answer, or the content; None where there is no such object."""
        try:
            self._asked.write(b"".join(lines))
            self._asked.flush()
        except OSError as e:
            raise self._gone() from e
        for _ in lines:
            line = self._line()
            known = _facts(line)
            if not self._with_content or known is None:
                yield line if known else None
                continue
            yield self._take(known.size)
            self._take(1)

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            self._fill()
        return self._take(end + 1)[:-1]

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._fill()
        with memoryview(self._buffer) as view:
            taken = bytes(view[:size])
        del self._buffer[:size]
        return taken

    def _fill(self) -> None:
        if not self._poll.poll(TIMEOUT * 1000):
            _end(self._process)
            raise ToolError(f"git did not answer for {TIMEOUT} seconds")
        piece = os.read(self._told, 2**20)
        if not piece:
            raise self._gone()
        self._buffer += piece

    def _gone(self) -> ToolError:
        if self._repository.is_partial:
            return ToolError(
                "this clone is partial and lacks a file; nothing is fetched here: "
                "`git diff BASE HEAD > /dev/null` gets what is missing"
            )
        return ToolError("git cannot read its objects: `git fsck` tells what is damaged")


def _end(process: "Popen[bytes]") -> None:
    """Without waiting for it to see that nobody asks any more."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # a question that was never read
                pass
    process.wait()
