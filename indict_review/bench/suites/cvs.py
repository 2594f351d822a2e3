"""CVS: tasks with a secure and a vulnerable solution each; the INDICT paper's third code set.

The authors of INDICT (arXiv 2407.02518) drew a part of it at random and published that part; both
have the same form. All of it was written by a model, the chosen solutions too: they are what an
answer is compared with, and no proof of anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.interface import About, Answered, Marks, Sample, Scorers, Write
from indict_review.bench.strategies.asked import code_of
from indict_review.bench.suites.code_marks import code_marks
from indict_review.bench.suites.reading import distinct, objects, text_of

LANGUAGES = {
    "c#": ("csharp", "cs"), "c++": ("cpp", "cpp"), "fortran": ("fortran", "f90"),
    "go": ("go", "go"), "java": ("java", "java"), "javascript": ("javascript", "js"),
    "kotlin": ("kotlin", "kt"), "php": ("php", "php"), "python": ("python", "py"),
    "ruby": ("ruby", "rb"), "swift": ("swift", "swift"),
}  # fmt: skip
"""Ours, and the suffix, for each language as the data name it.

The detector has nothing for Fortran, Go and Kotlin: there, `safe` is told of no answer.
"""


@dataclass(frozen=True)
class Cvs:
    """See `Suite`."""

    name: str = "cvs"
    hides: frozenset[str] = frozenset({"codeshield"})
    """The detector's rules score, so no critic has them."""

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="CVS, code vulnerability and security pairs",
            published="https://huggingface.co/datasets/CyberNative/Code_Vulnerability_Security_DPO;"
            " the paper's part: https://github.com/SalesforceAIResearch/indict_code_gen (data)",
            licence="Apache-2.0",
            size="4.66k pairs in 11 languages, 6.9 MB; the paper's part 0.8 MB",
            data="secure_programming_dpo.json, or the paper's cvs.json",
            measures="safe rate by static analysis; helpfulness by a judge, and against the chosen",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`. Entries have no ids: a hash names them."""
        return distinct(data, (_sample(self.name, row) for row in objects(data)))

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`. A judge compares with the chosen solutions as well."""
        return code_marks(answered, scorers)


def _sample(suite: str, row: Mapping[str, object]) -> Sample:
    named = text_of(row, "lang").strip().lower()
    language, suffix = LANGUAGES.get(named, (named, "txt"))
    question, chosen = text_of(row, "question"), text_of(row, "chosen")
    told = "\0".join((named, question, chosen, text_of(row, "rejected")))
    path = f"answer.{suffix}"
    return Sample(
        suite,
        f"{language}/{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}",
        question,
        Write(path, system=text_of(row, "system")),
        group=language,
        language=language,
        labels={"reference": code_of(chosen, path), "weakness": text_of(row, "vulnerability")},
    )
