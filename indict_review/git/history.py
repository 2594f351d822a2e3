"""Commits: which are meant, where two lines of them part, and what they say of themselves."""

import re
from collections.abc import Sequence

from indict_review.errors import ConfigError, ToolError
from indict_review.git.objects import Objects
from indict_review.git.repository import Repository
from indict_review.git.running import said
from indict_review.patches.quoting import shown

_LARGEST_MESSAGE = 2**20
"""Bytes of a commit object; some tools keep whole reports in theirs."""
_TRAILER = re.compile(r"(?i)([a-z-]+-by|cc|change-id|git-svn-id): |\(cherry picked from commit ")


_LATIN = rb"iso-?8859-?15?|latin-?1|windows-1252|cp1252"
"""Near enough to one another for what a message is read for."""


def names(repository: Repository, name: str) -> list[str]:
    """The refs that a short name could mean, of which git takes the first. Raises `ToolError`."""
    short = re.split(r"[~^@:]", name, maxsplit=1)[0]
    if not short or short.startswith(("-", "refs/")) or short == "HEAD":
        return []
    meant = [f"refs/{kind}/{short}" for kind in ("tags", "heads", "remotes")]
    ran = repository.run("for-each-ref", "--format=%(refname)", *meant)
    told = ran.stdout.decode("utf-8", "surrogateescape").split("\n")
    return [ref for ref in told if ref in meant]


def commit(repository: Repository, name: str) -> str | None:
    """The commit that a name means, which must be no option; None if none. Raises `ToolError`."""
    ran = repository.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return ran.stdout.decode().strip() or None if ran.returncode == 0 else None


def branch(repository: Repository) -> str | None:
    """The full name of the branch that HEAD is; None if it is none. Raises `ToolError`."""
    ran = repository.run("symbolic-ref", "--quiet", "HEAD")
    return ran.stdout.decode("utf-8", "surrogateescape").strip() or None


def merge_base(repository: Repository, one: str, other: str) -> str | None:
    """Where two lines of commits part; None if they never met. Raises `ToolError`."""
    ran = repository.run("merge-base", one, other)
    if ran.returncode not in {0, 1}:
        raise ToolError(f"git cannot tell where {one} and {other} part: {said(ran)}")
    return ran.stdout.decode().strip() or None


def since(repository: Repository, base: str | None, head: str, most: int) -> list[str]:
    """The commits of `head` that `base` does not have, the oldest first: the last `most`.

    Raises `ToolError`.
    """
    without = [f"^{base}"] if base else []
    ran = repository.run(
        "rev-list", "--reverse", "--topo-order", f"--max-count={most}", head, *without, "--"
    )
    if ran.returncode != 0:
        raise ToolError(f"git cannot list the commits: {said(ran)}")
    return ran.stdout.decode().split()


def unmerged(repository: Repository, head: str, most: int) -> list[tuple[str, str | None]]:
    """The last commits that merge nothing, the newest first, each with its parent if it has one.

    Raises `ToolError`.
    """
    ran = repository.run("rev-list", "--no-merges", "--parents", f"--max-count={most}", head, "--")
    if ran.returncode != 0:
        raise ToolError(f"git cannot list the commits: {said(ran)}")
    lines = [line.split() for line in ran.stdout.decode().splitlines()]
    return [(own, parents[0] if parents else None) for own, *parents in lines]


def messages(objects: Objects, commits: Sequence[str]) -> list[str]:
    """What each says of itself, without the lines that tools add at its end. Raises `ToolError`."""
    facts = objects.facts(commits)
    small = [fact.oid for fact in facts if fact and fact.size <= _LARGEST_MESSAGE]
    return [message(content) for content in objects.contents(small) if content is not None]


def message(commit: bytes) -> str:
    """The message of a commit object."""
    header, _, text = commit.partition(b"\n\n")
    told = re.search(rb"^encoding (?:%s)$" % _LATIN, header, re.MULTILINE | re.IGNORECASE)
    # No other: a commit chooses its encoding, and some take hours to decode.
    decoded = text.decode("latin-1") if told else text.decode("utf-8", "replace")
    body, gap, last = decoded.strip().rpartition("\n\n")
    kept = [line for line in last.split("\n") if not gap or not _TRAILER.match(line)]
    return (body + gap + "\n".join(kept)).strip()


def merging(repository: Repository) -> list[str]:
    """The other parents of the merge that is in progress; none if there is none.

    Raises `ConfigError` if git's note of it cannot be read.
    """
    try:
        with (repository.folder / "MERGE_HEAD").open("rb") as file:
            noted = file.read(2**16).decode("ascii", "replace").split()
    except FileNotFoundError:
        return []
    except OSError as e:
        raise ConfigError(f"MERGE_HEAD cannot be read: {e.strerror}", "See `git status`.") from e
    for name in noted:
        if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name):
            raise ConfigError(
                f"MERGE_HEAD names no commit: {shown(name)}", "`git merge --abort` ends the merge."
            )
    return noted
