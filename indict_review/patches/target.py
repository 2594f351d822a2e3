"""The file that edits are made for: its lines, and where some of them stand. Bounded work."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from indict_review.errors import PatchError
from indict_review.patches.interface import split_lines

MAX_COMPARISONS = 3_000_000
"""Lines compared while the edits of one file are looked for: seconds. Real patches need few."""

CHARACTERS = 1_000
"""Searching so many for a quote costs about as much as one line compared."""

_END = re.compile(r"\r?\n")

Key = Callable[[str], str]
"""What has to be the same of two lines."""


class Target:
    """A file as it is before any edit."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = split_lines(text)
        self.comparisons = 0
        self._keys: dict[Key, tuple[Sequence[str], Mapping[str, list[int]]]] = {}

    @cached_property
    def offsets(self) -> Sequence[int]:
        """Where each line begins in the text; at the end, where the text ends."""
        offsets = [0]
        for line in self.lines:
            offsets.append(offsets[-1] + len(line))
        return offsets

    @cached_property
    def line_end(self) -> str | None:
        """What every line ends with, `\\n` or `\\r\\n`; None if some differ, or none has an end."""
        ends = set(map(line_end, self.lines)) - {""}
        return ends.pop() if len(ends) == 1 else None

    def line_at(self, offset: int) -> int:
        """The number of the line, from 1, that has this character of the text."""
        return max(min(bisect_right(self.offsets, offset), len(self.lines)), 1)

    def holds(self, keys: Sequence[str], at: int, key: Key) -> bool:
        """Whether lines with these keys stand there."""
        self.spend(len(keys))
        known = self._keys[key][0] if key in self._keys else None
        there = self.lines[at : at + len(keys)] if at >= 0 else []
        if len(there) != len(keys):
            return False
        return all(
            (known[at + n] if known else key(line)) == wanted
            for n, (line, wanted) in enumerate(zip(there, keys, strict=True))
        )

    def find(self, keys: Sequence[str], key: Key) -> Iterator[int]:
        """Where lines with these keys stand, looked for by the rarest of them."""
        places = self._places(key)
        found, offset = min(
            ((places.get(wanted, []), n) for n, wanted in enumerate(keys)),
            key=lambda place: len(place[0]),
        )
        for at in found:
            if self.holds(keys, at - offset, key):
                yield at - offset

    def find_text(self, quote: str) -> Iterator[int]:
        """Where in the text the quote stands, overlapping itself too. No `\\r\\n` is parted."""
        at = self.text.find(quote)
        self.spend(len(self.text) // CHARACTERS)
        while at >= 0:
            if not self._parts_end(at) and not self._parts_end(at + len(quote)):
                yield at
            self.spend(1)
            at = self.text.find(quote, at + 1)

    def _parts_end(self, at: int) -> bool:
        return at > 0 and self.text[at - 1 : at + 1] == "\r\n"

    def spend(self, comparisons: int) -> None:
        """Count some work. Raises `PatchError` if it was too much."""
        self.comparisons += comparisons
        if self.comparisons > MAX_COMPARISONS:
            raise PatchError(
                "the patch has too many hunks that are not where they say",
                "Make it again from the code as it is now.",
            )

    def _places(self, key: Key) -> Mapping[str, list[int]]:
        """Where each line stands. Made once, and only if an edit does not say where it is."""
        if key not in self._keys:
            keys = [key(line) for line in self.lines]
            places: dict[str, list[int]] = {}
            for at, line in enumerate(keys):
                places.setdefault(line, []).append(at)
            self._keys[key] = keys, places
        return self._keys[key][1]


def line_end(line: str) -> str:
    """`\\r\\n`, `\\n`, or nothing."""
    return line[len(body(line)) :]


def body(line: str) -> str:
    """A line without its end."""
    return line[:-1].removesuffix("\r") if line.endswith("\n") else line


def with_ends(text: str, end: str) -> str:
    """The text, each of its lines ended like this."""
    return _END.sub(lambda _: end, text)
