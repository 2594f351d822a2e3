"""Routes that tell of the repository, the pull request and people."""

from __future__ import annotations

import base64
import itertools
import textwrap

from tests.github_stand_in import shown
from tests.github_stand_in.differences import DiffFile, difference
from tests.github_stand_in.exchange import Answer, Listed, Request, Route
from tests.github_stand_in.refusals import Rejected, not_found
from tests.github_stand_in.state import Pull, Repository

_MOST_FILES = 3000
_COMPARED_FILES = 300


def user(request: Request) -> Answer:
    person = request.person
    if request.token.is_app:
        raise Rejected(403, "Resource not accessible by integration")
    return 200, shown.person(request, person.login)


def repository(request: Request) -> Answer:
    return 200, shown.repository(request, request.repository)


def permission(request: Request) -> Answer:
    asked = request.hub.people.get(request.at["username"])
    if not (request.token and (request.token.is_app or request.person.may_write)):
        raise Rejected(403, "Must have push access to view collaborator permission.")
    if asked is None or asked.is_bot:
        raise Rejected(404, f"{request.at['username']} is not a user")
    return 200, {
        "permission": asked.permission,
        "role_name": asked.permission,
        "user": shown.person(request, asked.login),
    }


def issue(request: Request) -> Answer:
    return 200, shown.issue(request, request.issue())


def pull(request: Request) -> Answer:
    return 200, shown.pull(request, request.pull)


def pulls(request: Request) -> Answer:
    state, head = request.query.get("state", "open"), request.query.get("head")
    found = []
    for it in request.hub.issues.values():
        if not isinstance(it, Pull) or it.repository is not request.repository:
            continue
        it.look()
        owner = it.fork.name.split("/")[0] if it.fork else None
        if (
            state in {"all", "open" if it.is_open else "closed"}
            and head in {None, f"{owner}:{it.head}"}
            and request.query.get("base") in {None, it.base}
        ):
            found.insert(0, it)
    return 200, Listed(found, lambda it: shown.pull(request, it))


def files(request: Request) -> Answer:
    listed = _limited(request, request.pull.files()[:_MOST_FILES])
    return 200, Listed(listed, lambda it: shown.file(*it))


def _limited(request: Request, files: tuple[DiffFile, ...]) -> list[tuple[DiffFile, str | None]]:
    """Each with its patch, as long as that, and all of them so far, are not too large."""
    limits, lines, size, listed = request.hub.limits, 0, 0, []
    for file in files:
        its_lines, its_size = file.added + file.deleted, len((file.patch or "").encode())
        fits = its_lines <= limits.file_lines and its_size <= limits.file_bytes
        lines, size = lines + its_lines, size + its_size
        fits = fits and lines <= limits.diff_lines and size <= limits.diff_bytes
        listed.append((file, file.patch if fits else None))
    return listed


def commits(request: Request) -> Answer:
    it = request.pull
    found = it.git.commits(it.base_sha, it.head_sha)[:250]
    return 200, Listed(found, lambda sha: _commit(request, it.repository, sha))


def compare(request: Request) -> Answer:
    here = request.repository
    base, dots, head = request.at["basehead"].partition("...")
    one, other = _compared(request, base), dots and _compared(request, head)
    parted = here.git.merge_base(one, other) if one and other else None
    if parted is None:
        raise not_found()
    ahead, behind = here.git.commits(one, other), here.git.commits(other, one)
    way = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}
    changed = _limited(request, difference(here.git.path, parted, other)[:_COMPARED_FILES])
    return 200, {
        "url": f"{request.url}/repos/{here.name}/compare/{request.at['basehead']}",
        "status": way.get((bool(ahead), bool(behind)), "identical"),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "base_commit": _commit(request, here, one),
        "merge_base_commit": _commit(request, here, parted),
        "commits": [_commit(request, here, sha) for sha in ahead[:250]],
        "files": [shown.file(*it) for it in changed],
    }


def _compared(request: Request, name: str) -> str | None:
    """The commit that `sha`, `branch` or `owner:branch` means."""
    owner, colon, branch = name.partition(":")
    for it in request.hub.repositories.values() if colon else ():
        if it.name.split("/")[0] == owner:
            return it.git.branch(branch)
    git = request.repository.git
    return None if colon else git.branch(name) or git.find(name)


