"""Writes the difference of two trees as a unified diff that `git apply` takes to the byte."""

from collections.abc import Iterator, Mapping, Sequence

from indict_review.change import File, Tree
from indict_review.patches.differences import Span, differences
from indict_review.patches.interface import split_lines
from indict_review.patches.quoting import quoted

CONTEXT = 3
"""Lines around a difference."""


def unified_diff(before: Tree, after: Tree, renames: Mapping[str, str] | None = None) -> str:
    """A git-style diff of two trees; `renames` has old paths by new ones. Empty if they are equal.

    Of a binary file it says only that it differs, which `git apply` refuses; a rename or a new
    mode of one it takes.
    """
    renames = renames or {}
    moved = set(renames.values()) - after.files.keys()
    parts = []
    for new_path in sorted({*before.files, *after.files} - moved):
        old_path = renames.get(new_path, new_path)
        old, new = before.files.get(old_path), after.files.get(new_path)
        parts.append(_file_diff(old_path, new_path, old, new))
    return "".join(parts)


def count_lines(old: File | None, new: File | None) -> tuple[int, int]:
    """How many lines were added and how many deleted. 0 and 0 where one is binary."""
    if any(file is not None and file.is_binary for file in (old, new)):
        return 0, 0
    spans = differences(_lines(old), _lines(new))
    return sum(s.j2 - s.j1 for s in spans), sum(s.i2 - s.i1 for s in spans)


def _file_diff(old_path: str, new_path: str, old: File | None, new: File | None) -> str:
    if old == new and old_path == new_path:
        return ""
    if old is not None and new is not None and old.mode >> 12 != new.mode >> 12:
        # Git writes a file that turns into a symbolic link as two files.
        return _file_diff(old_path, old_path, old, None) + _file_diff(new_path, new_path, None, new)
    a, b = quoted(f"a/{old_path}"), quoted(f"b/{new_path}")
    header = f"diff --git {a} {b}\n" + "".join(_extended(old_path, new_path, old, new))
    if (old and old.content) == (new and new.content):
        return header
    a, b = a if old else "/dev/null", b if new else "/dev/null"
    if (old and old.is_binary) or (new and new.is_binary):
        return f"{header}Binary files {a} and {b} differ\n"
    hunks = "".join(_hunks(_lines(old), _lines(new)))
    return f"{header}--- {_marked(a)}\n+++ {_marked(b)}\n{hunks}" if hunks else header


def _extended(old_path: str, new_path: str, old: File | None, new: File | None) -> Iterator[str]:
    if old is None and new is not None:
        yield f"new file mode {new.mode:06o}\n"
    elif new is None and old is not None:
        yield f"deleted file mode {old.mode:06o}\n"
    elif old is not None and new is not None and old.mode != new.mode:
        yield f"old mode {old.mode:06o}\nnew mode {new.mode:06o}\n"
    if old_path != new_path:
        yield f"rename from {quoted(old_path)}\nrename to {quoted(new_path)}\n"


def _marked(name: str) -> str:
    # With a space in the name, only a tab tells where it ends.
    return name + "\t" if " " in name and not name.startswith('"') else name


def _lines(file: File | None) -> list[str]:
    return [] if file is None else split_lines(file.content.decode("utf-8", "surrogateescape"))


def _hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    for group in _groups(differences(before, after)):
        i1, i2 = max(group[0].i1 - CONTEXT, 0), min(group[-1].i2 + CONTEXT, len(before))
        j1, j2 = group[0].j1 - (group[0].i1 - i1), group[-1].j2 + (i2 - group[-1].i2)
        yield f"@@ -{_range(i1, i2)} +{_range(j1, j2)} @@\n"
        for span in group:
            yield from (_line(" ", line) for line in before[i1 : span.i1])
            yield from (_line("-", line) for line in before[span.i1 : span.i2])
            yield from (_line("+", line) for line in after[span.j1 : span.j2])
            i1 = span.i2
        yield from (_line(" ", line) for line in before[i1:i2])


def _groups(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Differences whose context would touch are one hunk."""
    group: list[Span] = []
    for span in spans:
        if group and span.i1 - group[-1].i2 > 2 * CONTEXT:
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _range(start: int, end: int) -> str:
    """Line numbers as a hunk header has them: an empty range names the line above it."""
    return f"{start + (start < end)},{end - start}"


def _line(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
