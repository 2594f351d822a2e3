"""What every model does: messages and a schema in, a raw reply and its cost out.

What only some of them know or can do is a role of its own, with one verb.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from indict_review.errors import ModelError
from indict_review.review import Usage

Schema = Mapping[str, Any]
"""A JSON Schema (draft 2020-12), the part that local engines can constrain to."""


@dataclass(frozen=True)
class Form:
    """The form of a reply."""

    accepts: Schema
    """What is taken. Anything else gets one retry."""
    holds: Schema
    """What engines that can be held to a schema are held to; it may be narrower."""


@dataclass(frozen=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Sampling:
    """How the reply is drawn."""

    max_tokens: int
    temperature: float = 0.0
    """0 is greedy."""
    seed: int = 0


@dataclass(frozen=True)
class Completion:
    """A raw reply."""

    text: str
    usage: Usage
    cut: bool = False
    """Whether it ends where it does because it reached its limit."""
    kept: bool = False
    """Whether it was said before, and kept: `usage` is then what it cost at that time."""


class Failed(ModelError):
    """A model did not answer, with what that says about the next time."""

    def __init__(
        self,
        message: str,
        usage: Usage = Usage(cost_usd=0.0),  # noqa: B008 - it is frozen
        *,
        passes: bool = False,
        lasts: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(message)
        self.usage = usage
        """What it cost all the same."""
        self.passes = passes
        """Whether the same question may be answered a little later."""
        self.lasts = lasts
        """Whether no other question would be answered either."""
        self.wait = wait
        """Seconds that the server asks to be left alone."""


OnToken = Callable[[int], None]
"""Called with the number of tokens written so far."""


class Model(Protocol):
    """Answers a chat."""

    @property
    def name(self) -> str:
        """As the user names it, e.g. `local` or `anthropic/…`."""

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
        on_token: OnToken,
    ) -> Completion:
        """Answer once; with a schema, in JSON constrained to it as well as the engine can.

        Raises `ModelError` if the model cannot be asked or does not answer; `TooLong` if less
        might do.
        """


UNKNOWN_CONTEXT = 100_000
"""Tokens that a model is taken to have room for where nobody says."""


@runtime_checkable
class Bounded(Protocol):
    """A model that may know how much it takes."""

    @property
    def context(self) -> int | None:
        """Tokens that prompt and reply have together; None: not known."""


@runtime_checkable
class Limited(Protocol):
    """A model that can be told when to give up."""

    def limited(self, seconds: float | None, tokens: int | None) -> Model:
        """The same, with so much for one reply, and for what it thinks before it."""


@runtime_checkable
class Priced(Protocol):
    """A model that may know its price before it is asked."""

    def price(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """In US dollars, if nothing comes from a cache; None: not known."""


@runtime_checkable
class Steady(Protocol):
    """A model that may answer a question as it did before, so that its replies can be kept."""

    @property
    def identity(self) -> str | None:
        """All that its replies depend on, beside the question; None: they are not to be kept."""


def context_of(model: Model) -> int:
    """How many tokens prompt and reply may have together."""
    known = model.context if isinstance(model, Bounded) else None
    return known or UNKNOWN_CONTEXT


def limited(model: Model, seconds: float | None, tokens: int | None) -> Model:
    """The model within these limits, as far as it knows any."""
    if isinstance(model, Limited) and (seconds, tokens) != (None, None):
        return model.limited(seconds, tokens)
    return model


BYTES_A_TOKEN = 3
"""Less than most texts have, so that what is reckoned is rather too much."""


def reckoned(messages: Sequence[Message], schema: Schema | None = None) -> int:
    """About how many tokens that is, on the safe side. Nobody is asked."""
    texts = [message.content for message in messages]
    texts += [] if schema is None else [str(dict(schema))]
    return sum(len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN + 4 for text in texts)
