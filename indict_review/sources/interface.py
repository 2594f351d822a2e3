"""The role of a source."""

from typing import Protocol

from indict_review.change import Change


class Source(Protocol):
    """A place changes come from."""

    def collect(self) -> Change:
        """Read the change, whole. Raises `ReviewError` if that cannot be done; writes nothing."""
