"""Unified diffs: git's, plain ones, and what models write for them."""

from collections.abc import Iterable, Sequence

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk as ReadHunk
from unidiff.patch import PatchSet

from indict_review.errors import PatchError
from indict_review.patches.grammar import (
    HUNK,
    hunk_end,
    is_blank,
    past_blank,
    read_header,
    starts_file,
    starts_hunk,
)
from indict_review.patches.headers import file_patch
from indict_review.patches.interface import FilePatch, Hunk, split_lines
from indict_review.patches.quoting import shown

MAX_FILES = 10_000
"""Files one patch may touch."""


def parse(text: str, line: int = 1) -> tuple[FilePatch, ...]:
    """The patch for each file, in the text's order. Raises `PatchError`.

    `line`: where the text begins in what the user gave, for messages.

    What models get wrong is put right on the way to `unidiff`: counts are taken from the lines,
    a line number may be missing or wrong (see `place`), an empty line is an empty context line.
    """
    lines = split_lines(text)
    files: list[FilePatch] = []
    at = 0
    while at < len(lines):
        if not starts_file(lines, at):
            _check_ignorable(lines[at], at + line, bool(files))
            at += 1
            continue
        if len(files) == MAX_FILES:
            raise PatchError(f"the patch is for more than {MAX_FILES:,} files", "Split it.")
        said, at = read_header(lines, at)
        hunks: list[list[str]] = []
        while at < len(lines) and starts_hunk(lines[at]):
            end = hunk_end(lines, at)
            hunks.append(lines[at:end])
            at = past_blank(lines, end)
        files.append(file_patch(said, _hunks(hunks)))
    return tuple(files)


def _check_ignorable(line: str, number: int, in_patch: bool) -> None:
    """Raise if a line between files would change something, were the patch written well."""
    if line.startswith(("diff --cc ", "diff --combined ", "@@@ ")):
        raise PatchError(
            "the patch is the combined diff of a merge", "Make it with `git diff BASE HEAD`."
        )
    if line.startswith("@@"):
        raise PatchError(
            f"line {number} of the patch starts a hunk of no file",
            "Put the lines `--- a/FILE` and `+++ b/FILE` above it.",
        )
    if in_patch and line[0] in "+-" and line.rstrip() != "--":
        raise PatchError(
            f"line {number} of the patch is outside every hunk: {shown(line.rstrip(), 60)}",
            "Lines left out of a patch (`...`) cannot be guessed: write all of them.",
        )


def _hunks(written: Iterable[Sequence[str]]) -> tuple[Hunk, ...]:
    mended = [_mended(header, body) for header, *body in written]
    if not mended:
        return ()
    hints = [hint for hint, _ in mended]
    diff = ["--- a\n", "+++ b\n", *(line for _, lines in mended for line in lines)]
    try:
        (read,) = PatchSet(diff)
    except (UnidiffParseError, ValueError) as e:
        raise PatchError(
            f"the patch cannot be read: {shown(str(e))}", "Is it a unified diff, and complete?"
        ) from e
    return tuple(_hunk(lines, hint) for lines, hint in zip(read, hints, strict=True))


def _mended(header: str, body: Sequence[str]) -> tuple[int | None, list[str]]:
    """The lines before the hunk, if it says so, and the hunk as `unidiff` takes it."""
    body = [_mended_line(line) for line in body]
    old = sum(line[0] in " -" for line in body)
    new = sum(line[0] in " +" for line in body)
    if old == new == 0:
        raise PatchError(
            f"a hunk has no lines: {shown(header.rstrip(), 60)}",
            "Below a line with @@ come the lines that it changes.",
        )
    numbers = HUNK.match(header)
    hint = None if numbers is None else max(int(numbers[1]) - (old > 0), 0)
    return hint, [f"@@ -1,{old} +1,{new} @@\n", *body]


def _mended_line(line: str) -> str:
    if line[0] == "\\":
        return "\\ No newline at end of file\n"
    line = " " + line if is_blank(line) else line
    return line if line.endswith("\n") else line + "\n"


def _hunk(lines: ReadHunk, hint: int | None) -> Hunk:
    before: list[str] = []
    after: list[str] = []
    sides: list[list[str]] = []
    for line in lines:
        if line.line_type == "\\":
            for side in sides:
                side[-1] = side[-1].removesuffix("\n")
            continue
        sides = {" ": [before, after], "-": [before], "+": [after]}[line.line_type]
        for side in sides:
            side.append(line.value)
    return Hunk(tuple(before), tuple(after), hint)
