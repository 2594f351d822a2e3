"""The review as JSON, version 1. Stable: additions only; `schema/review-1.json` describes it.

The output is ASCII: everything else is escaped, so that nothing of the change can act on a
terminal, and no pipe's encoding can break it.
"""

import json

from indict_review.evidence import Severity
from indict_review.formats.document import Json, document
from indict_review.formats.safe_text import without_surrogates
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
    replaced = 0

    def utf8(value: Json) -> Json:
        nonlocal replaced
        if isinstance(value, str):
            value, count = without_surrogates(value)
            replaced += count
        elif isinstance(value, list):
            return [utf8(item) for item in value]
        elif isinstance(value, dict):
            return {str(utf8(key)): utf8(item) for key, item in value.items()}
        return value

    shown = {key: utf8(value) for key, value in shown.items()}
    if replaced and isinstance(notes := shown["notes"], list):
        notes.append(_NOT_UTF8.format(f"{replaced} byte{'s' * (replaced > 1)}"))
    return json.dumps(shown, indent=2, allow_nan=False) + "\n"
