"""Tokens as roles: who holds each, and what it may write."""

from __future__ import annotations

from tests.github_stand_in.state import Person, Token

BOT = "github-actions[bot]"
_POST, _CHECK, _PUSH = "pull_requests", "checks", "contents"

PEOPLE = (
    Person("root", "admin"),
    Person("carol", "write"),
    Person("alice", "write"),
    Person("rob", "read"),
    Person("mallory", "read"),
    Person(BOT, "write", is_bot=True),
)

_ROLES: dict[str, tuple[str, set[str]]] = {
    "admin": ("root", {_POST, _PUSH}),
    "write": ("carol", {_POST, _PUSH}),
    # Who opens pull requests here, unless the test names somebody else.
    "author": ("alice", {_POST, _PUSH}),
    # May comment, as anybody may, but not push.
    "outsider": ("mallory", {_POST}),
    "read": ("rob", set()),
    # What GITHUB_TOKEN is with `contents: read, pull-requests: write, checks: write`.
    "installation": (BOT, {_POST, _CHECK}),
    "installation-contents": (BOT, {_POST, _CHECK, _PUSH}),
    # What it is for a pull request of a fork.
    "installation-read": (BOT, set()),
}


def make(role: str, login: str | None, people: dict[str, Person]) -> Token:
    """`login` puts somebody else into the role."""
    holder, scopes = _ROLES[role]
    login = login or holder
    is_app = role.startswith("installation")
    people.setdefault(login, Person(login, people[holder].permission))
    value = f"{'ghs' if is_app else 'ghp'}_{role}_{login.removesuffix('[bot]')}".replace("-", "_")
    return Token(value, login, frozenset(scopes), is_app)
