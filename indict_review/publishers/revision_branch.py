"""A verified revision as a branch of its own, and a pull request against the one reviewed.

Of the same repository only: nobody's fork is written to. One commit on the head that was reviewed;
the branch's name tells its patch, so that a later run finds it. Nothing that is there is moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from indict_review.change import File
from indict_review.errors import HostError
from indict_review.formats.offering import is_told
from indict_review.github.interface import Branches, Pull
from indict_review.patches.quoting import shown
from indict_review.publishers.once import once
from indict_review.publishers.revised import offered
from indict_review.review import Review
from indict_review.revision import Receipt, Revision

_REGULAR = {0o100644, 0o100755}


@dataclass(frozen=True)
class Pushed:
    """Where the revision is."""

    url: str | None = None
    """Of its pull request."""
    notes: tuple[str, ...] = ()


def push(review: Review, pull: Pull, branches: Branches) -> Pushed:
    """Offer what suggestions do not tell. No `HostError` comes of it.

    `review` is not masked: what stands in a secret's place is nothing to commit.
    """
    made = offered(review)
    receipt = made.verification.receipt if made else None
    if made is None or receipt is None or is_told(made, review):
        return Pushed()
    if objection := _objection(review, made, receipt, pull):
        return Pushed(notes=(f"the revision is not on a branch: {objection}",))
    try:
        return _pushed(made, receipt, review, pull, branches)
    except HostError as e:
        return Pushed(notes=(f"the revision is not on a branch: {shown(str(e), 300)}",))


def _objection(review: Review, made: Revision, receipt: Receipt, pull: Pull) -> str:
    if pull.is_from_fork:
        return "the head is in another repository"
    if pull.head.sha != review.change.head:
        return "the head has moved since"
    digest = hashlib.sha256(made.patch.encode("utf-8", "surrogateescape")).hexdigest()
    if digest != receipt.patch_sha256 or review.digests:
        return "a secret in these files is masked"
    if any(file and file.mode not in _REGULAR for file in _files(review, made).values()):
        return "it has something else than files"
    return ""


def _pushed(
    made: Revision, receipt: Receipt, review: Review, pull: Pull, branches: Branches
) -> Pushed:
    branch = f"indict/{pull.number}-{receipt.patch_sha256[:8]}"
    files = _files(review, made)
    tip = branches.tip(branch)
    if tip is None:
        message = (
            f"Apply the verified revision of #{pull.number}\n\nsha256 {receipt.patch_sha256}\n"
        )
        commit = once(lambda: branches.grow(pull.head.sha, files, message)) or ""
        once(lambda: branches.create(branch, commit), lambda: branches.tip(branch) == commit)
    elif branches.between(pull.head.sha, tip) != _blobs(files):
        return Pushed(
            notes=(f"the branch {branch} is there and has something else: left as it is",)
        )
    return _offer(branch, receipt, pull, branches)


def _offer(branch: str, receipt: Receipt, pull: Pull, branches: Branches) -> Pushed:
    for known in branches.offers(branch):
        if known.base == pull.head.name:
            closed = f"the pull request with the revision was closed: {known.url}"
            return Pushed(known.url) if known.is_open else Pushed(notes=(closed,))
    title, body = f"Verified revision of #{pull.number}", _body(receipt, pull)

    def is_there() -> bool:
        return any(known.is_open for known in branches.offers(branch))

    url = once(lambda: branches.offer(branch, pull.head.name, title, body), is_there)
    return Pushed(url or next(known.url for known in branches.offers(branch) if known.is_open))


def _body(receipt: Receipt, pull: Pull) -> str:
    """Nothing in it but our own words."""
    checks = "\n".join(f"- `{check.name}`: {check.status.value}" for check in receipt.checks)
    return (
        f"What indict-review would change in #{pull.number}, more than its suggestions there: one "
        f"commit, verified.\n\n{checks}\n\nPatch: sha256 `{receipt.patch_sha256}`\n"
    )


def _files(review: Review, made: Revision) -> Mapping[str, File | None]:
    """What the revision makes of the head; None: deleted."""
    before, after = review.change.after.files, made.tree.files
    return {
        path: after.get(path) for path in {*before, *after} if before.get(path) != after.get(path)
    }


def _blobs(files: Mapping[str, File | None]) -> dict[str, str | None]:
    """As git names them."""
    return {path: _blob(file.content) if file else None for path, file in files.items()}


def _blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()
