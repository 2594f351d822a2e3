"""What is checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from indict_review.change import Tree
from indict_review.finding import Finding
from indict_review.languages import of_path
from indict_review.revision import Check, CheckStatus


@dataclass(frozen=True)
class Candidate:
    """The head with some edits in it, and the findings that the edits say they remove."""

    head: Tree
    revised: Tree
    fixes: tuple[Finding, ...] = ()

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """The files that differ from the head."""
        paths = sorted({*self.head.files, *self.revised.files})
        return tuple(p for p in paths if self.head.files.get(p) != self.revised.files.get(p))

    def texts(self) -> Iterator[tuple[str, str | None, str, str]]:
        """Path, language, text of the head, text of the revision, for each touched file."""
        for path in self.touched:
            yield path, of_path(path), self.head.text(path), self.revised.text(path)

    def fixed_in(self, path: str) -> tuple[Finding, ...]:
        """The findings to remove that stand in one file of the head."""
        return tuple(f for f in self.fixes if f.location.path == path)


def outcome(name: str, failures: list[str], passed: str, before: int, after: int) -> Check:
    """A check that failed if there are failures; they are its detail."""
    status = CheckStatus.FAILED if failures else CheckStatus.PASSED
    return Check(name, status, "; ".join(failures) or passed, before, after)


def skipped(name: str, reason: str, *, needed: bool = False) -> Check:
    """A check that was not made; if it is `needed`, nothing counts as verified without it."""
    return Check(name, CheckStatus.SKIPPED, reason, needed=needed)
