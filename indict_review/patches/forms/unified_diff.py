"""Unified diffs in a reply: git's, plain ones, and those a fence or a line above gives a file."""

from collections.abc import Sequence

from indict_review.errors import PatchError
from indict_review.patches import naming
from indict_review.patches.forms.interface import Form, Run
from indict_review.patches.grammar import HUNK, diff_end, past_blank, starts_file, starts_hunk
from indict_review.patches.interface import Block, FilePatch
from indict_review.patches.unified import parse

DIFFS = (".diff", ".patch", ".rej")
"""Files that are diffs themselves."""
_NAMES = {"diff", "patch", "udiff", "git-diff"}


def recognises(block: Block) -> bool:
    """Whether the fence says it is a diff, or it begins like one."""
    first = past_blank(block.lines, 0)
    if first == len(block.lines) or _is_called_diff(block):
        return first < len(block.lines)
    return starts_file(block.lines, first) and not (block.label or "").endswith(DIFFS)


def read(block: Block) -> tuple[FilePatch, ...]:
    """See `Form.read`. Without line numbers or counts, it is read as `unified.parse` says."""
    if block.last and _promises_more(block.lines):
        raise PatchError(
            f"the diff on line {block.line} is cut off: its last hunk has fewer lines than it says",
            "Ask for the rest of it; if all is there, put it in a fence.",
        )
    patches = parse("".join(_with_file(block)), block.line)
    if not patches:
        raise PatchError(
            f"the diff on line {block.line} names no file",
            "A unified diff has lines `--- a/FILE` and `+++ b/FILE` above its hunks.",
        )
    naming.check_named(block, [patch.path for patch in patches])
    return patches


def _is_called_diff(block: Block) -> bool:
    words = (block.info or "").lower().replace(":", " ").split()
    return bool(words) and words[0] in _NAMES


def _with_file(block: Block) -> Sequence[str]:
    """The diff, below the header that it lacks where its file is named outside of it."""
    first = past_blank(block.lines, 0)
    if block.label is None or not block.lines[first].startswith(("@@", " ", "+", "-")):
        return block.lines
    if starts_file(block.lines, first):
        return block.lines
    path = naming.place(block.label).path
    header = [f"--- a/{path}\n", f"+++ b/{path}\n"]
    return [
        *header,
        *([] if starts_hunk(block.lines[first]) else ["@@ @@\n"]),
        *block.lines[first:],
    ]


def _promises_more(lines: Sequence[str]) -> bool:
    """Whether the last hunk has fewer lines than it says."""
    last = next((at for at in reversed(range(len(lines))) if starts_hunk(lines[at])), None)
    header = None if last is None else HUNK.match(lines[last])
    if last is None or header is None:
        return False
    signs = [line[0] for line in lines[last + 1 :]]
    old, new = (1 if header[group] is None else int(header[group]) for group in (2, 4))
    kept = sum(sign in " \r\n" for sign in signs)
    return signs.count("-") + kept < old or signs.count("+") + kept < new


FORM = Form(recognises, read, Run(starts_file, diff_end))
