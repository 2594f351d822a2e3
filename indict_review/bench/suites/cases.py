"""One's own review cases: what a reviewer should find in a patch, and where it should be silent.

ID/patch.diff        the change
ID/expected.yaml     (or .json) what is wrong with it; an empty list: nothing
    - path: app.py
      line: 12             after the change; or  lines: [12, 15]
      cwe: CWE-89          for people
ID/intent.md         what was asked for, if that is known
ID/repo/             the project before the change; without one, the patch adds all it needs
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review import yaml_text
from indict_review.bench.interface import About, Answered, Flag, Look, Marks, Sample, Scorers
from indict_review.bench.suites.folders import (
    bytes_in,
    check_there,
    folders_in,
    text_in,
    touched_by,
)
from indict_review.bench.suites.looking import flagged, points
from indict_review.bench.suites.reading import misread
from indict_review.change import Tree
from indict_review.errors import ConfigError, PatchError
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.sources.patch import PatchSource

NEAR = 2
"""Lines by which a flag may miss."""

_MOST_BYTES = 2**20
_FORMS = ("expected.yaml", "expected.yml", "expected.json")


@dataclass(frozen=True)
class Expected:
    """A place where something is wrong."""

    path: str
    first: int
    """Line, from 1."""
    last: int

    def hit_by(self, flag: Flag) -> bool:
        """Whether a flag is there, or nearly, and not all over the file."""
        near = flag.start_line - NEAR <= self.last and self.first <= flag.end_line + NEAR
        return near and flag.path == self.path and points(flag, self.last - self.first + 1)


@dataclass(frozen=True)
class Cases:
    """See `Suite`."""

    name: str = "cases"
    hides: frozenset[str] = frozenset()

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="Review cases of your own",
            published="yours",
            licence="yours",
            size="as many as you have",
            data="a folder of folders: patch.diff, expected.yaml (a list of `path` with `line` or"
            " `lines: [FIRST, LAST]`; an empty list for a clean change), and intent.md and repo/"
            " if there are",
            measures="expected places hit and missed, flags elsewhere",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`."""
        cases = [case for case in folders_in(data) if (case / "patch.diff").exists()]
        if not cases:
            raise misread(data, "no folder in it has a patch.diff")
        return (_sample(self.name, case) for case in cases)

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`. Of a review that did not look nothing is told."""
        return [_marks(each) for each in answered]


def _sample(suite: str, case: Path) -> Sample:
    patch = bytes_in(case, "patch.diff")
    touched = touched_by(case, patch)
    language = next((of_path(path) for path in touched), None)
    there = [name for name in ("intent.md", "repo") if (case / name).exists()]
    check_there(case, *there)
    folder = case / "repo" if "repo" in there else None
    expected = _expected(case, touched, _after(case, patch, folder))
    return Sample(
        suite,
        case.name,
        text_in(case, "intent.md") if "intent.md" in there else "",
        Look(patch, folder),
        group=language or "all",
        language=language,
        labels={"expected": json.dumps([[e.path, e.first, e.last] for e in expected])},
    )


def _after(case: Path, patch: bytes, folder: Path | None) -> Tree:
    """The touched files after it. Raises `ConfigError` for a patch that cannot be applied."""
    with TemporaryDirectory(prefix="indict-bench-") as empty:
        try:
            return PatchSource(patch, folder or Path(empty)).collect().after
        except PatchError as e:
            raise ConfigError(
                f"the patch.diff of the case {shown(case.name)} cannot be applied: {e}",
                "repo/ is the project before the change; without one, a patch can only add files.",
            ) from e


def _expected(case: Path, touched: Sequence[str], after: Tree) -> list[Expected]:
    there = [name for name in _FORMS if (case / name).exists()]
    if len(there) != 1:
        raise misread(case, f"it has {len(there)} of {', '.join(_FORMS)}")
    content = bytes_in(case, there[0])
    try:
        told = _loaded(content, there[0])
        if not isinstance(told, list):
            raise ValueError("it is no list")
        places = [_entry(entry, touched) for entry in told]
        for place in places:
            if place.last > (most := _lines(after, place.path)):
                raise ValueError(f"{shown(place.path)} has {most} lines after the change")
        if len({*places}) < len(places):
            raise ValueError("a place is in it twice")
        return places
    except (ValueError, RecursionError) as e:  # `YamlError` is one
        raise ConfigError(
            f"{there[0]} of the case {shown(case.name)} cannot be used: {e}",
            "It is a list of entries with a path, and a line or lines: [FIRST, LAST].",
        ) from e


def _lines(tree: Tree, path: str) -> int:
    return len(tree.text(path).splitlines()) if path in tree.files else 0


def _loaded(content: bytes, name: str) -> object:
    if name.endswith(".json"):
        return json.loads(content)
    return yaml_text.load_strictly(content, _MOST_BYTES)


def _entry(entry: object, touched: Sequence[str]) -> Expected:
    if not isinstance(entry, dict) or entry.get("path") not in touched:
        raise ValueError("an entry has no path, or one that the patch does not touch")
    lines = entry.get("lines", [entry.get("line")] * 2)
    numbers = isinstance(lines, list) and [type(n) for n in lines] == [int, int]  # and no bool
    if not numbers or not 0 < lines[0] <= lines[1]:
        raise ValueError("an entry has no line, or lines that are no [FIRST, LAST]")
    return Expected(entry["path"], *lines)


def _marks(each: Answered) -> Marks:
    expected = [Expected(*place) for place in json.loads(each.sample.labels["expected"])]
    flags, seen = each.answer.flags, flagged(each.answer)
    hits = sum(any(place.hit_by(flag) for flag in flags) for place in expected)
    right = sum(any(place.hit_by(flag) for place in expected) for flag in flags)
    told = seen is not None
    return {
        "clean": not expected,
        "flagged": seen,
        "hits": hits if told else None,
        "misses": len(expected) - hits if told else None,
        # No place makes up for more than one false alarm, nor any flag.
        "right": min(right, hits) if told else None,
        "extra": len(flags) - right if told else None,
    }
