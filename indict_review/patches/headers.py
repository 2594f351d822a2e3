"""The header of one file of a unified diff: which file, and what becomes of it as a whole."""

import re
from collections.abc import Mapping

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.interface import FilePatch, Hunk
from indict_review.patches.quoting import shown, unquoted

NOTHING = "/dev/null"

_PREFIX = re.compile(r"[abciow12]/")
"""a/ and b/, and what git writes with `diff.mnemonicPrefix` or `--no-index`."""
_SIDE = re.compile(r"\A[ab]/")
_DATE = re.compile(r" [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
_MODE = re.compile(r"[0-7]{6}\Z")
_BACKUP = (".orig", ".old", ".bak", "~")

Names = tuple[str | None, str | None]


def file_patch(said: Mapping[str, str], hunks: tuple[Hunk, ...]) -> FilePatch:
    """The header, as `grammar.read_header` gives it, and the hunks below it, as one patch."""
    old, new = _names(said)
    copied = "copy_from" in said
    if old is None and new is None:
        raise PatchError("a file of the patch has no name", "Give it --- and +++ lines.")
    if not hunks and not (said.keys() - {"git", "minus", "plus", "index", "similarity"}):
        if old is not None and new is not None and old == new:
            raise PatchError(f"the patch names {shown(old)} and changes nothing in it", _NO_HUNKS)
    if "binary" in said and hunks:
        raise PatchError(f"{shown(new or old or '')} is binary in the patch, and has lines", _TWICE)
    return FilePatch(
        old_path=old,
        new_path=new,
        status=Status.ADDED if copied else _status(old, new),
        old_mode=_mode(said, "old_mode", "deleted_file_mode") or _index_mode(said),
        new_mode=_mode(said, "new_mode", "new_file_mode"),
        binary="binary" in said,
        pieces=hunks,
        unified=True,
    )


_TWICE = "Make it again with `git diff`: a file is one or the other."
_NO_HUNKS = "A patch has a line with @@ above the lines it changes."


def _status(old: str | None, new: str | None) -> Status:
    if old is None:
        return Status.ADDED
    if new is None:
        return Status.DELETED
    return Status.MODIFIED if old == new else Status.RENAMED


def _mode(said: Mapping[str, str], *keys: str) -> int | None:
    text = next((said[key] for key in keys if key in said), None)
    if text is None:
        return None
    if not _MODE.match(text):
        raise PatchError(f'"{shown(text)}" is no file mode', "Git writes 100644 or 100755.")
    # Git itself only keeps whether the owner may execute a file.
    mode = int(text, 8)
    return 0o100000 | (0o755 if mode & 0o100 else 0o644) if mode >> 12 == 0o10 else mode


def _index_mode(said: Mapping[str, str]) -> int | None:
    tail = said.get("index", "").rpartition(" ")[2]
    return int(tail, 8) if _MODE.match(tail) else None


def _names(said: Mapping[str, str]) -> Names:
    """Old and new name, None for the side where the file is not there."""
    minus, plus = _marked(said, "minus"), _marked(said, "plus")
    named = _git_names(said)
    if named is not None:
        _check_agreement(named[0], minus)
        _check_agreement(named[1], plus)
    old, new = named or _plain_names(said, minus, plus)
    return (
        None if minus == NOTHING or "new_file_mode" in said else old,
        None if plus == NOTHING or "deleted_file_mode" in said else new,
    )


def _check_agreement(name: str, marked: str | None) -> None:
    if marked not in {None, NOTHING, name} and marked.partition("/")[2] != name:
        raise PatchError(
            f"one file of the patch has two names: {shown(name)} and {shown(marked)}",
            "The --- and +++ lines have to name the files that `diff --git` names.",
        )


def _git_names(said: Mapping[str, str]) -> tuple[str, str] | None:
    for verb in ("rename", "copy"):
        if f"{verb}_from" in said and f"{verb}_to" in said:
            return _name(said[f"{verb}_from"]), _name(said[f"{verb}_to"])
    halves = _halves(said.get("git", ""))
    if halves is None:
        return None
    left, right = halves
    if left == right:  # git diff --no-prefix
        return left, right
    left, right = left.partition("/")[2], right.partition("/")[2]
    return (left, right) if left == right != "" else None


def _halves(names: str) -> tuple[str, str] | None:
    """The two names of a `diff --git` line. Unquoted ones may have spaces: cut in the middle."""
    if names.startswith('"'):
        first = unquoted(names)
        return (first[0], _name(first[1][1:])) if first else None
    if names.endswith('"'):
        left, gap, right = names.partition(' "')
        return (left, _name('"' + right)) if gap else None
    middle = len(names) // 2
    return (names[:middle], names[middle + 1 :]) if names[middle : middle + 1] == " " else None


def _plain_names(said: Mapping[str, str], minus: str | None, plus: str | None) -> Names:
    if minus is None or plus is None:
        left, gap, right = said.get("binary", "").removesuffix(" differ").partition(" and ")
        if not gap:
            return None, None
        minus, plus = _name(left), _name(right)
    old, new = _without_prefixes(minus, plus)
    if old in {new + suffix for suffix in _BACKUP}:
        old = new
    return None if old == NOTHING else old, None if new == NOTHING else new


def _without_prefixes(old: str, new: str) -> tuple[str, str]:
    """Plain diffs do not say whether a/ and b/ are directories: one in both names is."""
    if new == f"b/{old}":
        return old, old
    pair = {old[:2], new[:2]}
    if NOTHING in {old, new} or pair == {"a/", "b/"}:
        return _SIDE.sub("", old), _SIDE.sub("", new)
    if len(pair) == 2 and all(map(_PREFIX.match, pair)) and old[2:] == new[2:]:
        return old[2:], new[2:]
    return old, new


def _marked(said: Mapping[str, str], key: str) -> str | None:
    """The name of a --- or +++ line, without the time stamp behind it."""
    if key not in said:
        return None
    if said[key].startswith('"'):
        return _name(said[key])  # a tab may be in the quotes
    name = said[key].partition("\t")[0]
    dated = _DATE.search(name)
    return _name((name[: dated.start()] if dated else name).rstrip(" "))


def _name(text: str) -> str:
    if not text.startswith('"'):
        return text.removeprefix("./")
    read = unquoted(text)
    if read is None:
        raise PatchError(
            f"the patch has a name whose quotes cannot be read: {shown(text)}",
            "Git writes such names in double quotes, with octal escapes.",
        )
    return read[0]
