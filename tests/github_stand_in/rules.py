"""The rules of a review that no schema tells, with GitHub's words where they are known.

Stricter than GitHub where nobody has said what it does: what passes here passes there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.github_stand_in.differences import DiffFile
from tests.github_stand_in.refusals import Rejected, conflict, failed_validation, invalid
from tests.github_stand_in.state import Pull, Token

MAX_BODY = 65_536
_THREAD = "Pull request review thread"
_NO_HUNK = f"{_THREAD} diff hunk can't be blank"


@dataclass(frozen=True)
class Spot:
    """Where a remark goes."""

    path: str
    side: str
    line: int
    start_line: int | None
    hunk: str


def body(text: str | None) -> str:
    """A body that says something, and not too much."""
    if not (text or "").strip():
        raise invalid("Body can't be blank")
    return length(text)


def length(text: str) -> str:
    if len(text) > MAX_BODY:
        raise failed_validation("Comment", "body", "Body is too long (maximum is 65536 characters)")
    return text


def spot(files: Mapping[str, DiffFile], asked: Mapping[str, Any]) -> Spot:
    """Where a remark goes; one that goes nowhere is refused."""
    file = files.get(asked["path"])
    if file is None:
        raise invalid(f"{_THREAD} path is invalid and {_NO_HUNK}")
    side = asked.get("side", "RIGHT")
    if side not in {"LEFT", "RIGHT"}:
        raise invalid(f"{_THREAD} side is invalid")
    line, start = asked.get("line"), asked.get("start_line")
    found = _find(file, side, line)
    if found is None:
        raise invalid(f"{_THREAD} line must be part of the diff and {_NO_HUNK}")
    hunk, last = found
    start_side = asked.get("start_side")
    if (start is None) != (start_side is None) or start_side not in {None, side}:
        raise invalid(f"{_THREAD} start side must be given with the start line, and be its side")
    if start is not None:
        if start >= line:
            raise invalid(f"{_THREAD} start line must precede the end line.")
        if file.hunks[hunk].find(side, start) is None:
            raise invalid(f"{_THREAD} start line must be part of the same hunk as the line.")
    shown = [file.hunks[hunk].header, *(row.text for row in file.hunks[hunk].rows[: last + 1])]
    return Spot(file.path, side, line, start, "\n".join(shown))


def _find(file: DiffFile, side: str, line: int | None) -> tuple[int, int] | None:
    for number, hunk in enumerate(file.hunks):
        if line is not None and (at := hunk.find(side, line)) is not None:
            return number, at
    return None


def one_pending(pull: Pull, login: str) -> None:
    """An account that has a pending review can make no other, not even a submitted one."""
    if any(r.state == "PENDING" and r.author == login for r in pull.reviews.values()):
        raise conflict("User can only have one pending review per pull request")


def event(pull: Pull, token: Token, wanted: str, text: str) -> str:
    """The state that the review gets."""
    if wanted == "APPROVE" and token.is_app:
        raise invalid("GitHub Actions is not permitted to approve pull requests.")
    if wanted != "COMMENT" and token.login == pull.author:
        verb = "approve" if wanted == "APPROVE" else "request changes on"
        raise invalid(f"Can not {verb} your own pull request")
    if wanted != "APPROVE":
        body(text)
    return {
        "APPROVE": "APPROVED",
        "REQUEST_CHANGES": "CHANGES_REQUESTED",
        "COMMENT": "COMMENTED",
    }[wanted]


def commit(pull: Pull, sha: str | None) -> str:
    """The commit that a review is about: one of the pull request's."""
    if sha is None or sha == pull.head_sha:
        return pull.head_sha
    if sha in pull.git.commits(pull.base_sha, pull.head_sha):
        return sha
    text = "commit_id is not part of the pull request"
    # One that was there before a force push is nobody's mistake.
    raise conflict(text) if sha in pull.heads else invalid(text)


def check_output(output: Mapping[str, Any]) -> None:
    """What the schema says in words only."""
    if len(output.get("title", "")) > 255:
        raise failed_validation("CheckRun", "title", "is too long (maximum is 255 characters)")
    for annotation in output.get("annotations", ()):
        trouble = _annotation(annotation)
        if trouble:
            raise Rejected(422, "Invalid request.", [trouble], ours=True)


def _annotation(annotation: Mapping[str, Any]) -> str | None:
    first, last = annotation["start_line"], annotation["end_line"]
    if first < 1 or last < first:
        return "end_line must not be before start_line, and both at least 1"
    if first != last and {"start_column", "end_column"} & set(annotation):
        return "columns are for annotations of one line"
    if len(annotation["message"].encode()) > 64 * 1024:
        return "message is too long (maximum is 64 KB)"
    if not annotation["message"] or not annotation["path"]:
        return "message and path can't be blank"
    return "title is too long" if len(annotation.get("title", "")) > 255 else None
