"""A check run, and its annotations: the first 50 come with it, the others are added."""

from __future__ import annotations

from collections.abc import Sequence

from indict_review.errors import HostError
from indict_review.github.answers import Told
from indict_review.github.interface import Annotation, Api, Json, NewCheck

_BATCH = 50


def post(api: Api, repo: str, check: NewCheck) -> None:
    """See `Writing.check`. Raises a plain `HostError` once the check itself is there."""
    answer = api.send(
        "POST",
        f"{repo}/check-runs",
        {
            "name": check.name,
            "head_sha": check.head,
            "status": "completed",
            "conclusion": check.conclusion,
            "external_id": check.external_id,
            "output": _output(check, check.annotations[:_BATCH]),
        },
    )
    number = Told(answer, "the new check").number("id")
    total = len(check.annotations)
    for start in range(_BATCH, total, _BATCH):
        output = _output(check, check.annotations[start : start + _BATCH])
        try:
            api.send("PATCH", f"{repo}/check-runs/{number}", {"output": output})
        except HostError as e:
            # Not sent again: GitHub would add them twice.
            raise HostError(
                f"the check was posted, but {total - start} of its {total} annotations "
                f"may not be there: {e}"
            ) from e


def _output(check: NewCheck, annotations: Sequence[Annotation]) -> dict[str, Json]:
    output: dict[str, Json] = {
        "title": check.title,
        "summary": check.summary,
        "annotations": [_annotation(annotation) for annotation in annotations],
    }
    return {**output, "text": check.text} if check.text else output


def _annotation(annotation: Annotation) -> dict[str, Json]:
    return {
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level,
        "title": annotation.title,
        "message": annotation.message,
    }
