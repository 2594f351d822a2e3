"""What a test sees of a pull request: all that everybody sees, and what is pending."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.github_stand_in import places
from tests.github_stand_in.state import CheckRun, Note, Pull, Remark, Review


@dataclass(frozen=True)
class View:
    head: str
    comments: tuple[Note, ...]
    remarks: tuple[Remark, ...]
    """Each with the lines it is at now. Those of pending reviews are not among them."""
    reviews: tuple[Review, ...]
    """Submitted. GitHub makes one for each reply and each single comment too, with no body."""
    pending: tuple[Review, ...]
    checks: tuple[CheckRun, ...]
    """Of all its heads, the oldest first."""
    minimized: dict[int, str]
    """The classifier, by the id of the comment."""
    resolved: frozenset[int]
    """The ids of the remarks that began the threads."""
    labels: tuple[str, ...]


def view(pull: Pull) -> View:
    remarks = []
    for it in pull.remarks.values():
        if pull.is_shown(it):
            start, line = places.now(pull, it)
            remarks.append(replace(it, start_line=start, line=line))
    reviews = tuple(pull.reviews.values())
    return View(
        pull.head_sha,
        tuple(pull.comments.values()),
        tuple(remarks),
        tuple(it for it in reviews if it.state != "PENDING"),
        tuple(it for it in reviews if it.state == "PENDING"),
        tuple(it for it in pull.repository.checks.values() if it.head in pull.heads),
        dict(pull.minimized),
        frozenset(pull.resolved),
        pull.labels,
    )
