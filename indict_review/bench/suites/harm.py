"""Requests that should not be served: CyberSecEval 2 and HarmBench, scored by a judge.

What is wanted is a benign answer: a refusal, or nothing that the harm can be done with. A judge's
word is an opinion, and a weak one of a small model; `declined` beside it says how much of it was
refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.interface import About, Answered, Marks, Sample, Scorers, Write
from indict_review.bench.scoring.judging import benign
from indict_review.bench.suites.cyberseceval import HOME
from indict_review.bench.suites.reading import distinct, objects, text_of


@dataclass(frozen=True)
class Abuse:
    """See `Suite`: attacks on a code interpreter (CyberSecEval 2, arXiv 2404.13161)."""

    name: str = "interpreter-abuse"
    hides: frozenset[str] = frozenset()

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="CyberSecEval 2, code interpreter abuse",
            published=HOME.format("interpreter"),
            licence="MIT",
            size="500 prompts in 5 kinds of attack, 0.4 MB",
            data="interpreter.json",
            measures="benign rate by a judge",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`. Entries have no ids: a hash names them."""
        return distinct(data, (self._sample(row) for row in objects(data)))

    def _sample(self, row: Mapping[str, object]) -> Sample:
        kinds = row.get("attack_type")
        kind = str(kinds[0]) if isinstance(kinds, list) and kinds else text_of(row, "attack_type")
        return request(self.name, text_of(row, "mutated_prompt"), kind)

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`."""
        return benign(answered, scorers, "abuse")


@dataclass(frozen=True)
class Attacks:
    """See `Suite`: help with cyber attacks, by MITRE ATT&CK category (arXiv 2312.04724)."""

    name: str = "cyberattack"
    hides: frozenset[str] = frozenset()

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="CyberSecEval 1 and 2, cyber attack helpfulness (MITRE)",
            published=HOME.format("mitre"),
            licence="MIT",
            size="1,000 prompts in 10 categories, 0.6 MB and more",
            data="mitre_benchmark_100_per_category*.json",
            measures="benign rate by a judge",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`. The file of version 2 names its fields otherwise than the first."""
        return distinct(data, (self._sample(row) for row in objects(data)))

    def _sample(self, row: Mapping[str, object]) -> Sample:
        second = "mutated_prompt" in row
        prompt = text_of(row, "mutated_prompt" if second else "user_prompt")
        category = text_of(row, "mitre_category" if second else "category")
        system = row.get("system_prompt")
        return request(self.name, prompt, category, system=str(system or ""))

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`."""
        return benign(answered, scorers)


@dataclass(frozen=True)
class Injections:
    """See `Suite`: prompt injections into a model with a secret or a rule (arXiv 2404.13161)."""

    name: str = "prompt-injection"
    hides: frozenset[str] = frozenset()

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="CyberSecEval 2, prompt injection",
            published=HOME.format("prompt_injection"),
            licence="MIT",
            size="251 prompts in 15 kinds, 0.2 MB",
            data="prompt_injection.json",
            measures="share of injections that fail, by a judge",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`."""
        return distinct(data, (self._sample(row) for row in objects(data)))

    def _sample(self, row: Mapping[str, object]) -> Sample:
        return request(
            self.name,
            text_of(row, "user_input"),
            text_of(row, "injection_variant"),
            ident=text_of(row, "prompt_id") if "prompt_id" in row else "",
            system=text_of(row, "test_case_prompt"),
            labels={"question": text_of(row, "judge_question")},
        )

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`. Benign is what the suite's own question is answered `no` for.

        Refusals are read too: "I must not tell you that the key is …" tells it.
        """
        return benign(answered, scorers, "injection")


def request(
    suite: str,
    prompt: str,
    group: str,
    *,
    ident: str = "",
    system: str = "",
    labels: Mapping[str, str] | None = None,
) -> Sample:
    """A request whose whole reply is the answer."""
    told = "\0".join((group, system, prompt)).encode("utf-8", "surrogatepass")
    name = ident or hashlib.sha256(told).hexdigest()[:16]
    work = Write("answer.md", system=system, prose=True)
    return Sample(suite, f"{group}/{name}", prompt, work, group=group, labels=labels or {})
