"""What differs between two states, and what files a state has: names and objects, no content."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from indict_review.errors import ConfigError, ToolError
from indict_review.git.entry import Entry
from indict_review.git.objects import Objects
from indict_review.git.repository import Repository
from indict_review.git.running import said
from indict_review.patches.quoting import shown

_TOLD = 5
"""Unmerged files that are named."""

_MOST_RENAMED = 1000
"""Files among which renamed ones are looked for; git compares each with each."""


@dataclass(frozen=True)
class Move:
    """What became of one entry."""

    old: Entry | None
    """None: it was not there."""
    new: Entry | None
    """None: it is gone. Its path differs from the old one's if it was renamed."""

    @property
    def path(self) -> str:
        """Its path now; of what is gone, the last one it had."""
        return (self.new or self.old or Entry("", 0, "")).path

    @property
    def is_renamed(self) -> bool:
        """Whether it had another path."""
        return self.old is not None and self.new is not None and self.old.path != self.new.path

    @property
    def has_submodule(self) -> bool:
        """Whether it is, or was, another repository's commit."""
        return any(side is not None and side.is_submodule for side in (self.old, self.new))

    @property
    def texts(self) -> tuple[Entry, ...]:
        """Its sides that have content."""
        return tuple(s for s in (self.old, self.new) if s is not None and not s.is_submodule)


def staged(objects: Objects, largest: int) -> tuple[Move, ...]:
    """What the index has otherwise than HEAD, by path.

    Renamed files are found by git, among those of at most `largest` bytes. Raises `ConfigError` if
    git cannot read the index, or files in it are unmerged.
    """
    repository = objects.repository
    since = repository.head or repository.no_files

    def compare(alike: str) -> tuple[Move, ...]:
        # An entry of `git add --intent-to-add` is no part of a commit.
        command = ("diff-index", "--cached", "--ita-invisible-in-index")
        ran = repository.run(*command, *_options(alike), since, "--")
        if ran.returncode != 0:
            raise ConfigError(
                f"git cannot tell what is staged: {said(ran)}",
                "If its index is broken: remove it and run `git reset`, which touches no file.",
            )
        return tuple(_moves(ran.stdout))

    return _with_renames(compare, objects, largest)


def between(objects: Objects, base: str | None, head: str, largest: int) -> tuple[Move, ...]:
    """What one commit, or tree, has otherwise than another; without a base, all of it. As `staged`.

    With a `largest` of 0 no content is read: a renamed file is one that did not change otherwise.
    Raises `ToolError` if git cannot tell.
    """
    repository = objects.repository
    since = base or repository.no_files

    def compare(alike: str) -> tuple[Move, ...]:
        ran = repository.run("diff-tree", "-r", *_options(alike), since, head, "--")
        if ran.returncode != 0:
            raise ToolError(f"git cannot compare {since} with {head}: {said(ran)}")
        return tuple(_moves(ran.stdout))

    return _with_renames(compare, objects, largest)


def _options(alike: str) -> tuple[str, ...]:
    """Whatever a repository's settings say of diffs."""
    quiet = ("--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
    return ("--raw", "-z", "--no-abbrev", f"-M{alike}", f"-l{_MOST_RENAMED}", *quiet)


def _with_renames(
    compare: Callable[[str], tuple[Move, ...]], objects: Objects, largest: int
) -> tuple[Move, ...]:
    """First without reading any content, which is all it takes where nothing was both."""
    moves = compare("100%")
    old = [move.old.oid for move in moves if move.new is None and move.old]
    new = [move.new.oid for move in moves if move.old is None and move.new]
    if not largest or not old or not new or max(len(old), len(new)) > _MOST_RENAMED:
        return moves
    facts = objects.facts(sorted({*old, *new}))
    # Git would read them all, however large they are. Of submodules it has nothing.
    if any(fact is not None and fact.size > largest for fact in facts):
        return moves
    return compare("50%")


def _moves(raw: bytes) -> Iterator[Move]:
    """As `--raw -z` prints them: `:MODE MODE OID OID STATUS`, a path, of a renamed file another."""
    unmerged = []
    words = iter(raw.split(b"\0")[:-1])
    for word in words:
        old_mode, new_mode, old_oid, new_oid, status = word.removeprefix(b":").split(b" ")
        path = next(words)
        new_path = next(words) if status[:1] in b"RC" else path
        if status == b"U":
            unmerged.append(path)
            continue
        yield Move(
            None if status == b"A" else Entry.of(path, old_mode, old_oid.decode()),
            None if status == b"D" else Entry.of(new_path, new_mode, new_oid.decode()),
        )
    if unmerged:
        raise _unmerged([path.decode("utf-8", "surrogateescape") for path in unmerged])


def _unmerged(paths: Sequence[str]) -> ConfigError:
    rest = f" and {len(paths) - _TOLD:,} more" if paths[_TOLD:] else ""
    return ConfigError(
        f"not merged yet: {', '.join(map(shown, paths[:_TOLD]))}{rest}",
        "Settle the conflicts and `git add` the files.",
    )


def tree(repository: Repository, commit: str) -> tuple[Entry, ...]:
    """All files, links and submodules of a commit. Raises `ToolError`."""
    ran = repository.run("ls-tree", "-r", "-z", "--full-tree", commit)
    if ran.returncode != 0:
        raise ToolError(f"git cannot list the files of {shown(commit)}: {said(ran)}")
    entries = []
    for line in ran.stdout.split(b"\0")[:-1]:
        facts, _, path = line.partition(b"\t")
        mode, _, oid = facts.split()
        entries.append(Entry.of(path, mode, oid.decode()))
    return tuple(entries)
