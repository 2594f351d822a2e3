"""What every model does: messages and a schema in, a validated reply and its cost out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

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


def context_of(model: Model) -> int:
    """How many tokens prompt and reply may have together."""
    known = model.context if isinstance(model, Bounded) else None
    return known or UNKNOWN_CONTEXT
