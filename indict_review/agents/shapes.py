"""The shapes of the answers, as JSON Schemas. Fields are only added, as in the review's own."""

from indict_review.formats.json_text import Json

_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_NUMBER: Json = {"type": "integer", "minimum": 0}


def _object(**properties: Json) -> dict[str, Json]:
    """All of them are always there."""
    return {"type": "object", "properties": properties, "required": [*properties]}


def _list(items: Json) -> dict[str, Json]:
    return {"type": "array", "items": items}


def _or_null(schema: dict[str, Json]) -> dict[str, Json]:
    return {"anyOf": [schema, {"type": "null"}]}


_CHECKS = _list(_object(name=_TEXT, status=_TEXT, detail=_TEXT))
_SEVERITY: Json = {"enum": ["info", "low", "medium", "high", "critical"]}

_FINDING: dict[str, Json] = {
    "fingerprint": _TEXT,
    "severity": _SEVERITY,
    "blocks": {"type": "boolean", "description": "Whether it alone makes the review fail."},
    "concern": {"enum": ["safety", "helpfulness"]},
    "title": _TEXT,
    "cwe": {"type": ["string", "null"]},
    "message": _TEXT,
    "remedy": _TEXT,
    "path": _TEXT,
    "start_line": _NUMBER,
    "end_line": _NUMBER,
    "quote": _TEXT,
    "evidence": _list(_object(tool=_TEXT, summary=_TEXT)),
}

REVIEWED = _object(
    review_id=_TEXT,
    gate={"enum": ["accepted", "revised", "rejected", None]},
    verdict={"enum": ["pass", "fail", "incomplete"]},
    meaning=_TEXT,
    dialogue={"type": "boolean", "description": "Whether critics took part."},
    findings=_list(_object(**_FINDING)),
    findings_left_out=_NUMBER,
    revision=_or_null(
        _object(
            diff={"type": "string", "description": "Against the change, not against the tree."},
            fixes=_TEXTS,
            checks=_CHECKS,
        )
    ),
    unproven=_list(_object(path=_TEXT, start_line=_NUMBER, text=_TEXT, check=_TEXT)),
    skipped=_list(_object(step=_TEXT, reason=_TEXT)),
    not_covered=_TEXTS,
    notes=_TEXTS,
)

EXPLAINED = _object(
    **_FINDING
    | {
        "evidence": _list(_object(tool=_TEXT, kind=_TEXT, summary=_TEXT, detail=_TEXT)),
        "disputes": _list(_object(by=_TEXT, reason=_TEXT)),
        "knowledge": _list(_object(title=_TEXT, text=_TEXT)),
        "suggestion": {
            "type": ["object", "null"],
            "description": "Verified code for these lines of the change, and its receipt.",
        },
    }
)

APPLIED = _object(review_id=_TEXT, gate={"enum": ["accepted", "revised"]}, written=_TEXTS)
