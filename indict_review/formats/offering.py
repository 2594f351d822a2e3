"""What is said of code that is offered: whether it can be had, and whether all of it was shown."""

from indict_review.change import Tree
from indict_review.evidence import Severity
from indict_review.finding import Suggestion
from indict_review.formats.interface import is_harmful
from indict_review.review import Review, Verdict
from indict_review.revision import Revision, VerificationStatus

GET_IT = "indict-review apply"
WAY_AROUND = "git commit --no-verify (or SKIP=indict-review with pre-commit)"


def can_be_applied(review: Review) -> bool:
    """Whether `indict-review apply` has something to put into the tree."""
    made = review.revision
    return (
        made is not None
        and made.verification.status is VerificationStatus.PASSED
        and not is_harmful(review)
        # What a patch applies to may be anywhere; what is staged or committed is here.
        and review.change.source in {"staged", "commits"}
    )


def holds_up_a_commit(review: Review, fail_on: Severity) -> bool:
    """Whether somebody who commits is being stopped, and should know the way around."""
    return review.change.source == "staged" and review.verdict(fail_on) is not Verdict.PASS


def is_told(made: Revision, review: Review) -> bool:
    """Whether the suggestions, applied together, are the whole revision."""
    # A suggestion's lines end in LF alone, whatever the file's end in.
    told = _texts(review.change.after)
    fixes = {(f.location.path, f.suggestion) for f in review.findings if f.suggestion}
    for path, fix in sorted(fixes, key=lambda each: each[1].start_line, reverse=True):
        told[path] = _applied(told.get(path, ""), fix)
    return told == _texts(made.tree)


def _texts(tree: Tree) -> dict[str, str]:
    return {path: tree.text(path).replace("\r\n", "\n") for path in tree.files}


def _applied(text: str, fix: Suggestion) -> str:
    rows = text.split("\n")
    rows[fix.start_line - 1 : fix.end_line] = fix.replacement.split("\n") if fix.replacement else []
    return "\n".join(rows)
