"""A revision that is more than the fixes beside the findings: how to have it from a comment."""

import hashlib
from collections.abc import Iterator

from indict_review.formats import markdown_parts as parts
from indict_review.formats import offering
from indict_review.formats.interface import is_harmful
from indict_review.formats.markdown_finding import MOST_OF_A_DIFF, proof, shortened
from indict_review.formats.markup import Pen, folded, linked, shows_as_it_is, verbatim
from indict_review.formats.safe_text import lines_of
from indict_review.review import Review
from indict_review.revision import Receipt, Revision, VerificationStatus

_LONGEST_PATCH = 10_000
"""Characters."""


def offered(review: Review) -> Revision | None:
    """The revision if it was verified, unless the task is harmful."""
    made = review.revision
    if made is None or is_harmful(review):
        return None
    return made if made.verification.status is VerificationStatus.PASSED else None


def shown(review: Review, url: str | None, pen: Pen) -> Iterator[str]:
    """What became of it. `url`: a pull request that has it."""
    made = offered(review)
    receipt = made.verification.receipt if made else None
    if made is None or receipt is None or offering.is_told(made, review):
        yield from parts.revision(review, pen)
        return
    yield f"**Revision**, more than the fixes of single findings, {proof(receipt, pen)}"
    if url:
        yield f"It is {linked('a pull request against this one', url)}."
    else:
        yield folded("The revision as a patch", _patch(made.patch, receipt, review, pen))
    yield parts.doubts(review, pen)


def _patch(patch: str, receipt: Receipt, review: Review, pen: Pen) -> str:
    head = pen.code((review.change.head or "")[:12])
    where = f"In a checkout of {head}" if head else "In a checkout of the head"
    if _is_exact(patch, receipt):
        code = verbatim(patch.removesuffix("\n"), "diff")
        how = f"{where}, `git apply` takes it; so does `indict-review apply review.json`"
    else:
        code = pen.fence(shortened(lines_of(patch), MOST_OF_A_DIFF), "diff")
        how = f"Not shown to the letter. {where}, `indict-review apply review.json` has all of it"
    return f"{code}\n\n{how}, with the file of this run."


def _is_exact(patch: str, receipt: Receipt) -> bool:
    """Whether it can be copied from a comment, and is what was verified: no secret is masked."""
    digest = hashlib.sha256(patch.encode("utf-8", "backslashreplace")).hexdigest()
    seen = len(patch) <= _LONGEST_PATCH and shows_as_it_is(patch)
    return seen and digest == receipt.patch_sha256
