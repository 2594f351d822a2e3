"""Where a change touched the code: what a finding of a failing test can point at."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath

from indict_review import syntax
from indict_review.change import Change, FileChange, Tree
from indict_review.evidence import Location, Side
from indict_review.patches.differences import Span, differences

Frame = tuple[str, int]
"""A path of the change and a line."""

LONGEST = 8
"""Lines that are pointed at."""
MOST_LINES = 1000
"""Added lines of a file that are asked which function they are in."""

_PYTHON = re.compile(r'File "([^"\n]+)", line (\d+)')
_COLON = re.compile(r"(?:^|[\s(\[/@])([\w@.+/\\-]+\.\w+):(\d+)", re.MULTILINE)
_DOTNET = re.compile(r" in (\S+):line (\d+)")
_UPWARDS = re.compile(r"^\s+at .*:\d+", re.MULTILINE)
"""JavaScript, Java and .NET name the innermost frame first; the others last."""

_TEST = re.compile(
    r"(?:^|/)(?:tests?|spec|__tests__|testing)/|(?:^|/)(?:test_|conftest\.py)[^/]*$"
    r"|(?:_test|_spec|\.test|\.spec|Tests?|IT)\.\w+$"
)


def is_test(path: str) -> bool:
    """Whether a file is one of tests, by its name."""
    return bool(_TEST.search(path))


@dataclass(frozen=True)
class Touched:
    """The lines that a change added, or where it took some out."""

    change: Change

    def within(self, frames: list[Frame]) -> Location | None:
        """The innermost of the frames, given outermost first, on lines the change touched."""
        for path, line in reversed(frames):
            for start, end in self.added.get(path, ()):
                if start <= line <= end:
                    return _lines(self.change.after, path, line, line)
        return None

    def named(self, text: str) -> Location | None:
        """The first lines of the change, outside of tests, that a text speaks of.

        By the function they are in; failing that, by their file.
        """
        words = frozenset(re.findall(r"\w+", text))
        for path, functions in self.functions.items():
            said = next((lines for name, lines in functions.items() if name in words), None)
            if said:
                return _lines(self.change.after, path, *said)
        code = (file for file in self.files if not is_test(file.path))
        spoken_of = (self.first(f) for f in code if f.path in text or _module(f.path) in words)
        return next((place for place in spoken_of if place is not None), None)

    def removed(self, file: FileChange, word: str) -> Location | None:
        """The lines that the change took out of a file, where they have a word."""
        for start, end in self.deleted.get(file.base_path, ()):
            lines = self.change.before.text(file.base_path).split("\n")[start - 1 : end]
            for number, line in enumerate(lines, start=start):
                if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line):
                    return _lines(self.change.before, file.base_path, number, number, Side.LEFT)
        return None

    def anywhere(self) -> Location | None:
        """The first lines of the change, outside of tests if it has such."""
        places = ((is_test(file.path), self.first(file)) for file in self.files)
        known = [(test, place) for test, place in places if place is not None]
        if known:
            return min(known, key=lambda pair: pair[0])[1]
        # Nothing but modes, names or binary files: the first of them, as a whole.
        return Location(self.files[0].path, 1, 1, "") if self.files else None

    def first(self, file: FileChange) -> Location | None:
        """The first lines that the change touched in a file."""
        added, deleted = self.added.get(file.path, ()), self.deleted.get(file.base_path, ())
        if added:
            return _lines(self.change.after, file.path, *added[0])
        if deleted:
            return _lines(self.change.before, file.base_path, *deleted[0], Side.LEFT)
        return None

    def file(self, path: str) -> FileChange | None:
        """The touched file of this path, on either side."""
        return next((f for f in self.files if path in {f.path, f.base_path}), None)

    def frames(self, text: str) -> list[Frame]:
        """The frames of a failure in files of the change, outermost first."""
        found = sorted(
            (match.start(), match[1], match[2])
            for pattern in (_PYTHON, _COLON, _DOTNET)
            for match in pattern.finditer(text)
        )
        frames = [
            (path, int(line[:9]))
            for _, name, line in found
            if (path := self._path(name)) is not None
        ]
        return frames[::-1] if _UPWARDS.search(text) else frames

    @property
    def files(self) -> tuple[FileChange, ...]:
        """The touched files, source code before the rest."""
        return tuple(sorted(self.change.files, key=lambda f: not syntax.has_grammar(f.language)))

    @cached_property
    def added(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """First and last line of each stretch in the head, by path there."""
        spans = ((f.path, s.j1 + 1, s.j2) for f, s in self._spans())
        return _grouped(spans)

    @cached_property
    def deleted(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """First and last line of each stretch in the base, by path there."""
        spans = ((f.base_path, s.i1 + 1, s.i2) for f, s in self._spans())
        return _grouped(spans)

    def _spans(self) -> Iterator[tuple[FileChange, Span]]:
        for file in self.change.files:
            if not file.binary:
                before = self.change.before.text(file.base_path).split("\n")
                after = self.change.after.text(file.path).split("\n")
                for span in differences(before, after):
                    yield file, span

    @cached_property
    def functions(self) -> dict[str, dict[str, tuple[int, int]]]:
        """By path, outside of tests: the functions that lines were added to, and which first."""
        return {f.path: self._functions(f) for f in self.files if not is_test(f.path)}

    def _functions(self, file: FileChange) -> dict[str, tuple[int, int]]:
        stretches = self.added.get(file.path, ())
        text = self.change.after.text(file.path)
        found: dict[str, tuple[int, int]] = {}
        for n in islice((n for start, end in stretches for n in range(start, end + 1)), MOST_LINES):
            name = (syntax.enclosing(file.language, text, n) or "").rpartition(".")[2]
            start, end = found.get(name, (n, n - 1))
            if name and n == end + 1:
                found[name] = (start, n)
        return found

    def _path(self, name: str) -> str | None:
        """The file of the change that a frame names: by its whole path, or the end of it."""
        name = name.replace("\\", "/").removeprefix("./")
        paths = self.change.after.files
        if name in paths:
            return name
        alike = (p for p in paths if name.endswith(f"/{p}") or p.endswith(f"/{name}"))
        return next(alike, None)


def _grouped(spans: Iterable[tuple[str, int, int]]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Without those that have no line on this side."""
    grouped: dict[str, tuple[tuple[int, int], ...]] = {}
    for path, start, end in spans:
        if start <= end:
            grouped[path] = (*grouped.get(path, ()), (start, end))
    return grouped


def _lines(tree: Tree, path: str, start: int, end: int, side: Side = Side.RIGHT) -> Location:
    lines = tree.text(path).split("\n")
    end = min(end, start + LONGEST - 1)
    return Location(path, start, end, "\n".join(lines[start - 1 : end]), side)


def _module(path: str) -> str:
    """What an import calls a file."""
    name = PurePosixPath(path)
    return name.parent.name if name.stem in {"__init__", "index", "mod"} else name.stem
