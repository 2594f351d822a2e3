"""Routes of check runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.github_stand_in import rules, shown
from tests.github_stand_in.exchange import Answer, Request, Route
from tests.github_stand_in.refusals import Rejected, invalid, not_found
from tests.github_stand_in.state import CheckRun


def checks(request: Request) -> Answer:
    """The newest first; of those with one name the newest only, unless all are asked for."""
    here, query = request.repository, request.query
    sha = here.git.find(request.at["ref"])
    if sha is None:
        raise invalid(f"No commit found for SHA: {request.at['ref']}")
    found: list[CheckRun] = []
    for it in sorted(here.checks.values(), key=lambda it: -it.id):
        latest = query.get("filter") == "all" or it.name not in {other.name for other in found}
        if it.head == sha and query.get("check_name") in {None, it.name} and latest:
            found.append(it)
    size, page = min(int(query.get("per_page", 30)), 100), int(query.get("page", 1))
    listed = found[(page - 1) * size : page * size]
    return 200, {
        "total_count": len(found),
        "check_runs": [shown.check(request, it) for it in listed],
    }


def create(request: Request) -> Answer:
    body, here = request.body, request.repository
    if here.git.kind(body["head_sha"]) != "commit":
        raise invalid(f"No commit found for SHA: {body['head_sha']}")
    blank = CheckRun(
        request.hub.number(), body["name"], body["head_sha"], "queued", None, "", "", "", "", ()
    )
    return 201, _put(request, blank)


def update(request: Request) -> Answer:
    old = request.repository.checks.get(request.number("check_run_id"))
    if old is None:
        raise not_found()
    return 200, _put(request, old)


def _put(request: Request, old: CheckRun) -> shown.Json:
    body: dict[str, Any] = request.body or {}
    output = body.get("output", {})
    rules.check_output(output)
    status = "completed" if "conclusion" in body else body.get("status", old.status)
    conclusion = body.get("conclusion", old.conclusion)
    if status == "completed" and conclusion is None:
        text = 'Invalid request.\n\nMissing required key: "conclusion".'
        raise Rejected(422, text, ours=True)
    made = replace(
        old,
        name=body.get("name", old.name),
        status=status,
        conclusion=conclusion,
        external_id=body.get("external_id", old.external_id),
        title=output.get("title", old.title),
        summary=output.get("summary", old.summary),
        text=output.get("text", old.text),
        annotations=(*old.annotations, *output.get("annotations", ())),
    )
    request.repository.checks[made.id] = made
    return shown.check(request, made)


_REPO = "/repos/{owner}/{repo}"
ROUTES = (
    Route("GET", _REPO + "/commits/{ref}/check-runs", checks),
    Route("POST", _REPO + "/check-runs", create, "checks"),
    Route("PATCH", _REPO + "/check-runs/{check_run_id}", update, "checks"),
)
