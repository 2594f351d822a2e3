"""A GitHub in this process, on loopback, fed from real git repositories.

with StandIn() as hub:
    hub.repository("octo/demo", path)
    number = hub.open(base="main", head="feature")
    api = GithubApi(hub.api, hub.token("write"), pace=0)
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from tests.github_stand_in import tokens
from tests.github_stand_in.connection import listening
from tests.github_stand_in.exchange import Asked
from tests.github_stand_in.faults import Faults
from tests.github_stand_in.git import GitRepository
from tests.github_stand_in.people import People
from tests.github_stand_in.state import Issue, Person, Pull, Repository, Token
from tests.github_stand_in.view import View, view


@dataclass
class Limits:
    """Of what GitHub shows; a test may set them lower."""

    file_lines: int = 20_000
    file_bytes: int = 500_000
    diff_lines: int = 20_000
    diff_bytes: int = 1_000_000
    tree_entries: int = 100_000
    blob_text: int = 512_000


class StandIn(Faults, People):
    """The stand-in, and all that a test does to it."""

    def __init__(self) -> None:
        Faults.__init__(self)
        self.repositories: dict[str, Repository] = {}
        self.issues: dict[int, Issue] = {}
        self.people: dict[str, Person] = {person.login: person for person in tokens.PEOPLE}
        self.limits = Limits()
        self.actions_may_open_pulls = True
        """GitHub's own default is no; it is a setting of each repository."""
        self.requests: list[Asked] = []
        self.invalid: list[str] = []
        """Requests that nobody should have sent, and what was wrong with each."""
        self.lock = threading.RLock()
        self.now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
        self.tokens: dict[str, Token] = {}
        self._numbers = 1000
        self._server = listening(self)

    def __enter__(self) -> StandIn:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def api(self) -> str:
        """The base address of the REST API, as github.com has it."""
        return self.root

    @property
    def enterprise(self) -> str:
        """The same, as an enterprise's server has it."""
        return f"{self.root}/api/v3"

    def repository(self, name: str, path: Path | str, default_branch: str = "main") -> None:
        """Serve a git repository under this name."""
        self.repositories[name] = Repository(name, GitRepository(path), default_branch)

    def open(
        self,
        base: str = "main",
        head: str = "feature",
        title: str = "A change",
        body: str | None = "",
        fork: str | None = None,
        author: str | None = None,
        repository: str | None = None,
        labels: tuple[str, ...] = (),
    ) -> int:
        """Open a pull request, by default in the first repository; returns its number.

        `fork` is where the head is. One that was not named to `repository` is in the same place.
        """
        with self.lock:
            here = self.repositories[repository or next(iter(self.repositories))]
            if fork and fork not in self.repositories:
                self.repository(fork, here.git.path)
            it = Pull(
                len(self.issues) + 1,
                here,
                title,
                body,
                author or (fork.split("/")[0] if fork else "alice"),
                labels=labels,
                base=base,
                head=head,
                fork=self.repositories[fork] if fork else here,
            )
            it.look()
            assert it.base_sha, f"{base} is no branch of {here.git.path}"
            assert it.heads, f"{head} is no branch of {it.fork.git.path}"
            self.issues[it.number] = it
            return it.number

    def issue(self, title: str, body: str | None = "", author: str = "alice") -> int:
        """Open an issue in the first repository; returns its number."""
        with self.lock:
            here = next(iter(self.repositories.values()))
            number = len(self.issues) + 1
            self.issues[number] = Issue(number, here, title, body, author)
            return number

    def push(self, number: int) -> str:
        """See what the head branch is at now, as every request does; returns its commit."""
        with self.lock:
            return self._pull(number).head_sha

    def token(self, role: str, login: str | None = None) -> str:
        """A token in this role: see `tokens`."""
        made = tokens.make(role, login, self.people)
        self.tokens[made.value] = made
        return made.value

    def person(self, login: str, permission: str | None = None) -> Person:
        """Somebody, who is new to this GitHub or is given another permission."""
        if permission is not None or login not in self.people:
            self.people[login] = Person(login, permission or "read", login.endswith("[bot]"))
        return self.people[login]

    def pull(self, number: int) -> View:
        """What is on the page of a pull request now."""
        with self.lock:
            return view(self._pull(number))

    def number(self) -> int:
        """An id that nothing else has."""
        self._numbers += 1
        return self._numbers

    def time(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