def commit(request: Request) -> Answer:
    sha = request.repository.git.find(request.at["commit_sha"])
    if sha is None:
        raise not_found()
    return 200, git_commit(request, request.repository, sha)


def git_commit(request: Request, it: Repository, sha: str) -> shown.Json:
    lines = it.git.text("show", "--no-patch", "--format=%T%n%P%n%an%n%ae%n%aI%n%B", sha).split("\n")
    url = f"{request.url}/repos/{it.name}/git/commits"
    return {
        "sha": sha,
        "url": f"{url}/{sha}",
        "tree": {"sha": lines[0]},
        "parents": [{"sha": parent, "url": f"{url}/{parent}"} for parent in lines[1].split()],
        "author": {"name": lines[2], "email": lines[3], "date": lines[4]},
        "message": "\n".join(lines[5:]).strip(),
    }


def _commit(request: Request, it: Repository, sha: str) -> shown.Json:
    about = git_commit(request, it, sha)
    return {
        "sha": sha,
        "url": f"{request.url}/repos/{it.name}/commits/{sha}",
        "parents": about["parents"],
        "commit": {key: about[key] for key in ("message", "tree", "author")},
    }


def tree(request: Request) -> Answer:
    here, limit = request.repository, request.hub.limits.tree_entries
    sha = here.git.find(request.at["tree_sha"], "tree")
    if sha is None:
        raise not_found()
    url = f"{request.url}/repos/{here.name}/git"
    found = here.git.entries(sha, "recursive" in request.query)
    listed = [
        {
            "path": path,
            "mode": mode,
            "type": kind,
            "sha": its_sha,
            "url": f"{url}/{kind}s/{its_sha}",
        }
        | ({} if size is None else {"size": size})
        for mode, kind, its_sha, size, path in itertools.islice(found, limit)
    ]
    return 200, {
        "sha": sha,
        "url": f"{url}/trees/{sha}",
        "tree": listed,
        "truncated": len(found) > limit,
    }


def blob(request: Request) -> Answer:
    here = request.repository
    sha = request.at["file_sha"]
    if here.git.kind(sha) != "blob":
        raise not_found()
    content = here.git.blob(sha)
    lines = textwrap.wrap(base64.b64encode(content).decode(), 60)
    return 200, {
        "sha": sha,
        "url": f"{request.url}/repos/{here.name}/git/blobs/{sha}",
        "size": len(content),
        "encoding": "base64",
        "content": "".join(f"{line}\n" for line in lines),
    }


def ref(request: Request) -> Answer:
    here, name = request.repository, request.at["ref"]
    sha = here.git.find(f"refs/{name}")
    if sha is None:
        raise not_found()
    return 200, shown_ref(request, here, f"refs/{name}", sha)


def shown_ref(request: Request, it: Repository, name: str, sha: str) -> shown.Json:
    url = f"{request.url}/repos/{it.name}/git"
    target = {"type": "commit", "sha": sha, "url": f"{url}/commits/{sha}"}
    return {"ref": name, "url": f"{url}/{name}", "object": target}


_REPO = "/repos/{owner}/{repo}"
ROUTES = (
    Route("GET", "/user", user),
    Route("GET", _REPO, repository),
    Route("GET", _REPO + "/collaborators/{username}/permission", permission),
    Route("GET", _REPO + "/issues/{issue_number}", issue),
    Route("GET", _REPO + "/pulls", pulls),
    Route("GET", _REPO + "/pulls/{pull_number}", pull),
    Route("GET", _REPO + "/pulls/{pull_number}/files", files),
    Route("GET", _REPO + "/pulls/{pull_number}/commits", commits),
    Route("GET", _REPO + "/compare/{basehead}", compare),
    Route("GET", _REPO + "/git/commits/{commit_sha}", commit),
    Route("GET", _REPO + "/git/trees/{tree_sha}", tree),
    Route("GET", _REPO + "/git/blobs/{file_sha}", blob),
    Route("GET", _REPO + "/git/ref/{ref}", ref),
)
