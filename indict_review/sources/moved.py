"""From what git says differs to a change."""

from collections.abc import Iterable, Iterator, Sequence

from indict_review import git, languages
from indict_review.change import Change, File, Tree
from indict_review.patches.render import unified_diff
from indict_review.sources.contents import Contents
from indict_review.sources.listing import file_change


def change_of(source: str, moves: Sequence[git.Move], contents: Contents) -> Change:
    """The change that the moves are. Raises `ToolError` if git cannot read what they hold."""
    ordered = code_first(moves)
    refusals = contents.take([move.texts for move in ordered])
    unread = {m.path: why for m, why in zip(ordered, refusals, strict=True) if why is not None}
    read = [move for move in moves if move.path not in unread]
    before = Tree(dict(_files((move.old for move in read), contents)))
    after = Tree(dict(_files((move.new for move in read), contents)))
    renames = {m.new.path: m.old.path for m in read if m.old and m.new and m.is_renamed}
    return Change(
        source=source,
        before=before,
        after=after,
        files=tuple(
            file_change(
                move.path,
                move.old.path if move.old and move.is_renamed else None,
                _either(move.old, before),
                _either(move.new, after),
                opaque=move.path in unread or move.has_submodule,
            )
            for move in sorted(moves, key=lambda move: move.path)
        ),
        patch=unified_diff(before, after, renames),
        notes=tuple(_notes(moves)),
        unread=tuple(sorted(unread.items())),
    )


def code_first(moves: Iterable[git.Move]) -> list[git.Move]:
    """The order to read them in: there may be more than is taken."""
    return sorted(moves, key=lambda move: (languages.of_path(move.path) is None, move.path))


def _files(entries: Iterable[git.Entry | None], contents: Contents) -> Iterator[tuple[str, File]]:
    for entry in entries:
        if entry is not None and (file := contents.file(entry)) is not None:
            yield entry.path, file


def _either(entry: git.Entry | None, tree: Tree) -> File | None:
    """The file, or an empty one for what is there and was not read."""
    return None if entry is None else tree.files.get(entry.path, File(b"", entry.mode))


def _notes(moves: Iterable[git.Move]) -> Iterator[str]:
    count = sum(move.has_submodule for move in moves)
    if count:
        some = "1 submodule is" if count == 1 else f"{count:,} submodules are"
        yield f"{some} listed and not read: what is in it is reviewed where it is committed"
