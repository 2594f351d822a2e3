"""Hosted models, Ollama and every OpenAI-compatible server, through litellm."""

import importlib
import json
import logging
import os
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

from indict_review.cache import key_of
from indict_review.errors import ModelError, TooLong
from indict_review.models.hosted.call import Call
from indict_review.models.hosted.failures import Refused
from indict_review.models.hosted.marks import Marks
from indict_review.models.hosted.shapes import Shape, shaped
from indict_review.models.interface import (
    Completion,
    Message,
    OnToken,
    Sampling,
    Schema,
    reckoned,
)
from indict_review.models.replies import unwrapped

THOUGHT = 4_096
"""Tokens beside those of the reply, for models that think before they answer."""
OLLAMA_CONTEXT = 16_384
"""Tokens that Ollama is asked to make room for. Left alone it takes 4,096, and silently drops the
beginning of what is longer."""
_SERVER = re.compile(r"(?:_API_BASE|_BASE_URL|_API_URL|_ENDPOINT|^W(?:X|ML|ATSONX)_URL)$")
_DEAREST = 1e9
"""US dollars of one call: sums of them stay finite."""


@dataclass
class Known:
    """What was found out about a model by asking it. Every copy of it shares this."""

    shape: Shape | None = None
    """The first one that was not refused."""
    thinks: bool = False
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True)
class LiteLLM:
    """A model by its litellm name. Keys come from the environment, as litellm documents them."""

    model: str
    """E.g. `anthropic/claude-…`, `ollama_chat/qwen3`, `openai/NAME` with `api_base`."""
    api_base: str | None = None
    """Of an OpenAI-compatible server, e.g. `http://localhost:8000/v1`."""
    timeout: float = 300.0
    """Seconds until the reply must begin, and between its pieces."""
    most: int | None = None
    """Tokens of one reply, with what is thought before it."""
    known: Known = field(default_factory=Known, repr=False, compare=False)

    @property
    def name(self) -> str:
        """See `Model.name`."""
        return self.model

    @property
    def context(self) -> int | None:
        """See `Bounded.context`. By litellm's list; of a server of one's own, nobody knows it."""
        if self._is_ollama:
            return OLLAMA_CONTEXT
        if self.api_base is not None:
            return None
        most = self._listed(_library()).get("max_input_tokens")
        return most if isinstance(most, int) else None

    @property
    def identity(self) -> str | None:
        """See `Steady.identity`."""
        try:
            return f"{self.model} at {self.api_base or _servers()} by litellm {version('litellm')}"
        except PackageNotFoundError:
            return None

    def limited(self, seconds: float | None, tokens: int | None) -> "LiteLLM":
        """See `Limited.limited`."""
        timeout = self.timeout if seconds is None else max(0.1, min(seconds, self.timeout))
        return replace(self, timeout=timeout, most=tokens)

    def price(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """See `Priced.price`."""
        return self._cost(prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
        on_token: OnToken,
    ) -> Completion:
        """See `Model.complete`.

        A model that litellm knows is held to the schema by what its provider has. Any other is
        asked in every shape, the strictest first, until one is not refused, and from then on in
        that.
        """
        library = _library()
        request = self._request(library, messages, sampling)
        if schema is None:
            return self._ask(library, request, Shape.TEXT, on_token)
        # It quotes the change, whose bytes may be no UTF-8.
        schema = json.loads(_encodable(json.dumps(dict(schema), ensure_ascii=False)))
        *stricter, last = self._shapes(library)
        for shape in stricter:
            try:
                return self._held(library, request, schema, shape, on_token)
            except Refused:  # noqa: PERF203 - the next one may be what the server has
                continue
        return self._held(library, request, schema, last, on_token)

    def _shapes(self, library: Any) -> list[Shape]:
        if self.known.shape is not None:
            return [self.known.shape]
        first = Shape.SCHEMA
        if self._is_sure(library) and not library.supports_response_schema(model=self.model):
            has_tools = library.supports_function_calling(model=self.model)
            first = Shape.TOOL if has_tools else Shape.TEXT
        return [*Shape][[*Shape].index(first) :]

    def _held(
        self,
        library: Any,
        request: dict[str, Any],
        schema: Schema,
        shape: Shape,
        on_token: OnToken,
    ) -> Completion:
        """Shown the schema as well where it may be ignored: servers skip what is new to them."""
        asked = shaped(request, schema, shape, sure=self._is_sure(library))
        reply = self._ask(library, asked, shape, on_token)
        self.known.shape = shape
        return replace(reply, text=unwrapped(reply.text))

    def _ask(
        self, library: Any, request: dict[str, Any], shape: Shape, on_token: OnToken
    ) -> Completion:
        call = Call(library, self._called, request, lambda usage: self._cost(usage_object=usage))
        reply, thought = call.answer(shape, on_token)
        self.known.thinks = self.known.thinks or thought
        return reply

    def _request(
        self, library: Any, messages: Sequence[Message], sampling: Sampling
    ) -> dict[str, Any]:
        plain = [{"role": m.role, "content": _encodable(m.content)} for m in messages]
        request: dict[str, Any] = {
            "model": self.model,
            "messages": self.known.marks.marked(plain, self.model),
            "max_tokens": self._room(library, sampling),
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            "drop_params": True,  # Not every provider takes a seed.
            "stream": True,
            "stream_options": {"include_usage": True},
            "timeout": self.timeout,
            "max_retries": 0,  # Asking again is the budget's and the caller's business.
        }
        if self._is_ollama:
            if (prompt := reckoned(messages)) + request["max_tokens"] > OLLAMA_CONTEXT:
                raise TooLong(f"{self._called} has no room for a prompt of {prompt} tokens")
            request["num_ctx"] = OLLAMA_CONTEXT
        if self.api_base is not None:
            request["api_base"] = self.api_base
            # A server of one's own mostly wants no key; the client insists on one.
            if library.validate_environment(self.model)["missing_keys"]:
                request["api_key"] = "none"
        return request

    def _room(self, library: Any, sampling: Sampling) -> int:
        """Tokens for the reply, and for what is thought before it."""
        thinks = self.known.thinks
        if self._is_sure(library):
            thinks = thinks or library.supports_reasoning(model=self.model)
        room = sampling.max_tokens + (THOUGHT if thinks else 0)
        return room if self.most is None else min(room, self.most)

    def _is_sure(self, library: Any) -> bool:
        """Whether litellm knows what the provider has: never of a server of one's own."""
        return self.api_base is None and bool(self._listed(library))

    def _listed(self, library: Any) -> dict[str, Any]:
        """What litellm's list says, which names some models with their provider, some without."""
        listed = library.model_cost
        found: dict[str, Any] = listed.get(self.model) or listed.get(self.model.partition("/")[2])
        return found or {}

    def _cost(self, **counts: Any) -> float | None:
        if self._is_ollama:  # litellm would ask the server whether it costs anything
            return 0.0
        said = getattr(counts.get("usage_object"), "cost", None)  # as the provider itself reckons
        if said is not None:
            return _price(said)
        try:
            return _price(sum(_library().cost_per_token(model=self.model, **counts)))
        except Exception:  # The bare class is what litellm raises for a price it does not know.
            return None

    @property
    def _is_ollama(self) -> bool:
        return self.model.startswith(("ollama/", "ollama_chat/"))

    @property
    def _called(self) -> str:
        host = urlsplit(self.api_base).hostname if self.api_base else None
        return f"model {self.model}" + (f" at {host}" if host else "")


def _servers() -> str:
    """A digest of the settings in the environment by which litellm finds servers."""
    named = [f"{name}={value}" for name, value in os.environ.items() if _SERVER.search(name)]
    return key_of(*sorted(named))


def _price(told: object) -> float | None:
    """Trust in the server ends here: what is no price would break the budget, or never end it."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return float(told) if 0 <= told <= _DEAREST else None


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
    warnings.filterwarnings("ignore", module=r"(pydantic|litellm)\b")
    library.telemetry = False
    library.suppress_debug_info = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return library


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
