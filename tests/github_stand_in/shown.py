"""State as GitHub's JSON. Addresses lie where the request came to: PyGithub insists on that."""

from __future__ import annotations

import base64
from typing import Any

from tests.github_stand_in import places
from tests.github_stand_in.differences import DiffFile
from tests.github_stand_in.exchange import Request
from tests.github_stand_in.state import CheckRun, Issue, Note, Pull, Remark, Repository, Review

Json = dict[str, Any]


def node(kind: str, number: int) -> str:
    """A global id, for GraphQL: `PRRC_…` remark, `PRRT_…` thread, `IC_…` comment, `PRR_…`."""
    return f"{kind}_kw{base64.b32encode(str(number).encode()).decode().rstrip('=')}"


def number(node_id: str) -> tuple[str, int]:
    """The other way round. Raises ValueError."""
    kind, _, rest = node_id.partition("_kw")
    return kind, int(base64.b32decode(rest + "=" * (-len(rest) % 8)))


def person(request: Request, login: str | None) -> Json | None:
    """None for somebody who left."""
    if login is None:
        return None
    found = request.hub.person(login)
    return {
        "login": login,
        "id": 1000 + sum(login.encode()),
        "type": "Bot" if found.is_bot else "User",
        "url": f"{request.url}/users/{login}",
        "html_url": f"{request.hub.root}/{login}",
    }


def repository(request: Request, it: Repository) -> Json:
    return {
        "full_name": it.name,
        "name": it.name.split("/")[1],
        "owner": person(request, it.name.split("/")[0]),
        "private": False,
        "default_branch": it.default_branch,
        "url": f"{request.url}/repos/{it.name}",
        "html_url": f"{request.hub.root}/{it.name}",
        "clone_url": f"{request.hub.root}/{it.name}.git",
    }


def issue(request: Request, it: Issue) -> Json:
    shown = {
        "number": it.number,
        "title": it.title,
        "body": it.body,
        "user": person(request, it.author),
        "state": "open" if it.is_open else "closed",
        "labels": [{"name": name} for name in it.labels],
        "url": f"{request.url}/repos/{it.repository.name}/issues/{it.number}",
        "html_url": f"{request.hub.root}/{it.repository.name}/issues/{it.number}",
    }
    if isinstance(it, Pull):
        shown["pull_request"] = {"url": _pull_url(request, it)}
    return shown


def pull(request: Request, it: Pull) -> Json:
    def end(where: Repository | None, branch: str, sha: str) -> Json:
        owner = where.name.split("/")[0] if where else "unknown repository"
        return {
            "ref": branch,
            "sha": sha,
            "label": f"{owner}:{branch}",
            "user": person(request, owner) if where else None,
            "repo": repository(request, where) if where else None,
        }

    return {
        **{k: v for k, v in issue(request, it).items() if k != "pull_request"},
        "id": it.number,
        "node_id": node("PR", it.number),
        "url": _pull_url(request, it),
        "html_url": f"{request.hub.root}/{it.repository.name}/pull/{it.number}",
        "base": end(it.repository, it.base, it.base_sha),
        "head": end(it.fork, it.head, it.head_sha),
        "draft": False,
        "merged": False,
        "mergeable": None,
        "author_association": _association(request, it.author),
        "changed_files": len(it.files()),
    }


def file(it: DiffFile, patch: str | None) -> Json:
    shown = {
        "sha": it.sha,
        "filename": it.path,
        "status": it.status,
        "additions": it.added,
        "deletions": it.deleted,
        "changes": it.added + it.deleted,
    }
    if it.old_path != it.path:
        shown["previous_filename"] = it.old_path
    return shown if patch is None else {**shown, "patch": patch}


def comment(request: Request, issue_: Issue, it: Note) -> Json:
    where = f"repos/{issue_.repository.name}/issues"
    return {
        "id": it.id,
        "node_id": node("IC", it.id),
        "url": f"{request.url}/{where}/comments/{it.id}",
        "html_url": f"{_page(request, issue_)}#issuecomment-{it.id}",
        "issue_url": f"{request.url}/{where}/{issue_.number}",
        "user": person(request, it.author),
        "body": it.body,
        "created_at": it.created,
        "updated_at": it.created,
        "author_association": _association(request, it.author),
    }


def remark(request: Request, pull_: Pull, it: Remark) -> Json:
    start, line = places.now(pull_, it)
    shown = {
        "id": it.id,
        "node_id": node("PRRC", it.id),
        "pull_request_review_id": it.review,
        "url": f"{request.url}/repos/{pull_.repository.name}/pulls/comments/{it.id}",
        "html_url": f"{_page(request, pull_)}#discussion_r{it.id}",
        "pull_request_url": _pull_url(request, pull_),
        "user": person(request, it.author),
        "body": it.body,
        "path": it.path,
        "side": it.side,
        "start_side": it.side if it.start_line else None,
        "line": line,
        "start_line": start,
        "original_line": it.line,
        "original_start_line": it.start_line,
        "commit_id": it.commit if line is None else pull_.head_sha,
        "original_commit_id": it.commit,
        "diff_hunk": it.hunk,
        "subject_type": "file" if it.line is None else "line",
        "created_at": it.created,
        "updated_at": it.created,
        "author_association": _association(request, it.author),
    }
    return shown if it.reply_to is None else {**shown, "in_reply_to_id": it.reply_to}


def review(request: Request, pull_: Pull, it: Review) -> Json:
    shown = {
        "id": it.id,
        "node_id": node("PRR", it.id),
        "user": person(request, it.author),
        "body": it.body,
        "state": it.state,
        "commit_id": it.commit,
        "html_url": f"{_page(request, pull_)}#pullrequestreview-{it.id}",
        "pull_request_url": _pull_url(request, pull_),
        "author_association": _association(request, it.author),
    }
    return shown if it.state == "PENDING" else {**shown, "submitted_at": it.created}


def check(request: Request, it: CheckRun) -> Json:
    return {
        "id": it.id,
        "node_id": node("CR", it.id),
        "name": it.name,
        "head_sha": it.head,
        "external_id": it.external_id,
        "status": it.status,
        "conclusion": it.conclusion,
        "url": f"{request.url}/check-runs/{it.id}",
        "html_url": f"{request.hub.root}/runs/{it.id}",
        "output": {
            "title": it.title or None,
            "summary": it.summary or None,
            "text": it.text or None,
            "annotations_count": len(it.annotations),
        },
        "app": {"id": 15368, "slug": it.app, "name": "GitHub Actions"},
    }


def _pull_url(request: Request, it: Pull) -> str:
    return f"{request.url}/repos/{it.repository.name}/pulls/{it.number}"


def _page(request: Request, it: Issue) -> str:
    kind = "pull" if isinstance(it, Pull) else "issues"
    return f"{request.hub.root}/{it.repository.name}/{kind}/{it.number}"


def _association(request: Request, login: str | None) -> str:
    return "COLLABORATOR" if login and request.hub.person(login).may_write else "NONE"
