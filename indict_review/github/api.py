"""The transport, and the one door to PyGithub: requests, limits, what may be tried again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from ssl import SSLCertVerificationError
from typing import NoReturn
from urllib.parse import urlsplit

import requests
from github import Auth, Github
from github.Requester import Requester
from urllib3.exceptions import HTTPError, NewConnectionError

from indict_review.errors import ConfigError, HostError, Unsure
from indict_review.events import Ended, Listener, Started, silent
from indict_review.github.address import refuse_unsafe
from indict_review.github.interface import Answer, Json
from indict_review.github.reply import Reply
from indict_review.patches.quoting import shown

_PAGE = 100
_MOST_PAGES = 300
_TRIES = 5
_LONGEST_WAIT = 900.0
"""Seconds that limits and failures may cost in all."""


class GithubApi:
    """See `Api`. `ConfigError` if the address, or the token from the start, cannot be used."""

    def __init__(
        self,
        base: str,
        token: str | None,
        listen: Listener = silent,
        *,
        pace: float = 1.0,
        timeout: int = 30,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        refuse_unsafe(base, token)
        # Its own retries cover POST: a 502 that came after a review was made would make two.
        self._requester: Requester = Github(
            auth=Auth.Token(token) if token else None,
            base_url=base,
            retry=0,
            timeout=timeout,
            user_agent="indict-review",
            seconds_between_requests=None,
            seconds_between_writes=None,  # to it every POST is one, GraphQL's questions too
        ).requester
        self._pace = pace
        self._next_write = 0.0
        self.has_token = bool(token)
        self._was_let_in = False
        self._listen = listen
        self._wait = wait
        self._left = _LONGEST_WAIT

    def get(self, path: str, **query: str | int) -> Json:
        """See `Api.get`."""
        return self._ask("GET", path, query, is_read=True).value

    def pages(self, path: str, **query: str | int) -> Iterator[Json]:
        """See `Api.pages`. Raises `HostError` for more than 300 pages."""
        page = self._ask("GET", path, {"per_page": _PAGE, **query}, is_read=True)
        for _ in range(_MOST_PAGES):
            rows = page.value
            if not isinstance(rows, list):
                raise HostError(f"GitHub answered {page.asked} with something else than a list")
            yield from rows
            if page.next_page is None:
                return
            # Its own address of the next page: PyGithub loses the query where a repository has
            # moved, and a page counted by ourselves would be the first one for ever.
            page = self._ask("GET", page.next_page, is_read=True)
        raise HostError(f"GitHub's list at {path} is too long: it has over {_MOST_PAGES} pages")

    def send(self, verb: str, path: str, body: Mapping[str, Json] | None = None) -> Json:
        """See `Api.send`."""
        self._keep_pace()
        return self._ask(verb, path, body=body).value

    def graphql(self, query: str, variables: Mapping[str, Json]) -> Answer:
        """See `Api.graphql`."""
        if is_change := query.startswith("mutation"):
            self._keep_pace()
        body = {"query": query, "variables": dict(variables)}
        url = self._requester.graphql_url
        answer = self._ask("POST", url, body=body, is_read=not is_change).value
        if not isinstance(answer, dict):
            raise HostError("GitHub answered a GraphQL query with something else than an object")
        errors = answer.get("errors")
        return Answer(
            answer.get("data"),
            tuple(
                shown(f"{error.get('type', 'ERROR')}: {error.get('message', '')}", 300)
                for error in (errors if isinstance(errors, list) else ())
                if isinstance(error, dict)
            ),
        )

    def _ask(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Json] | None = None,
        *,
        is_read: bool = False,
    ) -> Reply:
        """Only a read is tried again after a failure; a write, if GitHub says it did not do it."""
        attempt = 0
        while True:
            is_last = attempt + 1 == _TRIES
            try:
                reply = self._once(verb, path, query, body)
            except HostError as e:
                if not is_read:
                    raise
                if is_last:
                    raise HostError(str(e)) from e
                self._pause("GitHub does not answer", 2.0**attempt)
            else:
                if is_last or not reply.is_limit:
                    return self._let_in(reply)
                self._pause("GitHub's rate limit", reply.wait(attempt))
            attempt += 1

    def _once(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Json] | None,
    ) -> Reply:
        """Raises `Unsure` where it may have happened, and plain `HostError` where it cannot have.

        No text of an exception is shown: some of them quote the header with the token.
        """
        asked = f"{verb} {shown(urlsplit(path).path, 200)}"
        try:
            # Of a whole address only path and query are used: nothing goes to another host.
            answer = self._requester.requestJson(verb, path, dict(query or {}), input=body)
        except RecursionError as e:
            raise HostError(f"GitHub sends {asked} round in circles") from e
        except RuntimeError as e:  # PyGithub's, before it would follow
            raise HostError(
                f"GitHub sends {asked} to another address: is this the one of its API?"
            ) from e
        except (requests.RequestException, HTTPError) as e:
            _tell(asked, self._requester.hostname, e)
        except (ValueError, OverflowError) as e:  # of a header that PyGithub reads, in the answer
            raise Unsure(f"GitHub's answer to {asked} cannot be read") from e
        reply = Reply(asked, *answer)
        if reply.status >= 500:
            raise Unsure(f"GitHub failed at {asked} ({reply.status})")
        return reply

    def _let_in(self, reply: Reply) -> Reply:
        """A token that never was of use is a mistake in the settings; later it has expired."""
        if reply.status != 401:
            self._was_let_in = True
        elif not self._was_let_in:
            raise ConfigError(
                f"GitHub does not accept the token: {reply.reason}"
                if self.has_token
                else "GitHub wants a token",
                "give one in GITHUB_TOKEN or with --token-file; it may have expired, "
                f"or be for another host than {self._requester.hostname}",
            )
        return reply

    def _keep_pace(self) -> None:
        """A second between two writes, as GitHub wants it."""
        if (early := self._next_write - time.monotonic()) > 0:
            self._wait(early)
        self._next_write = time.monotonic() + self._pace

    def _pause(self, why: str, seconds: float) -> None:
        if seconds > self._left:
            raise HostError(
                f"{why}: it would take {seconds:.0f} s of waiting, "
                f"and of {_LONGEST_WAIT:.0f} s {self._left:.0f} are left"
            )
        self._left -= seconds
        step = f"{why}: waiting {seconds:.0f} s"
        self._listen(Started(step))
        self._wait(seconds)
        self._listen(Ended(step, seconds, "done"))


def _tell(asked: str, host: str, error: Exception) -> NoReturn:
    """Raise what requests' error means for us: whether it was sent at all is what matters."""
    # requests wraps urllib3's error, and that one the reason.
    cause = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(cause, NewConnectionError) or isinstance(error, requests.ConnectTimeout):
        raise HostError(f"{host} cannot be reached, so {asked} was not sent") from error
    if any(isinstance(arg, SSLCertVerificationError) for arg in getattr(cause, "args", ())):
        raise ConfigError(
            f"the certificate of {host} is not one that is trusted here",
            "REQUESTS_CA_BUNDLE can name the file with your organisation's certificates",
        ) from error
    if isinstance(error, requests.Timeout):
        raise Unsure(f"{host} did not answer {asked} in time") from error
    raise Unsure(f"the connection to {host} broke at {asked}") from error
