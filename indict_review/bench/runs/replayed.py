"""Models that say what was said in an earlier run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.runs.journal import manifest_in
from indict_review.errors import ConfigError, ModelError
from indict_review.models.interface import Completion, Message, Model, OnToken, Sampling, Schema
from indict_review.models.replay import Replay

JUDGED = ".judge.jsonl"
"""What the names of a judge's transcripts end in."""


@dataclass(frozen=True)
class Replayed:
    """See `Kit.model`: what was said of this key."""

    folder: Path
    """Of that run."""

    def __call__(self, key: str) -> Model:
        """Raises `ConfigError` where that run has nothing of this key."""
        path = self.folder / "transcripts" / f"{key}.jsonl"
        if not path.is_file():
            raise ConfigError(
                f"{self.folder} has no transcript of it",
                "A replay takes the same suite, data and strategies as the run it repeats.",
            )
        return Replay(path)


@dataclass(frozen=True)
class ReplayedJudge:
    """A judge's replies by what it was asked. It answers greedily, so each has one."""

    name: str
    said: Mapping[tuple[Message, ...], Completion]

    @staticmethod
    def of(folder: Path) -> ReplayedJudge:
        """All that the judge of a run said; they are read now, since they may be written anew."""
        name = manifest_in(folder).told.get("judge")
        if name is None:
            raise ConfigError(f"{folder} had no judge", "Name a model with --judge.")
        transcripts = sorted((folder / "transcripts").glob(f"*{JUDGED}"))
        exchanges = [e for path in transcripts for e in Replay(path).exchanges]
        return ReplayedJudge(str(name), {e.messages: e.reply for e in exchanges})

    def complete(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        sampling: Sampling,
        on_token: OnToken,
    ) -> Completion:
        """See `Model.complete`."""
        try:
            return self.said[tuple(messages)]
        except KeyError as e:
            raise ModelError("the judge of the replayed run was not asked this") from e
