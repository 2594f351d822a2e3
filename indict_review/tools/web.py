"""What critics look up on the web, where the user lets them: a query out, pages back, both told.

What comes back is anybody's text: background, quoted with its address, to be shown as data.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from indict_review.change import Change
from indict_review.critique import Request
from indict_review.errors import ToolError
from indict_review.evidence import Background
from indict_review.patches.quoting import shown
from indict_review.tools.web_providers import Provider
from indict_review.tools.web_query import NotAsked, Outgoing


@dataclass(frozen=True)
class Web:
    """A `Lookup` by a search on the web."""

    provider: Provider
    outgoing: Outgoing
    name: str = "web"

    def about(self, change: Change, known: Collection[str]) -> Iterator[Background]:
        """See `Lookup.about`. Nothing: nothing leaves that no critic asked for."""
        return iter(())

    def answer(self, request: Request, language: str | None) -> Iterator[Background]:
        """See `Lookup.answer`. Each query that left is told as it was sent, whatever came."""
        try:
            query = self.outgoing.query(request)
        except NotAsked as e:
            yield Background(self.name, f"not asked: {e}")
            return
        asked = f'{self.provider.name} was asked "{shown(query, 400)}"'
        try:
            pages = self.provider.search(query)
        except ToolError as e:
            raise ToolError(f"{asked}: {e}") from e
        for page in pages:
            told = f"{page.title} ({page.address}): {page.excerpt}"
            yield Background(self.name, f"{asked}: {page.title} ({page.address})", told)
        if not pages:
            yield Background(self.name, f"{asked}: nothing was found")
