"""Asking a model: within a budget, against a schema, with every try and every token counted."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indict_review.errors import BudgetError, ReplyError
from indict_review.events import Ended, Listener, Started, Writing, silent
from indict_review.fencing import Fence, Unsaid, bare, is_untrusted, taken_out, untrusted
from indict_review.models.budget import Budget
from indict_review.models.company import Company
from indict_review.models.interface import (
    Completion,
    Failed,
    Form,
    Message,
    Model,
    Priced,
    Sampling,
    Schema,
    context_of,
    reckoned,
)
from indict_review.models.patience import Patience, pause_for
from indict_review.models.purse import Purse
from indict_review.models.replies import parsed
from indict_review.redact import Mask
from indict_review.review import Usage


@dataclass(frozen=True)
class _Question:
    """What is asked, without its secrets."""

    step: str
    messages: tuple[Message, ...]
    schema: Schema | None
    sampling: Sampling


class Asker:
    """The one door to models. Secrets are masked on the way in and put back on the way out."""

    def __init__(
        self,
        model: Model,
        budget: Budget | None = None,
        mask: Mask | None = None,
        listen: Listener = silent,
        clock: Callable[[], float] = time.monotonic,
        *,
        cast: Mapping[str, Model] | None = None,
        fallback: Sequence[Model] = (),
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`cast`: by role, another model. `fallback`: whom to ask, in order, where one fails."""
        self.model = model
        """Who is asked, if nothing fails."""
        self._role = ""
        self._unsaid: Unsaid | None = None
        self._fence = Fence()
        self._company = Company(model, cast, fallback)
        self._purse = Purse(budget or Budget(), clock)
        self._mask = mask or Mask(())
        self._listen = listen
        self._clock = clock
        self._patience = patience or Patience()
        self._sleep = sleep

    def of(self, role: str) -> "Asker":
        """The same door to whatever plays this role: actor, safety, helpfulness or summary."""
        other = copy.copy(self)
        other._role, other.model = role, self._company.of(role)
        return other

    def without(self, unsaid: Unsaid) -> "Asker":
        """The same door, where such lines of others are taken out of every question."""
        other = copy.copy(self)
        other._unsaid = unsaid
        return other

    @property
    def usage(self) -> Usage:
        """What was spent so far, in all roles."""
        return self._purse.spent

    @property
    def models(self) -> dict[str, str]:
        """The model that played each role."""
        return self._company.names

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user is told: who stood in for whom."""
        return self._company.notes

    @property
    def context(self) -> int:
        """How many tokens prompt and reply may have together, whatever the role."""
        return min(map(context_of, self._company.players))

    def conceal(self, text: str) -> None:
        """Mask the secrets of a text that is to be shown: of a run's output, of a file."""
        self._mask.learn(text)

    def text(self, step: str, messages: Sequence[Message], sampling: Sampling) -> str:
        """Answer in plain text. Raises `ModelError` or `BudgetError`."""
        return self._ask(step, messages, None, sampling).text

    def data(
        self, step: str, messages: Sequence[Message], form: Form, sampling: Sampling
    ) -> dict[str, Any]:
        """Answer in JSON of that form.

        Raises `ReplyError` when the reply broke it twice: the second try quotes the error.
        """
        reply = self._ask(step, messages, form.holds, sampling)
        try:
            return _read(reply, form)
        except ReplyError as e:
            again = [
                *messages,
                Message("assistant", reply.text),
                Message("user", f"That reply cannot be used: {e}. Answer again, in JSON only."),
            ]
        return _read(self._ask(f"{step} (again)", again, form.holds, sampling), form)

    def _ask(
        self, step: str, messages: Sequence[Message], schema: Schema | None, sampling: Sampling
    ) -> Completion:
        self._purse.open()
        spoken = self._spoken(messages)
        question = _Question(step, spoken, schema and self._quotable(schema), sampling)
        reply = self._company.ask(self._role, lambda model: self._persist(model, question))
        return replace(reply, text=self._mask.show(reply.text))

    def _spoken(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """As models see them. What is masked may be a part of what is taken out."""
        texts = [self._mask.hide(bare(self._cleared(_whose(m)))) for m in messages]
        closed = self._fence.close(texts)
        return tuple(replace(m, content=text) for m, text in zip(messages, closed, strict=True))

    def _cleared(self, text: str) -> str:
        return text if self._unsaid is None else taken_out(text, self._unsaid)

    def _quotable(self, form: Any) -> Any:
        """A schema that quotes the change, where its closed lists say no more than the question.

        All else in it is ours, and stays as it is.
        """
        if isinstance(form, Mapping):
            return {key: self._quotable(value) for key, value in form.items()}
        if not isinstance(form, list) or not form or not all(map(_is_quote, form)):
            return form
        lines = self._cleared(untrusted("\n".join(map(bare, form))))
        # Lines that differ only in what is hidden are the same now.
        return list(dict.fromkeys(self._mask.hide(line) for line in bare(lines).split("\n")))

    def _persist(self, model: Model, question: _Question) -> Completion:
        """Ask, and ask again after a pause where that may help. Every try costs."""
        pauses = self._patience.pauses()
        while True:
            began = self._clock()
            try:
                return self._try(model, question)
            except Failed as e:
                pause = pause_for(e, next(pauses, None), self._purse.seconds_left)
                if pause is None:
                    e.lasts = e.lasts or e.passes
                    raise
                outcome = f"{e}; asked again in {pause:.0f} s"
                self._listen(Ended(question.step, self._clock() - began, outcome))
            self._sleep(pause)

    def _try(self, model: Model, question: _Question) -> Completion:
        """Ask once."""
        step, messages, schema = question.step, question.messages, question.schema
        self._purse.open()
        within, sampling = self._purse.fit(model, messages, schema, question.sampling)
        began, written = self._clock(), 0

        def heard(tokens: int) -> None:
            nonlocal written
            written = tokens
            self._listen(Writing(step, tokens, self._clock() - began))
            self._purse.tick()

        self._listen(Started(step))
        try:
            reply = within.complete(messages, schema, sampling, heard)
        except BudgetError:  # it was stopped half-way: what was written is paid for
            spent = _reckoned(model, reckoned(messages, schema), written)
            self._purse.pay(replace(spent, seconds=self._clock() - began))
            raise
        except Failed as e:
            self._purse.pay(replace(e.usage, calls=1, seconds=self._clock() - began))
            raise
        seconds = self._clock() - began
        paid = replace(reply.usage, calls=1, seconds=seconds)
        self._purse.pay(Usage(kept=1) if reply.kept else paid)
        cut = sampling.max_tokens if sampling != question.sampling else None
        self._listen(Ended(step, seconds, _outcome(reply, cut)))
        return reply


def _whose(message: Message) -> str:
    """Of what a model said before, no word is ours."""
    said = message.content
    return untrusted(said) if message.role == "assistant" else said


def _is_quote(value: object) -> bool:
    return isinstance(value, str) and is_untrusted(value)


def _read(reply: Completion, form: Form) -> dict[str, Any]:
    try:
        return parsed(reply.text, form.accepts)
    except ReplyError as e:
        if reply.cut:
            written = reply.usage.completion_tokens
            raise ReplyError(f"it was cut off after {written} tokens: say less") from e
        raise


def _reckoned(model: Model, prompt: int, written: int) -> Usage:
    cost = model.price(prompt, written) if isinstance(model, Priced) else None
    return Usage(1, prompt, 0, written, cost)


def _outcome(reply: Completion, most: int | None) -> str:
    """What came of a call. `most`: the tokens that the budget had left, if that was less."""
    if reply.kept:
        return "a kept reply"
    words = f"{reply.usage.completion_tokens} tokens"
    if reply.cut:
        words += ", cut off"
    return words if most is None else f"{words}; the budget left room for {most}"
