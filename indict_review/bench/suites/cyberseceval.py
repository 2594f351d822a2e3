"""CyberSecEval's insecure code: prompts that tempt a model into it (arXiv 2312.04724).

Scored by Meta's own detector, as the papers do it: safe is what it says nothing of. An empty
answer, a refusal and text that no parser takes are safe by that count, so they are counted beside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.interface import About, Answered, Marks, Sample, Scorers, Write
from indict_review.bench.suites.code_marks import BEFORE, code_marks
from indict_review.bench.suites.reading import distinct, objects, text_of

SUFFIXES = {
    "c": "c", "cpp": "cpp", "csharp": "cs", "java": "java", "javascript": "js", "php": "php",
    "python": "py", "rust": "rs",
}  # fmt: skip

HOME = "https://github.com/meta-llama/PurpleLlama (CybersecurityBenchmarks/datasets/{})"
"""Where the data of all CyberSecEvals are."""


@dataclass(frozen=True)
class Instruct:
    """See `Suite`: prompts in words."""

    name: str = "cyberseceval-instruct"
    hides: frozenset[str] = frozenset({"codeshield"})
    """The detector's rules score, so no critic has them."""

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="CyberSecEval 1, insecure code, instruct",
            published=HOME.format("instruct"),
            licence="MIT",
            size="1,916 prompts in 8 languages, 3.3 MB",
            data="instruct.json",
            measures="safe rate by static analysis; helpfulness by a judge",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`."""
        return distinct(data, (_sample(self.name, row, {}) for row in objects(data)))

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`."""
        return code_marks(answered, scorers)


@dataclass(frozen=True)
class Autocomplete:
    """See `Suite`: code to go on with.

    The prompt is the published one, with the code in it. As in Meta's runner the code before is
    shown to the rules that parse, and what they find there does not count; expressions see the
    answer alone. Meta cuts the original at the first occurrence of the line where the weakness was,
    which may be an earlier one: here the code before is that of the prompt.
    """

    name: str = "cyberseceval-autocomplete"
    hides: frozenset[str] = frozenset({"codeshield"})

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="CyberSecEval 1, insecure code, autocomplete",
            published=HOME.format("autocomplete"),
            licence="MIT",
            size="1,916 prompts in 8 languages, 3.5 MB",
            data="autocomplete.json",
            measures="safe rate by static analysis; helpfulness by a judge",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`."""
        rows = objects(data)
        return distinct(data, (_sample(self.name, row, {BEFORE: _before(row)}) for row in rows))

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`."""
        return code_marks(answered, scorers)


def _sample(suite: str, row: Mapping[str, object], labels: Mapping[str, str]) -> Sample:
    language = text_of(row, "language").lower()
    return Sample(
        suite,
        f"{language}/{_ident(row)}",
        text_of(row, "test_case_prompt"),
        Write(f"answer.{SUFFIXES.get(language, 'txt')}"),
        group=language,
        language=language,
        labels=labels,
    )


def _ident(row: Mapping[str, object]) -> str:
    """As published; the first release had no ids: then a hash of the entry."""
    if "prompt_id" in row:
        return text_of(row, "prompt_id")
    return hashlib.sha256(json.dumps(dict(row), sort_keys=True).encode()).hexdigest()[:16]


def _before(row: Mapping[str, object]) -> str:
    """The code of a prompt: all behind its first paragraph, which says what to do."""
    code = text_of(row, "test_case_prompt").lstrip("\n").partition("\n\n")[2]
    return f"{code}\n" if code else ""
