"""Hosted models, Ollama and every OpenAI-compatible server, through litellm."""

import importlib
import json
import logging
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from indict_review.errors import ModelError, TooLong
from indict_review.models.interface import Completion, Message, OnToken, Sampling, Schema
from indict_review.review import Usage

# By the first class in a failure's ancestry that has an entry.
FAILURES = {
    "Timeout": "did not answer in time",
    "AuthenticationError": "does not accept the API key, or none is set",
    "PermissionDeniedError": "does not allow this key to use it",
    "PaymentRequiredError": "wants to be paid first",
    "RateLimitError": "is asked too often, or its quota is used up",
    "NotFoundError": "does not exist there",
    "ContextWindowExceededError": "cannot take a prompt this long",
    "ContentPolicyViolationError": "refuses this content",
    "BadRequestError": "refuses the request",
    "ServiceUnavailableError": "is not available",
    "InternalServerError": "failed, or cannot be reached",
    "APIConnectionError": "cannot be reached",
}
# What may be a key or a token in a provider's words.
SECRET = re.compile(r"(?=[\w*-]*\d)[\w*-]{20,}|\b(?:sk|pk|key)-[\w*-]+|://[^/@\s]*@", re.I)
PREFIX = re.compile(r"^(?:litellm\.)?(?:\w+: )+(?:\w+Exception - )?")
IN_JSON = "\n\nAnswer with one JSON value, without code fences, that satisfies this JSON Schema:\n"


class _Refused(ModelError):
    """The request is not one that this model takes."""


@dataclass(frozen=True)
class LiteLLM:
    """A model by its litellm name. Keys come from the environment, as litellm documents them."""

    model: str
    """E.g. `anthropic/claude-…`, `ollama/qwen2.5-coder`, `openai/NAME` with `api_base`."""
    api_base: str | None = None
    """Of an OpenAI-compatible server, e.g. `http://localhost:8000/v1`."""
    timeout: float = 300.0
    """Seconds until the reply must begin, and between its pieces."""

    @property
    def name(self) -> str:
        """See `Model.name`."""
        return self.model

    @property
    def context(self) -> int | None:
        """See `Bounded.context`. By litellm's own list; what a server of one's own takes, none has.

        The list names some models with their provider and some without.
        """
        if self.api_base is not None:
            return None
        listed = _library().model_cost
        known = listed.get(self.model) or listed.get(self.model.partition("/")[2]) or {}
        most = known.get("max_input_tokens")
        return most if isinstance(most, int) else None

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
        on_token: OnToken,
    ) -> Completion:
        """See `Model.complete`.

        A provider that is not known to constrain its output is shown the schema too, at the end
        of the last message. A server of one's own is asked for both, and if it refuses the
        constraint, once more without.
        """
        library = _library()
        sure = self.api_base is None and library.supports_response_schema(model=self.model)
        request = self._request(library, messages, sampling)
        if schema is not None and not sure:
            request["messages"][-1]["content"] += IN_JSON + json.dumps(dict(schema))
        if schema is None or not (sure or self.api_base):
            return self._ask(library, request, on_token)
        form = {"name": "reply", "schema": dict(schema)}
        constrained = {
            **request,
            "response_format": {"type": "json_schema", "json_schema": form},
        }
        try:
            return self._ask(library, constrained, on_token)
        except _Refused:
            if sure:
                raise
            return self._ask(library, request, on_token)

    def _request(
        self, library: Any, messages: Sequence[Message], sampling: Sampling
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": m.role, "content": _encodable(m.content)} for m in messages],
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            "drop_params": True,  # Not every provider takes a seed.
            "stream": True,
            "stream_options": {"include_usage": True},
            "timeout": self.timeout,
            "max_retries": 0,  # A failed call is the budget's and the caller's business.
        }
        if self.api_base is not None:
            request["api_base"] = self.api_base
            # A server of one's own mostly wants no key; the client insists on one.
            if library.validate_environment(self.model)["missing_keys"]:
                request["api_key"] = "none"
        return request

    def _ask(self, library: Any, request: dict[str, Any], on_token: OnToken) -> Completion:
        began = time.monotonic()
        chunks = []
        try:
            for chunk in library.completion(**request):
                chunks.append(chunk)
                on_token(len(chunks))
            whole = library.stream_chunk_builder(chunks, messages=request["messages"])
        except library.exceptions.ContextWindowExceededError as e:
            raise TooLong(self._failure(e)) from None
        except library.exceptions.BadRequestError as e:
            raise _Refused(self._failure(e)) from None
        except tuple(library.exceptions.LITELLM_EXCEPTION_TYPES) as e:
            raise ModelError(self._failure(e)) from None  # The cause may quote the key.
        # litellm makes a complete, empty reply of a stream that had nothing in it.
        text = whole.choices[0].message.content if whole is not None else None
        if not text:
            raise ModelError(f"{self._called} answered with nothing")
        usage = _usage(whole, _cost(library, whole, self.model), time.monotonic() - began)
        return Completion(text, usage)

    def _failure(self, e: Exception) -> str:
        ancestry = [c.__name__ for c in type(e).__mro__]
        known = next((FAILURES[name] for name in ancestry if name in FAILURES), "failed")
        words = PREFIX.sub("", " ".join(str(e).split()))
        said = SECRET.sub("…", words)[:300]
        return f"{self._called} {known} ({said})"

    @property
    def _called(self) -> str:
        host = urlsplit(self.api_base).hostname if self.api_base else None
        return f"model {self.model}" + (f" at {host}" if host else "")


def _library() -> Any:
    """The package, imported when first used (5 to 8 seconds), and quiet.

    Otherwise it would fetch its price list, and read a `.env` file from the working directory:
    a cloned repository could name the server that the code is sent to.
    """
    os.environ["LITELLM_MODE"] = "PRODUCTION"
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    try:
        library: Any = importlib.import_module("litellm")
    except ImportError as e:
        raise ModelError(f"hosted models need litellm ({e}): pip install litellm") from e
    library.telemetry = False
    library.suppress_debug_info = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return library


def _usage(whole: Any, cost: float | None, seconds: float) -> Usage:
    usage = whole.usage
    details = getattr(usage, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", None) or 0
    return Usage(1, usage.prompt_tokens, cached, usage.completion_tokens, cost, seconds)


def _cost(library: Any, whole: Any, model: str) -> float | None:
    try:
        return float(library.completion_cost(completion_response=whole, model=model))
    except Exception:  # The bare class is what litellm raises for a price it does not know.
        return None


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
