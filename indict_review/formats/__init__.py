"""Ways to show a review."""

from indict_review.formats import json, terminal
from indict_review.formats.interface import Format, Look
from indict_review.review import Review


def _text(review: Review, look: Look) -> str:
    return terminal.render(
        review, look.fail_on, width=look.width, colour=look.colour, unicode=look.unicode
    )


def _json(review: Review, look: Look) -> str:
    return json.render(review, look.fail_on)


FORMATS: dict[str, Format] = {"text": _text, "json": _json}
"""By the name that `--format` takes."""
