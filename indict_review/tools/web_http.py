"""One question over HTTP, bounded, to the host that was named: no redirect, no cookie, no retry."""

import json
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, TypeVar, cast
from urllib import request
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from indict_review.errors import ToolError
from indict_review.patches.quoting import shown

MOST_SECONDS = 10.0
"""Of a question, its answer read: a server that sends a byte now and then gets no more."""
MOST_BYTES = 2**20
"""Of an answer."""

T = TypeVar("T")


def fetched(address: str, query: Mapping[str, str], headers: Mapping[str, str]) -> object:
    """The JSON that an http or https address answers. Raises `ToolError` for all that is none."""
    host = urlsplit(address).netloc
    asked = request.Request(  # noqa: S310 - the provider's address was checked
        f"{address}?{urlencode(query)}",
        headers={"User-Agent": "indict-review", "Accept": "application/json", **headers},
    )
    content = within(MOST_SECONDS, host, lambda: _read(asked, host))
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as e:
        raise ToolError(f"{host} answered with something else than JSON") from e


def within(seconds: float, who: str, ask: Callable[[], T]) -> T:
    """What a library answers, if it does so in time. Raises `ToolError` if not, or if it fails.

    Time limits of sockets are for each byte; the thread that still waits for one holds nobody up.
    """
    said: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def asking() -> None:
        try:
            said.put((ask(), None))
        except Exception as e:  # whatever a library raises, in a thread of which nobody would hear
            said.put((None, e))

    Thread(target=asking, daemon=True).start()
    try:
        answer, error = said.get(timeout=seconds)
    except Empty:
        raise ToolError(f"{who} did not answer in {seconds:g} s") from None
    if isinstance(error, ToolError):
        raise error
    if error is not None:
        raise ToolError(f"{who} failed: {shown(str(error)) or type(error).__name__}") from error
    return cast("T", answer)


class _NoRedirect(request.HTTPRedirectHandler):
    """Where it leads may be another host, or one inside: nobody asked for that."""

    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> None:
        raise ToolError(f"{req.host} redirects to {shown(newurl)}, which is not followed")


def _opener() -> request.OpenerDirector:
    """Only http and https, through the proxies of the environment: no file, no ftp, no data."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPErrorProcessor(),
        request.HTTPDefaultErrorHandler(),
        request.UnknownHandler(),
        _NoRedirect(),
    ):
        opener.add_handler(handler)
    return opener


def _read(asked: request.Request, host: str) -> bytes:
    try:
        with _opener().open(asked, timeout=MOST_SECONDS) as answer:
            content: bytes = answer.read(MOST_BYTES + 1)
    except HTTPError as e:
        raise ToolError(f"{host} refused: HTTP {e.code}") from e
    if len(content) > MOST_BYTES:
        raise ToolError(f"{host} answered with more than {MOST_BYTES // 2**10:,} KiB")
    return content
