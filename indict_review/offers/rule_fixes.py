"""A rule's own fix, where its author wrote one."""

from collections.abc import Iterator, Sequence

from indict_review.change import Change
from indict_review.errors import PatchError
from indict_review.evidence import Location, Side
from indict_review.finding import Finding
from indict_review.patches.paths import safe_path
from indict_review.revision import EditGroup
from indict_review.rewrite import edits_between


class RuleFixes:
    """See `Offers`: for each finding, what the first rule that saw it and has a fix would write."""

    def groups(self, change: Change, findings: Sequence[Finding]) -> Sequence[EditGroup]:
        """See `Offers.groups`."""
        return list(_groups(change, findings))


def _groups(change: Change, findings: Sequence[Finding]) -> Iterator[EditGroup]:
    for finding in findings:
        seen = next((seen for seen in finding.evidence if seen.fixed is not None), None)
        if seen is None or seen.fixed is None:
            continue
        path, head = seen.location.path, change.after.text(seen.location.path)
        fixed = _put(head, seen.location, seen.fixed)
        if fixed is not None and fixed != head and _can_be_named(path):
            yield EditGroup(edits_between(path, head, fixed), (finding.fingerprint,))


def _can_be_named(path: str) -> bool:
    """Git takes names that no patch of ours may have, e.g. with a line end in it."""
    try:
        return safe_path(path) == path
    except PatchError:
        return False


def _put(text: str, where: Location, fixed: str) -> str | None:
    """The text with those lines replaced; None if they do not stand there as they were quoted."""
    lines = text.split("\n")
    found = "\n".join(lines[where.start_line - 1 : where.end_line])
    if where.side is not Side.RIGHT or found.removesuffix("\r") != where.quote:
        return None
    end = "\r" if found.endswith("\r") else ""
    return "\n".join([*lines[: where.start_line - 1], fixed + end, *lines[where.end_line :]])
