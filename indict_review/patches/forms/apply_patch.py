"""`*** Begin Patch`, the form of OpenAI's apply_patch: hunks by their lines, without numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import naming
from indict_review.patches.forms.interface import Form, Run
from indict_review.patches.grammar import HUNK, is_blank, past_blank
from indict_review.patches.interface import Block, FilePatch, Hunk
from indict_review.patches.quoting import shown

BEGIN = "*** Begin Patch"
_END = "*** End Patch"
_END_OF_FILE = "*** End of File"
_MOVE = "*** Move to: "
_SECTION = re.compile(r"\*\*\* (Add|Update|Delete) File: (.*\S)\s*$")
_CALL = re.compile(r"(?:\$ )?apply_patch(?: <<-? ?(['\"]?)(?P<word>\w+)\1)?\s*$")
"""As a shell is told to run it, with the patch below."""


def recognises(block: Block) -> bool:
    """Whether it begins with a patch; or has one further down, and is no file of its own."""
    first = past_blank(block.lines, 0)
    if first < len(block.lines) and _starts(block.lines, first):
        return True
    return block.label is None and any(_is(line, BEGIN) for line in block.lines)


def read(block: Block) -> list[FilePatch]:
    """See `Form.read`."""
    patches: list[FilePatch] = []
    at, words = 0, {""}
    while at < len(block.lines):
        line = block.lines[at]
        if _is(line, BEGIN):
            end = _end(block.lines, at)
            if not _is(block.lines[end - 1], _END):
                raise _wrong(block.line + at, "is cut off: no `*** End Patch` ends it", _REST)
            patches += _files(block.lines[at + 1 : end - 1], block.line + at + 1)
            at = end
            continue
        call = _CALL.match(line)
        if call:
            words.add(call["word"] or "")
        elif line.strip() not in words:
            raise _wrong(block.line + at, f"has no place around it: {_quote(line)}", _AROUND)
        at += 1
    naming.check_named(block, [patch.path for patch in patches])
    return patches


_REST = "Ask for the rest of the answer, or for all of it again."
_AROUND = "In its block, a patch may have `apply_patch <<'EOF'` above it and `EOF` below."
_SIGNS = "Each line of a hunk begins with a space, + or -; below `Add File` with +."


def _is(line: str, mark: str) -> bool:
    return line.startswith(mark) and line.rstrip() == mark


def _starts(lines: Sequence[str], at: int) -> bool:
    if _is(lines[at], BEGIN):
        return True
    called = "apply_patch" in lines[at][:13] and at + 1 < len(lines)
    return called and _is(lines[at + 1], BEGIN) and _CALL.match(lines[at]) is not None


def _end(lines: Sequence[str], at: int) -> int:
    while at < len(lines):
        at += 1
        if _is(lines[at - 1], _END):
            break
    return at


def _files(lines: Sequence[str], number: int) -> Iterator[FilePatch]:
    """What is between begin and end; its first line is on this line of the reply."""
    heads = [at for at, line in enumerate(lines) if _SECTION.match(line)]
    for at, line in enumerate(lines[: heads[0]] if heads else lines):
        if not is_blank(line):
            raise _wrong(number + at, f"is for no file: {_quote(line)}", "Name it above.")
    if not heads:
        raise _wrong(number, "has nothing in it", "It names files: `*** Update File: PATH`.")
    for at, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        found = _SECTION.match(lines[at])
        if found:
            path = found[2].removeprefix("./")
            yield _READ[found[1]](path, lines[at + 1 : end], number + at + 1)


def _added(path: str, lines: Sequence[str], number: int) -> FilePatch:
    lines = _without_blank_end(lines)
    for at, line in enumerate(lines):
        if not line.startswith("+"):
            raise _wrong(number + at, f"has no + in front: {_quote(line)}", _SIGNS)
    after = tuple(line[1:] for line in lines)
    return FilePatch(None, path, Status.ADDED, pieces=(Hunk((), after),) if after else ())


def _deleted(path: str, lines: Sequence[str], number: int) -> FilePatch:
    if any(not is_blank(line) for line in lines):
        raise _wrong(number, f"stands below the deletion of {shown(path)}", "Leave it out.")
    return FilePatch(path, None, Status.DELETED)


def _updated(path: str, lines: Sequence[str], number: int) -> FilePatch:
    target = path
    if lines and lines[0].startswith(_MOVE):
        target = lines[0].removeprefix(_MOVE).strip().removeprefix("./")
        lines, number = lines[1:], number + 1
    hunks = tuple(_hunks(_without_blank_end(lines), number))
    if not hunks and target == path:
        raise _wrong(number - 1, f"names {shown(path)} and changes nothing in it", _SIGNS)
    status = Status.MODIFIED if target == path else Status.RENAMED
    return FilePatch(path, target, status, pieces=hunks)


_READ = {"Add": _added, "Update": _updated, "Delete": _deleted}


@dataclass
class _Writing:
    """A hunk while its lines are read."""

    anchors: list[str] = field(default_factory=list)
    hint: int | None = None
    lines: list[str] = field(default_factory=list)
    at_end: bool = False

    def made(self) -> Hunk:
        lines = [" " + line if is_blank(line) else line for line in _without_blank_end(self.lines)]
        return Hunk(
            tuple(line[1:] for line in lines if line[0] in " -"),
            tuple(line[1:] for line in lines if line[0] in " +"),
            self.hint,
            tuple(self.anchors),
            self.at_end,
        )


def _hunks(lines: Sequence[str], number: int) -> Iterator[Hunk]:
    hunk = _Writing()
    for at, line in enumerate(lines):
        if line.startswith("@@"):
            if hunk.lines:
                yield hunk.made()
                hunk = _Writing()
            _head(hunk, line)
        elif _is(line, _END_OF_FILE):
            hunk.at_end = True
        elif hunk.at_end and not is_blank(line):
            raise _wrong(number + at, f"goes on after the end of the file: {_quote(line)}", _SIGNS)
        elif line[0] in " +-" or is_blank(line):
            hunk.lines.append(line)
        else:
            raise _wrong(number + at, f"has no sign in front: {_quote(line)}", _SIGNS)
    if hunk.lines:
        yield hunk.made()
    elif hunk.anchors or lines:
        raise _wrong(number + len(lines) - 1, "ends with a hunk that has no lines", _SIGNS)


def _head(hunk: _Writing, line: str) -> None:
    """`@@`, `@@ class A`, several of them one below the other; or with numbers, as in a diff."""
    numbers = HUNK.match(line)
    if numbers:
        hunk.hint = max(int(numbers[1]) - 1, 0)
        return
    anchor = line.removeprefix("@@").strip().removesuffix("@@").strip()
    if anchor:
        hunk.anchors.append(anchor)


def _without_blank_end(lines: Sequence[str]) -> Sequence[str]:
    """Empty lines below a section part it from the next: a line of context has a space."""
    end = len(lines)
    while end and is_blank(lines[end - 1]):
        end -= 1
    return lines[:end]


def _quote(line: str) -> str:
    return shown(line.strip(), 60)


def _wrong(number: int, what: str, hint: str) -> PatchError:
    return PatchError(f"line {number} of the patch {what}", hint)


FORM = Form(recognises, read, Run(_starts, _end, sealed=True))
