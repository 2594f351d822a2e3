"""SEARCH/REPLACE blocks: the lines as they are, `=======`, and the lines as they are to be.

Aider's, and what Cline and Roo make of them. The file is named above, in the fence's first line,
or by the block before.
"""

import re
from collections.abc import Sequence

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import naming
from indict_review.patches.forms.interface import Form, Run
from indict_review.patches.grammar import past_blank
from indict_review.patches.interface import Block, FilePatch, Hunk
from indict_review.patches.quoting import shown

_START = re.compile(r"(?:<{5,9}|-{5,9}) ?(?:SEARCH|ORIGINAL|HEAD)>?\s*$")
_DIVIDER = re.compile(r"={5,9}\s*$")
_END = re.compile(r"(?:>{5,9}|\+{5,9}) ?(?:REPLACE|UPDATED?)\s*$", re.IGNORECASE)
_START_LINE = re.compile(r":start_line: ?([0-9]{1,9})\s*$")
_END_LINE = re.compile(r":end_line: ?[0-9]{1,9}\s*$")
_RULE = re.compile(r"-{5,9}\s*$")


def recognises(block: Block) -> bool:
    """Whether it begins with a pair; or has one further down, and is no file of its own."""
    first = past_blank(block.lines, 0)
    if first < len(block.lines) and _starts(block.lines, first):
        return True
    return block.label is None and any(_START.match(line) for line in block.lines)


def read(block: Block) -> list[FilePatch]:
    """See `Form.read`."""
    path = naming.place(block.label).path if block.label else None
    patches: list[FilePatch] = []
    at = past_blank(block.lines, 0)
    while at < len(block.lines):
        line = block.lines[at]
        if _START.match(line):
            end = _pair_end(block.lines, at)
            hunk = _hunk(block.lines[at:end], block.line + at)
            if path is None:
                raise PatchError(
                    f"the SEARCH/REPLACE block on line {block.line + at} names no file",
                    "Put the file's path on a line of its own above it.",
                )
            patches.append(FilePatch(path, path, Status.MODIFIED, pieces=(hunk,)))
            at = end
        elif _starts(block.lines, at):
            path, at = _named(line), at + 1
        else:
            raise PatchError(
                f"line {block.line + at} is in no SEARCH/REPLACE block: {shown(line.strip(), 60)}",
                "Between the blocks of a fence only the path of a file may stand.",
            )
        at = past_blank(block.lines, at)
    return patches


def _starts(lines: Sequence[str], at: int) -> bool:
    if _START.match(lines[at]):
        return True
    below = at + 1 < len(lines) and lines[at + 1].startswith(("<<<<<", "-----"))
    return below and _START.match(lines[at + 1]) is not None and _named(lines[at]) is not None


def _named(line: str) -> str | None:
    label = naming.named_by_line(line) or naming.named_by_comment(line)
    return naming.place(label).path if label else None


def _end(lines: Sequence[str], at: int) -> int:
    while at < len(lines):
        at = _pair_end(lines, at)
        following = past_blank(lines, at)
        if following == len(lines) or not _starts(lines, following):
            return at
        at = following
    return at


def _pair_end(lines: Sequence[str], at: int) -> int:
    while at < len(lines):
        at += 1
        if _END.match(lines[at - 1]):
            break
    return at


def _hunk(lines: Sequence[str], number: int) -> Hunk:
    """One pair, its marks included, that begins on this line of the reply."""
    *body, last = lines[1:] or [""]
    where = f"the SEARCH/REPLACE block on line {number}"
    if not _END.match(last):
        raise PatchError(
            f"{where} is cut off: no `>>>>>>> REPLACE` ends it",
            "Ask for the rest of the answer, or for all of it again.",
        )
    dividers = [at for at, line in enumerate(body) if _DIVIDER.match(line)]
    if len(dividers) != 1 or any(_START.match(line) for line in body):
        raise PatchError(
            f"{where} cannot be told apart: it has {_count(len(dividers))} `=======`",
            "One stands between the old lines and the new; for lines like it, use another form.",
        )
    search, after = body[: dividers[0]], body[dividers[0] + 1 :]
    hint, head = _numbered(search)
    return Hunk(tuple(search[head:]), tuple(after), hint)


def _count(dividers: int) -> str:
    return {0: "no line", 1: "another block in it, and one"}.get(dividers, f"{dividers} lines")


def _numbered(search: Sequence[str]) -> tuple[int | None, int]:
    """Roo's line number, as a hint, and how many lines it takes."""
    found = _START_LINE.match(search[0]) if search else None
    if found is None:
        return None, 0
    head = 1
    for optional in (_END_LINE, _RULE):
        head += len(search) > head and optional.match(search[head]) is not None
    return max(int(found[1]) - 1, 0), head


FORM = Form(recognises, read, Run(_starts, _end, sealed=True), inherits=True)
