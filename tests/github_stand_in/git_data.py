"""Routes that write: objects, branches, pull requests."""

from __future__ import annotations

import base64
import binascii

from tests.github_stand_in import rules, shown
from tests.github_stand_in.exchange import Answer, Request, Route
from tests.github_stand_in.git import GitError
from tests.github_stand_in.reading import git_commit, shown_ref
from tests.github_stand_in.refusals import Rejected, conflict, failed_validation, invalid
from tests.github_stand_in.state import Pull


def blob(request: Request) -> Answer:
    content, encoding = request.body["content"], request.body.get("encoding", "utf-8")
    if encoding not in {"utf-8", "base64"}:
        raise invalid("encoding must be utf-8 or base64")
    try:
        raw = content.encode() if encoding == "utf-8" else base64.b64decode(content)
    except binascii.Error as e:
        raise invalid("content is not base64") from e
    sha = request.repository.git.write_blob(raw)
    url = f"{request.url}/repos/{request.repository.name}/git/blobs/{sha}"
    return 201, {"sha": sha, "url": url}


def tree(request: Request) -> Answer:
    git, base = request.repository.git, request.body.get("base_tree")
    if base is not None and git.kind(base) != "tree":
        raise invalid("base_tree is not a valid tree oid")
    changes = []
    for entry in request.body["tree"]:
        path, sha = entry.get("path", ""), entry.get("sha")
        if not path or any(part in {"", ".", "..", ".git"} for part in path.split("/")):
            raise invalid("tree.path contains a malformed path component")
        if "content" in entry and "sha" not in entry:
            sha = git.write_blob(entry["content"].encode())
        elif "sha" not in entry or (sha is not None and git.kind(sha) is None):
            raise invalid(f"tree.sha {sha} is not a valid {entry.get('type', 'blob')}")
        if "mode" not in entry:
            raise invalid("Must supply a valid tree.mode")
        changes.append((entry["mode"], path, sha))
    try:
        sha = git.write_tree(base, changes)
    except GitError as e:
        raise invalid(str(e)) from e
    return 201, {
        "sha": sha,
        "url": f"{request.url}/repos/{request.repository.name}/git/trees/{sha}",
    }


def commit(request: Request) -> Answer:
    here, body = request.repository, request.body
    if here.git.kind(body["tree"]) != "tree":
        raise invalid("Tree SHA does not exist")
    if any(here.git.kind(parent) != "commit" for parent in body.get("parents", ())):
        raise invalid("Parent SHA does not exist or is not a commit object")
    author = body.get("author", {}).get("name", request.login)
    sha = here.git.write_commit(body["tree"], body.get("parents", ()), body["message"], author)
    return 201, git_commit(request, here, sha)


def create_ref(request: Request) -> Answer:
    here, name, sha = request.repository, request.body["ref"], request.body["sha"]
    if not name.startswith("refs/") or name.count("/") < 2:
        raise invalid("Reference name must start with 'refs/' and have at least two slashes.")
    try:
        here.git.run("check-ref-format", name)
    except GitError as e:
        raise invalid(f"{name} is not a valid ref name.") from e
    if here.git.find(name):
        raise conflict("Reference already exists")
    if here.git.kind(sha) != "commit":
        raise invalid("Object does not exist")
    here.git.run("update-ref", name, sha)
    return 201, shown_ref(request, here, name, sha)


def move_ref(request: Request) -> Answer:
    here, name, sha = request.repository, f"refs/{request.at['ref']}", request.body["sha"]
    old = here.git.find(name)
    if old is None:
        raise conflict("Reference does not exist")
    if here.git.kind(sha) != "commit":
        raise invalid("Object does not exist")
    if not request.body.get("force") and here.git.merge_base(old, sha) != old:
        raise conflict("Update is not a fast forward")
    here.git.run("update-ref", name, sha)
    return 200, shown_ref(request, here, name, sha)


def pull(request: Request) -> Answer:
    here, body, hub = request.repository, request.body, request.hub
    if request.token.is_app and not hub.actions_may_open_pulls:
        text = "GitHub Actions is not permitted to create or approve pull requests."
        raise Rejected(403, text)
    owner, _, branch = f":{body['head']}".rpartition(":")
    home = here.name.split("/")[0]
    owner = owner.strip(":") or home
    forks = {repository.name.split("/")[0]: repository for repository in hub.repositories.values()}
    fork = {**forks, home: here}.get(owner)
    head = fork and fork.git.branch(branch)
    base = here.git.branch(body["base"])
    for field, found in (("head", head), ("base", base)):
        if not found:
            raise failed_validation("PullRequest", field, f"{field} is invalid")
    if not body.get("title", "").strip():
        raise failed_validation("PullRequest", "title", "title can't be blank")
    if any(_is_same(it, here.name, fork, branch, body["base"]) for it in hub.issues.values()):
        raise conflict(f"A pull request already exists for {owner}:{branch}.")
    if fork is here and not here.git.commits(base, head):
        raise conflict(f"No commits between {body['base']} and {branch}")
    text = rules.length(body.get("body") or "")
    number = hub.open(
        base=body["base"],
        head=branch,
        title=body["title"],
        body=text,
        fork=None if fork is here else fork.name,
        author=request.login,
        repository=here.name,
    )
    return 201, shown.pull(request, hub.issues[number])


def _is_same(it: object, repository: str, fork: object, head: str, base: str) -> bool:
    return (
        isinstance(it, Pull)
        and it.is_open
        and (it.repository.name, it.fork, it.head, it.base) == (repository, fork, head, base)
    )


_REPO = "/repos/{owner}/{repo}"
ROUTES = (
    Route("POST", _REPO + "/git/blobs", blob, "contents"),
    Route("POST", _REPO + "/git/trees", tree, "contents"),
    Route("POST", _REPO + "/git/commits", commit, "contents"),
    Route("POST", _REPO + "/git/refs", create_ref, "contents"),
    Route("PATCH", _REPO + "/git/refs/{ref}", move_ref, "contents"),
    Route("POST", _REPO + "/pulls", pull, "pull_requests"),
)
