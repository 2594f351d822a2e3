"""Edits, put into a tree: exactly, all at once, or not at all.

Each quote is looked up in the head as it stands, never in what another edit made of it. So groups
can be applied alone or together, in any order, with the same outcome.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indict_review.change import Tree
from indict_review.errors import StepError
from indict_review.revision import Edit, EditGroup

_LINK = 0o120000


class EditError(StepError):
    """An edit that does not fit, as the actor is told it."""


@dataclass(frozen=True, order=True)
class Splice:
    """`text` takes the place of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str


def apply(head: Tree, groups: Iterable[EditGroup]) -> Tree:
    """The head with every edit of every group in it.

    The same edit in two groups counts once, and insertions at one place stand one after the other:
    two fixes may both add an import. Raises `EditError` if an edit fits no place, or several, or
    meets another.
    """
    edits = list(dict.fromkeys(edit for group in groups for edit in group.edits))
    revised = head
    for path in dict.fromkeys(edit.path for edit in edits):
        text = head.text(path)
        fitted = splices(head, [edit for edit in edits if edit.path == path])
        revised = revised.with_text(path, spliced(text, fitted))
    return revised


def splices(head: Tree, edits: Iterable[Edit]) -> tuple[Splice, ...]:
    """Where the edits of one file go, first to last. See `apply` for what is refused."""
    found = sorted(
        dict.fromkeys(_fit(head, edit) for edit in edits), key=lambda s: (s.start, s.end)
    )
    for one, other in pairwise(found):
        if other.start < one.end:
            raise EditError("two edits change the same lines")
    return tuple(found)


def spliced(text: str, fitted: Sequence[Splice], offset: int = 0) -> str:
    """The text with the splices in it; `offset` is where in its file the text begins."""
    pieces, at = [], 0
    for splice in fitted:
        pieces += [text[at : splice.start - offset], splice.text]
        at = splice.end - offset
    return "".join([*pieces, text[at:]])


def _fit(head: Tree, edit: Edit) -> Splice:
    # The path is a model's: only a file that the change has can be edited, and no link is followed.
    file = head.files.get(edit.path)
    if file is None and not edit.quote:
        return Splice(0, 0, edit.replacement)  # a new file: only a proposed test is one
    if file is None:
        raise EditError(f"{edit.path} is not a file of the change")
    if file.is_binary or file.mode == _LINK:
        raise EditError(f"{edit.path} is not a text file")
    text, quote, replacement = head.text(edit.path), edit.quote, edit.replacement
    if "\r\n" in text and "\r" not in quote + replacement:
        quote, replacement = quote.replace("\n", "\r\n"), replacement.replace("\n", "\r\n")
    try:
        replacement.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as e:
        raise EditError("the replacement is not text that a file can have") from e
    start = text.find(quote)
    if start < 0:
        raise EditError(f"the quoted code is not in {edit.path}")
    if not quote or text.find(quote, start + 1) >= 0:
        raise EditError(f"the quoted code stands in more than one place of {edit.path}")
    return _smallest(start, quote, replacement)


def _smallest(start: int, quote: str, replacement: str) -> Splice:
    """Without the lines that stay: what only quotes its surroundings must not claim them."""
    end = start + len(quote)
    if replacement.startswith(quote):
        return Splice(end, end, replacement[len(quote) :])
    if replacement.endswith(quote):
        return Splice(start, start, replacement[: -len(quote)])
    old, new = quote.splitlines(keepends=True), replacement.splitlines(keepends=True)
    while old and new and old[0] == new[0]:
        start += len(old.pop(0))
        new.pop(0)
    while old and new and old[-1] == new[-1]:
        end -= len(old.pop())
        new.pop()
    return Splice(start, end, "".join(new))
