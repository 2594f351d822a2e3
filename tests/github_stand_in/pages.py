"""Lists a page at a time, with `Link` headers as GitHub's."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tests.github_stand_in.exchange import Listed, Request


def paged(request: Request, listed: Listed) -> tuple[list[Any], dict[str, str]]:
    size = min(_count(request, "per_page", 30), 100)
    page, last = _count(request, "page", 1), max(1, -(-len(listed.items) // size))
    shown = [listed.show(item) for item in listed.items[(page - 1) * size : page * size]]
    links = {}
    if page < last:
        links |= {"next": page + 1, "last": last}
    if page > 1:
        links |= {"first": 1, "prev": page - 1}
    where = f"{request.url}{request.path}"
    said = ", ".join(
        f'<{where}?{urlencode({**request.query, "page": number})}>; rel="{name}"'
        for name, number in links.items()
    )
    return shown, {"link": said} if said else {}


def _count(request: Request, name: str, default: int) -> int:
    given = request.query.get(name, "")
    return max(1, int(given)) if given.isdigit() else default
