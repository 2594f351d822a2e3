"""Reads a patch in any form, or an AI's reply that has some in it: the edits, and what is said.

The reply is taken apart into blocks, and the first form that recognises a block reads it. What no
form recognises is prose.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import naming
from indict_review.patches.fences import NO_CODE, language
from indict_review.patches.forms import (
    apply_patch,
    json_edits,
    search_replace,
    suggestion,
    unified_diff,
    whole_file,
)
from indict_review.patches.forms.interface import Form
from indict_review.patches.forms.whole_file import PROSE, SHOWN
from indict_review.patches.interface import Block, FilePatch, Hunk, Whole, split_lines
from indict_review.patches.naming import place
from indict_review.patches.quoting import shown
from indict_review.patches.reply import Reply, decoded, take_apart
from indict_review.patches.unified import MAX_FILES

FORMS: dict[str, Form] = {
    "suggestion": suggestion.FORM,
    "search-replace": search_replace.FORM,
    "apply-patch": apply_patch.FORM,
    "unified": unified_diff.FORM,
    "json": json_edits.FORM,
    "whole-file": whole_file.FORM,
}
"""In the order in which they are asked: a fence that names a file may hold any of the others."""


_HEADED = (
    "Ask for whole files, each with its path alone on the line above; or for SEARCH/REPLACE "
    "blocks, or a diff."
)


@dataclass(frozen=True)
class Read:
    """What an actor wrote."""

    patches: tuple[FilePatch, ...]
    """In its order. Only unified diffs may be for one file several times: each is for what the one
    before made of it."""
    account: str | None
    """The prose: what the actor says it did."""
    forms: tuple[str, ...]
    """Of the edits, as `FORMS` names them."""
    notes: tuple[str, ...] = ()
    """What was seen and not read, for the user."""


def read(raw: bytes | str, form: str | None = None) -> Read:
    """Read all edits. `form`: only those that are written in it; the rest is prose.

    Raises `PatchError` if there are none, or one is cut off, ambiguous or written badly.
    """
    if form is not None and form not in FORMS:
        raise PatchError(f"there is no form {shown(form)}", f"The forms: {', '.join(FORMS)}.")
    text = decoded(raw)
    asked = FORMS if form is None else {form: FORMS[form]}
    reply = take_apart(split_lines(text), asked, sure=form is not None)
    if not reply.edits:
        raise _nothing(text, reply, form)
    _check_prose(reply)
    if form is None:
        _check_unread(reply)
    patches = [replace(patch, sure=form is not None) for patch in _patches(reply.edits)]
    if len(patches) > MAX_FILES:
        raise PatchError(f"the patch has more than {MAX_FILES:,} edits of files", "Split it.")
    return Read(
        tuple(_merged(patches)),
        "".join(reply.prose).strip() or None,
        tuple(dict.fromkeys(name for name, _ in reply.edits)),
        _unread(reply),
    )


def _check_prose(reply: Reply) -> None:
    """Refuse prose with a bare fence next to it: what closed the block may belong to the prose."""
    edits = {block.line: (name, block) for name, block in reply.edits}
    for line, below in pairwise(sorted([*edits, *reply.bare])):
        name, block = edits.get(line, ("", None))
        path = place(block.label or "").path if block else ""
        if below in reply.bare and name in {"whole-file", "suggestion"} and path.endswith(PROSE):
            raise PatchError(
                f"where {shown(path)} ends is not clear: line {below} may be in it",
                "Enclose a file that has fences in it with a wider one: ````.",
            )


def _check_unread(reply: Reply) -> None:
    """Refuse code that may be an edit, and does not say how it goes into the file."""
    for block in reply.unread:
        named = place(block.label or "")
        if named.lines is not None and language(block) not in SHOWN:
            raise PatchError(
                f"the code on line {block.line} is said to be lines of {shown(named.path)}, "
                "and not whether it takes their place",
                "To replace them, make it a ```suggestion; else, leave their numbers out.",
            )
    for block in filter(_is_code, reply.unread):
        path = naming.mentioned(block.above)
        if path is not None:
            raise PatchError(
                f"the code on line {block.line} speaks of {shown(path)}, and not of how it goes in",
                _HEADED,
            )


def _patches(edits: Sequence[tuple[str, Block]]) -> Iterator[FilePatch]:
    path: str | None = None
    mixed = len({name for name, _ in edits}) > 1
    for name, block in edits:
        form = FORMS[name]
        if form.inherits and block.label is None:
            block = replace(block, label=path)
        for patch in form.read(block):
            whole = any(isinstance(piece, Whole) for piece in patch.pieces)
            yield replace(patch, example=mixed and whole and name == "json")
            path = patch.path if form.inherits else path


def _merged(patches: Sequence[FilePatch]) -> Iterator[FilePatch]:
    """One patch for each file, where the first is; unified diffs stay a sequence."""
    by_path: dict[str, list[FilePatch]] = {}
    for patch in patches:
        for path in dict.fromkeys(filter(None, (patch.old_path, patch.new_path))):
            by_path.setdefault(path, []).append(patch)
    joined = {path: all_of for path, all_of in by_path.items() if not _is_sequence(all_of)}
    for path, all_of in joined.items():
        _check_places(path, all_of)
    done: set[str] = set()
    for patch in patches:
        if patch.path not in joined:
            yield patch
        elif patch.path not in done:
            done.add(patch.path)
            yield _joined(joined[patch.path])


def _is_sequence(patches: Sequence[FilePatch]) -> bool:
    return len(patches) == 1 or all(patch.unified for patch in patches)


def _check_places(path: str, patches: Sequence[FilePatch]) -> None:
    if any(_stands_alone(patch) for patch in patches):
        raise PatchError(
            f"the reply changes {shown(path)} twice, and once as a whole",
            "A file is made, deleted, moved or replaced, or edited in places.",
        )


def _joined(patches: Sequence[FilePatch]) -> FilePatch:
    """Edits of places in one file, all about the file as it is."""
    pieces = [piece for patch in patches for piece in patch.pieces]
    if sum(patch.unified for patch in patches) > 1:
        # The line numbers of the second are those that the first one made.
        pieces = [replace(p, hint=None) if isinstance(p, Hunk) else p for p in pieces]
    return replace(patches[0], pieces=tuple(pieces), unified=False)


def _stands_alone(patch: FilePatch) -> bool:
    whole = any(isinstance(piece, Whole) for piece in patch.pieces)
    changes_mode = patch.new_mode is not None
    return patch.status is not Status.MODIFIED or patch.binary or whole or changes_mode


def _unread(reply: Reply) -> tuple[str, ...]:
    lines = [block.line for block in filter(_is_code, reply.unread)]
    if not lines:
        return ()
    more = f" and {len(lines) - 1:,} more like it" if len(lines) > 1 else ""
    return (f"the code on line {lines[0]}{more} named no file: taken as prose",)


def _is_code(block: Block) -> bool:
    return language(block) not in NO_CODE


def _nothing(text: str, reply: Reply, form: str | None) -> PatchError:
    if not text.strip():
        return PatchError("the patch is empty", "Give it a diff, as `git diff` writes it.")
    if form is not None:
        return PatchError(
            f"nothing in this text is written as {form}", "Without --patch-format, all are tried."
        )
    if reply.unread:
        first = next(filter(_is_code, reply.unread), reply.unread[0])
        return PatchError(f"the code on line {first.line} names no file", _HEADED)
    return PatchError(
        "there is no patch in this text",
        "A unified diff has lines `--- a/FILE`, `+++ b/FILE` and `@@ … @@`; a reply may fence it.",
    )
