"""Unified diffs, git's and plain ones, and the envelope of `apply_patch`."""

import re
from collections.abc import Iterator, Sequence

from tests.replies.parts import Part, Unsayable
from tests.replies.told import Passage, Told, ended, lines_of

_NO_END = "\n\\ No newline at end of file\n"


def unified(files: Sequence[Told]) -> list[Part]:
    return [_part([*_plain(told)], [told]) for told in files]


def git(files: Sequence[Told]) -> list[Part]:
    return [_part([line for told in files for line in _git(told)], files)]


def _part(lines: list[str], files: Sequence[Told]) -> Part:
    hunks = ("".join(_hunk(passage)) for told in files for passage in told.passages)
    return Part("".join(lines), "diff", units=tuple(h.removesuffix(_NO_END) for h in hunks))


def envelope(files: Sequence[Told]) -> list[Part]:
    return [Part(_envelope(files), tail="*** End Patch\n")]


def heredoc(files: Sequence[Told]) -> list[Part]:
    body = f"apply_patch <<'EOF'\n{_envelope(files)}EOF\n"
    return [Part(body, "bash", tail="*** End Patch\nEOF\n", bare=False)]


def _plain(told: Told) -> Iterator[str]:
    if not told.passages or told.renamed:
        raise Unsayable("a plain diff knows nothing but lines")
    if told.old and told.new and told.old.mode != told.new.mode:
        raise Unsayable("a plain diff has no modes")
    yield f"--- {_name('a/', told.old_path)}\n+++ {_name('b/', told.new_path)}\n"
    for passage in told.passages:
        yield from _hunk(passage)


def _git(told: Told) -> Iterator[str]:
    old, new = told.old_path or told.path, told.new_path or told.path
    yield f"diff --git a/{old} b/{new}\n"
    if told.old is None and told.new is not None:
        yield f"new file mode {told.new.mode:06o}\n"
    elif told.new is None and told.old is not None:
        yield f"deleted file mode {told.old.mode:06o}\n"
    elif told.old is not None and told.new is not None and told.old.mode != told.new.mode:
        yield f"old mode {told.old.mode:06o}\nnew mode {told.new.mode:06o}\n"
    if old != new:
        yield f"similarity index 90%\nrename from {old}\nrename to {new}\n"
    if told.passages:
        yield f"--- {_name('a/', told.old_path)}\n+++ {_name('b/', told.new_path)}\n"
    for passage in told.passages:
        yield from _hunk(passage)


def _name(prefix: str, path: str | None) -> str:
    if path is None:
        return "/dev/null"
    return prefix + path + ("\t" if " " in path else "")


def _hunk(passage: Passage) -> Iterator[str]:
    old, new = len(passage.before), len(passage.after)
    if passage.start is None:
        yield "@@ ... @@\n"
    else:
        after = passage.start + passage.shift
        yield f"@@ -{passage.start + (old > 0)},{old} +{after + (new > 0)},{new} @@\n"
    for row in passage.rows:
        end = "" if row.line.endswith("\n") else _NO_END
        yield row.sign + row.line + end


def _envelope(files: Sequence[Told]) -> str:
    body = "".join(line for told in files for line in _section(told))
    return f"*** Begin Patch\n{body}*** End Patch\n"


def _section(told: Told) -> Iterator[str]:
    if told.old is not None and told.new is not None and told.old.mode != told.new.mode:
        raise Unsayable("the envelope has no modes")
    if told.new_path is None:
        yield f"*** Delete File: {told.old_path}\n"
        return
    if told.old_path is None:
        yield f"*** Add File: {told.new_path}\n"
        yield from ("+" + line for line in new_lines(told.new.content.decode() if told.new else ""))
        return
    yield f"*** Update File: {told.old_path}\n"
    if not told.modified:
        yield f"*** Move to: {told.new_path}\n"
    if not told.passages:
        raise Unsayable("the envelope moves a file only along with an edit")
    for passage in told.passages:
        check_end(passage)
        yield _anchor(told, passage)
        yield from (row.sign + ended(row.line) for row in passage.rows)
        if passage.start is not None and _reaches_end(told, passage):
            yield "*** End of File\n"


def _anchor(told: Told, passage: Passage) -> str:
    """`@@` with the definition that the passage is in, if there is only one like it."""
    lines = lines_of(told.old)
    stripped = [line.strip() for line in lines]
    for line in reversed(lines[: passage.start or 0]):
        if re.match(r"\s*(def|class|func|function|export class) \w", line):
            return f"@@ {line.strip()}\n" if stripped.count(line.strip()) == 1 else "@@\n"
    return "@@\n"


def _reaches_end(told: Told, passage: Passage) -> bool:
    return (passage.start or 0) + len(passage.before) == len(lines_of(told.old))


def new_lines(text: str) -> list[str]:
    """The lines of a new file; the form can only say lines with an end."""
    if not text.endswith("\n"):
        raise Unsayable("the form ends every file with a newline")
    return [line + "\n" for line in text[:-1].split("\n")]


def check_end(passage: Passage) -> None:
    """A form of lines cannot say that a newline comes or goes at the end of the file."""
    last = {lines[-1].endswith("\n") for lines in (passage.before, passage.after) if lines}
    if len(last) > 1:
        raise Unsayable("the form has no words for the newline at the end of a file")
