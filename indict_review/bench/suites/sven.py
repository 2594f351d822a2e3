"""SVEN's pairs: real functions before and after their security fix (He and Vechev, CCS 2023).

What counts is pair-correct: something is held against the vulnerable side, and nothing against the
fixed one. Recall alone is had by flagging everything.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.interface import About, Answered, Look, Marks, Sample, Scorers
from indict_review.bench.suites.looking import flagged
from indict_review.bench.suites.reading import distinct, misread, objects, text_of
from indict_review.change import Tree
from indict_review.languages import of_path
from indict_review.patches.render import unified_diff

SUFFIXES = {"python": "py", "c": "c", "cpp": "cpp"}


@dataclass(frozen=True)
class Sven:
    """See `Suite`."""

    name: str = "sven"
    hides: frozenset[str] = frozenset()

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="SVEN, vulnerable and fixed functions",
            published="https://github.com/eth-sri/sven (data_train_val)",
            licence="MIT",
            size="803 pairs of Python and C/C++ in 9 weaknesses, 5 MB",
            data="the folder data_train_val, or a file of JSON lines: as there, or with id, cwe,"
            " language, vulnerable, fixed",
            measures="a reviewer's pair-correct",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`. Each side is a file that a patch adds."""
        pairs = (_pair(row) for file in _files(data) for row in objects(file))
        sides = (side for pair in pairs for side in _sides(self.name, pair))
        return distinct(data, sides)

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`. Any flag counts, whatever it is about."""
        return [
            {
                "side": each.sample.labels["side"],
                "weakness": each.sample.labels["cwe"],
                "flagged": flagged(each.answer),
            }
            for each in answered
        ]


@dataclass(frozen=True)
class Pair:
    """A function on both sides of its fix."""

    ident: str
    cwe: str
    """E.g. `CWE-79`."""
    language: str
    vulnerable: str
    fixed: str


def _files(data: Path) -> list[Path]:
    if not data.is_dir():
        return [data]
    found = sorted(data.rglob("*.jsonl"))
    if not found:
        raise misread(data, "there is no .jsonl file in it")
    return found


def _pair(row: Mapping[str, object]) -> Pair:
    if "func_src_before" in row:
        return _published(row)
    names = ("id", "cwe", "language", "vulnerable", "fixed")
    return Pair(*(text_of(row, name) for name in names))


def _published(row: Mapping[str, object]) -> Pair:
    """As its authors have it. The pairs have no names there: one is made of all that they are."""
    before, after = text_of(row, "func_src_before"), text_of(row, "func_src_after")
    path, kind = text_of(row, "file_name"), text_of(row, "vul_type")
    whole = "\0".join((before, after, path, text_of(row, "func_name"), kind))
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
    cwe = re.sub(r"(?i)cwe-0*", "CWE-", kind)
    return Pair(f"{kind}/{digest[:12]}", cwe, of_path(path) or "c", before, after)


def _sides(suite: str, pair: Pair) -> Iterator[Sample]:
    path = f"changed/function.{SUFFIXES.get(pair.language, 'txt')}"
    for side, text in (("vulnerable", pair.vulnerable), ("fixed", pair.fixed)):
        # A method parses only without its indentation.
        after = Tree().with_text(path, textwrap.dedent(text))
        yield Sample(
            suite,
            f"{pair.ident}/{side}",
            "",
            Look(unified_diff(Tree(), after).encode("utf-8", "surrogateescape")),
            group="python" if pair.language == "python" else "c/c++",
            unit=pair.ident,
            language=pair.language,
            labels={"side": side, "cwe": pair.cwe},
        )
