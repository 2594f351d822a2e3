"""Where the parts of a unified diff begin and end, whatever its counts say. Linear in its lines."""

import re
from collections.abc import Sequence

HUNK = re.compile(r"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@")
_VERSION = re.compile(r"[0-9]+\.[0-9]")

EXTENDED = {
    "old mode ": "old_mode",
    "new mode ": "new_mode",
    "new file mode ": "new_file_mode",
    "deleted file mode ": "deleted_file_mode",
    "rename from ": "rename_from",
    "rename to ": "rename_to",
    "copy from ": "copy_from",
    "copy to ": "copy_to",
    "similarity index ": "similarity",
    "dissimilarity index ": "similarity",
    "index ": "index",
    "Binary files ": "binary",
    "GIT binary patch": "binary",
    "--- ": "minus",
    "+++ ": "plus",
}
"""The lines that may follow `diff --git`, and what `read_header` calls them."""


def starts_file(lines: Sequence[str], at: int) -> bool:
    """Whether the header of a file begins at this line."""
    if lines[at].startswith("--- "):
        return at + 1 < len(lines) and lines[at + 1].startswith("+++ ")
    return lines[at].startswith("diff --git ") or _tells_binary(lines[at])


def starts_hunk(line: str) -> bool:
    """Whether a hunk begins at this line, with line numbers or without."""
    return line[:3] in {"@@ ", "@@\n", "@@\r", "@@"}


def _tells_binary(line: str) -> bool:
    told = line.startswith("Binary files ") and line.rstrip().endswith(" differ")
    return told and " and " in line


def read_header(lines: Sequence[str], at: int) -> tuple[dict[str, str], int]:
    """What the header that begins at this line says, by `EXTENDED`'s names; and where it ends."""
    said: dict[str, str] = {}
    if lines[at].startswith("diff --git "):
        said["git"] = lines[at].removeprefix("diff --git ").rstrip("\r\n")
        at += 1
    while at < len(lines):
        prefix = next((p for p in EXTENDED if lines[at].startswith(p)), None)
        if prefix is None or EXTENDED[prefix] in said:
            break
        if "binary" in said and prefix == "--- ":
            break  # of the next file
        said[EXTENDED[prefix]] = lines[at].removeprefix(prefix).rstrip("\r\n")
        at += 1
    return said, at


def hunk_end(lines: Sequence[str], at: int, in_prose: bool = False) -> int:
    """One past the last line of the hunk whose `@@` is at this line.

    The counts are believed if they end where the text may end, else the text decides. With
    `in_prose`, anything may follow a hunk after an empty line.
    """
    counted = _end_by_counts(lines, at)
    if counted is not None:
        following = counted if in_prose else past_blank(lines, counted)
        if not _is_body(lines, following):
            return counted
    return _end_by_look(lines, at)


def _end_by_counts(lines: Sequence[str], at: int) -> int | None:
    header = HUNK.match(lines[at])
    if header is None:
        return None
    old, new = (1 if header[group] is None else int(header[group]) for group in (2, 4))
    at += 1
    while (old > 0 or new > 0) and at < len(lines):
        sign = lines[at][0]
        if sign not in "+- \r\n\\":
            return None
        old -= sign in "- \r\n"
        new -= sign in "+ \r\n"
        at += 1
    if at < len(lines) and lines[at].startswith("\\ "):
        at += 1
    return at if old == new == 0 else None


def _end_by_look(lines: Sequence[str], at: int) -> int:
    end = at + 1
    while end < len(lines) and (_is_body(lines, end) or is_blank(lines[end])):
        if starts_file(lines, end) and starts_hunk(lines[min(end + 2, len(lines) - 1)]):
            break
        end += 1
    while end > at + 1 and is_blank(lines[end - 1]):
        end -= 1
    return end


def _is_body(lines: Sequence[str], at: int) -> bool:
    if at >= len(lines) or lines[at][0] not in "+- \\":
        return False
    return not starts_file(lines, at) and not _is_signature(lines, at)


def _is_signature(lines: Sequence[str], at: int) -> bool:
    """The end of a mail by `git format-patch`: two dashes, a space, and git's version."""
    return (
        lines[at].rstrip("\r\n") == "-- "
        and at + 1 < len(lines)
        and _VERSION.match(lines[at + 1]) is not None
    )


def is_blank(line: str) -> bool:
    """Whether nothing is on the line, not even the space of a context line."""
    return line in {"\n", "\r\n"}


def past_blank(lines: Sequence[str], at: int) -> int:
    """The first line from here on that is not empty, or the end."""
    while at < len(lines) and is_blank(lines[at]):
        at += 1
    return at


def diff_end(lines: Sequence[str], at: int) -> int:
    """One past the last line of a diff that begins at this line, amid prose."""
    while at < len(lines):
        if starts_hunk(lines[at]):
            at = hunk_end(lines, at, in_prose=True)
        elif starts_file(lines, at):
            said, at = read_header(lines, at)
            if "binary" in said and said["binary"] == "":
                at = _binary_end(lines, at)
        else:
            following = past_blank(lines, at)
            if following in {at, len(lines)} or not _goes_on(lines, following):
                break
            at = following
    return at


def _goes_on(lines: Sequence[str], at: int) -> bool:
    return starts_hunk(lines[at]) or starts_file(lines, at)


def _binary_end(lines: Sequence[str], at: int) -> int:
    """Past the one or two blocks of `GIT binary patch`, each ended by an empty line."""
    while at < len(lines) and lines[at].startswith(("literal ", "delta ")):
        while at < len(lines) and not is_blank(lines[at]):
            at += 1
        at = min(at + 1, len(lines))
    return at
