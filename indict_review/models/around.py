"""A model around another one: what it does not do itself, the other one does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from indict_review.models.interface import Bounded, Model, Priced, Steady, limited

Self = TypeVar("Self", bound="Around")


@dataclass(frozen=True)
class Around:
    """Knows and is told what the model within it knows and is told."""

    model: Model

    @property
    def name(self) -> str:
        """See `Model.name`."""
        return self.model.name

    @property
    def context(self) -> int | None:
        """See `Bounded.context`."""
        return self.model.context if isinstance(self.model, Bounded) else None

    @property
    def identity(self) -> str | None:
        """See `Steady.identity`."""
        return self.model.identity if isinstance(self.model, Steady) else None

    def limited(self: Self, seconds: float | None, tokens: int | None) -> Self:
        """See `Limited.limited`."""
        return replace(self, model=limited(self.model, seconds, tokens))

    def price(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """See `Priced.price`. A model that names none says after each call what it cost."""
        if isinstance(self.model, Priced):
            return self.model.price(prompt_tokens, completion_tokens)
        return 0.0
