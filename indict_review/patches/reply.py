"""Takes an AI's reply, or a mail, apart: the diff in it, and what is said around it."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from indict_review.errors import PatchError
from indict_review.patches.grammar import diff_end, starts_file
from indict_review.patches.interface import split_lines

_FENCE = re.compile(r"([ \t]{0,12})(`{3,}|~{3,})([^`\n]*)$")
_DIFF_NAMES = {"diff", "patch", "udiff", "git-diff"}
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True)
class Reply:
    """What an actor wrote."""

    diff: str
    """The diffs, one after the other; empty if there is none."""
    account: str | None
    """The prose around them: what the actor says it did."""


def read_reply(raw: bytes | str) -> Reply:
    """Find the diffs, fenced or not. Whichever begins first counts: a fence in a diff is its text.

    Reads each line a bounded number of times. Raises `PatchError` for UTF-16, which Windows'
    PowerShell writes.
    """
    lines = split_lines(raw if isinstance(raw, str) else _decoded(raw))
    diff: list[str] = []
    prose: list[str] = []
    at, fences = 0, True
    while at < len(lines):
        fence = _FENCE.match(lines[at]) if fences else None
        if fence is not None:
            end = _fence_end(lines, at + 1, fence)
            block = _unindented(lines[at + 1 : end], fence[1])
            if _is_diff(fence[3], block):
                diff += _ended(block)
                at = end + 1
                continue
            # A fence that nothing closes is a stray one, and so is every later one.
            fences = end < len(lines)
            end = end + 1 if fences else at + 1
            prose += lines[at:end]
        elif starts_file(lines, at):
            end = diff_end(lines, at)
            diff += _ended(lines[at:end])
        else:
            end = at + 1
            prose.append(lines[at])
        at = end
    return Reply("".join(diff), "".join(prose).strip() or None)


def _decoded(raw: bytes) -> str:
    if raw.startswith(_WIDE):
        raise PatchError(
            "the patch is written in UTF-16",
            "Save it as UTF-8; in PowerShell: git diff --output=FILE.",
        )
    return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def _fence_end(lines: Sequence[str], at: int, opening: re.Match[str]) -> int:
    """Where the block is closed, by at least as many of the same sign, no deeper indented."""
    while at < len(lines):
        closing = _FENCE.match(lines[at])
        if (
            closing is not None
            and not closing[3].strip()
            and closing[2].startswith(opening[2])
            and len(closing[1]) <= len(opening[1])
        ):
            return at
        at += 1
    return at


def _unindented(lines: Sequence[str], indent: str) -> list[str]:
    return [line.removeprefix(indent) for line in lines]


def _is_diff(info: str, block: Sequence[str]) -> bool:
    if info.strip().partition(" ")[0].lower() in _DIFF_NAMES:
        return any(not line.isspace() for line in block)
    first = next((n for n, line in enumerate(block) if not line.isspace()), None)
    return first is not None and starts_file(block, first)


def _ended(lines: Sequence[str]) -> list[str]:
    """The lines, the last with an end: another diff may follow."""
    return [*lines[:-1], lines[-1] if lines[-1].endswith("\n") else lines[-1] + "\n"]
