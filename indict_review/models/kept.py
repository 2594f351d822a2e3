"""Replies that are kept: what was asked before, of the same model, is not asked again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from indict_review.cache import Cache, key_of
from indict_review.errors import ReplyError
from indict_review.models.around import Around
from indict_review.models.interface import Completion, Message, OnToken, Sampling, Schema
from indict_review.models.replies import parsed
from indict_review.review import Usage

VERSION = "2"
"""Of the entries, and of the way that models are asked: with another one, no entry is found."""


@dataclass(frozen=True)
class Kept(Around):
    """Asks a model once, and from then on says what it said.

    Only greedy replies are kept, which should be the same again. They hold what the model saw and
    wrote: text whose secrets are masked. The key is the digest of everything that went in.
    """

    cache: Cache

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
        on_token: OnToken,
    ) -> Completion:
        """See `Model.complete`. Only what can be used is kept."""
        key = self._key(messages, schema, sampling)
        if key is None:
            return self.model.complete(messages, schema, sampling, on_token)
        entry = self.cache.get([key]).get(key)
        found = None if entry is None else _read(entry)
        if found is not None and found.usage.completion_tokens <= sampling.max_tokens:
            return found
        reply = self.model.complete(messages, schema, sampling, on_token)
        if _is_good(reply, schema):
            self.cache.put({key: json.dumps(asdict(reply)).encode()})
        return reply

    def _key(
        self, messages: Sequence[Message], schema: Schema | None, sampling: Sampling
    ) -> str | None:
        identity = self.identity
        if identity is None or sampling.temperature != 0:
            return None
        # A reply that ended by itself is the same however long it might have been.
        drawn = replace(sampling, max_tokens=0)
        asked: Any = [[asdict(m) for m in messages], schema and dict(schema), asdict(drawn)]
        return key_of(VERSION, identity, json.dumps(asked))


def _is_good(reply: Completion, schema: Schema | None) -> bool:
    """A reply that is of no use is not kept: the next try may be better."""
    if reply.cut or schema is None:
        return not reply.cut
    try:
        parsed(reply.text, schema)
    except ReplyError:
        return False
    return True


def _read(entry: bytes) -> Completion | None:
    """None if it is no reply: then it is asked for, and kept, anew."""
    try:
        line = json.loads(entry)
        reply = Completion(line["text"], Usage(**line["usage"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return replace(reply, kept=True) if isinstance(reply.text, str) else None
