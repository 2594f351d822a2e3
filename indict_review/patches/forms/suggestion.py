"""Suggestion blocks, GitHub's and GitLab's: lines for those that a comment is about."""

import re

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import naming
from indict_review.patches.fences import check_end, closing, fence
from indict_review.patches.forms import strict_json
from indict_review.patches.forms.interface import Form
from indict_review.patches.interface import Block, FilePatch, Numbered, split_lines
from indict_review.patches.quoting import shown

_INFO = re.compile(r"suggestion(?::-([0-9]{1,6})\+([0-9]{1,6}))?(?:\s|$)")
_BODY = strict_json.mention("body")
_FENCED = re.compile(r"[`~]{3}suggestion\b")


def recognises(block: Block) -> bool:
    """Whether it is one, or JSON of review comments with one in them."""
    if block.info is not None and _INFO.match(block.info):
        return True
    if not strict_json.begins(block):
        return False
    text = "".join(block.lines)
    return _BODY.search(text) is not None and _FENCED.search(text) is not None


def read(block: Block) -> list[FilePatch]:
    """See `Form.read`."""
    if block.info is None or not _INFO.match(block.info):
        return [
            patch
            for value in strict_json.values(block)
            for comment in strict_json.objects(value)
            for patch in _commented(comment, block.line)
        ]
    named = naming.place(block.label) if block.label else None
    if named is None or named.lines is None:
        raise PatchError(
            f"the suggestion on line {block.line} does not say which lines it is for",
            "Put the place on a line of its own above it: `src/app.py:12-14`.",
        )
    check_end(block)
    return [_patch(named, block.info, block.lines, block.line)]


def _commented(comment: dict[str, object], line: int) -> list[FilePatch]:
    """The suggestions in a review comment; none in anything else."""
    body, path = comment.get("body"), comment.get("path")
    if not isinstance(body, str) or not _FENCED.search(body):
        return []
    last = comment.get("line")
    first = comment.get("start_line") or last
    if not isinstance(path, str) or type(first) is not int or type(last) is not int:
        raise PatchError(
            f"a comment in the JSON on line {line} has a suggestion, and no place for it",
            "It says `path` and `line`, and `start_line` if there are several lines.",
        )
    if "LEFT" in {comment.get("side"), comment.get("start_side")}:
        raise PatchError(
            f"a suggestion in the JSON on line {line} is for a line that is not there any more",
            "Only lines of the new side can be replaced.",
        )
    where = naming.Place(path.removeprefix("./"), (first, last))
    return [_patch(where, info, text, line) for info, text in _fenced(body)]


def _fenced(body: str) -> list[tuple[str, tuple[str, ...]]]:
    """The info and the content of each suggestion in a comment."""
    lines, at = split_lines(body), 0
    found = []
    while at < len(lines):
        opening = fence(lines[at].rstrip("\r\n"))
        at += 1
        if opening is None:
            continue
        end = closing(lines, at, opening)
        if end == len(lines):
            raise PatchError(
                "a suggestion in a comment is cut off: nothing closes its fence",
                "Ask for the rest of the answer, or for all of it again.",
            )
        if _INFO.match(opening.info):
            found.append((opening.info, opening.inside(lines[at:end])))
        at = end + 1
    return found


def _patch(where: naming.Place, info: str, after: tuple[str, ...], line: int) -> FilePatch:
    reach = _INFO.match(info)
    first, last = where.lines or (0, 0)
    if reach and reach[1] is not None:
        if first != last:
            raise PatchError(
                f"the suggestion on line {line} says twice which lines it is for",
                f"{shown(info)} counts from one line.",
            )
        first, last = first - int(reach[1]), last + int(reach[2])
    if not 1 <= first <= last:
        raise PatchError(
            f"the suggestion on line {line} is for lines {first} to {last}",
            "Lines are counted from 1, the first one first.",
        )
    piece = Numbered(first, last, after)
    return FilePatch(where.path, where.path, Status.MODIFIED, pieces=(piece,))


FORM = Form(recognises, read, strict_json.RUN)
