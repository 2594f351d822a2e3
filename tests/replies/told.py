"""What an actor remembers of a change: passages of a file, as lines that are kept, go and come."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from indict_review.change import File
from indict_review.patches.differences import Span, differences
from tests.replies.changes import Change

CONTEXTS = (3, 6, 12, 24)
"""Lines around an edit: as few as tell where it is."""


@dataclass(frozen=True)
class Row:
    """A line, with its end, and what becomes of it."""

    sign: str
    """As in a diff: a space for a line that is kept, `-` or `+`."""
    line: str


@dataclass(frozen=True)
class Passage:
    """Some lines of a file, one after the other."""

    rows: tuple[Row, ...]
    start: int | None
    """How many lines come before them; None: the actor does not say."""
    shift: int = 0
    """How much longer the file is by the passages above."""

    @property
    def before(self) -> tuple[str, ...]:
        return tuple(row.line for row in self.rows if row.sign in " -")

    @property
    def after(self) -> tuple[str, ...]:
        return tuple(row.line for row in self.rows if row.sign in " +")


@dataclass(frozen=True)
class Told:
    """What an actor says of one file."""

    old_path: str | None
    new_path: str | None
    old: File | None
    new: File | None
    passages: tuple[Passage, ...]

    @property
    def path(self) -> str:
        return self.new_path or self.old_path or ""

    @property
    def modified(self) -> bool:
        """Whether the file is there before and after, by one name."""
        return self.old_path == self.new_path

    @property
    def renamed(self) -> bool:
        return None not in {self.old_path, self.new_path} and not self.modified

    def only(self, passage: Passage) -> "Told":
        """The same, with one passage of it."""
        return replace(self, passages=(passage,))

    def named(self, rename: Callable[[str], str]) -> "Told":
        """The same, by another name."""
        old, new = (path and rename(path) for path in (self.old_path, self.new_path))
        return replace(self, old_path=old, new_path=new)

    def each(self, change: Callable[[Passage], Passage]) -> "Told":
        """The same, with other passages."""
        return replace(self, passages=tuple(map(change, self.passages)))


def told(change: Change) -> tuple[Told, ...]:
    """The whole change, remembered well."""
    return tuple(
        _told(old, new, change.before.files.get(old or ""), change.after.files.get(new or ""))
        for old, new in change.touched
    )


def _told(old_path: str | None, new_path: str | None, old: File | None, new: File | None) -> Told:
    before, after = lines_of(old), lines_of(new)
    edits = differences(before, after)
    choices = (tuple(passages(before, after, edits, context)) for context in CONTEXTS)
    first = next(choices)
    clear = (
        found for found in (first, *choices) if all(places(before, p, body) == 1 for p in found)
    )
    return Told(old_path, new_path, old, new, next(clear, first))


def lines_of(file: File | None) -> list[str]:
    """The file's lines with their ends; only a newline ends one."""
    text = "" if file is None else file.content.decode("utf-8", "surrogateescape")
    *lines, rest = text.split("\n")
    return [line + "\n" for line in lines] + ([rest] if rest else [])


def passages(
    before: Sequence[str], after: Sequence[str], edits: Sequence[Span], context: int
) -> Iterator[Passage]:
    """The edits, with lines around them; those whose lines would touch are one passage."""
    while edits:
        last = 1
        while last < len(edits) and edits[last].i1 - edits[last - 1].i2 <= 2 * context:
            last += 1
        group, edits = edits[:last], edits[last:]
        first = start = max(group[0].i1 - context, 0)
        rows: list[Row] = []
        for edit in group:
            rows += (Row(" ", line) for line in before[start : edit.i1])
            rows += (Row("-", line) for line in before[edit.i1 : edit.i2])
            rows += (Row("+", line) for line in after[edit.j1 : edit.j2])
            start = edit.i2
        rows += (Row(" ", line) for line in before[start : start + context])
        yield Passage(tuple(rows), first, group[0].j1 - group[0].i1)


def places(lines: Sequence[str], passage: Passage, key: Callable[[str], str] = str) -> int:
    """In how many places the passage fits, if lines are the same that have the same key."""
    sought, found = [key(line) for line in passage.before], [key(line) for line in lines]
    count = len(sought)
    return sum(found[at : at + count] == sought for at in range(len(found) - count + 1))


def body(line: str) -> str:
    """The line without its end."""
    return line.rstrip("\r\n")


def ended(line: str) -> str:
    """The line as most forms can say it: with an end, though the file's last one has none."""
    return line if line.endswith("\n") else line + "\n"


def spoken(told: Told, original: Told) -> File:
    """The file as the passages make it: kept lines as they are, new ones as they are told."""
    lines = lines_of(original.old)
    for said, meant in reversed(list(zip(told.passages, original.passages, strict=True))):
        assert meant.start is not None
        end = meant.start + len(meant.before)
        pairs = zip(said.rows, meant.rows, strict=True)
        kept = [m.line if m.sign == " " else s.line for s, m in pairs if m.sign != "-"]
        lines[meant.start : end] = kept
    mode = original.new.mode if original.new else 0o100644
    return File("".join(lines).encode("utf-8", "surrogateescape"), mode)
