"""Whole files: a fence whose file is named, with all of its text."""

import re

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import naming
from indict_review.patches.fences import NO_CODE, check_end, language
from indict_review.patches.forms.interface import Form
from indict_review.patches.interface import Block, FilePatch, Whole
from indict_review.patches.quoting import shown

SHOWN = {"console", "output", "shell-session", "terminal", "suggestion"}
"""Fences of these never hold a file."""
PROSE = (".md", ".mdx", ".markdown", ".rst", ".adoc", ".txt")
"""In these files, the marks of an edit are most likely an example."""
_EDIT = re.compile(r"(?:<{5,9}|-{5,9}) ?(?:SEARCH|ORIGINAL|HEAD)\b|\*\*\* Begin Patch\s*$")


def recognises(block: Block) -> bool:
    """Whether the fence is named after a file, and not after some lines of one."""
    if block.info is None or language(block) in SHOWN:
        return False
    if block.label is not None:
        return naming.place(block.label).lines is None
    if not block.lines or language(block) in NO_CODE:
        return False
    return naming.named_by_comment(block.lines[0]) is not None


def read(block: Block) -> list[FilePatch]:
    """See `Form.read`."""
    lines = block.lines
    titled = block.label is None
    named = naming.named_by_comment(lines[0]) if titled else block.label
    path = naming.place(named or "").path
    check_end(block)
    if not block.sure and not path.endswith(PROSE):
        _check_edits(block, path)
    whole = Whole("".join(lines[titled:]), lines[0] if titled else "")
    return [FilePatch(path, path, Status.MODIFIED, pieces=(whole,))]


def _check_edits(block: Block, path: str) -> None:
    for at, line in enumerate(block.lines):
        if _EDIT.match(line):
            raise PatchError(
                f"{shown(path)} has an edit amid its text: line {block.line + at}",
                "If that is the file as it is to be, say --patch-format whole-file.",
            )


FORM = Form(recognises, read)
