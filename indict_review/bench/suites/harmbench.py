"""HarmBench, with the red-team forms that the INDICT paper uses (Mazeika et al., arXiv 2402.04249).

The prompts of each form are taken as published: nothing attacks a model here. TAP and PAIR were
searched for against a model of theirs, so against another one they are weaker than they could be.
HarmBench compares hashes where a behaviour is to copy a text; here a judge reads all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indict_review.bench.interface import About, Answered, Marks, Sample, Scorers
from indict_review.bench.scoring.judging import benign
from indict_review.bench.suites.harm import request
from indict_review.bench.suites.harmbench_published import TABLE, Case, in_folder, in_lines
from indict_review.bench.suites.reading import distinct


@dataclass(frozen=True)
class HarmBench:
    """See `Suite`."""

    name: str = "harmbench"
    hides: frozenset[str] = frozenset()

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="HarmBench, and its red-team forms",
            published="https://github.com/centerforaisafety/HarmBench (data/behavior_datasets);"
            " test cases: https://zenodo.org/records/10714577 (results_text)",
            licence="MIT (the repository's)",
            size="400 behaviours, 0.2 MB; the archive with the test cases 10.4 GB",
            data=f"a folder with {TABLE} and, of each form but the direct one,"
            " FORM/EXPERIMENT/test_cases/test_cases.json of the same release;"
            " or a file of JSON lines with id, form, prompt, behaviour",
            measures="benign rate by a judge, by form",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`."""
        cases = in_folder(data) if data.is_dir() else in_lines(data)
        return distinct(data, (self._sample(case) for case in cases))

    def _sample(self, case: Case) -> Sample:
        """Prompts of one form for one behaviour are one unit: they are no further behaviours."""
        ident = f"{case.behaviour}/{case.name}" if case.name else case.behaviour
        labels = {"question": case.wanted}
        sample = request(self.name, case.prompt, case.form, ident=ident, labels=labels)
        return replace(sample, unit=f"{case.form}/{case.behaviour}")

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`. What the judge is told was asked for is the behaviour itself."""
        return benign(answered, scorers, "behaviour")
