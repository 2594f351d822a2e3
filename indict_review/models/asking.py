"""Asking a model: within a budget, against a schema, with one retry and every token counted."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from indict_review.errors import BudgetError, ReplyError
from indict_review.events import Ended, Listener, Started, Writing, silent
from indict_review.models.budget import Budget
from indict_review.models.interface import Form, Message, Model, Sampling, Schema
from indict_review.redact import Mask
from indict_review.review import Usage


class Asker:
    """The one door to a model. Secrets are masked on the way in and put back on the way out."""

    def __init__(
        self,
        model: Model,
        budget: Budget | None = None,
        mask: Mask | None = None,
        listen: Listener = silent,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.usage = Usage()
        """What was spent so far."""
        self._budget = budget or Budget()
        self._mask = mask or Mask(())
        self._listen = listen
        self._clock = clock
        self._began: float | None = None

    def of(self, role: str) -> "Asker":
        """The same door to whatever plays this role: actor, safety, helpfulness or summary."""
        return self

    def conceal(self, text: str) -> None:
        """Mask the secrets of a text that is to be shown: of a run's output, of a file."""
        self._mask.learn(text)

    def text(self, step: str, messages: Sequence[Message], sampling: Sampling) -> str:
        """Answer in plain text. Raises `ModelError` or `BudgetError`."""
        return self._ask(step, messages, None, sampling)

    def data(
        self, step: str, messages: Sequence[Message], form: Form, sampling: Sampling
    ) -> dict[str, Any]:
        """Answer in JSON of that form.

        Raises `ReplyError` when the reply broke it twice: the second try quotes the error.
        """
        reply = self._ask(step, messages, form.holds, sampling)
        try:
            return _parsed(reply, form.accepts)
        except ReplyError as e:
            again = [
                *messages,
                Message("assistant", reply),
                Message("user", f"That reply cannot be used: {e}. Answer again, in JSON only."),
            ]
        return _parsed(self._ask(f"{step} (again)", again, form.holds, sampling), form.accepts)

    def _ask(
        self, step: str, messages: Sequence[Message], schema: Schema | None, sampling: Sampling
    ) -> str:
        began = self._clock()
        self._began = self._began if self._began is not None else began
        self._check_budget()
        self._listen(Started(step))
        masked = [replace(m, content=self._mask.hide(m.content)) for m in messages]
        completion = self.model.complete(
            masked,
            schema,
            sampling,
            lambda tokens: self._listen(Writing(step, tokens, self._clock() - began)),
        )
        seconds = self._clock() - began
        self.usage += replace(completion.usage, calls=1, seconds=seconds)
        self._listen(Ended(step, seconds, f"{completion.usage.completion_tokens} tokens"))
        return self._mask.show(completion.text)

    def _check_budget(self) -> None:
        """Every limit that is reached is said: the caller turns this into a `Skipped`."""
        limit, spent = self._budget, self.usage
        tokens = spent.prompt_tokens - spent.cached_tokens + spent.completion_tokens
        if limit.tokens is not None and tokens >= limit.tokens:
            raise BudgetError(f"the budget of {limit.tokens} tokens is used up ({tokens} spent)")
        if limit.usd is not None and (spent.cost_usd is None or spent.cost_usd >= limit.usd):
            known = "unknown" if spent.cost_usd is None else f"{spent.cost_usd:.4f}"
            raise BudgetError(f"the budget of ${limit.usd} is used up (spent: {known})")
        elapsed = self._clock() - (self._began or 0.0)
        if limit.seconds is not None and elapsed >= limit.seconds:
            raise BudgetError(f"the budget of {limit.seconds:g} s is used up")


def _parsed(reply: str, schema: Schema) -> dict[str, Any]:
    """Parse strictly. Raises `ReplyError` with one short reason that a model can act on."""
    import jsonschema  # 0.1 s: only when a model is asked

    try:
        data = json.loads(reply)
    except (ValueError, RecursionError) as e:
        raise ReplyError(f"it is not JSON ({str(e)[:80]})") from e
    try:
        jsonschema.validate(data, schema)
    except jsonschema.ValidationError as e:
        where = "/".join(str(p) for p in e.absolute_path) or "the top level"
        raise ReplyError(f"at {where}: {e.message[:160]}") from e
    if not isinstance(data, dict):
        raise ReplyError("it is not a JSON object")
    return data
