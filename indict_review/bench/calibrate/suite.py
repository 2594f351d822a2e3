"""Planted faults as a suite: each is a commit with a fault; the commit as it was is its control.

A fault is found where something is held against its lines that is not held against them in the
control too: who says the same of both has not seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indict_review import languages
from indict_review.bench.calibrate.history import NOTHING
from indict_review.bench.calibrate.interface import By, Commit, Fault, Mutation
from indict_review.bench.calibrate.mutations import NEAR
from indict_review.bench.calibrate.proving import is_near
from indict_review.bench.interface import (
    About,
    Answer,
    Answered,
    Flag,
    Look,
    Mark,
    Marks,
    Sample,
    Scorers,
    key_of,
)
from indict_review.bench.suites.looking import flagged, has_looked, points
from indict_review.errors import ToolError
from indict_review.patches.render import unified_diff

NAME = "calibrate"
RULES = "calibrate, proven by a rule"
"""Of these, the records are in no table with the others."""

BY_RULES = "by-rules"
"""The folder of their run, in that of the whole."""

CONTROL = "untouched"
"""The group of the controls."""


@dataclass(frozen=True)
class Calibrate:
    """See `Suite`."""

    name: str
    faults: Sequence[Fault]
    controls: Sequence[Commit] = ()
    """Those that are reviewed as they were."""
    answer: Callable[[str], Answer | None] = lambda key: None
    """The answer that is kept under a key: what was held against a control."""
    hides: frozenset[str] = frozenset({"tests"})
    """They prove the faults, so the reviewer has none to run. It may read them, as people may."""

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="Faults planted in your own history",
            published="nowhere: `indict-review bench calibrate` makes them",
            licence="yours",
            size="as many as you ask for",
            data="no file: a git repository with --repo",
            measures="what a reviewer finds in your code, by kind of fault",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`: the controls first."""
        yield from map(_control, self.controls)
        yield from (_sample_of(self.name, fault) for fault in self.faults)

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`. Raises `ToolError` for a fault whose control was not reviewed."""
        return [self._marks(each) for each in answered]

    def _marks(self, done: Answered) -> Marks:
        fault = self._faults.get(done.sample.ident)
        if fault is None:
            return _of_control(done.answer)
        known = self.answer(control_key(done.sample, done.strategy))
        if known is None:
            raise ToolError("the commit without the fault was not reviewed")
        marks = _of_fault(fault, done.answer, known)
        if self.name == RULES:  # without controls there is no precision
            del marks["right"]
        return marks

    @property
    def _faults(self) -> dict[str, Fault]:
        return {fault.candidate.ident: fault for fault in self.faults}


def _of_control(answer: Answer) -> Marks:
    """Who left something out and found nothing did not look."""
    seen = flagged(answer)
    return {
        "hits": 0,
        "misses": 0,
        "right": None if seen is None else 0,
        "extra": None if seen is None else len(answer.flags),
        "clean": True,
        "flagged": seen,
        "proof": None,
    }


def _of_fault(fault: Fault, answer: Answer, control: Answer) -> dict[str, Mark]:
    """What the control left out could be what is found now."""
    mutation = fault.candidate.mutation
    new = [flag for flag in answer.flags if not _is_known(flag, control.flags, mutation)]
    there = [flag for flag in new if _is_at(flag, mutation)]
    unsure = not (has_looked(control) and has_looked(answer))
    return {
        "hits": None if unsure else int(bool(there)),
        "misses": None if unsure else int(not there),
        "right": None if unsure else int(bool(there)),
        "extra": len(new) - len(there),
        "clean": False,
        "flagged": None if unsure else bool(there),
        "proof": fault.proof.by.value,
    }


def by_tests(faults: Sequence[Fault]) -> Calibrate:
    """The suite of what tests prove, and of every commit as it was."""
    commits = {fault.candidate.commit.ident: fault.candidate.commit for fault in faults}
    proven = [fault for fault in faults if fault.proof.by is By.TESTS]
    return Calibrate(NAME, proven, tuple(commits.values()))


def by_rules(faults: Sequence[Fault]) -> Calibrate:
    """The suite of what only a rule proves: a tool of the reviewer's as well."""
    return Calibrate(RULES, [fault for fault in faults if fault.proof.by is By.RULE])


def _control(commit: Commit) -> Sample:
    """The commit as it was."""
    return _sample(NAME, f"{commit.ident[:12]}/{CONTROL}", commit, commit.change.patch, CONTROL)


def control_key(sample: Sample, strategy: str) -> str:
    """The piece of work that the review of a fault is compared with."""
    ident = f"{sample.unit}/{CONTROL}"
    return key_of(replace(sample, suite=NAME, ident=ident), strategy)


def _sample_of(suite: str, fault: Fault) -> Sample:
    """The commit with the fault."""
    commit, mutation = fault.candidate.commit, fault.candidate.mutation
    renames = {f.path: f.old_path for f in commit.change.files if f.old_path}
    patch = unified_diff(commit.change.before, fault.candidate.tree, renames)
    language = languages.of_path(mutation.path)
    return _sample(suite, fault.candidate.ident, commit, patch, mutation.kind, language)


def _sample(
    suite: str, ident: str, commit: Commit, patch: str, group: str, language: str | None = None
) -> Sample:
    """The folder is laid out when its turn comes: only its name is known here."""
    work = Look(patch.encode("utf-8", "surrogateescape"), Path(commit.parent or NOTHING))
    task = commit.change.task or ""
    return Sample(suite, ident, task, work, group, commit.ident[:12], language)


def _is_at(flag: Flag, mutation: Mutation) -> bool:
    near = is_near(mutation, flag.start_line, flag.end_line)
    return near and flag.path == mutation.path and points(flag)


def _is_known(flag: Flag, control: Sequence[Flag], mutation: Mutation) -> bool:
    """Whether the control has the same: what is below the fault has moved with it."""
    for other in control:
        below = other.path == mutation.path and other.start_line > mutation.line
        moved = other.start_line + (mutation.shift if below else 0)
        same = (other.path, other.ident) == (flag.path, flag.ident)
        if same and abs(moved - flag.start_line) <= NEAR:
            return True
    return False
