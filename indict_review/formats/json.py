"""The review as JSON, version 1. Stable: additions only; `schema/review-1.json` describes it."""

from indict_review.evidence import Severity
from indict_review.formats.document import document
from indict_review.formats.json_text import dump, utf8
from indict_review.review import Review

_NOT_UTF8 = (
    "{} of this document's text was not UTF-8 and stands here as U+FFFD: "
    "a patch that has such a byte cannot be applied from here"
)


def schema() -> str:
    """The JSON Schema (draft 2020-12) that every rendered review is valid against."""
    from importlib import resources  # a tenth of the start-up time, and no review needs it

    return (resources.files("indict_review") / "schema" / "review-1.json").read_text("utf-8")


def render(review: Review, fail_on: Severity) -> str:
    """See `Format`. A byte of the change that is no UTF-8 becomes U+FFFD, and a note says so."""
    shown = document(review, fail_on)
    _, replaced = utf8(dict(shown))
    if replaced and isinstance(notes := shown["notes"], list):
        notes.append(_NOT_UTF8.format(f"{replaced} byte{'s' * (replaced > 1)}"))
    return dump(dict(shown))
