"""What a review has spent on models, held to what it may spend: before a call, in it, and after."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from indict_review.errors import BudgetError
from indict_review.models.budget import Budget
from indict_review.models.interface import (
    Message,
    Model,
    Priced,
    Sampling,
    Schema,
    limited,
    reckoned,
)
from indict_review.review import Usage

LEAST = 16
"""Tokens of a reply: with less, a question is not worth its prompt."""


class Purse:
    """One for all who ask in a review. Every limit that is reached is said, by a `BudgetError`."""

    def __init__(self, limit: Budget, clock: Callable[[], float]) -> None:
        self.limit = limit
        self.spent = Usage()
        self._clock = clock
        self._began: float | None = None

    def pay(self, usage: Usage) -> None:
        """Count what a call cost."""
        self.spent += usage

    def open(self) -> None:
        """See that there is something left. The time counts from the first question."""
        self._began = self._clock() if self._began is None else self._began
        limit, spent = self.limit, self.spent
        if limit.tokens is not None and self._fresh >= limit.tokens:
            raise BudgetError(
                f"the budget of {limit.tokens} tokens is used up ({self._fresh} spent)"
            )
        if limit.usd is not None and (spent.cost_usd is None or spent.cost_usd >= limit.usd):
            known = "unknown" if spent.cost_usd is None else f"{spent.cost_usd:.4f}"
            raise BudgetError(f"the budget of ${limit.usd} is used up (spent: {known})")
        self.tick()

    def tick(self) -> None:
        """See that there is time left."""
        if self.seconds_left is not None and self.seconds_left <= 0:
            raise BudgetError(f"the budget of {self.limit.seconds:g} s is used up")

    @property
    def seconds_left(self) -> float | None:
        """Of the wall time; None: as long as it takes."""
        if self.limit.seconds is None or self._began is None:
            return self.limit.seconds
        return self.limit.seconds - (self._clock() - self._began)

    def fit(
        self,
        model: Model,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
    ) -> tuple[Model, Sampling]:
        """The model and the sampling, within what is left once the prompt is paid for.

        What a prompt has is reckoned, on the safe side, and as if no cache had any of it.
        """
        prompt = reckoned(messages, schema)
        rooms = (self._by_tokens(prompt), self._by_usd(model, prompt))
        most = min((room for room in rooms if room is not None), default=None)
        if most is None:
            return limited(model, self.seconds_left, None), sampling
        if most < min(LEAST, sampling.max_tokens):
            spent = f"{self._fresh} tokens" + (
                f" and ${self.spent.cost_usd:.4f}" if self.spent.cost_usd else ""
            )
            raise BudgetError(
                "the budget has no room for the next question"
                f" (about {prompt} tokens; {spent} spent)"
            )
        sampling = replace(sampling, max_tokens=min(most, sampling.max_tokens))
        return limited(model, self.seconds_left, most), sampling

    def _by_tokens(self, prompt: int) -> int | None:
        """Tokens of a reply, and of the thoughts before it, that the budget of tokens leaves."""
        return None if self.limit.tokens is None else self.limit.tokens - self._fresh - prompt

    def _by_usd(self, model: Model, prompt: int) -> int | None:
        """The same, of the budget of dollars. What a model costs that names no price, is seen."""
        if self.limit.usd is None or not isinstance(model, Priced):
            return None
        asking, thousand = model.price(prompt, 0), model.price(0, 1000)
        if asking is None or thousand is None:
            raise BudgetError(
                f"the price of {model.name} is not known: a budget of ${self.limit.usd} cannot be"
                " kept"
            )
        left = self.limit.usd - (self.spent.cost_usd or 0.0) - asking
        return None if thousand == 0 else int(1000 * left / thousand)

    @property
    def _fresh(self) -> int:
        spent = self.spent
        return spent.prompt_tokens - spent.cached_tokens + spent.completion_tokens
