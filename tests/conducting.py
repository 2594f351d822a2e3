"""What conduct says of a change, in few words."""

from indict_review.change import File, Tree
from indict_review.evidence import Observed
from indict_review.tools.conduct.analyzer import Conduct
from tests.changing import tree

TASK = "Make the report faster."
"""Of a task that calls for nothing."""


class Kept:
    """A store, in memory."""

    has_git = False

    def __init__(self, files: dict[str, str]) -> None:
        self.files = {path: File(text.encode()) for path, text in files.items()}

    def paths(self):
        return sorted(self.files)

    def entries(self, paths):
        return {path: self.files[path] for path in paths if path in self.files}


def conduct(
    before, after, task=TASK, account=None, around=None, *, hearsay=False
) -> list[Observed]:
    """`before` and `after` as texts by path, or as trees."""
    old, new = (each if isinstance(each, Tree) else tree(each) for each in (before, after))
    texts = {path: old.text(path) for path in old.files}
    store = Kept({**(around or {}), **texts})
    return list(Conduct(task, account, store, hearsay).examine(old, new))


def told(*args, **kwargs) -> list[tuple[str, str]]:
    """What was seen, by ident and severity."""
    return [(o.weakness.ident, o.weakness.severity.value) for o in conduct(*args, **kwargs)]
