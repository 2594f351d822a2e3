"""A reply as it comes in, piece by piece, and what it cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Incoming:
    """What a stream has brought so far. Of several answers to one question, the first counts."""

    pieces: int = 0
    text: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    """Of the tool that was called."""
    thought: int = 0
    """Characters of what the model thought before it answered."""
    refusal: list[str] = field(default_factory=list)
    usage: Any = None
    finish: str | None = None

    def add(self, chunk: Any) -> None:
        """One more piece."""
        self.pieces += 1
        self.usage = getattr(chunk, "usage", None) or self.usage
        for choice in chunk.choices or ():
            if choice.index == 0:
                self.finish = choice.finish_reason or self.finish
                self._take(choice.delta)

    def _take(self, delta: Any) -> None:
        self.text.append(getattr(delta, "content", None) or "")
        self.refusal.append(getattr(delta, "refusal", None) or "")
        self.thought += len(getattr(delta, "reasoning_content", None) or "")
        for call in getattr(delta, "tool_calls", None) or ():
            if not call.index:
                self.arguments.append(call.function.arguments or "")

    @property
    def written(self) -> int:
        """Characters, whatever they were."""
        return self.thought + sum(map(len, (*self.text, *self.arguments)))


@dataclass(frozen=True)
class Tokens:
    """What a provider counted."""

    prompt: int
    cached: int
    written: int


def counted(usage: Any) -> Tokens | None:
    """Read from every provider's form; None if it counted nothing."""
    prompt, written = (_number(usage, name) for name in ("prompt_tokens", "completion_tokens"))
    if prompt is None or written is None or prompt + written == 0:
        return None
    details = getattr(usage, "prompt_tokens_details", None)
    said = (
        _number(details, "cached_tokens"),
        _number(usage, "cache_read_input_tokens"),  # Anthropic
        _number(usage, "prompt_cache_hit_tokens"),  # DeepSeek
    )
    return Tokens(prompt, min(prompt, _first(said)), written)


def _first(numbers: Iterable[int | None]) -> int:
    return next((number for number in numbers if number), 0)


def _number(holder: Any, name: str) -> int | None:
    value = getattr(holder, name, None)
    return value if isinstance(value, int) and value >= 0 else None
