"""One request, and the table that says who answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.github_stand_in.refusals import Rejected, not_found
from tests.github_stand_in.state import Issue, Person, Pull, Repository, Token

if TYPE_CHECKING:
    from tests.github_stand_in.hub import StandIn


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    """Without the `/api/v3` of an enterprise's server, and without its query."""
    login: str | None
    status: int
    """0: hung up on."""
    query: str = ""
    body: Any = field(default=None, repr=False)

    @property
    def writes(self) -> bool:
        """Whether it would change something: what GraphQL is asked is sent by POST, too."""
        if self.path == "/graphql" and isinstance(self.body, dict):
            return str(self.body.get("query", "")).startswith("mutation")
        return self.method != "GET"


@dataclass
class Request:
    hub: StandIn
    verb: str
    path: str
    query: dict[str, str]
    body: Any
    token: Token | None
    url: str
    """The base address that it was sent to."""
    at: dict[str, str] = field(default_factory=dict)
    """What stands at the places in the route."""

    @property
    def login(self) -> str | None:
        return self.token.login if self.token else None

    @property
    def person(self) -> Person:
        if self.token is None:
            raise Rejected(401, "Requires authentication")
        return self.hub.people[self.token.login]

    def need(self, scope: str) -> None:
        """Let only tokens pass that may write this."""
        if self.token is None:
            raise Rejected(401, "Requires authentication")
        if scope in self.token.scopes:
            return
        if self.token.is_app:
            raise Rejected(403, "Resource not accessible by integration")
        if scope == "checks":
            raise Rejected(403, "You must authenticate via a GitHub App.")
        raise Rejected(403, "Resource not accessible by personal access token")

    @property
    def repository(self) -> Repository:
        found = self.hub.repositories.get(f"{self.at['owner']}/{self.at['repo']}")
        if found is None:
            raise not_found()
        return found

    def issue(self, place: str = "issue_number") -> Issue:
        found = self.hub.issues.get(self.number(place))
        if found is None or found.repository is not self.repository:
            raise not_found()
        if isinstance(found, Pull):
            found.look()
        return found

    @property
    def pull(self) -> Pull:
        found = self.issue("pull_number")
        if not isinstance(found, Pull):
            raise not_found()
        return found

    def number(self, place: str) -> int:
        if not self.at[place].isdigit():
            raise not_found()
        return int(self.at[place])


@dataclass(frozen=True)
class Listed:
    """A list, to be cut into pages."""

    items: Sequence[Any]
    show: Callable[[Any], Any]


Answer = tuple[int, Any]
"""The status, and what is said."""


@dataclass(frozen=True)
class Route:
    verb: str
    template: str
    """As in GitHub's OpenAPI description."""
    act: Callable[[Request], Answer]
    scope: str | None = None
    """What a token must be allowed to write."""

    @property
    def name(self) -> str:
        return f"{self.verb} {self.template}"

    def match(self, verb: str, path: str) -> dict[str, str] | None:
        if verb != self.verb:
            return None
        found = re.fullmatch(re.sub(r"\{(\w+)\}", _place, self.template), path)
        return found.groupdict() if found else None


def _place(name: re.Match[str]) -> str:
    """Names of branches may have slashes in them."""
    return f"(?P<{name[1]}>{'.+' if name[1] in {'ref', 'basehead'} else '[^/]+'})"
