"""What GraphQL can tell and do here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.github_stand_in import places, shown
from tests.github_stand_in.exchange import Request
from tests.github_stand_in.git import GitRepository
from tests.github_stand_in.state import Note, Pull, Remark, Repository

Json = Any
_CLASSIFIERS = {"ABUSE", "DUPLICATE", "OFF_TOPIC", "OUTDATED", "RESOLVED", "SPAM"}


class Trouble(Exception):
    """One entry of `errors`."""

    def __init__(self, message: str, kind: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        """`FORBIDDEN`, `NOT_FOUND`, …; None: the query itself is wrong."""


def _take(arguments: dict[str, Json], *names: str, optional: Sequence[str] = ()) -> list[Json]:
    for name in set(arguments) - {*names, *optional}:
        raise Trouble(f"no argument '{name}'")
    for name in names:
        if arguments.get(name) is None:
            raise Trouble(f"argument '{name}' is missing")
    return [arguments[name] for name in names]


def viewer(request: Request, arguments: dict[str, Json]) -> Json:
    return {"__typename": "User", "login": request.login}


def repository(request: Request, arguments: dict[str, Json]) -> Json:
    owner, name = _take(arguments, "owner", "name")
    found = request.hub.repositories.get(f"{owner}/{name}")
    if found is None:
        text = f"Could not resolve to a Repository with the name '{owner}/{name}'."
        raise Trouble(text, "NOT_FOUND")
    return {
        "__typename": "Repository",
        "nameWithOwner": found.name,
        "object": lambda given: _object(request, found, given),
        "pullRequest": lambda given: _pull(request, found, given),
    }


def _object(request: Request, it: Repository, arguments: dict[str, Json]) -> Json:
    if len(arguments) != 1 or not set(arguments) <= {"oid", "expression"}:
        raise Trouble("object takes oid or expression")
    (name,) = arguments.values()
    sha = it.git.identify(name)
    kind = sha and it.git.kind(sha)
    if kind is None:
        return None
    shown_object = {"__typename": kind.title(), "oid": sha}
    return shown_object if kind != "blob" else {**shown_object, **_blob(request, it.git, sha)}


def _blob(request: Request, git: GitRepository, sha: str) -> Json:
    content, limit = git.blob(sha), request.hub.limits.blob_text
    binary = b"\0" in content
    return {
        "byteSize": len(content),
        "isBinary": binary,
        "isTruncated": not binary and len(content) > limit,
        "text": None if binary else content[:limit].decode(errors="replace"),
    }


def _pull(request: Request, it: Repository, arguments: dict[str, Json]) -> Json:
    (number,) = _take(arguments, "number")
    pull = request.hub.issues.get(number)
    if not isinstance(pull, Pull) or pull.repository is not it:
        text = f"Could not resolve to a PullRequest with the number of {number}."
        raise Trouble(text, "NOT_FOUND")
    pull.look()
    roots = [r for r in pull.remarks.values() if r.reply_to is None and pull.is_shown(r)]
    return {
        "__typename": "PullRequest",
        "id": shown.node("PR", number),
        "number": number,
        "title": pull.title,
        "headRefOid": pull.head_sha,
        "reviewThreads": lambda given: _page(
            "PullRequestReviewThread", roots, given, lambda r: _thread(pull, r)
        ),
    }


def _thread(pull: Pull, root: Remark) -> Json:
    start, line = places.now(pull, root)
    members = [r for r in pull.remarks.values() if root.id in {r.id, r.reply_to}]
    return {
        "__typename": "PullRequestReviewThread",
        "id": shown.node("PRRT", root.id),
        "isResolved": root.id in pull.resolved,
        "isOutdated": line is None,
        "path": root.path,
        "line": line,
        "startLine": start,
        "comments": lambda given: _page(
            "PullRequestReviewComment", members, given, lambda r: _comment(pull, r)
        ),
    }


def _comment(pull: Pull, it: Note) -> Json:
    reason = pull.minimized.get(it.id)
    return {
        "__typename": "PullRequestReviewComment",
        "id": shown.node("PRRC", it.id),
        "databaseId": it.id,
        "body": it.body,
        # Without the [bot] that REST has.
        "author": it.author and {"__typename": "Actor", "login": it.author.removesuffix("[bot]")},
        "isMinimized": reason is not None,
        "minimizedReason": reason and reason.lower(),
    }


def _page(
    kind: str, items: Sequence[Any], arguments: dict[str, Json], show: Callable[[Any], Json]
) -> Json:
    if "first" not in arguments:
        raise Trouble(
            f"You must provide a `first` on the `{kind}` connection", "MISSING_PAGINATION"
        )
    (size,) = _take(arguments, "first", optional=("after",))
    if not 1 <= size <= 100:
        raise Trouble(
            f"Requesting {size} records exceeds the `first` limit of 100", "EXCESSIVE_PAGINATION"
        )
    start = int(arguments.get("after") or 0)
    end = min(start + size, len(items))
    more = {"__typename": "PageInfo", "hasNextPage": end < len(items), "endCursor": str(end)}
    return {
        "__typename": f"{kind}Connection",
        "totalCount": len(items),
        "pageInfo": more,
        "nodes": [show(item) for item in items[start:end]],
    }


def minimize(request: Request, arguments: dict[str, Json]) -> Json:
    subject, classifier = _input(arguments, "subjectId", "classifier")
    if classifier not in _CLASSIFIERS:
        raise Trouble(f"'{classifier}' is no classifier")
    pull, number = _find(request, subject, {"PRRC", "PRR", "IC"})
    it = pull.remarks.get(number) or pull.reviews.get(number) or pull.comments[number]
    allowed = it.author == request.login or request.person.may_write
    if "pull_requests" not in request.token.scopes or not allowed:
        raise _forbidden(request)
    pull.minimized[number] = classifier
    about = {
        "__typename": "Minimizable",
        "isMinimized": True,
        "minimizedReason": classifier.lower(),
    }
    return {"__typename": "MinimizeCommentPayload", "minimizedComment": about}


def resolve(request: Request, arguments: dict[str, Json]) -> Json:
    (thread,) = _input(arguments, "threadId")
    pull, number = _find(request, thread, {"PRRT"})
    scopes = request.token.scopes
    may = "contents" in scopes and request.person.may_write
    if not may and not (pull.author == request.login and "pull_requests" in scopes):
        raise _forbidden(request)
    pull.resolved.add(number)
    return {
        "__typename": "ResolveReviewThreadPayload",
        "thread": _thread(pull, pull.remarks[number]),
    }


def _input(arguments: dict[str, Json], *names: str) -> list[Json]:
    (given,) = _take(arguments, "input")
    if not isinstance(given, dict):
        raise Trouble("input must be an object")
    return _take(given, *names, optional=("clientMutationId",))


def _find(request: Request, node_id: str, kinds: set[str]) -> tuple[Pull, int]:
    missing = Trouble(f"Could not resolve to a node with the global id of '{node_id}'", "NOT_FOUND")
    try:
        kind, number = shown.number(node_id)
    except ValueError:
        raise missing from None
    for pull in request.hub.issues.values():
        if isinstance(pull, Pull) and kind in kinds:
            root = number in pull.remarks and pull.remarks[number].reply_to is None
            held = {"PRRC": pull.remarks, "PRR": pull.reviews, "IC": pull.comments}
            if root if kind == "PRRT" else number in held[kind]:
                return pull, number
    raise missing


def _forbidden(request: Request) -> Trouble:
    what = "integration" if request.token.is_app else "personal access token"
    return Trouble(f"Resource not accessible by {what}", "FORBIDDEN")


QUERIES = {"viewer": viewer, "repository": repository}
MUTATIONS = {"minimizeComment": minimize, "resolveReviewThread": resolve}
