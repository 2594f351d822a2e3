"""Puts hunks where they belong: where they say, or the only place they fit. Never a guess."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from indict_review.errors import PatchError
from indict_review.patches.interface import FilePatch, Hunk, split_lines
from indict_review.patches.quoting import shown

MAX_COMPARISONS = 3_000_000
"""Lines compared while hunks of one file are looked for: seconds. Real patches need few."""


@dataclass(frozen=True)
class Placed:
    """A file with its hunks applied."""

    content: bytes
    notes: tuple[str, ...] = ()
    """What was repaired, for the user."""


def apply(patch: FilePatch, content: bytes) -> Placed:
    """Apply the hunks to the content. Raises `PatchError` if one fits nowhere, or twice."""
    path = shown(patch.path)
    file = _File(split_lines(content.decode("utf-8", "surrogateescape")))
    out: list[str] = []
    notes: list[str] = []
    done = 0
    for number, hunk in enumerate(patch.hunks, 1):
        name = f"{path}: hunk {number}"
        at, hunk, how = _place(file, hunk, name)
        if at < done:
            raise _misfit(name, hunk, "overlaps the one above it, or comes before it")
        end = at + len(hunk.before)
        _check_ends(file.lines, hunk, at, end, name)
        out += file.lines[done:at]
        out += hunk.after
        notes += [f"{name} {what}" for what in how]
        done = end
    out += file.lines[done:]
    return Placed("".join(out).encode("utf-8", "surrogateescape"), tuple(notes))


def replace_once(text: str, quote: str, replacement: str) -> str:
    """Replace a quote that stands in the text exactly once. Raises `PatchError` otherwise."""
    at = text.find(quote) if quote else -1
    if at < 0:
        raise PatchError(
            f"this code is nowhere in the file: {shown(quote) if quote else 'an empty quote'}",
            "The quote has to be the same to the letter, spaces and line ends included.",
        )
    if text.find(quote, at + 1) >= 0:
        raise PatchError(
            f"this code is in the file more than once: {shown(quote)}",
            "Quote some lines around it too, so that it fits one place.",
        )
    return text[:at] + replacement + text[at + len(quote) :]


@dataclass
class _File:
    lines: list[str]
    comparisons: int = field(default=0)

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """Where each line stands. Made once, and only if a hunk is not where it says."""
        places: dict[str, list[int]] = {}
        for at, line in enumerate(self.lines):
            places.setdefault(line, []).append(at)
        return places

    def holds(self, lines: Sequence[str], at: int) -> bool:
        self.comparisons += len(lines)
        return at >= 0 and tuple(self.lines[at : at + len(lines)]) == tuple(lines)

    def find(self, lines: Sequence[str]) -> Iterator[int]:
        """Where these lines stand, looked for by the rarest of them."""
        found, offset = min(
            ((self.places.get(line, []), n) for n, line in enumerate(lines)),
            key=lambda place: len(place[0]),
        )
        for at in found:
            if self.comparisons > MAX_COMPARISONS:
                raise PatchError(
                    "the patch has too many hunks that are not where they say",
                    "Make it again from the code as it is now.",
                )
            if self.holds(lines, at - offset):
                yield at - offset


def _place(file: _File, hunk: Hunk, name: str) -> tuple[int, Hunk, list[str]]:
    """The line index, the hunk as it fits there, and what was repaired."""
    if not hunk.before:
        return _place_addition(file, hunk, name), hunk, []
    for how, mend in _MENDS.items():
        mended = mend(hunk)
        if mended is None:
            continue
        at = _only_place(file, mended, name)
        if at is not None:
            return at, mended, [*_moved(hunk, at), *([how] if how else [])]
    raise _misfit(name, hunk, "fits nowhere in it")


def _place_addition(file: _File, hunk: Hunk, name: str) -> int:
    """Without a line of context only the line number can tell, and a new file needs none."""
    if not file.lines:
        return 0
    if not hunk.hint or hunk.hint > len(file.lines):
        raise _misfit(name, hunk, "has no context and does not say where it belongs")
    return hunk.hint


def _only_place(file: _File, hunk: Hunk, name: str) -> int | None:
    if hunk.hint is not None and file.holds(hunk.before, hunk.hint):
        return hunk.hint
    found = file.find(hunk.before)
    first, second = next(found, None), next(found, None)
    if first is not None and second is not None:
        where = f"fits at line {first + 1} and at line {second + 1}"
        raise _misfit(name, hunk, where)
    return first


def _moved(hunk: Hunk, at: int) -> list[str]:
    if hunk.hint is None:
        return [f"put at line {at + 1}"]
    return [f"moved from line {hunk.hint + 1} to {at + 1}"] if hunk.hint != at else []


def _with_ends(end: str) -> Callable[[Hunk], Hunk | None]:
    def one(line: str) -> str:
        return line[:-1].removesuffix("\r") + end if line.endswith("\n") else line

    def mend(hunk: Hunk) -> Hunk | None:
        before, after = tuple(map(one, hunk.before)), tuple(map(one, hunk.after))
        return None if before == hunk.before else replace(hunk, before=before, after=after)

    return mend


def _without_last_end(hunk: Hunk) -> Hunk | None:
    before, after = hunk.before, hunk.after
    if not all(lines[-1].endswith("\n") for lines in (before, after) if lines):
        return None
    before, after = (
        (*lines[:-1], lines[-1].rstrip("\r\n")) if lines else () for lines in (before, after)
    )
    return replace(hunk, before=before, after=after)


_MENDS: dict[str, Callable[[Hunk], Hunk | None]] = {
    "": lambda hunk: hunk,
    "taken with the file's line ends, CRLF": _with_ends("\r\n"),
    "taken with the file's line ends, LF": _with_ends("\n"),
    "taken without a newline at the end of the file": _without_last_end,
}
"""What may be wrong with a hunk and still be no guess, by what the user is told."""


def _check_ends(lines: Sequence[str], hunk: Hunk, at: int, end: int, name: str) -> None:
    """No line may run into the next: only the last one of a file has no end."""
    joins_above = hunk.after and at > 0 and not lines[at - 1].endswith("\n")
    joins_below = hunk.after and end < len(lines) and not hunk.after[-1].endswith("\n")
    if joins_above or joins_below:
        raise _misfit(name, hunk, "does not agree with the file on where the file ends")


def _misfit(name: str, hunk: Hunk, why: str) -> PatchError:
    first = next((line for line in hunk.before or hunk.after if line.strip()), "")
    return PatchError(
        f"{name} {why}",
        f"Its code begins with {shown(first.strip(), 60)} — "
        "make the patch again from the code as it is now.",
    )
