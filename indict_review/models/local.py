"""The embedded model: llama.cpp in this process, through xllamacpp. Nothing leaves the machine."""

import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from indict_review.errors import ModelError, TooLong
from indict_review.models.interface import Completion, Message, OnToken, Sampling, Schema
from indict_review.models.weights import sample
from indict_review.review import Usage

# The engine reads the whole chat as one text, so a change that spells out a model's control
# tokens could end the user's turn and speak as somebody else. A space takes their power away.
CONTROL = re.compile(
    r"<(?=[|\uff5c][^\s|\uff5c]{1,40}[|\uff5c]>|/?s>|(?:start|end)_of_turn>)|\[(?=/?(?:INST|SYS)\])"
)

# The engine can be stopped only between batches: some 4 seconds of reading on two cores.
BATCH = 128


@dataclass(frozen=True)
class Local:
    """A GGUF model, loaded when it is first asked.

    What was read stays in memory, so calls that begin alike are cheap: see `_parameters`.
    """

    weights: Path
    context: int = 8192
    """Tokens that prompt and reply have together."""
    memory_mib: int = 1024
    """What may be kept of earlier prompts (28 KiB a token for the 1.5B model)."""
    slots: int = 1
    """Prompts that are in hand at once; with more than one, what is greedy depends a little on
    what else is in hand."""
    name: str = field(default="local", init=False)

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
        on_token: OnToken,
    ) -> Completion:
        """See `Model.complete`. While the prompt is being read, `on_token` is called with 0.

        A reply that reaches `sampling.max_tokens` is returned as far as it came. A prompt that
        leaves less room than `sampling.max_tokens` is refused, never shortened.
        """
        began = time.monotonic()
        reply = _Reply(self.context, sampling.max_tokens)
        for chunk in _chunks(self._engine, _request(messages, schema, sampling)):
            reply.add(chunk)
            on_token(reply.tokens)
        return reply.completion(time.monotonic() - began)

    @cached_property
    def identity(self) -> str | None:
        """See `Steady.identity`. None if the engine or the weights cannot be found."""
        try:
            engine = version("xllamacpp")
            known = f"{engine} {self.context} {sample(self.weights)}"
            return known if self.slots == 1 else f"{known} {self.slots} slots"
        except (PackageNotFoundError, OSError):
            return None

    def price(self, prompt_tokens: int, completion_tokens: int) -> float:
        """See `Priced.price`."""
        return 0.0

    @cached_property
    def _engine(self) -> Any:
        # Its threads meet many times a token, and spin until all are there. Where something
        # else needs a core, that makes it ten times slower; sleeping instead costs a quarter of the
        # speed where nothing does. OpenMP reads this once, when the engine is loaded.
        busy = os.getloadavg()[0] > len(os.sched_getaffinity(0)) / 2
        os.environ.setdefault("OMP_WAIT_POLICY", "passive" if busy else "active")
        try:
            import xllamacpp
        except ImportError as e:
            raise ModelError(
                f"the local model needs xllamacpp ({e}): pip install 'indict-review[local]'"
            ) from e
        _check(self.weights)
        try:
            return xllamacpp.Server(self._parameters(xllamacpp.CommonParams()))
        except RuntimeError as e:
            raise ModelError(
                f"{self.weights} is damaged, cut short, or not a model that llama.cpp can run:"
                " fetch it anew with `indict-review model pull`"
            ) from e

    def _parameters(self, parameters: Any) -> Any:
        parameters.model.path = str(self.weights)
        parameters.n_ctx = self.context * self.slots
        parameters.n_batch = parameters.n_ubatch = BATCH
        parameters.ctx_shift = False  # On a full context, it would drop the prompt's middle.
        parameters.verbosity = -1
        # The engine cannot be had without an HTTP port on loopback. Nobody knows its key.
        parameters.api_keys = [secrets.token_hex(32)]
        threads = physical_cores()
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
        # A similarity that no prompt can exceed makes the engine keep every earlier
        # prompt in memory before it cuts the slot back to the common beginning: branches that
        # alternate (A, B, A, B) then find both the shared part and all of their own.
        parameters.n_parallel = self.slots
        parameters.slot_prompt_similarity = 1.0
        parameters.cache_ram_mib = self.memory_mib
        # No speculative decoding: drafts from n-grams changed greedy replies, and were no faster.
        return parameters


