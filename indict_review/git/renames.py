"""Renamed files where there is no repository: git itself finds them, in a throwaway one."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review.errors import ToolError
from indict_review.git.entry import Entry
from indict_review.git.moves import Move, between
from indict_review.git.objects import Objects
from indict_review.git.repository import Repository
from indict_review.git.running import run, said

_ANY_NAME = ("-c", "core.protectNTFS=false", "-c", "core.protectHFS=false")
"""Nothing is checked out, so whatever a tree has may be in it."""


def with_renames(
    moves: Sequence[Move], content: Callable[[Entry], bytes | None], largest: int
) -> tuple[Move, ...]:
    """The moves, by path; what is gone and what came are one where git says it was renamed.

    If the content of one is unknown, only those that did not change otherwise are found. `largest`
    is as for `between`. Raises `ToolError`.
    """
    gone = [move.old for move in moves if move.new is None and move.old]
    came = [move.new for move in moves if move.old is None and move.new]
    found: Iterable[Move] = moves
    if gone and came:
        with TemporaryDirectory(prefix="indict-review-") as name:
            pairs = _compared(Path(name).resolve(), gone, came, content, largest)
        found = [*(move for move in moves if move.old and move.new), *pairs]
    return tuple(sorted(found, key=lambda move: move.path))


def _compared(
    top: Path,
    gone: Sequence[Entry],
    came: Sequence[Entry],
    content: Callable[[Entry], bytes | None],
    largest: int,
) -> tuple[Move, ...]:
    long_names = len(gone[0].oid) == 64
    repository = Repository(top, top / ".git", None, long_names)
    naming = ("--object-format=sha256",) if long_names else ()
    _run(repository, "init", "--quiet", "--template=", *naming)
    files = {e.oid: content(e) for e in (*gone, *came) if not e.is_submodule}
    known = [file for file in files.values() if file is not None]
    blobs = b"".join(b"blob\ndata %d\n%s\n" % (len(file), file) for file in known)
    _run(repository, "fast-import", "--quiet", "--depth=0", text=blobs)
    old, new = (_tree(repository, f"{top}/{end}", side) for end, side in (("a", gone), ("b", came)))
    return between(Objects(repository), old, new, largest if len(known) == len(files) else 0)


def _tree(repository: Repository, index: str, entries: Iterable[Entry]) -> str:
    """The name of a tree of these, with or without their content."""
    side = Repository(repository.top, repository.folder, None, repository.long_names, index)
    lines = "".join(f"{e.mode:o} {e.oid}\t{e.path}\0" for e in entries)
    text = lines.encode("utf-8", "surrogateescape")
    _run(side, *_ANY_NAME, "update-index", "-z", "--index-info", text=text)
    return _run(side, *_ANY_NAME, "write-tree", "--missing-ok").decode().strip()


def _run(repository: Repository, *arguments: str, text: bytes = b"") -> bytes:
    ran = run(arguments, repository.top, text, at=repository.at)
    if ran.returncode != 0:
        raise ToolError(f"git cannot look for renamed files: {said(ran)}")
    return ran.stdout
