"""Ways to show a review. Each is loaded when it is used: a hook has no time for the others."""

from indict_review.formats.interface import Format, Look
from indict_review.review import Review


def _text(review: Review, look: Look) -> str:
    from indict_review.formats import terminal

    return terminal.render(
        review, look.fail_on, width=look.width, colour=look.colour, unicode=look.unicode
    )


def _json(review: Review, look: Look) -> str:
    from indict_review.formats import json

    return json.render(review, look.fail_on)


def _markdown(review: Review, look: Look) -> str:
    from indict_review.formats import markdown

    return markdown.render(review, look)


def _sarif(review: Review, look: Look) -> str:
    from indict_review.formats import sarif

    return sarif.render(review, look)


def _annotations(review: Review, look: Look) -> str:
    from indict_review.formats import annotations

    return annotations.render(review, look)


def _rdjson(review: Review, look: Look) -> str:
    from indict_review.formats import rdjson

    return rdjson.render(review, look)


def _gitlab(review: Review, look: Look) -> str:
    from indict_review.formats import gitlab

    return gitlab.render(review, look)


FORMATS: dict[str, Format] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "sarif": _sarif,
    "annotations": _annotations,
    "rdjson": _rdjson,
    "gitlab": _gitlab,
}
"""By the name that `--format` takes."""
