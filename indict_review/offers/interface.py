"""The role of whoever has code to offer before a model is asked. None of it is trusted."""

from collections.abc import Sequence
from typing import Protocol

from indict_review.change import Change
from indict_review.finding import Finding
from indict_review.revision import EditGroup


class Offers(Protocol):
    """Knows edits that may fix findings. They are verified like an actor's."""

    def groups(self, change: Change, findings: Sequence[Finding]) -> Sequence[EditGroup]:
        """Groups of edits to the change's head, each with the findings it is to remove."""
