"""`applies`: git itself takes the patch, on a clean copy of the head."""

from pathlib import Path

from indict_review import git
from indict_review.checks.candidate import Candidate, outcome, skipped
from indict_review.errors import PatchError, ToolError
from indict_review.revision import Check


def applies(candidate: Candidate, patch: str, copy: Path) -> Check:
    """`git apply --check`, in a copy of the head that nothing else was written to."""
    count = len(candidate.touched)
    if not patch:
        return outcome("applies", [], "there is nothing to apply", 0, 0)
    try:
        git.apply_check(copy, patch)
    except PatchError as e:
        return outcome("applies", [str(e)], "", count, 0)
    except ToolError as e:
        return skipped("applies", str(e), needed=True)
    return outcome("applies", [], "git applies the patch to a clean copy", count, count)
