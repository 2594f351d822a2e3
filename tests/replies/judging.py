"""What becomes of a reply: it is read as a user's would be, and compared to what is right."""

from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from indict_review.change import Change, File, Tree
from indict_review.errors import PatchError
from indict_review.sources.patch import PatchSource
from tests.replies.corpus import Reply
from tests.replies.sloppiness import Expect


class Outcome(Enum):
    RIGHT = "applied right"
    REFUSED = "refused rightly"
    TOO_STRICT = "refused, could be applied"
    WRONG = "applied wrongly"


class Court:
    """Has the files of every reply in a folder of their own, made when they are first needed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folders: dict[int, tuple[Path, Tree]] = {}

    def folder(self, tree: Tree) -> Path:
        if id(tree) not in self.folders:
            folder = self.root / str(len(self.folders))
            for path, file in tree.files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(file.content)
                (folder / path).chmod(file.mode & 0o777)
            self.folders[id(tree)] = folder, tree
        return self.folders[id(tree)][0]

    def judge(self, reply: Reply, form: str | None = None) -> tuple[Outcome, str]:
        """The outcome, and what a user would read of it."""
        source = PatchSource(reply.text, self.folder(reply.before), form=form)
        try:
            change = source.collect()
        except PatchError as e:
            strict = reply.expect is Expect.APPLIED
            return Outcome.TOO_STRICT if strict else Outcome.REFUSED, f"{e}\n{e.hint}"
        made = whole(reply.before, change)
        told = "\n".join(change.notes)
        if reply.expect is Expect.REFUSED or made not in reply.right:
            return Outcome.WRONG, told + difference(reply.right, made)
        return Outcome.RIGHT, told

    def changed(self) -> Iterable[Path]:
        """Folders that are not as they were."""
        for folder, tree in self.folders.values():
            found = {
                path.relative_to(folder).as_posix(): File(
                    path.read_bytes(), 0o100000 | path.stat().st_mode & 0o777
                )
                for path in folder.rglob("*")
                if path.is_file()
            }
            if Tree(found) != tree:
                yield folder


def whole(before: Tree, change: Change) -> Tree:
    """All files after the change, which only has those that it touches."""
    rest = {path: file for path, file in before.files.items() if path not in change.before.files}
    return Tree({**rest, **change.after.files})


def difference(right: tuple[Tree, ...], made: Tree) -> str:
    """For whoever has to find out why."""
    if not right:
        return "\napplied what had to be refused"
    paths = sorted({*right[0].files, *made.files})
    differing = [path for path in paths if right[0].files.get(path) != made.files.get(path)]
    return f"\ndiffers in {differing}"
