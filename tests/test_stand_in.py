"""The stand-in for GitHub refuses what GitHub refuses: the tests of the publisher rest on it."""

import base64
import shutil
import threading
import time
from pathlib import Path

import pytest

from indict_review.errors import HostError, Refused, Unsure
from indict_review.github.api import GithubApi
from tests.github_stand_in import SECONDARY, CannotApply, StandIn
from tests.github_stand_in.schemas import SCHEMAS
from tests.github_stand_in.serving import ROUTES
from tests.patching import git, repository, write

PULL = "/repos/octo/demo/pulls/1"
REVIEWS = f"{PULL}/reviews"
COMMENTS = "/repos/octo/demo/issues/1/comments"
REVIEW = "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}"
CHECKS = "/repos/octo/demo/check-runs"
BASE = b"".join(b"line %d\n" % n for n in range(1, 41))
HEAD = BASE.replace(b"line 10\n", b"ten\nten and a half\n").replace(b"line 30\n", b"")
"""Lines 10 and 11 are new; line 30 of the base is gone, between the lines 30 and 31 of the head."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    repo = repository(
        tmp_path_factory.mktemp("sample"), {"a.py": BASE, "old.txt": BASE, "b.bin": b"\0one"}
    )
    git(repo, "branch", "-M", "main")
    git(repo, "checkout", "-q", "-b", "feature")
    git(repo, "mv", "old.txt", "new.txt")
    commit(repo, {"a.py": HEAD, "b.bin": b"\0two", "ü.py": b"new = 1"})
    return repo


@pytest.fixture
def repo(sample, tmp_path):
    return Path(shutil.copytree(sample, tmp_path / "repo"))


@pytest.fixture
def hub(repo):
    with StandIn() as hub:
        hub.repository("octo/demo", repo)
        assert hub.open(title="Ten", body="Closes #2") == 1
        yield hub


@pytest.fixture
def api(hub):
    return using(hub, "write")


def using(hub, role, login=None, base=None):
    token = hub.token(role, login) if role else None
    return GithubApi(base or hub.api, token, pace=0, wait=lambda seconds: None)


def commit(repo, files):
    write(repo, files)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "change")
    return git(repo, "rev-parse", "HEAD").decode().strip()


def at(line, path="a.py", body="look", **more):
    return {"path": path, "line": line, "side": "RIGHT", "body": body, **more}


def post(api, *comments, event="COMMENT", **more):
    return api.send(
        "POST", REVIEWS, {"body": "text", "event": event, "comments": list(comments), **more}
    )


def refused(act, *arguments, **more):
    with pytest.raises(Refused) as no:
        act(*arguments, **more)
    return no.value.status, no.value.reason


# What it tells


def test_the_pull_request_is_what_git_says(hub, api, repo):
    told = api.get(PULL)

    assert told["head"]["sha"] == git(repo, "rev-parse", "feature").decode().strip()
    assert told["base"]["sha"] == git(repo, "rev-parse", "main").decode().strip()
    assert (told["title"], told["user"]["login"], told["state"]) == ("Ten", "alice", "open")
    assert told["head"]["repo"]["full_name"] == told["base"]["repo"]["full_name"] == "octo/demo"
    pushed = commit(repo, {"a.py": BASE})
    assert api.get(PULL)["head"]["sha"] == pushed == hub.push(1)
    assert hub.invalid == []


def test_files_are_told_as_the_difference_from_where_the_branches_part(api, repo):
    git(repo, "checkout", "-q", "main")
    commit(repo, {"elsewhere.py": b"x = 1\n"})

    files = {file["filename"]: file for file in api.pages(f"{PULL}/files")}

    assert {name: file["status"] for name, file in files.items()} == {
        "a.py": "modified",
        "b.bin": "modified",
        "new.txt": "renamed",
        "ü.py": "added",
    }
    assert files["new.txt"]["previous_filename"] == "old.txt"
    assert "patch" not in files["b.bin"]
    assert "patch" not in files["new.txt"]
    assert files["ü.py"]["patch"] == "@@ -0,0 +1 @@\n+new = 1\n\\ No newline at end of file"
    assert files["a.py"]["patch"].startswith("@@ -7,7 +7,8 @@ line 6\n line 7\n")
    assert (files["a.py"]["additions"], files["a.py"]["deletions"]) == (2, 2)


def test_a_patch_over_the_limit_is_left_out(hub, api):
    hub.limits.file_lines = 3

    files = {file["filename"]: "patch" in file for file in api.pages(f"{PULL}/files")}

    assert files == {"a.py": False, "b.bin": False, "new.txt": False, "ü.py": True}


def test_patches_are_left_out_once_all_of_them_are_too_many_lines(hub, api):
    hub.limits.diff_lines = 4

    files = {file["filename"]: "patch" in file for file in api.pages(f"{PULL}/files")}

    assert files == {"a.py": True, "b.bin": False, "new.txt": False, "ü.py": False}


def test_trees_and_blobs_are_those_of_git(hub, api, repo):
    sha = hub.push(1)

    told = api.get(f"/repos/octo/demo/git/trees/{sha}", recursive=1)

    assert {entry["path"] for entry in told["tree"]} == {"a.py", "b.bin", "new.txt", "ü.py"}
    assert told["truncated"] is False
    (entry,) = [entry for entry in told["tree"] if entry["path"] == "a.py"]
    assert (entry["mode"], entry["size"]) == ("100644", len(HEAD))
    blob = api.get(f"/repos/octo/demo/git/blobs/{entry['sha']}")
    assert base64.b64decode(blob["content"]) == HEAD
    hub.limits.tree_entries = 2
    told = api.get(f"/repos/octo/demo/git/trees/{sha}", recursive=1)
    assert (len(told["tree"]), told["truncated"]) == (2, True)


def test_a_comparison_names_the_merge_base(api, repo):
    base = git(repo, "rev-parse", "main").decode().strip()
    git(repo, "checkout", "-q", "main")
    commit(repo, {"elsewhere.py": b"x = 1\n"})

    told = api.get("/repos/octo/demo/compare/main...feature")

    assert told["merge_base_commit"]["sha"] == base
    assert (told["status"], told["ahead_by"], told["behind_by"]) == ("diverged", 1, 1)


def test_many_blobs_come_with_one_question(api):
    query = """query($owner: String!, $sha: GitObjectID) { repository(owner: $owner, name: "demo") {
      a: object(expression: "feature:a.py") { ... on Blob { text byteSize isTruncated } }
      b: object(expression: "feature:b.bin") { ... on Blob { text isBinary } }
      none: object(oid: $sha) { oid } } }"""

    answer = api.graphql(query, {"owner": "octo", "sha": "0" * 40})

    assert answer.errors == ()
    assert answer.data["repository"] == {
        "a": {"text": HEAD.decode(), "byteSize": len(HEAD), "isTruncated": False},
        "b": {"text": None, "isBinary": True},
        "none": None,
    }


def test_open_pull_requests_are_found_by_their_head(hub, api, repo):
    git(repo, "branch", "theirs")
    hub.open(head="theirs", fork="mallory/demo")

    def found(head):
        return [it["number"] for it in api.pages("/repos/octo/demo/pulls", head=head)]

    assert found("octo:feature") == [1]
    assert found("mallory:theirs") == [2]
    assert found("octo:theirs") == []
    assert api.get("/repos/octo/demo/pulls/2")["head"]["repo"]["full_name"] == "mallory/demo"


def test_the_head_of_a_fork_may_be_in_a_repository_of_its_own(hub, api, repo, tmp_path):
    git(tmp_path, "clone", "-q", str(repo), "fork")
    hub.repository("mallory/demo", tmp_path / "fork")
    sha = commit(tmp_path / "fork", {"a.py": b"evil\n"})

    number = hub.open(fork="mallory/demo")

    assert api.get(f"/repos/octo/demo/pulls/{number}")["head"]["sha"] == sha
    hub.delete_fork(number)
    assert api.get(f"/repos/octo/demo/pulls/{number}")["head"]["repo"] is None


def test_an_issue_is_no_pull_request(hub, api):
    number = hub.issue("Ten is missing", "Please")

    assert api.get(f"/repos/octo/demo/issues/{number}")["body"] == "Please"
    assert refused(api.get, f"/repos/octo/demo/pulls/{number}")[0] == 404


def test_pages_are_cut_as_they_are_asked_for(hub, api):
    for number in range(205):
        hub.comment(1, f"comment {number}", by="rob")

    told = list(api.pages(COMMENTS))

    assert [comment["body"] for comment in told] == [f"comment {n}" for n in range(205)]
    assert hub.requests[0].query == "per_page=100"
    assert len(hub.requests) == 3
    assert len(api.get(COMMENTS)) == 30
    assert len(api.get(COMMENTS, per_page=1000)) == 100


def test_an_enterprise_has_the_same_below_another_address(hub):
    api = using(hub, "write", base=hub.enterprise)

    assert api.get(PULL)["url"] == f"{hub.enterprise}{PULL}"
    assert api.graphql("{ viewer { login } }", {}).data == {"viewer": {"login": "carol"}}
    assert [asked.path for asked in hub.requests] == [PULL, "/graphql"]


# Where remarks may be


@pytest.mark.parametrize("line", [7, 9, 10, 11, 14, 31, 33])
def test_a_remark_may_be_on_added_lines_and_on_context(hub, api, line):
    post(api, at(line))

    (remark,) = hub.pull(1).remarks
    assert (remark.path, remark.line, remark.author) == ("a.py", line, "carol")
    assert hub.invalid == []


def test_a_remark_may_be_on_deleted_lines(hub, api):
    post(api, at(30, side="LEFT"), at(10, side="LEFT"))

    assert [(r.side, r.line) for r in hub.pull(1).remarks] == [("LEFT", 30), ("LEFT", 10)]


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        (at(6), "line must be part of the diff"),
        (at(15), "line must be part of the diff"),
        (at(0), "line must be part of the diff"),
        (at(9, side="LEFT"), "line must be part of the diff"),
        (at(11, side="LEFT"), "line must be part of the diff"),
        (at(10, path="nowhere.py"), "path is invalid and"),
        (at(1, path="old.txt"), "path is invalid and"),
        (at(1, path="b.bin"), "line must be part of the diff"),
        (at(1, path="new.txt"), "line must be part of the diff"),
        ({"path": "a.py", "body": "look"}, "line must be part of the diff"),
        (at(10, side="right"), "side is invalid"),
        (at(11, start_line=11, start_side="RIGHT"), "start line must precede the end line."),
        (at(10, start_line=11, start_side="RIGHT"), "start line must precede the end line."),
        (at(31, start_line=10, start_side="RIGHT"), "must be part of the same hunk as the line."),
        (at(10, start_line=6, start_side="RIGHT"), "must be part of the same hunk as the line."),
        (at(11, start_line=10), "start side"),
        (at(11, start_side="RIGHT"), "start side"),
        (at(10, body=" \n"), "can't be blank"),
        (at(10, body="x" * 65_537), "Body is too long (maximum is 65536 characters)"),
        (at("10"), "is not an integer"),
        (at(10, start_line=None, start_side=None), "nil is not an integer"),
        (at(10, position=4), "'position' was unexpected"),
        (at(10, suggestion="x"), "'suggestion' was unexpected"),
    ],
)
def test_one_wrong_remark_refuses_the_whole_review(hub, api, comment, reason):
    status, said = refused(post, api, at(10), comment)

    assert status == 422
    assert reason in said
    assert "a.py" not in said
    assert (hub.pull(1).reviews, hub.pull(1).remarks) == ((), ())
    assert len(hub.invalid) == 1


def test_a_range_is_of_one_hunk(hub, api):
    post(api, at(12, start_line=9, start_side="RIGHT"))

    (remark,) = hub.pull(1).remarks
    assert (remark.start_line, remark.line) == (9, 12)


def test_a_single_remark_has_a_review_of_its_own(hub, api):
    api.send("POST", f"{PULL}/comments", {**at(10), "commit_id": hub.push(1)})

    assert [review.state for review in hub.pull(1).reviews] == ["COMMENTED"]
    assert len(hub.pull(1).remarks) == 1


# Reviews


@pytest.mark.parametrize("event", ["COMMENT", "REQUEST_CHANGES"])
def test_a_submitted_review_needs_a_body(hub, api, event):
    assert refused(post, api, at(10), event=event, body="")[0] == 422
    assert hub.invalid


def test_a_body_has_at_most_65536_characters(hub, api):
    post(api, body="ü" * 65_536)

    assert refused(post, api, body="ü" * 65_537)[0] == 422
    assert refused(api.send, "POST", COMMENTS, {"body": "x" * 65_537})[0] == 422
    assert len(hub.pull(1).reviews) == 1


def test_a_commit_id_of_nil_is_refused_in_githubs_words(api):
    status, said = refused(post, api, commit_id=None)

    assert status == 422
    assert "nil is not a string" in said


def test_a_review_is_about_a_commit_of_the_pull_request(hub, api, repo):
    old = hub.push(1)
    commit(repo, {"a.py": BASE})
    base = git(repo, "rev-parse", "main").decode().strip()

    assert refused(post, api, commit_id=base) == (
        422,
        "Unprocessable Entity; commit_id is not part of the pull request",
    )
    post(api, at(10), commit_id=old)

    (remark,) = hub.pull(1).remarks
    assert (remark.commit, remark.line) == (old, None)


def test_after_a_force_push_the_old_head_is_refused_and_nobody_is_to_blame(hub, api, repo):
    old = hub.push(1)
    git(repo, "reset", "-q", "--hard", "main")
    commit(repo, {"a.py": HEAD})

    hub.push(1)
    assert refused(post, api, at(10), commit_id=old)[0] == 422
    assert hub.invalid == []


def test_a_pending_review_is_seen_by_its_author_alone(hub, api):
    made = api.send("POST", REVIEWS, {"body": "wait", "comments": [at(10)]})

    assert made["state"] == "PENDING"
    assert [it["id"] for it in api.pages(REVIEWS)] == [made["id"]]
    other = using(hub, "author")
    assert list(other.pages(REVIEWS)) == []
    assert refused(other.get, f"{REVIEWS}/{made['id']}/comments")[0] == 404
    assert refused(other.send, "DELETE", f"{REVIEWS}/{made['id']}")[0] == 404
    assert list(api.pages(f"{PULL}/comments")) == []
    assert len(list(api.pages(f"{REVIEWS}/{made['id']}/comments"))) == 1
    assert (len(hub.pull(1).pending), hub.pull(1).remarks) == (1, ())


def test_each_account_has_one_pending_review_and_it_blocks_others(hub, api):
    api.send("POST", REVIEWS, {})
    text = "User can only have one pending review per pull request"

    assert text in refused(api.send, "POST", REVIEWS, {})[1]
    assert text in refused(post, api)[1]
    alone = {**at(10), "commit_id": hub.push(1)}
    assert text in refused(api.send, "POST", f"{PULL}/comments", alone)[1]
    using(hub, "author").send("POST", REVIEWS, {})
    assert len(hub.pull(1).pending) == 2
    assert hub.invalid == []


def test_a_pending_review_is_submitted_or_deleted_once(hub, api):
    first = api.send("POST", REVIEWS, {"comments": [at(10)]})["id"]
    api.send("POST", f"{REVIEWS}/{first}/events", {"event": "REQUEST_CHANGES", "body": "no"})
    second = api.send("POST", REVIEWS, {"comments": [at(11)]})["id"]
    api.send("DELETE", f"{REVIEWS}/{second}")

    assert [(it.state, it.body) for it in hub.pull(1).reviews] == [("CHANGES_REQUESTED", "no")]
    assert [it.line for it in hub.pull(1).remarks] == [10]
    assert hub.pull(1).pending == ()
    again = {"event": "COMMENT", "body": "no"}
    assert refused(api.send, "POST", f"{REVIEWS}/{first}/events", again)[0] == 422
    assert refused(api.send, "DELETE", f"{REVIEWS}/{first}")[0] == 422
    assert refused(api.send, "DELETE", f"{REVIEWS}/{second}")[0] == 404


def test_a_request_for_changes_can_be_dismissed_and_a_comment_not(hub, api):
    wanted, comment = post(api, event="REQUEST_CHANGES")["id"], post(api)["id"]

    api.send("PUT", f"{REVIEWS}/{wanted}/dismissals", {"message": "done", "event": "DISMISS"})

    assert [it.state for it in hub.pull(1).reviews] == ["DISMISSED", "COMMENTED"]
    path = f"{REVIEWS}/{comment}/dismissals"
    assert refused(api.send, "PUT", path, {"message": "done"})[0] == 422


def test_actions_approves_nothing_and_nobody_their_own(hub):
    status, said = refused(post, using(hub, "installation"), event="APPROVE")
    assert (status, "GitHub Actions is not permitted to approve" in said) == (422, True)

    for event, words in (("APPROVE", "approve"), ("REQUEST_CHANGES", "request changes on")):
        said = refused(post, using(hub, "author"), event=event)[1]
        assert f"Can not {words} your own pull request" in said
    assert hub.pull(1).reviews == ()


def test_a_closed_pull_request_still_takes_comments(hub, api):
    hub.close(1)

    post(api, at(10))
    api.send("POST", COMMENTS, {"body": "late"})

    assert (len(hub.pull(1).remarks), len(hub.pull(1).comments)) == (1, 1)
    assert api.get(PULL)["state"] == "closed"


# Comments and threads


def test_a_comment_is_edited_by_its_author_and_by_maintainers(hub, api):
    made = using(hub, "outsider").send("POST", COMMENTS, {"body": "first"})
    path = f"/repos/octo/demo/issues/comments/{made['id']}"

    assert refused(using(hub, "outsider", "eve").send, "PATCH", path, {"body": "x"})[0] == 403
    api.send("PATCH", path, {"body": "second"})

    assert [(it.author, it.body) for it in hub.pull(1).comments] == [("mallory", "second")]
    assert refused(api.send, "PATCH", path, {"body": ""})[0] == 422
    assert refused(api.send, "PATCH", path[:-1], {"body": "x"})[0] == 404


def test_replies_belong_to_the_remark_that_began_the_thread(hub, api):
    post(api, at(10))
    (root,) = hub.pull(1).remarks
    first = api.send("POST", f"{PULL}/comments/{root.id}/replies", {"body": "why"})

    hub.reply(first["id"], "because", by="alice")

    told = list(api.pages(f"{PULL}/comments"))
    assert [it.get("in_reply_to_id") for it in told] == [None, root.id, root.id]
    assert [it["user"]["login"] for it in told] == ["carol", "carol", "alice"]
    path = f"{PULL}/comments/{first['id']}/replies"
    assert refused(api.send, "POST", path, {"body": "no"})[0] == 404


def test_a_comment_of_somebody_who_left_has_no_author(hub, api):
    hub.comment(1, "bye", by=None)

    assert [it["user"] for it in api.pages(COMMENTS)] == [None]


def lines(api):
    return [(it["start_line"], it["line"]) for it in api.pages(f"{PULL}/comments")]


def test_remarks_move_with_their_lines_until_those_are_gone(hub, api, repo):
    post(api, at(11, start_line=10, start_side="RIGHT"), at(30, side="LEFT"), at(31))

    commit(repo, {"a.py": b"top\n" + HEAD})
    assert lines(api) == [(11, 12), (None, 30), (None, 32)]
    commit(repo, {"a.py": b"top\n" + HEAD.replace(b"ten\n", b"10\n")})
    assert lines(api) == [(None, None), (None, 30), (None, 32)]
    commit(repo, {"a.py": BASE.replace(b"line 10\n", b"")})
    assert lines(api) == [(None, None), (None, None), (None, None)]
    assert [it["original_line"] for it in api.pages(f"{PULL}/comments")] == [11, 30, 31]


THREADS = """query($after: String) { repository(owner: "octo", name: "demo") {
  pullRequest(number: 1) { reviewThreads(first: 2, after: $after) {
    nodes { id isResolved isOutdated comments(first: 1) { nodes { databaseId author { login } } } }
    pageInfo { hasNextPage endCursor } } } } }"""


def threads(api, after=None):
    answer = api.graphql(THREADS, {"after": after})
    assert answer.errors == ()
    return answer.data["repository"]["pullRequest"]["reviewThreads"]


def test_threads_come_in_pages_and_bots_lose_their_suffix_there(hub):
    api = using(hub, "installation")
    post(api, at(10), at(11), at(31))

    page = threads(api)
    rest = threads(api, page["pageInfo"]["endCursor"])

    assert [len(page["nodes"]), len(rest["nodes"])] == [2, 1]
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert page["nodes"][0]["id"].startswith("PRRT_")
    assert page["nodes"][0]["comments"]["nodes"][0]["author"] == {"login": "github-actions"}
    assert next(iter(api.pages(f"{PULL}/comments")))["user"]["login"] == "github-actions[bot]"


FOLD = """mutation($a: ID!, $b: ID!) {
  m0: minimizeComment(input: {subjectId: $a, classifier: RESOLVED}) {
    minimizedComment { isMinimized minimizedReason } }
  m1: resolveReviewThread(input: {threadId: $b}) { thread { isResolved } } }"""


def test_one_request_folds_and_resolves_and_may_succeed_in_parts(hub):
    api = using(hub, "installation")
    post(api, at(10))
    (remark,) = api.pages(f"{PULL}/comments")
    nodes = {"a": remark["node_id"], "b": threads(api)["nodes"][0]["id"]}

    answer = api.graphql(FOLD, nodes)

    assert answer.errors == ("FORBIDDEN: Resource not accessible by integration",)
    assert answer.data["m0"]["minimizedComment"]["minimizedReason"] == "resolved"
    assert answer.data["m1"] is None
    assert (hub.pull(1).minimized, hub.pull(1).resolved) == ({remark["id"]: "RESOLVED"}, set())
    assert using(hub, "installation-contents").graphql(FOLD, nodes).errors == ()
    assert hub.pull(1).resolved == {remark["id"]}
    assert hub.invalid == []


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { name } }",
        "{ viewer }",
        "{ viewer { login }",
        "query($x: Int) { viewer { login } }",
        "{ repository(owner: $x, name: $x) { nameWithOwner } }",
        'mutation { minimizeComment(input: {subjectId: "IC_x"}) { clientMutationId } }',
        'mutation { minimizeComment(input: {subjectId: "IC_x", classifier: OLD}) { x } }',
        "mutation { dropEverything(input: {}) { x } }",
    ],
)
def test_a_wrong_question_is_recorded(hub, api, query):
    assert api.graphql(query, {}).errors
    assert hub.invalid


# Check runs


def check(api, output=None, **more):
    made = {"name": "ours", "status": "completed", "conclusion": "neutral"}
    output = {"output": {"title": "t", "summary": "s", **output}} if output is not None else {}
    return api.send("POST", CHECKS, {**made, **output, **more})


def annotation(**more):
    about = {"path": "a.py", "start_line": 1, "end_line": 1, "message": "m"}
    return {**about, "annotation_level": "notice", **more}


def test_a_check_gets_annotations_fifty_at_a_time(hub):
    api, sha = using(hub, "installation"), hub.push(1)
    made = check(api, {"annotations": [annotation()] * 50}, head_sha=sha)

    more = {"output": {"summary": "s", "annotations": [annotation()] * 10}}
    api.send("PATCH", f"{CHECKS}/{made['id']}", more)

    (shown,) = hub.pull(1).checks
    assert (len(shown.annotations), shown.conclusion, shown.title) == (60, "neutral", "t")
    told = api.get(f"/repos/octo/demo/commits/{sha}/check-runs", check_name="ours")
    assert [it["output"]["annotations_count"] for it in told["check_runs"]] == [60]
    assert told["check_runs"][0]["app"]["slug"] == "github-actions"


def test_of_checks_with_one_name_the_newest_is_told_unless_all_are_asked_for(hub):
    api, sha = using(hub, "installation"), hub.push(1)
    ids = [check(api, head_sha=sha)["id"] for _ in range(2)]
    path = f"/repos/octo/demo/commits/{sha}/check-runs"

    assert [it["id"] for it in api.get(path)["check_runs"]] == ids[1:]
    assert [it["id"] for it in api.get(path, filter="all")["check_runs"]] == ids[::-1]
    assert api.get(path, check_name="other")["check_runs"] == []


@pytest.mark.parametrize(
    "output",
    [
        {"annotations": [annotation()] * 51},
        {"summary": "x" * 65_536},
        {"text": "x" * 65_536},
        {"title": "x" * 256},
        {"annotations": [annotation(message="ü" * 32_769)]},
        {"annotations": [annotation(message="")]},
        {"annotations": [annotation(end_line=2, start_column=1)]},
        {"annotations": [annotation(start_line=2)]},
        {"annotations": [annotation(start_line=0)]},
        {"annotations": [annotation(annotation_level="error")]},
    ],
)
def test_a_check_keeps_the_limits(hub, output):
    assert refused(check, using(hub, "installation"), output, head_sha=hub.push(1))[0] == 422
    assert hub.pull(1).checks == ()
    assert len(hub.invalid) == 1


def test_a_completed_check_has_a_conclusion_and_a_commit(hub):
    api, sha = using(hub, "installation"), hub.push(1)
    body = {"name": "ours", "head_sha": sha, "status": "completed"}

    assert refused(api.send, "POST", CHECKS, body)[0] == 422
    assert refused(check, api, head_sha="0" * 40)[0] == 422
    assert hub.pull(1).checks == ()


# Who may what


def test_a_read_only_token_writes_nothing(hub):
    for role, words in (("installation-read", "integration"), ("read", "personal access token")):
        api = using(hub, role)
        for path, body in ((REVIEWS, {}), (COMMENTS, {"body": "x"})):
            said = (403, f"Resource not accessible by {words}")
            assert refused(api.send, "POST", path, body) == said
        assert api.get(PULL)["number"] == 1
    assert refused(check, using(hub, "installation-read"), head_sha=hub.push(1))[0] == 403
    assert hub.invalid == []


def test_only_apps_make_checks(hub, api):
    said = (403, "You must authenticate via a GitHub App.")

    assert refused(check, api, head_sha=hub.push(1)) == said


def test_without_a_token_what_is_public_can_be_read(hub):
    api = using(hub, None)

    assert api.get(PULL)["number"] == 1
    assert refused(api.send, "POST", COMMENTS, {"body": "x"})[0] == 401
    with pytest.raises(Refused, match="401"):
        api.graphql("{ viewer { login } }", {})


def test_an_unknown_token_is_no_token(hub):
    api = GithubApi(hub.api, "ghp_unknown", pace=0)

    with pytest.raises(Exception, match="token"):
        api.get(PULL)
    assert [asked.status for asked in hub.requests] == [401]


def test_who_somebody_is_and_may(hub, api):
    def permission(login):
        return api.get(f"/repos/octo/demo/collaborators/{login}/permission")["permission"]

    assert api.get("/user")["login"] == "carol"
    said = (403, "Resource not accessible by integration")
    assert refused(using(hub, "installation").get, "/user") == said
    hub.person("eve", "admin")
    logins = ("carol", "mallory", "eve")
    assert [permission(login) for login in logins] == ["write", "read", "admin"]
    assert refused(permission, "nobody")[0] == 404
    assert refused(permission, "github-actions%5Bbot%5D")[0] == 404


# What is written into the repository


def test_a_commit_is_made_of_parts_and_becomes_a_pull_request(hub, repo):
    api, head = using(hub, "installation-contents"), hub.push(1)
    git_path = "/repos/octo/demo/git"
    content = {"content": base64.b64encode(b"revised\n").decode(), "encoding": "base64"}
    blob = api.send("POST", f"{git_path}/blobs", content)["sha"]
    base_tree = api.get(f"{git_path}/commits/{head}")["tree"]["sha"]
    entry = {"path": "d/a.py", "mode": "100644", "type": "blob", "sha": blob}
    gone = {"path": "ü.py", "mode": "100644", "type": "blob", "sha": None}
    tree = {"base_tree": base_tree, "tree": [entry, gone]}
    body = {"message": "Revise\n\nIt.", "parents": [head]}
    body["tree"] = api.send("POST", f"{git_path}/trees", tree)["sha"]
    sha = api.send("POST", f"{git_path}/commits", body)["sha"]
    ref = {"ref": "refs/heads/indict/1-abc", "sha": sha}
    api.send("POST", f"{git_path}/refs", ref)
    pull = {"title": "Revise", "head": "indict/1-abc", "base": "feature", "body": ""}

    number = api.send("POST", "/repos/octo/demo/pulls", pull)["number"]

    listed = git(repo, "ls-tree", "-r", "--name-only", "-z", "indict/1-abc").decode().split("\0")
    assert listed == ["a.py", "b.bin", "d/a.py", "new.txt", ""]
    assert git(repo, "log", "-1", "--format=%P %s", sha).decode() == f"{head} Revise\n"
    assert hub.pull(number).head == sha
    assert api.get(f"{git_path}/ref/heads/indict/1-abc")["object"]["sha"] == sha
    assert refused(api.send, "POST", f"{git_path}/refs", ref)[1].endswith("already exists")
    assert refused(api.send, "POST", "/repos/octo/demo/pulls", pull)[0] == 422
    assert hub.invalid == []


def test_a_branch_moves_forward_unless_it_is_forced(hub, api, repo):
    path = "/repos/octo/demo/git/refs/heads/feature"
    main = git(repo, "rev-parse", "main").decode().strip()
    git(repo, "checkout", "-q", "main")

    said = refused(api.send, "PATCH", path, {"sha": main})[1]
    assert said.endswith("Update is not a fast forward")
    api.send("PATCH", path, {"sha": main, "force": True})

    assert git(repo, "rev-parse", "feature").decode().strip() == main


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("git/trees", {"tree": [{"path": "../a", "mode": "100644", "content": "x"}]}),
        ("git/trees", {"tree": [{"path": ".git/config", "mode": "100644", "content": "x"}]}),
        ("git/trees", {"tree": [{"path": "a", "mode": "100644", "sha": "0" * 40}]}),
        ("git/trees", {"tree": [{"path": "a", "mode": "644", "content": "x"}]}),
        ("git/commits", {"message": "m", "tree": "0" * 40}),
        ("git/refs", {"ref": "heads/x", "sha": "0" * 40}),
        ("git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}),
        ("git/blobs", {"content": "!", "encoding": "hex"}),
        ("pulls", {"title": "t", "head": "nowhere", "base": "main"}),
        ("pulls", {"head": "feature", "base": "main"}),
    ],
)
def test_what_git_cannot_hold_is_refused(hub, path, body):
    api = using(hub, "installation-contents")

    assert refused(api.send, "POST", f"/repos/octo/demo/{path}", body)[0] == 422
    assert hub.invalid


def test_a_repository_may_forbid_actions_to_open_pull_requests(hub, repo):
    git(repo, "branch", "other")
    hub.actions_may_open_pulls = False
    body = {"title": "t", "head": "other", "base": "main"}

    said = refused(using(hub, "installation").send, "POST", "/repos/octo/demo/pulls", body)

    assert said == (403, "GitHub Actions is not permitted to create or approve pull requests.")


def test_pushing_needs_the_right_to_contents(hub):
    api = using(hub, "installation")

    path = "/repos/octo/demo/git/blobs"
    assert refused(api.send, "POST", path, {"content": "x"})[0] == 403


# The button


def suggest(hub, api, *comments):
    post(api, *comments)
    return hub.pull(1).remarks[-1].id


def test_a_suggestion_replaces_exactly_its_lines_by_a_commit(hub, api, repo):
    old = hub.push(1)
    text = "<!-- x -->\nTen\n\n````suggestion\nTEN\n```\n````\n\nmore"
    remark = suggest(hub, api, at(11, start_line=10, start_side="RIGHT", body=text))

    sha = hub.apply_suggestion(remark)

    expected = HEAD.replace(b"ten\nten and a half\n", b"TEN\n```\n")
    assert git(repo, "show", "feature:a.py") == expected
    assert (repo / "a.py").read_bytes() == expected  # it is checked out there
    assert git(repo, "rev-parse", "feature", "feature~").decode().split() == [sha, old]
    assert hub.push(1) == sha


def test_an_empty_suggestion_deletes_and_line_ends_stay_as_they_are(hub, api, repo):
    commit(repo, {"a.py": b"one\r\ntwo\r\nthree\r\n", "ü.py": b"a\nb"})
    first = suggest(hub, api, at(2, body="```suggestion\n2\n```"))
    hub.apply_suggestion(first)
    hub.apply_suggestion(suggest(hub, api, at(1, body="```suggestion\n```")))
    hub.apply_suggestion(suggest(hub, api, at(2, path="ü.py", body="```suggestion\nB\n```")))

    assert git(repo, "show", "feature:a.py") == b"2\r\nthree\r\n"
    assert git(repo, "show", "feature:ü.py") == b"a\nB"


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        (at(30, side="LEFT", body="```suggestion\nx\n```"), "deleted"),
        (at(10, body="```suggestion\nten\n```"), "changes nothing"),
        (at(10, body="```text\n```suggestion\nx\n```\n"), "no suggestion"),
        (at(10, body="<details>\n```suggestion\nx\n```\n</details>"), "no suggestion"),
    ],
)
def test_there_is_no_button_for(hub, api, comment, why):
    remark = suggest(hub, api, comment)

    with pytest.raises(CannotApply, match=why):
        hub.apply_suggestion(remark)


def test_there_is_no_button_for_what_is_outdated_pending_applied_or_closed(hub, api, repo):
    one, other = at(10, body="```suggestion\nx\n```"), at(31, body="```suggestion\nx\n```")
    api.send("POST", REVIEWS, {"comments": [one]})
    (pending,) = hub.issues[1].remarks
    with pytest.raises(CannotApply, match="pending"):
        hub.apply_suggestion(pending)
    (review,) = hub.pull(1).pending
    api.send("DELETE", f"{REVIEWS}/{review.id}")
    outdated, applied = suggest(hub, api, one), suggest(hub, api, other)
    hub.apply_suggestion(outdated)
    with pytest.raises(CannotApply, match="outdated"):
        hub.apply_suggestion(outdated)
    hub.close(1)
    with pytest.raises(CannotApply, match="closed"):
        hub.apply_suggestion(applied)


# What goes wrong


def test_a_fault_comes_before_or_after_the_deed(hub, api):
    for after, there in ((False, 0), (True, 1)):
        hub.fail(f"POST {COMMENTS}", status=502, after=after)
        with pytest.raises(Unsure):
            api.send("POST", COMMENTS, {"body": "once"})
        assert len(hub.pull(1).comments) == there
    api.send("POST", COMMENTS, {"body": "again"})
    assert [asked.status for asked in hub.requests] == [502, 502, 201]


def test_a_connection_is_dropped_before_or_after_the_deed(hub, api):
    for after, there in ((False, 0), (True, 1)):
        hub.fail(f"POST {COMMENTS}", drop=True, after=after)
        with pytest.raises(Unsure):
            api.send("POST", COMMENTS, {"body": "once"})
        assert len(hub.pull(1).comments) == there
    assert [asked.status for asked in hub.requests] == [0, 0]


def test_faults_are_found_by_the_names_of_mutations(hub, api):
    hub.fail("minimizeComment", status=500)

    assert api.graphql("{ viewer { login } }", {}).errors == ()
    with pytest.raises(Unsure):
        api.graphql(FOLD, {"a": "x", "b": "x"})


@pytest.mark.parametrize(
    "fault",
    [
        SECONDARY,
        {"status": 429, "headers": {"retry-after": "7"}},
        {"status": 403, "headers": {"retry-after": "7"}},
        {"status": 403, "headers": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}},
    ],
)
def test_a_rate_limit_passes(hub, fault):
    waits = []
    api = GithubApi(hub.api, hub.token("write"), pace=0, wait=waits.append)
    hub.fail("POST", **fault)

    api.send("POST", COMMENTS, {"body": "patience"})

    assert len(waits) == 1
    assert len(hub.pull(1).comments) == 1


def test_an_answer_may_be_slow(hub, api):
    hub.fail("GET", status=0, slow=0.05)
    started = time.monotonic()

    assert api.get(PULL)["number"] == 1
    assert time.monotonic() - started >= 0.05


def test_something_happens_in_between(hub, api, repo):
    hub.before("POST .*/reviews", lambda: commit(repo, {"a.py": BASE}))
    hub.before("POST .*/reviews", lambda: hub.begin_review(1, "", by="carol"))

    assert "one pending review" in refused(post, api)[1]
    assert hub.pull(1).head == git(repo, "rev-parse", "HEAD").decode().strip()


def test_a_request_of_another_run_is_answered_in_between(hub, api):
    hub.before("POST .*/reviews", lambda: post(using(hub, "write"), body="the other"))

    post(api, body="the first")

    assert [it.body for it in hub.pull(1).reviews] == ["the other", "the first"]


def test_many_at_once_lose_nothing(hub):
    def write_some(number):
        api = using(hub, "outsider", f"user{number}")
        for _ in range(5):
            api.send("POST", COMMENTS, {"body": "x"})

    several = [threading.Thread(target=write_some, args=(number,)) for number in range(8)]
    for one in several:
        one.start()
    for one in several:
        one.join()

    ids = [comment.id for comment in hub.pull(1).comments]
    assert len(set(ids)) == len(hub.requests) == 40


def test_what_nobody_should_send_is_recorded(hub, api):
    assert refused(api.send, "POST", "/repos/octo/demo/labels", {"name": "x"})[0] == 404
    assert refused(api.send, "POST", COMMENTS, {"text": "x"})[0] == 422
    assert refused(api.send, "DELETE", f"{REVIEWS}/1", {"body": "x"})[0] == 422

    assert len(hub.invalid) == 3
    assert [asked.status for asked in hub.requests] == [404, 422, 422]


def test_each_route_that_takes_a_body_has_a_schema():
    written = {route.name for route in ROUTES if route.scope} - {f"DELETE {REVIEW}"}

    assert written == set(SCHEMAS)


def test_a_failure_of_a_test_inside_is_not_lost(hub, api):
    hub.before("GET", lambda: 1 / 0, times=1)
    hub.fail("GET", times=10)

    with pytest.raises(HostError):
        api.get(PULL)

    assert "ZeroDivisionError" in hub.invalid[0]