@dataclass
class _Reply:
    """A reply as it comes in, chunk by chunk."""

    context: int
    limit: int
    parts: list[str] = field(default_factory=list)
    finish: str | None = None
    usage: dict[str, Any] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """Chunks, which are tokens or a few; exact once the engine has counted."""
        return int(self.usage.get("completion_tokens", len(self.parts)))

    def add(self, chunk: dict[str, Any]) -> None:
        if "error" in chunk:
            raise _error(chunk["error"])
        self._check_room(chunk.get("prompt_progress", {}).get("total", 0))
        self.usage = chunk.get("usage") or self.usage
        for choice in chunk.get("choices", ()):
            self.finish = choice["finish_reason"] or self.finish
            if text := choice["delta"].get("content"):
                self.parts.append(text)

    def _check_room(self, prompt: int) -> None:
        if prompt + self.limit > self.context:
            raise TooLong(
                f"a prompt of {prompt} tokens and a reply of up to {self.limit}"
                f" do not fit the local model's context of {self.context}"
            )

    def completion(self, seconds: float) -> Completion:
        if self.finish is None or (self.finish == "length" and self.tokens < self.limit):
            raise ModelError(f"the local model stopped after {self.tokens} tokens, unfinished")
        prompt = int(self.usage["prompt_tokens"])
        cached = int(self.usage["prompt_tokens_details"]["cached_tokens"])
        usage = Usage(1, prompt, cached, self.tokens, 0.0, seconds)
        return Completion("".join(self.parts), usage, cut=self.finish == "length")


def _error(told: dict[str, Any]) -> ModelError:
    kind = TooLong if told.get("type") == "exceed_context_size_error" else ModelError
    return kind(f"the local model: {told.get('message', 'unknown error')}")


def _request(
    messages: Sequence[Message], schema: Schema | None, sampling: Sampling
) -> dict[str, Any]:
    request: dict[str, Any] = {
        "messages": [{"role": m.role, "content": _inert(m.content)} for m in messages],
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
        "stream": True,
        "stream_options": {"include_usage": True},
        # The first chunk then comes before anything is read, and says how long the prompt is.
        "return_progress": True,
    }
    if schema is not None:
        form = {"name": "reply", "schema": dict(schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": form}
    return request


def _inert(text: str) -> str:
    """The text without power over the chat, and without what UTF-8 cannot say."""
    return CONTROL.sub(lambda m: m[0] + " ", text).encode("utf-8", "replace").decode()


def _chunks(engine: Any, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the engine streams. Leaving early, by whatever exception, stops the engine.

    It works in a thread of its own because an exception in its callback, and so a Ctrl-C, is
    printed and forgotten there.
    """
    queue: SimpleQueue[dict[str, Any] | ModelError | None] = SimpleQueue()
    left = Event()

    def take(chunk: dict[str, Any]) -> bool:
        queue.put(chunk)
        return left.is_set()

    def work() -> None:
        try:
            engine.handle_chat_completions(request, take)
            queue.put(None)
        except (RuntimeError, ValueError) as e:
            queue.put(ModelError(f"the local model cannot take this request: {e}"))

    worker = Thread(target=work, name="local-model", daemon=True)
    worker.start()
    try:
        while (item := queue.get()) is not None:
            if isinstance(item, ModelError):
                raise item
            yield item
    finally:
        left.set()
        worker.join()


def _check(weights: Path) -> None:
    try:
        with weights.open("rb") as file:
            magic = file.read(4)
    except OSError as e:
        raise ModelError(f"{weights} cannot be read: {e.strerror}") from e
    if magic != b"GGUF":
        raise ModelError(f"{weights} is not a GGUF file")


def physical_cores() -> int:
    """Those this process may use. Sharing a core between two threads makes the engine slower."""
    if not hasattr(os, "sched_getaffinity"):
        return max(1, (os.cpu_count() or 2) // 2)
    return len({_core(cpu) for cpu in os.sched_getaffinity(0)})


def _core(cpu: int) -> str:
    siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    try:
        return siblings.read_text()
    except OSError:
        return str(cpu)
