"""All that is read from one pull request, and written on it. See `Reading` and `Writing`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from indict_review.errors import Refused
from indict_review.github import answers, checking, threads
from indict_review.github.answers import Told, each
from indict_review.github.interface import (
    Api,
    Check,
    Comment,
    Json,
    NewCheck,
    NewRemark,
    Pull,
    PullFile,
    PutAway,
    Remark,
    Submission,
)

ACTIONS = "github-actions[bot]"
"""Who a workflow's own token writes as."""


@dataclass(frozen=True)
class Conversation:
    """See `Reading` and `Writing`. Each call is a request, or as many as there are pages."""

    api: Api
    repository: str
    """`octo/demo`."""
    number: int

    @property
    def _repo(self) -> str:
        return f"/repos/{quote(self.repository)}"

    @property
    def _pull(self) -> str:
        return f"{self._repo}/pulls/{self.number}"

    @property
    def _issue(self) -> str:
        return f"{self._repo}/issues/{self.number}"

    # Reading

    def me(self) -> str:
        """See `Reading.me`."""
        # /user is refused to the token of an app, and an app of one's own has a name of its own.
        viewer = self.api.graphql("query { viewer { login } }", {}).data
        if viewer is not None:
            return Told(viewer, "this token's account").inner("viewer").text("login")
        try:
            return Told(self.api.get("/user"), "this token's account").text("login")
        except Refused as e:
            if e.status != 403:
                raise
            return ACTIONS

    def pull(self) -> Pull:
        """See `Reading.pull`."""
        return answers.pull(Told(self.api.get(self._pull), f"pull request {self.number}"))

    def files(self) -> tuple[PullFile, ...]:
        """See `Reading.files`."""
        rows = self.api.pages(f"{self._pull}/files")
        return each(rows, "the files of the pull request", answers.pull_file)

    def remarks(self) -> tuple[Remark, ...]:
        """See `Reading.remarks`."""
        rows = self.api.pages(f"{self._pull}/comments")
        return each(rows, "the comments on lines", answers.remark)

    def comments(self) -> tuple[Comment, ...]:
        """See `Reading.comments`."""
        rows = self.api.pages(f"{self._issue}/comments")
        return each(rows, "the comments", answers.comment)

    def submissions(self) -> tuple[Submission, ...]:
        """See `Reading.submissions`."""
        rows = self.api.pages(f"{self._pull}/reviews")
        return each(rows, "the reviews", answers.submission)

    def issue(self, number: int) -> tuple[str, str]:
        """See `Reading.issue`."""
        told = Told(self.api.get(f"{self._repo}/issues/{number}"), f"issue {number}")
        return told.text("title"), told.maybe_text("body") or ""

    def may_write(self, login: str) -> bool:
        """See `Reading.may_write`. `Refused`, if this token is not told."""
        path = f"{self._repo}/collaborators/{quote(login, safe='')}/permission"
        try:
            answer = self.api.get(path)
        except Refused as e:
            if e.status == 404:
                return False
            raise
        # `maintain` is told as `write`.
        return Told(answer, "an account's permission").text("permission") in {"admin", "write"}

    def checks(self, sha: str, name: str) -> tuple[Check, ...]:
        """See `Reading.checks`. The newest hundred."""
        path = f"{self._repo}/commits/{quote(sha, safe='')}/check-runs"
        answer = Told(self.api.get(path, check_name=name, filter="all", per_page=100), "checks")
        # The name is asked for, and looked at: a query gets lost where a repository has moved.
        found = [row for row in answer.each("check_runs") if row.text("name") == name]
        return tuple(sorted(map(answers.check, found), key=lambda check: -check.id))

    # Writing

    def prepare(self, head: str, body: str, remarks: Sequence[NewRemark]) -> Submission:
        """See `Writing.prepare`. Without an event it is pending."""
        answer = self.api.send(
            "POST",
            f"{self._pull}/reviews",
            {"commit_id": head, "body": body, "comments": [_anchored(r) for r in remarks]},
        )
        return answers.submission(Told(answer, "the new review"))

    def submit(self, submission: int, event: str, body: str) -> None:
        """See `Writing.submit`."""
        path = f"{self._pull}/reviews/{submission}/events"
        self.api.send("POST", path, {"event": event, "body": body})

    def withdraw(self, submission: int) -> None:
        """See `Writing.withdraw`."""
        self.api.send("DELETE", f"{self._pull}/reviews/{submission}")

    def dismiss(self, submission: int, message: str) -> None:
        """See `Writing.dismiss`."""
        path = f"{self._pull}/reviews/{submission}/dismissals"
        self.api.send("PUT", path, {"message": message, "event": "DISMISS"})

    def comment(self, body: str) -> Comment:
        """See `Writing.comment`."""
        answer = self.api.send("POST", f"{self._issue}/comments", {"body": body})
        return answers.comment(Told(answer, "the new comment"))

    def edit(self, comment: int, body: str) -> None:
        """See `Writing.edit`."""
        self.api.send("PATCH", f"{self._repo}/issues/comments/{comment}", {"body": body})

    def put_away(self, gone: Sequence[Comment], settled: Sequence[Remark]) -> PutAway:
        """See `Writing.put_away`."""
        return threads.put_away(self.api, self.repository, self.number, gone, settled)

    def check(self, check: NewCheck) -> None:
        """See `Writing.check`."""
        checking.post(self.api, self._repo, check)


def _anchored(remark: NewRemark) -> dict[str, Json]:
    """GitHub refuses a range of one line, so that is said by its end alone."""
    at = remark.anchor
    comment: dict[str, Json] = {
        "path": at.path,
        "body": remark.body,
        "line": at.line,
        "side": at.side,
    }
    if at.start_line != at.line:
        comment |= {"start_line": at.start_line, "start_side": at.side}
    return comment
