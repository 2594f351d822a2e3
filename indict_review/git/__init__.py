"""The only package that runs git, in an environment where nobody's settings reach it.

repository = git.located(Path("."), os.environ)
objects = git.Objects(repository)
for move in git.staged(objects, largest):       # what `git commit` would change,
    objects.contents([move.new.oid])            # and to what
"""

from indict_review.git.entry import Entry
from indict_review.git.history import (
    branch,
    commit,
    merge_base,
    merging,
    messages,
    names,
    since,
    unmerged,
)
from indict_review.git.moves import Move, between, staged, tree
from indict_review.git.objects import Facts, Objects
from indict_review.git.remotes import remotes
from indict_review.git.repository import Repository, folder, located, top
from indict_review.git.running import version
from indict_review.git.user import hooks_folder, identity
from indict_review.git.work_tree import apply_check, is_repository, is_work_tree, listed

__all__ = [
    "Entry",
    "Facts",
    "Move",
    "Objects",
    "Repository",
    "apply_check",
    "between",
    "branch",
    "commit",
    "folder",
    "hooks_folder",
    "identity",
    "is_repository",
    "is_work_tree",
    "listed",
    "located",
    "merge_base",
    "merging",
    "messages",
    "names",
    "remotes",
    "since",
    "staged",
    "top",
    "tree",
    "unmerged",
    "version",
]
