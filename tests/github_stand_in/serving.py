"""One request, from its bytes to its answer: faults, then token, route, body, rules."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.github_stand_in import (
    checks,
    conversation,
    git_data,
    graphql,
    reading,
    reviewing,
    schemas,
)
from tests.github_stand_in.exchange import Asked, Listed, Request
from tests.github_stand_in.faults import Fault
from tests.github_stand_in.pages import paged
from tests.github_stand_in.refusals import Rejected, not_found

if TYPE_CHECKING:
    from tests.github_stand_in.hub import StandIn

ROUTES = (
    *reading.ROUTES,
    *conversation.ROUTES,
    *reviewing.ROUTES,
    *checks.ROUTES,
    *git_data.ROUTES,
    *graphql.ROUTES,
)


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: dict[str, str]


def serve(
    hub: StandIn, verb: str, target: str, headers: Mapping[str, str], raw: bytes
) -> Reply | None:
    """Answer one request; None: hang up."""
    url, token = urlsplit(target), headers.get("authorization", "").rpartition(" ")[2]
    path, base = _plain(url.path, hub.root)
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = raw
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    request = Request(hub, verb, path, query, body, hub.tokens.get(token), base)
    reply = _with_faults(request, claimed=bool(token))
    status = reply.status if reply else 0
    hub.requests.append(Asked(verb, path, request.login, status, url.query, body))
    return reply


def _with_faults(request: Request, claimed: bool) -> Reply | None:
    hub, named = request.hub, f"{request.verb} {request.path}"
    if request.path == "/graphql":
        named += f" {graphql.roots(request.body)}"
    try:
        hub.meanwhile(named)
        fault = hub.next_fault(named)
        if fault is None:
            return _handled(request, claimed)
        time.sleep(fault.slow)
        done = _handled(request, claimed) if fault.after or not fault.status else None
    except Exception:  # whatever it is: a test sees it there, and no traceback of a thread
        hub.invalid.append(f"the stand-in, or the test, failed: {traceback.format_exc()}")
        return _reply(500, {"message": "Server Error"})
    if fault.drop:
        return None
    return _failure(fault) if fault.status else done


def _handled(request: Request, claimed: bool) -> Reply:
    try:
        if claimed and request.token is None:
            raise Rejected(401, "Bad credentials")
        with request.hub.lock:
            status, answer = _routed(request)
            if isinstance(answer, Listed):
                return _reply(status, *paged(request, answer))
            return _reply(status, answer)
    except Rejected as no:
        if no.ours:
            request.hub.invalid.append(f"{request.verb} {request.path}: {no}")
        errors = {"errors": no.errors} if no.errors else {}
        return _reply(no.status, {"message": no.message, **errors, "status": str(no.status)})


def _routed(request: Request) -> tuple[int, Any]:
    for route in ROUTES:
        places = route.match(request.verb, request.path)
        if places is None:
            continue
        request.at = {name: unquote(value) for name, value in places.items()}
        if route.scope:
            request.need(route.scope)
        _check_body(route.name, request)
        return route.act(request)
    request.hub.invalid.append(f"{request.verb} {request.path}: there is no such route here")
    raise not_found()


def _check_body(route: str, request: Request) -> None:
    if isinstance(request.body, bytes):
        raise Rejected(400, "Problems parsing JSON", ours=True)
    if request.verb != "GET" and request.path != "/graphql":
        trouble = schemas.complaint(route, request.body)
        if trouble:
            raise Rejected(422, trouble, ours=True)


def _plain(path: str, root: str) -> tuple[str, str]:
    """The path as github.com has it, and the base address that it was under."""
    if path == "/api/graphql":
        return "/graphql", f"{root}/api/v3"
    if path.startswith("/api/v3/"):
        return path.removeprefix("/api/v3"), f"{root}/api/v3"
    return path, root


def _reply(status: int, answer: Any, headers: Mapping[str, str] | None = None) -> Reply:
    body = b"" if status == 204 else json.dumps(answer).encode()
    about = {"content-type": "application/json; charset=utf-8", "x-ratelimit-remaining": "4999"}
    return Reply(status, body, {**about, **(headers or {})})


def _failure(fault: Fault) -> Reply:
    if fault.body is None and fault.status >= 500:
        page = b"<html><body><h1>Unicorn!</h1></body></html>"
        return Reply(fault.status, page, {"content-type": "text/html", **fault.headers})
    return _reply(fault.status, fault.body or {"message": "no"}, fault.headers)
