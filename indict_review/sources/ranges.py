"""Which commits a range means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from indict_review import git
from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown

_REMOTE = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master")
_LOCAL = ("refs/heads/main", "refs/heads/master")

_DOTS = re.compile(r"(\.{2,3})")

_LONGEST = 1000
"""Characters of a range."""


@dataclass(frozen=True)
class Ends:
    """Two commits."""

    base: str | None
    """None: nothing."""
    head: str
    since: str | None
    """Its commits are not in the range. Of `A...B` this is A, and `base` is where they part."""
    notes: tuple[str, ...] = ()


def range_of_hook(environ: Mapping[str, str]) -> str | None:
    """What pre-commit is asked to look at, by `--from-ref` and `--to-ref` or a push.

    None if it does not say. As with any range, its commits may be unknown here.
    """
    names = [environ.get(f"PRE_COMMIT_{end}_REF", "").strip() for end in ("FROM", "TO")]
    if not all(names) or not all(name.strip("0") for name in names):
        return None  # a new branch is pushed from a commit of zeros, and deleted to one
    return "...".join(names)


def ends(repository: git.Repository, asked: str | None, *, from_nothing: bool = False) -> Ends:
    """Find the commits. Raises `ConfigError` that says which end is wrong, and `ToolError`."""
    if asked is None:
        return _ahead(repository)
    if len(asked) > _LONGEST or re.search(r"[\0-\x1f\x7f]", asked) or not asked.strip():
        raise ConfigError(f'this is no range: "{shown(asked)}"', "Write it as BASE..HEAD.")
    if from_nothing:
        return Ends(None, _commit(repository, asked, "end"), None)
    first, dots, last = _DOTS.split(asked, maxsplit=1) if ".." in asked else (asked, "..", "")
    if first == repository.no_files and dots == "..":
        return Ends(None, _commit(repository, last or "HEAD", "end"), None)
    head = _commit(repository, last or "HEAD", "end")
    since = _commit(repository, first or "HEAD", "start")
    if dots == "..":
        return Ends(since, head, since)
    return Ends(_parting(repository, since, head), head, since)


def _ahead(repository: git.Repository) -> Ends:
    """What the branch has that its upstream, or else the default branch, does not."""
    head = _commit(repository, "HEAD", "end")
    own = git.branch(repository)
    for name in ("@{upstream}", *_REMOTE, *_LOCAL):
        if name != own and (since := git.commit(repository, name)) is not None:
            if name.startswith("@") and since == head:
                continue  # all is pushed: what the branch has beyond the default one is meant
            base = _parting(repository, since, head)
            where = "its upstream" if name.startswith("@") else name.split("/", 2)[2]
            note = f"what the branch has that {where} does not: {base[:12]}..{head[:12]}"
            return Ends(base, head, since, (note,))
    raise ConfigError(
        "there is no upstream and no default branch to compare with",
        "Give a range: `indict-review commits BASE..HEAD`.",
    )


def _commit(repository: git.Repository, name: str, end: str) -> str:
    if name.startswith("-"):
        raise ConfigError(f'"{shown(name)}" is no commit', "Write the range as BASE..HEAD.")
    # A clone brings tags along: one that is called like a branch would be compared with instead.
    refs = git.names(repository, name)
    if refs and re.fullmatch("[0-9a-f]{4,39}", re.split(r"[~^@:]", name, maxsplit=1)[0]):
        raise ConfigError(
            f'"{shown(name)}" is short for a commit, or means {shown(refs[0])}',
            f"Write which: {shown(refs[0])}, or more of the commit's name.",
        )
    if len(refs) > 1:
        raise ConfigError(
            f'"{shown(name)}" could mean {" or ".join(shown(ref) for ref in refs)}',
            f"Write which: {shown(refs[-1])}.",
        )
    found = git.commit(repository, name)
    if found is not None:
        return found
    if name == "HEAD":
        raise ConfigError("there are no commits yet", "`indict-review staged` needs none.")
    raise ConfigError(
        f'the {end} of the range is no commit here: "{shown(name)}"',
        _fetching(repository, name) or "`git log` shows what there is.",
    )


def _parting(repository: git.Repository, one: str, other: str) -> str:
    found = git.merge_base(repository, one, other)
    if found is not None:
        return found
    if repository.is_shallow:
        raise ConfigError(
            f"in this shallow clone {one[:12]} and {other[:12]} have no common commit",
            "`git fetch --deepen=100 origin` gets more of the history, `--unshallow` all of it.",
        )
    raise ConfigError(
        f"{one[:12]} and {other[:12]} have no common commit",
        "Use two dots, BASE..HEAD, to compare them as they are.",
    )


def _fetching(repository: git.Repository, name: str) -> str | None:
    """How to get a commit that is not here; None if there is no way to tell."""
    if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name):
        return f"`git fetch origin {name}` gets it, if the remote has it."
    if repository.is_shallow:
        return f"This clone is shallow: `git fetch --deepen=100 origin` may get {shown(name)}."
    return None
