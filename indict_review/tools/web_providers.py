"""Who is asked when critics look something up on the web: one class and one line each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from indict_review.errors import ConfigError
from indict_review.tools.web_http import MOST_SECONDS, fetched, within
from indict_review.tools.web_pages import MOST, Page, has, pages, rows


class Provider(Protocol):
    """Answers a query with pages."""

    @property
    def name(self) -> str:
        """As users choose it."""

    def search(self, query: str) -> list[Page]:
        """The best pages, `MOST` of them at most. Raises `ToolError` if it could not look."""


@dataclass(frozen=True)
class Wikipedia:
    """Its articles' first paragraphs. https://www.mediawiki.org/wiki/Extension:TextExtracts"""

    address: str
    key: str = ""
    name: str = "wikipedia"

    def search(self, query: str) -> list[Page]:
        """See `Provider.search`."""
        wanted = {
            "action": "query", "format": "json", "formatversion": "2", "generator": "search",
            "gsrsearch": query, "gsrlimit": str(MOST), "prop": "extracts|info", "exintro": "1",
            "explaintext": "1", "exsentences": "3", "exlimit": str(MOST), "inprop": "url",
        }  # fmt: skip
        answer = fetched(self.address, wanted, {})
        found = rows(answer, "query", "pages") if has(answer, "query") else []
        ranked = sorted(found, key=lambda page: str(page.get("index", "")).zfill(6))
        return pages(ranked, "title", "fullurl", "extract")


@dataclass(frozen=True)
class Searxng:
    """A server of one's own, as a rule. https://docs.searxng.org/dev/search_api.html"""

    address: str
    key: str = ""
    name: str = "searxng"

    def search(self, query: str) -> list[Page]:
        """See `Provider.search`. A server that does not allow `format=json` answers with 403."""
        address = f"{self.address.rstrip('/')}/search"
        answer = fetched(address, {"q": query, "format": "json"}, {})
        return pages(rows(answer, "results"), "title", "url", "content")


@dataclass(frozen=True)
class Brave:
    """Brave's API, for which one has a key."""

    address: str
    key: str
    name: str = "brave"

    def search(self, query: str) -> list[Page]:
        """See `Provider.search`."""
        wanted = {"q": query, "count": str(MOST)}
        answer = fetched(self.address, wanted, {"X-Subscription-Token": self.key})
        found = rows(answer, "web", "results") if has(answer, "web") else []
        return pages(found, "title", "url", "description")


@dataclass(frozen=True)
class Ddgs:
    """The package `ddgs`, an extra: it asks as a browser would, by means of its own.

    It is told to ask DuckDuckGo; some of its versions ask Wikipedia as well, and keep it to
    themselves when an engine fails, so that nothing found may mean nothing asked.
    """

    address: str = ""
    key: str = ""
    name: str = "ddgs"

    def search(self, query: str) -> list[Page]:
        """See `Provider.search`."""
        from importlib import import_module

        ddgs = import_module("ddgs")

        def ask() -> list[Mapping[str, object]]:
            engine = ddgs.DDGS(timeout=int(MOST_SECONDS) // 2)
            found: list[Mapping[str, object]] = engine.text(
                query, backend="duckduckgo", max_results=MOST
            )
            return found

        return pages(within(MOST_SECONDS, self.name, ask), "title", "href", "body")


PROVIDERS: Mapping[str, tuple[Callable[[str, str], Provider], str]] = {
    "wikipedia": (Wikipedia, "https://en.wikipedia.org/w/api.php"),
    "ddgs": (Ddgs, ""),
    "searxng": (Searxng, ""),
    "brave": (Brave, "https://api.search.brave.com/res/v1/web/search"),
}
"""By the name that users choose it by: what it is, and where it is unless they say otherwise."""


def provider(name: str, address: str | None, key: str | None) -> Provider:
    """Raises `ConfigError` for what is lacking, or cannot be used."""
    make, usual = PROVIDERS[name]
    where = (address or usual).strip()
    if name == "ddgs":
        _need_ddgs()
    elif not where:
        raise ConfigError(f"{name} has no address", "Name your server with --web-url.")
    else:
        _refuse_unsafe(where, keyed=name == "brave")
    if name == "brave" and not re.fullmatch(r"[!-~]+", key or ""):
        raise ConfigError("brave has no key", "Put it into INDICT_REVIEW_WEB_KEY.")
    return make(where, key or "")


def _need_ddgs() -> None:
    from importlib.util import find_spec

    if find_spec("ddgs") is None:
        raise ConfigError(
            "ddgs is not installed", "`pip install 'indict-review[web]'` installs it."
        )


def _refuse_unsafe(address: str, *, keyed: bool) -> None:
    hint = "Such as https://search.example.com; a key goes over https only."
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port  # a port that is none is a ValueError
    except ValueError as e:
        raise ConfigError("--web-url is no address", hint) from e
    plain = parts.scheme == "http" and (not keyed or _is_loopback(host or ""))
    if not host or not (parts.scheme == "https" or plain) or not re.fullmatch(r"[!-~]+", address):
        raise ConfigError("--web-url cannot be used", hint)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigError("--web-url has a user, a query or a fragment in it", hint)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
