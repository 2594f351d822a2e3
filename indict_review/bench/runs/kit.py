"""What a strategy works with: a model whose every word is kept, and a review's settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review.assembly import assembled
from indict_review.bench.interface import Look, Mend
from indict_review.change import Change
from indict_review.config import Config
from indict_review.events import Listener, silent
from indict_review.models.asking import Asker
from indict_review.models.interface import Model
from indict_review.models.replay import Recording, Replay
from indict_review.review import Usage
from indict_review.reviewer import Reviewer
from indict_review.sources.patch import PatchSource


@dataclass(frozen=True)
class Kit:
    """For one run."""

    config: Config
    """As the flags have it; each strategy changes what it is about."""
    model: Callable[[str], Model]
    """Who answers in the piece of work of this key: the same engine, or that key's replay."""
    transcripts: Path
    """The folder where what was said is kept, by key."""
    listen: Listener = silent
    """Told what models are at; whatever it raises ends that."""

    def asker(self, key: str) -> Asker:
        """A door to the model that writes everything down, anew."""
        path = self._transcript(key)
        path.unlink(missing_ok=True)  # what a kill left
        recording = Recording(self.model(key), path)
        return Asker(recording, self.config.budget, listen=self.listen)

    def spent(self, key: str) -> Usage:
        """What was paid for a piece of work so far, by its transcript."""
        path = self._transcript(key)
        replies = [e.reply.usage for e in Replay(path).exchanges] if path.is_file() else []
        return sum(replies, Usage())

    @contextmanager
    def reviewer(
        self, task: str, work: Mend | Look, asker: Asker | None, **settings: object
    ) -> Iterator[tuple[Reviewer, Change]]:
        """A review of a patch, as the command line has it, and the change it is about.

        `settings` are fields of `Config`. Without an asker, tools only.
        """
        with TemporaryDirectory(prefix="indict-bench-") as empty:
            source = PatchSource(work.patch, work.folder or Path(empty), task or None)
            change = source.collect()
            config = replace(self.config, **settings)  # type: ignore[arg-type]
            config = config if asker else replace(config, model="none")
            with assembled(config, change, source, None, self.listen, asker=asker) as bot:
                yield bot, change

    def _transcript(self, key: str) -> Path:
        return self.transcripts / f"{key}.jsonl"
