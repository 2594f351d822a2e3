"""Routes of the conversation: comments, and comments on lines."""

from __future__ import annotations

from dataclasses import replace

from tests.github_stand_in import rules, shown
from tests.github_stand_in.exchange import Answer, Listed, Request, Route
from tests.github_stand_in.refusals import Rejected, failed_validation, not_found
from tests.github_stand_in.state import Pull, Remark, Review


def comments(request: Request) -> Answer:
    issue = request.issue()
    found = list(issue.comments.values())
    return 200, Listed(found, lambda it: shown.comment(request, issue, it))


def comment(request: Request) -> Answer:
    issue = request.issue()
    if not request.body["body"].strip():
        raise failed_validation("IssueComment", "body", "Body can't be blank")
    made = request.hub.say(issue, request.person.login, rules.length(request.body["body"]))
    return 201, shown.comment(request, issue, made)


def edit(request: Request) -> Answer:
    number = request.number("comment_id")
    issue = next((i for i in request.hub.issues.values() if number in i.comments), None)
    if issue is None or issue.repository is not request.repository:
        raise not_found()
    old = issue.comments[number]
    if not (old.author == request.login or request.person.may_write):
        raise Rejected(403, "Must have admin rights to Repository.")
    if not request.body["body"].strip():
        raise failed_validation("IssueComment", "body", "Body can't be blank")
    issue.comments[number] = replace(old, body=rules.length(request.body["body"]))
    return 200, shown.comment(request, issue, issue.comments[number])


def remarks(request: Request) -> Answer:
    pull = request.pull
    found = [it for it in pull.remarks.values() if pull.is_shown(it)]
    return 200, Listed(found, lambda it: shown.remark(request, pull, it))


def remark(request: Request) -> Answer:
    """One comment on lines: GitHub makes a review of its own for it."""
    pull, body = request.pull, request.body
    if "in_reply_to" in body:
        return _reply(request, pull, body["in_reply_to"])
    rules.one_pending(pull, request.person.login)
    rules.body(body["body"])
    made = placed(request, pull, rules.commit(pull, body["commit_id"]), [body], "COMMENTED", "")
    found = next(it for it in pull.remarks.values() if it.review == made.id)
    return 201, shown.remark(request, pull, found)


def reply(request: Request) -> Answer:
    return _reply(request, request.pull, request.number("comment_id"))


def _reply(request: Request, pull: Pull, to: int) -> Answer:
    above = pull.remarks.get(to)
    if above is None or above.reply_to is not None or not pull.is_shown(above):
        raise not_found()
    rules.one_pending(pull, request.person.login)
    text = rules.body(request.body["body"])
    return 201, shown.remark(request, pull, request.hub.answer(pull, above, request.login, text))


def placed(
    request: Request, pull: Pull, commit: str, asked: list[dict], state: str, text: str
) -> Review:
    """A review with its remarks: all of them, or nothing at all."""
    files, base = {file.path: file for file in pull.files(commit)}, pull.parted(commit)
    spots = []
    for one in asked:
        about_file = one.get("subject_type") == "file" and one["path"] in files
        spots.append(None if about_file else rules.spot(files, one))
        rules.body(one["body"])
    hub, login = request.hub, request.person.login
    review = Review(hub.number(), login, text, state, commit, hub.time())
    pull.reviews[review.id] = review
    for one, spot in zip(asked, spots, strict=True):
        made = Remark(
            id=hub.number(),
            author=login,
            body=one["body"],
            created=review.created,
            review=review.id,
            path=one["path"],
            side=spot.side if spot else "RIGHT",
            line=spot.line if spot else None,
            start_line=spot.start_line if spot else None,
            commit=commit,
            base=base,
            hunk=spot.hunk if spot else "",
        )
        pull.remarks[made.id] = made
    return review


_REPO = "/repos/{owner}/{repo}"
_REMARKS = _REPO + "/pulls/{pull_number}/comments"
_COMMENTS = _REPO + "/issues/{issue_number}/comments"
ROUTES = (
    Route("GET", _COMMENTS, comments),
    Route("POST", _COMMENTS, comment, "pull_requests"),
    Route("PATCH", _REPO + "/issues/comments/{comment_id}", edit, "pull_requests"),
    Route("GET", _REMARKS, remarks),
    Route("POST", _REMARKS, remark, "pull_requests"),
    Route("POST", _REMARKS + "/{comment_id}/replies", reply, "pull_requests"),
)
