"""Where in a file one edit belongs. It fits one place, or it is refused with the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from indict_review.errors import PatchError
from indict_review.patches.anchors import narrowed
from indict_review.patches.interface import Hunk, Numbered, split_lines
from indict_review.patches.mending import LAST_END, Mended, in_file_ends, mended
from indict_review.patches.quoting import shown
from indict_review.patches.target import Target, body
from indict_review.patches.tolerance import LEVELS, Level, Rule, exact


@dataclass(frozen=True)
class Edit:
    """A stretch of the file's characters, and what takes its place."""

    start: int
    end: int
    """Excluded. `start`: the text is put in before that character."""
    text: str


@dataclass(frozen=True)
class Located:
    """Where an edit belongs."""

    at: int
    """How many lines come before what it names."""
    edits: tuple[Edit, ...]
    """Without the lines that it keeps at its start and end, but with all that may be the ones it
    puts in or takes away. None: it changes nothing."""
    notes: tuple[str, ...] = ()


def hunk(target: Target, hunk: Hunk, name: str, levels: Sequence[Level] = LEVELS) -> Located | None:
    """The only place for these lines, or None. Raises `PatchError` if there are two."""
    if not hunk.before:
        return _addition(target, hunk, name, levels)
    for level in levels:
        at = _only_place(target, hunk, level, name)
        if at is not None:
            fit = _fit(target, hunk, at, level, name)
            return _lines(target, at, at + len(hunk.before), fit, name)
    return None


def numbered(
    target: Target, lines: Numbered, name: str, levels: Sequence[Level] = LEVELS
) -> Located:
    """The lines with these numbers. Raises `PatchError` if they are not there, or others are."""
    at, end, count = lines.first - 1, lines.last, len(target.lines)
    text = "".join(lines.before or lines.after)
    if not 0 <= at <= end <= count:
        said = f"is for lines {lines.first} to {lines.last}, and the file has {count}"
        raise misfit(name, text, said)
    there = target.lines[at:end]
    if lines.before:
        as_hunk = Hunk(lines.before, lines.after)
        for level in levels:
            if len(there) == len(lines.before) and _rule(target, as_hunk, at, level):
                return _lines(target, at, end, _fit(target, as_hunk, at, level, name), name)
    if lines.before is not None and list(lines.before) != there:
        raise misfit(name, text, f"names other lines than {lines.first} to {lines.last}")
    fit = in_file_ends(lines.after, target.line_end)
    if there and fit.lines and not there[-1].endswith("\n") and fit.lines[-1].endswith("\n"):
        fit = Mended((*fit.lines[:-1], body(fit.lines[-1])), (*fit.notes, LAST_END))
    return _lines(target, at, end, fit, name)


def misfit(name: str, text: str, why: str) -> PatchError:
    """The error that an edit with this text has no place in the file."""
    first = next((line for line in split_lines(text) if line.strip()), "")
    return PatchError(
        f"{name} {why}",
        f"Its code begins with {shown(first.strip(), 60)} — "
        "make the patch again from the code as it is now.",
    )


def _addition(target: Target, hunk: Hunk, name: str, levels: Sequence[Level]) -> Located:
    """Without a line of context only the line number can tell, and a new file needs none."""
    count = len(target.lines)
    at = count if hunk.at_end else hunk.hint or 0
    if count and not 0 < at <= count:
        said = "has no context and does not say where it belongs"
        raise misfit(name, "".join(hunk.after), said)
    fit = in_file_ends(hunk.after, target.line_end if len(levels) > 1 else None)
    return _lines(target, min(at, count), min(at, count), fit, name)


def _only_place(target: Target, hunk: Hunk, level: Level, name: str) -> int | None:
    if level.hinted and hunk.hint is not None and _rule(target, hunk, hunk.hint, level):
        return hunk.hint
    text = "".join(hunk.before)
    found = list(islice(_places(target, hunk, level), None if hunk.anchors else 2))
    if found and level.key is exact:
        found += set(_at_unended_end(target, hunk)) - set(found)
    allowed = narrowed(target, hunk.anchors, found)
    if found and not allowed:
        anchor = shown(hunk.anchors[-1], 60)
        raise misfit(name, text, f"fits at line {found[0] + 1} alone, not below {anchor}")
    if len(allowed) > 1:
        said = f"fits at line {allowed[0] + 1} and at line {allowed[1] + 1}"
        raise misfit(name, text, said)
    return next((at for at in allowed if _rule(target, hunk, at, level)), None)


def _at_unended_end(target: Target, hunk: Hunk) -> Iterator[int]:
    """Where it fits too if nobody saw that the file has no newline at its end."""
    at = len(target.lines) - len(hunk.before)
    ended = target.text.endswith("\n") or not hunk.before[-1].endswith("\n")
    if not ended and target.holds(list(map(body, hunk.before)), at, body):
        yield at


def _places(target: Target, hunk: Hunk, level: Level) -> Iterator[int]:
    keys = list(map(level.key, hunk.before))
    found = [len(target.lines) - len(keys)] if hunk.at_end else target.find(keys, level.key)
    return (at for at in found if not level.hinted or _rule(target, hunk, at, level))


def _rule(target: Target, hunk: Hunk, at: int, level: Level) -> Rule | None:
    """What explains, at this level, how the lines that stand there differ from the hunk's."""
    keys = list(map(level.key, hunk.before))
    too_early = hunk.at_end and at + len(keys) < len(target.lines)
    if too_early or not target.holds(keys, at, level.key):
        return None
    there = target.lines[at : at + len(keys)]
    says_end = not hunk.before[-1].endswith("\n")
    if level.key is not exact and says_end and there[-1].endswith("\n"):
        return None
    if level.key not in {exact, body} and not any(key.strip() for key in keys):
        return None  # blank lines are no place
    return level.rule([line.rstrip() for line in there], [line.rstrip() for line in hunk.before])


def _fit(target: Target, hunk: Hunk, at: int, level: Level, name: str) -> Mended:
    rule = None if level.key is exact else _rule(target, hunk, at, level)
    if rule is None:
        return Mended(hunk.after)
    there = target.lines[at : at + len(hunk.before)]
    fit = mended(there, hunk, rule, target.line_end)
    if fit is None:
        said = f"fits at line {at + 1} but for white space, and not for certain"
        raise misfit(name, "".join(hunk.before), said)
    return fit


def _lines(target: Target, at: int, end: int, fit: Mended, name: str) -> Located:
    """Lines in the place of others. None may run into the next: only a file's last has no end."""
    new, old = fit.lines, target.lines[at:end]
    joins_above = new and at > 0 and not target.lines[at - 1].endswith("\n")
    joins_below = new and end < len(target.lines) and not new[-1].endswith("\n")
    if joins_above or joins_below:
        said = "does not agree with the file on where the file ends"
        raise misfit(name, "".join(old or new), said)
    same = _same(old, new)
    tail = _same(old[::-1], new[::-1])
    # Of lines that are alike nobody can tell which one is new, or goes: counted from both ends,
    # they are kept twice. The edit is of all of them, and another edit amid them is refused.
    twice = max(same + tail - min(len(old), len(new)), 0)
    same, tail = same - twice, tail - twice
    start, stop = target.offsets[at + same], target.offsets[end - tail]
    text = "".join(new[same : len(new) - tail])
    edits = (Edit(start, stop, text),) if text != target.text[start:stop] else ()
    return Located(at, edits, fit.notes)


def _same(a: Sequence[str], b: Sequence[str]) -> int:
    """How many lines are the same, from the first on."""
    return next(
        (n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
