"""GitHub's JSON -> plain types. What is missing, or of another kind, is named: `HostError`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from indict_review.errors import HostError
from indict_review.github.interface import (
    Account,
    Branch,
    Check,
    Comment,
    Json,
    Pull,
    PullFile,
    Remark,
    Submission,
)

_T = TypeVar("_T")


@dataclass(frozen=True)
class Told:
    """One object of an answer."""

    value: Json
    asked: str
    """What for: `the pull request`."""

    def text(self, key: str) -> str:
        """It has to be there."""
        return self._is(self.field(key), str, key)

    def number(self, key: str) -> int:
        """It has to be there."""
        return self._is(self.field(key), int, key)

    def maybe_text(self, key: str) -> str | None:
        """None: it is null, or not there."""
        return None if self.field(key) is None else self.text(key)

    def maybe_number(self, key: str) -> int | None:
        """None: it is null, or not there."""
        return None if self.field(key) is None else self.number(key)

    def inner(self, key: str) -> Told:
        """An object in this one."""
        return Told(self._is(self.field(key), dict, key), self.asked)

    def maybe_inner(self, key: str) -> Told | None:
        """None: it is null, or not there."""
        return None if self.field(key) is None else self.inner(key)

    def each(self, key: str) -> list[Told]:
        """A list of objects in this one."""
        return [Told(value, self.asked) for value in self._is(self.field(key), list, key)]

    def field(self, key: str) -> Json:
        """As it stands."""
        if not isinstance(self.value, dict):
            raise HostError(f"GitHub's answer about {self.asked} is no object")
        return self.value.get(key)

    def _is(self, value: Json, kind: type[_T], key: str) -> _T:
        # To Python a bool is a number.
        if not isinstance(value, kind) or isinstance(value, bool):
            raise HostError(f"GitHub's answer about {self.asked} has no usable `{key}`")
        return value


def each(rows: Iterable[Json], asked: str, parse: Callable[[Told], _T]) -> tuple[_T, ...]:
    """A list, read by `parse`."""
    return tuple(parse(Told(row, asked)) for row in rows)


def account(told: Told | None) -> Account:
    """Null is an account that was deleted; GitHub's page calls it so as well."""
    if told is None:
        return Account("ghost")
    return Account(told.text("login"), told.maybe_text("type") == "Bot")


def pull(told: Told) -> Pull:
    """Of `pulls/N`."""
    return Pull(
        number=told.number("number"),
        title=told.text("title"),
        body=told.maybe_text("body") or "",
        author=account(told.maybe_inner("user")),
        url=told.text("html_url"),
        base=_branch(told.inner("base")),
        head=_branch(told.inner("head")),
        is_open=told.text("state") == "open",
    )


def _branch(told: Told) -> Branch:
    repository = told.maybe_inner("repo")
    return Branch(
        sha=told.text("sha"),
        name=told.text("ref"),
        repository=repository.text("full_name") if repository else None,
    )


def pull_file(told: Told) -> PullFile:
    """Of `pulls/N/files`."""
    return PullFile(
        told.text("filename"), told.maybe_text("previous_filename"), told.maybe_text("patch")
    )


def comment(told: Told) -> Comment:
    """Of `issues/N/comments`."""
    return Comment(
        id=told.number("id"),
        node=told.text("node_id"),
        author=account(told.maybe_inner("user")),
        body=told.maybe_text("body") or "",
        url=told.text("html_url"),
        created=told.text("created_at"),
    )


def remark(told: Told) -> Remark:
    """Of `pulls/N/comments`."""
    return Remark(
        **vars(comment(told)),
        path=told.text("path"),
        line=told.maybe_number("line"),
        reply_to=told.maybe_number("in_reply_to_id"),
    )


def submission(told: Told) -> Submission:
    """Of `pulls/N/reviews`."""
    return Submission(
        id=told.number("id"),
        node=told.text("node_id"),
        author=account(told.maybe_inner("user")),
        body=told.maybe_text("body") or "",
        state=told.text("state"),
        commit=told.maybe_text("commit_id"),
    )


def check(told: Told) -> Check:
    """Of `commits/SHA/check-runs`."""
    return Check(
        id=told.number("id"),
        conclusion=told.maybe_text("conclusion"),
        external_id=told.maybe_text("external_id") or "",
    )
