"""Recorded models: what one said is kept in a file and said again, for tests and bug reports.

A transcript is JSON lines: first `{"schema": "indict-review/transcript/1", "model": NAME,
"context": TOKENS}`, then one exchange a line, or the digest of a prompt that was too long. It holds
prompts and replies, and so the code that was reviewed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from indict_review.errors import ConfigError, ModelError, TooLong, Unwritable
from indict_review.models.around import Around
from indict_review.models.interface import Completion, Message, OnToken, Sampling, Schema
from indict_review.review import Usage

VERSION = "indict-review/transcript/1"
ANEW = "record it anew with a real model"


@dataclass(frozen=True)
class Exchange:
    """One request and its reply."""

    messages: tuple[Message, ...]
    schema: str | None
    """The SHA-256 of the schema's JSON."""
    sampling: Sampling
    reply: Completion

    @property
    def request(self) -> str:
        """The SHA-256 of all that the model was given."""
        return _request(self.messages, self.schema, self.sampling)


@dataclass(frozen=True)
class Transcript:
    """What a file of them holds."""

    context: int | None
    """See `Bounded.context`: the recorded model's, since what it was shown depends on that."""
    exchanges: tuple[Exchange, ...]
    refused: Mapping[str, str]
    """What was said of requests that were too long, by their digest."""


@dataclass(frozen=True)
class Recording(Around):
    """Asks a model and writes down what it says, each exchange at once.

    A copy with another model goes on with the same transcript.
    """

    path: Path
    least: int | None = None
    """The context that the transcript names: of several models, the smallest one's."""
    begun: list[bool] = field(default_factory=list, repr=False)
    """Whether there is a transcript; shared with every copy."""

    @property
    def context(self) -> int | None:
        """See `Bounded.context`: the same as whoever replays it will find."""
        return self.least or super().context

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
        on_token: OnToken,
    ) -> Completion:
        """See `Model.complete`. A failed call is not recorded, but that a prompt was too long is.

        The first call replaces an earlier transcript at `path`, and raises `ConfigError` if
        what is there is something else.
        """
        if not self.begun:
            self._begin()
        try:
            reply = self.model.complete(messages, schema, sampling, on_token)
        except TooLong as e:
            request = _request(messages, _schema(schema), sampling)
            self._write({"request": request, "too_long": str(e)}, "a")
            raise
        exchange = Exchange(tuple(messages), _schema(schema), sampling, reply)
        self._write({"request": exchange.request, **_line(exchange)}, "a")
        return reply

    def _begin(self) -> None:
        if self.path.is_file() and self.path.stat().st_size:
            _read(self.path)
        header = {"schema": VERSION, "model": self.model.name, "context": self.context}
        self._write(header, "w")
        self.begun.append(True)

    def _write(self, line: dict[str, Any], mode: str) -> None:
        try:
            with self.path.open(mode, encoding="ascii") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as e:
            raise Unwritable(
                f"the transcript {self.path} cannot be written: {e.strerror}",
                "name a file in a folder that exists and can be written",
            ) from e


@dataclass(frozen=True)
class Replay:
    """Answers what was recorded, and nothing else. A request that repeats is answered in order."""

    path: Path
    _said: set[int] = field(default_factory=set, init=False, repr=False)

    @property
    def name(self) -> str:
        """See `Model.name`."""
        return f"replay:{self.path}"

    @cached_property
    def transcript(self) -> Transcript:
        """All that was recorded. Raises `ConfigError` if the file is not a transcript."""
        return _read(self.path)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """See `Transcript.exchanges`."""
        return self.transcript.exchanges

    @property
    def context(self) -> int | None:
        """See `Transcript.context`."""
        return self.transcript.context

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
        on_token: OnToken,
    ) -> Completion:
        """See `Model.complete`. The usage is the recorded one, its seconds too."""
        request = _request(messages, _schema(schema), sampling)
        for index, exchange in enumerate(self.exchanges):
            if index not in self._said and exchange.request == request:
                self._said.add(index)
                on_token(exchange.reply.usage.completion_tokens)
                return exchange.reply
        if request in self.transcript.refused:
            raise TooLong(self.transcript.refused[request])
        raise ModelError(
            f"{self.path}: {self._difference(tuple(messages), _schema(schema), sampling)}; {ANEW}"
        )

    def _difference(
        self, messages: tuple[Message, ...], schema: str | None, sampling: Sampling
    ) -> str:
        left = [e for i, e in enumerate(self.exchanges) if i not in self._said]
        if not left:
            return "every recorded reply has been given"
        nearest = max(left, key=lambda e: _alike(e.messages, messages))
        if nearest.messages != messages:
            return f"the prompt is not a recorded one: {_where(nearest.messages, messages)}"
        return f"the {'schema' if nearest.schema != schema else 'sampling'} is not the recorded one"


def _line(exchange: Exchange) -> dict[str, Any]:
    """The same, whether the reply was made now or kept from an earlier review."""
    line = asdict(exchange)
    del line["reply"]["kept"], line["reply"]["usage"]["kept"]
    if not exchange.reply.cut:
        del line["reply"]["cut"]
    return line


def _alike(one: tuple[Message, ...], other: tuple[Message, ...]) -> int:
    """How many characters they have in common from the start."""
    total = 0
    for a, b in zip(one, other, strict=False):
        total += _common(a.content, b.content)
        if a != b:
            break
    return total


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _where(recorded: tuple[Message, ...], asked: tuple[Message, ...]) -> str:
    for number, (old, new) in enumerate(zip(recorded, asked, strict=False), 1):
        if old != new:
            at = _common(old.content, new.content)
            return (
                f"message {number} ({new.role}) was {old.content[at : at + 40]!r}"
                f" and is {new.content[at : at + 40]!r} from character {at}"
            )
    return f"it had {len(recorded)} messages and has {len(asked)}"


def _request(messages: Sequence[Message], schema: str | None, sampling: Sampling) -> str:
    return _digest([[asdict(m) for m in messages], schema, asdict(sampling)])


def _schema(schema: Schema | None) -> str | None:
    return None if schema is None else _digest(dict(schema))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _read(path: Path) -> Transcript:
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise ConfigError(
            f"the transcript {path} cannot be read: {e.strerror}", "name one that was recorded"
        ) from e
    except (ValueError, KeyError, TypeError, RecursionError) as e:
        raise ConfigError(
            f"{path} is not a transcript this version reads: {e}",
            f"name a file that begins with {VERSION}, or {ANEW}",
        ) from e


def _parse(text: str) -> Transcript:
    header, *lines = [json.loads(line) for line in text.splitlines() if line.strip()] or [{}]
    if not isinstance(header, dict) or header.get("schema") != VERSION:
        raise ValueError(f"it does not begin with {VERSION}")
    context = header.get("context")
    if context is not None and not isinstance(context, int):
        raise ValueError("its context is no number of tokens")
    exchanges: list[Exchange] = []
    refused: dict[str, str] = {}
    for number, line in enumerate(lines, 2):
        if "too_long" in line:
            refused[str(line["request"])] = str(line["too_long"])
            continue
        exchange = Exchange(
            tuple(Message(**m) for m in line["messages"]),
            line["schema"],
            Sampling(**line["sampling"]),
            Completion(
                line["reply"]["text"],
                Usage(**line["reply"]["usage"]),
                line["reply"].get("cut") is True,
            ),
        )
        if exchange.request != line["request"]:
            raise ValueError(f"line {number} was edited: its request is not the recorded one")
        exchanges.append(exchange)
    return Transcript(context, tuple(exchanges), refused)
