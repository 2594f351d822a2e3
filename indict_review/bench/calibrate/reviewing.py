"""The reviews of the faults and of the commits as they were, kept like any run's.

What tests prove and what only a rule proves are two runs, so that no report mixes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from indict_review import git
from indict_review.bench.calibrate.interface import Fault
from indict_review.bench.calibrate.outcome import Reviews
from indict_review.bench.calibrate.suite import BY_RULES, CONTROL, Calibrate, by_rules, by_tests
from indict_review.bench.calibrate.working import Controls, OnItsFiles
from indict_review.bench.engines.threads import Threads
from indict_review.bench.interface import Flag, Sample, key_of
from indict_review.bench.runs import journal, running
from indict_review.bench.runs.answering import Players
from indict_review.bench.runs.choosing import Choice
from indict_review.bench.runs.kit import Kit
from indict_review.bench.runs.manifest import manifest_of
from indict_review.bench.runs.progress import Watch
from indict_review.bench.runs.session import settings_of
from indict_review.bench.runs.working import Working
from indict_review.bench.scoring.kit import ScoringKit
from indict_review.bench.strategies import table as strategies
from indict_review.bench.strategies.interface import Strategy
from indict_review.config import Config


@dataclass(frozen=True)
class Reviewing:
    """What all reviews have in common."""

    objects: git.Objects
    config: Config
    players: Players
    choice: Choice
    """For the manifest."""
    jobs: int

    def conduct(self, faults: Sequence[Fault], folder: Path, watch: Watch) -> Reviews:
        """Review what is not reviewed yet."""
        tests = by_tests(faults)
        with self._opened(tests, folder) as kept:
            first = self._run(tests, kept, kept, watch)
            rules = by_rules(faults)
            if not rules.faults:
                return first
            with self._opened(rules, folder / BY_RULES) as others:
                return first + self._run(rules, others, kept, watch)

    @property
    def _strategy(self) -> Strategy:
        return strategies.named("tools" if self.players.name == "none" else "indict-review")

    @contextmanager
    def _opened(self, suite: Calibrate, folder: Path) -> Iterator[journal.Journal]:
        settings = settings_of(self.config, self.players)
        samples = list(suite.samples(folder))
        manifest = manifest_of(suite, samples, [self._strategy], settings, self.choice)
        with journal.opened(folder, manifest) as kept:
            yield kept

    def _run(
        self, suite: Calibrate, kept: journal.Journal, controls: journal.Journal, watch: Watch
    ) -> Reviews:
        samples, name = list(suite.samples(kept.folder)), self._strategy.name
        suite = replace(suite, answer=controls.kept)
        wanted = [key_of(sample, name) for sample in samples if sample.group == CONTROL]
        plan = running.Plan(suite, samples, [name], self.players.name)
        engine = Threads(self.jobs)
        kit = Kit(self.config, self.players.model, kept.folder / "transcripts", engine.heed)
        worker = OnItsFiles(
            self.objects, Working(kit, suite.hides), Controls.of(wanted, controls.kept)
        )
        progress = running.run(plan, kept, engine, worker, ScoringKit(), watch)
        held = tuple(_held(samples, kept, name))
        return Reviews(tuple(kept.done.values()), held, tuple(progress.failed))


def _held(
    samples: Sequence[Sample], kept: journal.Journal, strategy: str
) -> Iterator[tuple[str, Flag]]:
    """What is held against the commits as they were."""
    for sample in samples:
        if sample.group == CONTROL and (answer := kept.kept(key_of(sample, strategy))):
            yield from ((sample.together, flag) for flag in answer.flags)
