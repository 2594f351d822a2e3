"""Blocks of code: SEARCH/REPLACE pairs, whole files, and GitHub's suggestions."""

from collections.abc import Sequence

from tests.replies.as_diffs import check_end
from tests.replies.parts import Part, Unsayable
from tests.replies.told import Passage, Told, ended

LANGUAGES = {"py": "python", "js": "javascript", "ts": "typescript", "yaml": "yaml", "go": "go",
             "java": "java", "c": "c", "md": "markdown", "sh": "sh", "json": "json"}  # fmt: skip

_MARKS = ("<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n")
_DASHES = ("------- SEARCH\n", "=======\n", "+++++++ REPLACE\n")


def search_replace(files: Sequence[Told]) -> list[Part]:
    """The path above the fence, as aider asks for it."""
    return [_pairs(told, _MARKS, language(told.path), above=f"{told.path}\n") for told in files]


def path_within(files: Sequence[Told]) -> list[Part]:
    return [_pairs(told, _MARKS, within=f"{told.path}\n") for told in files]


def dashes(files: Sequence[Told]) -> list[Part]:
    """The signs that cline asks for."""
    return [_pairs(told, _DASHES, above=f"`{told.path}`\n") for told in files]


def whole_above(files: Sequence[Told]) -> list[Part]:
    return [Part(_whole(t), language(t.path), f"**`{t.path}`**\n\n", bare=False) for t in files]


def whole_info(files: Sequence[Told]) -> list[Part]:
    return [Part(_whole(t), f"{language(t.path)}:{t.path}", bare=False) for t in files]


def suggestion(files: Sequence[Told]) -> list[Part]:
    """One for each passage, with its lines named above, as in a review on GitHub."""
    return [_suggestion(told, passage) for told in files for passage in _numbered(told)]


def language(path: str) -> str:
    return LANGUAGES.get(path.rpartition(".")[2], "")


def _pairs(
    told: Told, marks: tuple[str, str, str], info: str = "", above: str = "", within: str = ""
) -> Part:
    _check_modified(told, or_new=True)
    pairs = [(_lines(p, p.before), _lines(p, p.after)) for p in told.passages]
    inner = {line.rstrip() for pair in pairs for side in pair for line in side}
    if inner & {mark.rstrip() for mark in marks}:
        raise Unsayable("a line of the code is one of the form's own marks")
    first, middle, last = marks
    units = tuple(f"{first}{''.join(a)}{middle}{''.join(b)}{last}" for a, b in pairs)
    return Part(within + "".join(units), info, above, units, tail=last)


def _lines(passage: Passage, lines: Sequence[str]) -> list[str]:
    check_end(passage)
    if not passage.before and not passage.after[-1].endswith("\n"):
        raise Unsayable("the form ends every file with a newline")
    return list(map(ended, lines))


def _whole(told: Told) -> str:
    _check_modified(told, or_new=True)
    text = told.new.content.decode() if told.new else ""
    if not text:
        raise Unsayable("an empty fence is no file")
    return ended(text)


def _numbered(told: Told) -> tuple[Passage, ...]:
    _check_modified(told)
    return told.passages


def _suggestion(told: Told, passage: Passage) -> Part:
    check_end(passage)
    first = (passage.start or 0) + 1
    last = first + len(passage.before) - 1
    lines = f"{first}-{last}" if last > first else f"{first}"
    body = "".join(map(ended, passage.after))
    return Part(body, "suggestion", f"`{told.path}:{lines}`\n", bare=False)


def _check_modified(told: Told, or_new: bool = False) -> None:
    if told.new_path is None or not (told.modified or (or_new and told.old_path is None)):
        raise Unsayable("the form can only edit a file that stays where it is")
    if told.old is not None and told.new is not None and told.old.mode != told.new.mode:
        raise Unsayable("the form has no modes")
