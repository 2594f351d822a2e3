"""Changes in few words: two states of some files."""

from indict_review import languages
from indict_review.change import Change, File, FileChange, Status, Tree


def tree(files: dict[str, str]) -> Tree:
    return Tree({path: File(text.encode()) for path, text in files.items()})


def change(
    before: dict[str, str], after: dict[str, str], renames: dict[str, str] | None = None
) -> Change:
    """`renames` names the old path of each new one."""
    renames = renames or {}
    files = tuple(
        FileChange(
            p, renames.get(p), _status(p, renames, before, after), languages.of_path(p), 1, 1
        )
        for p in sorted({*before, *after} - set(renames.values()))
    )
    return Change("patch", tree(before), tree(after), files, "")


def _status(path, renames, before, after) -> Status:
    if path in renames:
        return Status.RENAMED
    if path not in before:
        return Status.ADDED
    return Status.MODIFIED if path in after else Status.DELETED
