"""Routes of reviews."""

from __future__ import annotations

from dataclasses import replace

from tests.github_stand_in import rules, shown
from tests.github_stand_in.conversation import placed
from tests.github_stand_in.exchange import Answer, Listed, Request, Route
from tests.github_stand_in.refusals import Rejected, conflict, not_found
from tests.github_stand_in.state import Pull, Review


def reviews(request: Request) -> Answer:
    pull = request.pull
    found = [
        it for it in pull.reviews.values() if it.state != "PENDING" or it.author == request.login
    ]
    return 200, Listed(found, lambda it: shown.review(request, pull, it))


def remarks(request: Request) -> Answer:
    pull, review = _found(request)
    found = [it for it in pull.remarks.values() if it.review == review.id]
    return 200, Listed(found, lambda it: shown.remark(request, pull, it))


def review(request: Request) -> Answer:
    pull, body = request.pull, request.body or {}
    text, state = rules.length(body.get("body", "")), "PENDING"
    if "event" in body:
        state = rules.event(pull, request.token, body["event"], text)
    commit = rules.commit(pull, body.get("commit_id"))
    rules.one_pending(pull, request.person.login)
    made = placed(request, pull, commit, body.get("comments", []), state, text)
    return 200, shown.review(request, pull, made)


def submit(request: Request) -> Answer:
    pull, review = _found(request)
    if review.author != request.login:
        raise not_found()
    if review.state != "PENDING":
        raise conflict("Can not submit a review that is not pending")
    text = rules.length(request.body.get("body", "")) or review.body
    state = rules.event(pull, request.token, request.body["event"], text)
    return _put(request, pull, replace(review, state=state, body=text, created=request.hub.time()))


def delete(request: Request) -> Answer:
    pull, review = _found(request)
    if review.author != request.login:
        raise not_found()
    if review.state != "PENDING":
        raise conflict("Can not delete a non-pending pull request review")
    del pull.reviews[review.id]
    for it in [it for it in pull.remarks.values() if it.review == review.id]:
        del pull.remarks[it.id]
    return 200, shown.review(request, pull, review)


def dismiss(request: Request) -> Answer:
    pull, review = _found(request)
    if not request.person.may_write:
        raise Rejected(403, "Must have write access to the repository.")
    rules.body(request.body["message"])
    if review.state not in {"APPROVED", "CHANGES_REQUESTED"}:
        state = review.state.lower().replace("_", " ")
        raise conflict(f"Can not dismiss a {state} pull request review")
    return _put(request, pull, replace(review, state="DISMISSED"))


def _found(request: Request) -> tuple[Pull, Review]:
    pull = request.pull
    found = pull.reviews.get(request.number("review_id"))
    if found is None or (found.state == "PENDING" and found.author != request.login):
        raise not_found()
    return pull, found


def _put(request: Request, pull: Pull, review: Review) -> Answer:
    pull.reviews[review.id] = review
    return 200, shown.review(request, pull, review)


_REVIEWS = "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"
_REVIEW = _REVIEWS + "/{review_id}"
ROUTES = (
    Route("GET", _REVIEWS, reviews),
    Route("GET", _REVIEW + "/comments", remarks),
    Route("POST", _REVIEWS, review, "pull_requests"),
    Route("POST", _REVIEW + "/events", submit, "pull_requests"),
    Route("DELETE", _REVIEW, delete, "pull_requests"),
    Route("PUT", _REVIEW + "/dismissals", dismiss, "pull_requests"),
)
