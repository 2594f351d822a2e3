"""The code of the last review that had some, where its files are still what it was made for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.change import Change
from indict_review.errors import ReviewError
from indict_review.finding import Finding
from indict_review.revision import EditGroup


@dataclass(frozen=True)
class LastReview:
    """See `Offers`: one group, as its edits were verified together."""

    folder: Path
    """Git's own folder."""

    def groups(self, change: Change, findings: Sequence[Finding]) -> Sequence[EditGroup]:
        """See `Offers.groups`. What was kept is nobody's duty: if it cannot be read, no offer."""
        if not findings:
            return ()
        from indict_review import kept

        try:
            last = kept.last(self.folder)
            if last is None or not last.holds:
                return ()
            known = {finding.fingerprint for finding in findings}
            fixes = tuple(fingerprint for fingerprint in last.fixes if fingerprint in known)
            ruled = {f.fingerprint for f in findings if any(seen.fixed for seen in f.evidence)}
            # What rules mend by themselves is offered one finding at a time: better to click on.
            if not set(fixes) - ruled or not last.fits(change.after):
                return ()
            return (EditGroup(last.edits(change.after), fixes),)
        except ReviewError:
            return ()
