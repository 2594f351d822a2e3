"""A file given as a whole: whether it is one, and not a part of it, or a patch in its place."""

from collections import Counter
from pathlib import PurePosixPath

from indict_review import languages
from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.differences import differences
from indict_review.patches.elision import COMMENT
from indict_review.patches.ellipsis import emptied
from indict_review.patches.grammar import HUNK, starts_file
from indict_review.patches.interface import FilePatch, Whole, split_lines
from indict_review.patches.mending import LAST_END, said_of_ends
from indict_review.patches.quoting import shown
from indict_review.patches.target import Target, body, with_ends

SMALL = 8
"""Lines of a file that may be written anew altogether."""
TRIMMED = 2
"""Lines that may go from a file's start or end, with nothing in their place."""

_PATCH_NAMES = {".diff", ".patch", ".rej"}
_MARKS = ("*** Begin Patch", "<<<<<<< ", "------- SEARCH")


def taken(patch: FilePatch, whole: Whole, target: Target) -> tuple[str, tuple[str, ...]]:
    """The file as it is to be, and what was repaired.

    Raises `PatchError` if it looks like a part, unless the user is sure that it is none.
    """
    if patch.status is Status.DELETED or not target.text:
        return whole.text, ()
    text, notes = whole.text, []
    if whole.title and target.lines[0].strip() == whole.title.strip():
        text = whole.title + text
    if target.line_end and (ended := with_ends(text, target.line_end)) != text:
        text = ended
        notes.append(said_of_ends(target.line_end))
    unended = body(text)
    keeps = unended in {"", text, target.text}
    if not keeps and not target.lines[-1].endswith("\n"):
        text = unended  # a fence cannot say it otherwise
        notes.append(LAST_END)
    if not patch.sure:
        _check_complete(patch.path, target, text)
    return text, tuple(notes)


def _check_complete(path: str, target: Target, text: str) -> None:
    lost = _lost(path, target.lines, split_lines(text))
    if lost:
        raise PatchError(
            f"this looks like a part of {shown(path)}: "
            f"it would lose {lost} of {len(_code(target.lines))} lines",
            "Ask for all of it, for SEARCH/REPLACE blocks, or for a diff. If this is all that is "
            "to be left of it, say --patch-format whole-file.",
        )
    gone = _remarked(path, target.lines, split_lines(text))
    if gone is not None:
        raise PatchError(
            f"{shown(path)}: {shown(gone)} goes, and only a comment comes in its place",
            "Give the whole file; if this is all of it, say --patch-format whole-file.",
        )
    python = languages.of_path(path) == "python"
    hollow = emptied(target.text, text) if python else None
    if hollow is not None:
        raise PatchError(
            f"{shown(path)}: `...` stands for what {shown(hollow)} does in the file",
            "Give the whole file; if it is to do nothing, say --patch-format whole-file.",
        )


def _remarked(path: str, before: list[str], after: list[str]) -> str | None:
    """What the file defines, and has a comment in its place."""
    language = languages.of_path(path)
    if language is None or not any(COMMENT.search(line) for line in {*after} - {*before}):
        return None
    from indict_review import syntax  # late, see `_drops`
    from indict_review.patches.vanished import vanished

    if not syntax.has_grammar(language):
        return None
    return vanished(language, "".join(before), "".join(after))


def _lost(path: str, before: list[str], after: list[str]) -> int:
    """How many lines would go, if it looks like a part: else 0.

    It does if more than `TRIMMED` lines go from the start or the end of the file with nothing in
    their place; or if it is shorter than the file and keeps less than half of it, and a function
    or type of the file (in a language without a grammar: anything) goes.
    """
    old, new = _code(before), _code(after)
    lost = sum((Counter(old) - Counter(new)).values())
    spans = differences(old, new)
    cut = [s.i2 - s.i1 for s in spans if s.j1 == s.j2 and (s.i1 == 0 or s.i2 == len(old))]
    if not new or max(cut, default=0) > TRIMMED:
        return lost
    rewritten = len(old) < SMALL or len(new) >= len(old) or 2 * lost <= len(old)
    return 0 if rewritten or not _drops(path, before, after) else lost


def _code(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _drops(path: str, before: list[str], after: list[str]) -> bool:
    from indict_review import syntax  # late: a hook that needs no grammar waits for none

    language = languages.of_path(path)
    if language is None or not syntax.has_grammar(language):
        return True
    old, new = (
        {d.name for d in syntax.definitions(language, "".join(lines)) if "." not in d.name}
        for lines in (before, after)
    )
    return not old <= new


def holds_patch(path: str, text: str) -> bool:
    """Whether the file would hold a patch in the place of code."""
    if PurePosixPath(path).suffix in _PATCH_NAMES:
        return False
    lines = split_lines(text.lstrip())
    if not lines:
        return False
    first = lines[0]
    return starts_file(lines, 0) or HUNK.match(first) is not None or first.startswith(_MARKS)
