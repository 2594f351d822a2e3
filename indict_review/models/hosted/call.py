"""One request to a provider: what came of it, and what it cost, also where it came to nothing."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from indict_review.errors import ModelError
from indict_review.models.hosted.failures import failure
from indict_review.models.hosted.reply import Incoming, counted
from indict_review.models.hosted.shapes import Shape
from indict_review.models.hosted.stream import Broken, Silent, Stream
from indict_review.models.interface import BYTES_A_TOKEN, Completion, Failed, OnToken
from indict_review.review import Usage

Cost = Callable[[Any], float | None]
"""In US dollars, of what litellm counted; None: not known."""


@dataclass(frozen=True)
class Call:
    """A request that is about to be made."""

    library: Any
    called: str
    """The model, as messages name it."""
    request: dict[str, Any]
    cost: Cost

    def answer(self, shape: Shape, on_token: OnToken) -> tuple[Completion, bool]:
        """The reply, and whether the model thought before it. Raises `ModelError`."""
        began, came = time.monotonic(), Incoming()
        stream = Stream[Any](lambda: self.library.completion(**self.request))
        try:
            self._listen(stream, came, on_token)
            self._check_end(stream.source)
            reply = self._reply(came, shape)
        except Failed as e:
            e.usage = self._usage(stream.source, came, began)
            raise
        except Silent:
            usage = self._usage(stream.source, came, began)
            raise Failed(f"{self.called} did not answer in time", usage, lasts=True) from None
        except Broken as e:  # litellm raises more than its own kinds, also for garbage
            raise self._failure(e.__cause__, stream.source, came, began) from None
        usage = self._usage(stream.source, came, began)
        cut = came.finish == "length" or usage.completion_tokens >= self.request["max_tokens"]
        return Completion(reply, usage, cut), came.thought > 0

    def _listen(self, stream: Stream[Any], came: Incoming, on_token: OnToken) -> None:
        most = 2 * self.request["max_tokens"] + 100
        for chunk in stream.pieces(self.request["timeout"], lambda: on_token(came.pieces)):
            came.add(chunk)
            on_token(came.pieces)
            if came.pieces > most:
                raise Failed(f"{self.called} does not stop writing", lasts=True)

    def _check_end(self, source: Any) -> None:
        """litellm gives every stream a good end, also one that broke off."""
        names = ("received_finish_reason", "intermittent_finish_reason")
        if hasattr(source, names[0]) and not any(getattr(source, name, None) for name in names):
            raise Failed(f"{self.called} broke off its reply", passes=True)

    def _reply(self, came: Incoming, shape: Shape) -> str:
        refusal = "".join(came.refusal)
        if came.finish == "content_filter" or refusal:
            raise Failed(f"{self.called} refuses this content ({refusal[:200] or 'filtered'})")
        said, called = "".join(came.text), "".join(came.arguments)
        reply = (called or said) if shape is Shape.TOOL else (said or called)
        if not reply.strip():
            why = " but thoughts" if came.thought else ""
            within = f" within {self.request['max_tokens']} tokens"
            cut = within if came.finish == "length" else ""
            raise Failed(f"{self.called} answered with nothing{why}{cut}")
        return reply

    def _failure(
        self, e: BaseException | None, source: Any, came: Incoming, began: float
    ) -> ModelError:
        """A refusal costs nothing; what broke off, or was read and not answered, does.

        Its cause is not kept: it may quote the key.
        """
        lost = came.pieces > 0 or isinstance(e, self.library.exceptions.Timeout)
        return failure(e, self.called, self._usage(source, came, began) if lost else Usage())

    def _usage(self, source: Any, came: Incoming, began: float) -> Usage:
        """As the provider counted. Where it did not, as it is reckoned, and nobody knows the cost.

        litellm counts by itself where the provider did not, and does not say so.
        """
        seconds = time.monotonic() - began
        tokens = counted(came.usage)
        told = getattr(source, "chunks", None)
        if tokens is None or (
            told is not None and not any(getattr(chunk, "usage", None) for chunk in told)
        ):
            prompt = len(json.dumps(self.request["messages"])) // BYTES_A_TOKEN
            return Usage(1, prompt, 0, came.written // BYTES_A_TOKEN, None, seconds)
        cost = self.cost(came.usage)
        return Usage(1, tokens.prompt, tokens.cached, tokens.written, cost, seconds)
