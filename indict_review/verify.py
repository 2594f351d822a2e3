"""Verification: no code is offered that was not applied, read, scanned and tested again.

First the checks that only read; what passes them is run (`trials`).

    outcome = verify(change, groups, findings, analyzers, gather, trials)
    outcome.revision    # the largest set of groups that holds, or None
    outcome.alone       # each of those groups by itself: what one click would do
    outcome.rejected    # the others, each with what failed, for the actor
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from indict_review import edits, git, syntax
from indict_review.change import Change, File, Tree
from indict_review.checks.applies import applies
from indict_review.checks.candidate import Candidate, outcome, skipped
from indict_review.checks.echoes import Words, no_echoes
from indict_review.checks.findings import blind_spot, finding_gone, nothing_new
from indict_review.checks.function import function_kept
from indict_review.checks.imports import imports_known
from indict_review.checks.parses import names_bound, parses
from indict_review.checks.suppressions import no_suppressions
from indict_review.errors import ToolError
from indict_review.evidence import RUNNERS, Observed
from indict_review.finding import Finding
from indict_review.languages import of_path
from indict_review.patches.interface import REGULAR_MODES
from indict_review.patches.render import unified_diff
from indict_review.revision import (
    Check,
    CheckStatus,
    EditGroup,
    Receipt,
    Revision,
    Verification,
    VerificationStatus,
)
from indict_review.tools.interface import Analyzer
from indict_review.trials import Trials
from indict_review.workspace import laid_out

Gather = Callable[[Iterable[Observed], Tree], tuple[Finding, ...]]
"""As `critics.findings.gather`: from what was seen in a tree to findings."""


@dataclass(frozen=True)
class Rejected:
    """A group that is not in the revision."""

    group: EditGroup
    verification: Verification
    """Of the group alone or, if it failed only beside others, of it and those others."""

    @property
    def reason(self) -> str:
        """Each failed check in one line, for the actor: `function-kept: f lost its parameter x`."""
        failed = [c for c in self.verification.checks if c.status is CheckStatus.FAILED]
        return "\n".join(f"{c.name}: {c.detail}" for c in failed) or self.verification.reason


@dataclass(frozen=True)
class Outcome:
    """What is left of the actor's edits."""

    revision: Revision | None
    """The largest passing set, verified as a whole; None if no group passes."""
    alone: tuple[Revision, ...]
    """Each group of the revision by itself, in the same order."""
    rejected: tuple[Rejected, ...]


def verify(
    change: Change,
    groups: Sequence[EditGroup],
    findings: Sequence[Finding],
    analyzers: Sequence[Analyzer],
    gather: Gather,
    trials: Trials,
) -> Outcome:
    """Verify each group alone, then those that passed all together.

    If they do not hold together, groups are added one at a time, the worst finding's first, and a
    group that breaks the set is left out. So the set is maximal, nothing left out can be added,
    though another choice might have been larger.

    `findings` are all that the same analyzers saw in the head, none filtered out: they are what is
    compared with. Raises `PatchError` if the change itself cannot be written out, `ToolError`
    without git. What else cannot look makes a check that was skipped.
    """
    groups = tuple(dict.fromkeys(groups))
    with ExitStack() as stack:
        copy = stack.enter_context(laid_out(_edited(change.after, groups)))
        version = f"git {git.version()}"
        bench = _Bench(change, tuple(findings), tuple(analyzers), gather, trials, copy, version)
        tried = {group: bench.examine((group,)) for group in groups}
        passing = [group for group in bench.worst_first(groups) if _passed(tried[group])]
        kept: tuple[EditGroup, ...] = ()
        if passing and _passed(bench.examine(tuple(passing))):
            kept = tuple(passing)
        else:
            for group in passing:
                tried[group] = bench.examine((*kept, group))
                kept = (*kept, group) if _passed(tried[group]) else kept
        return Outcome(
            bench.examine(kept) if kept else None,
            tuple(bench.examine((group,)) for group in kept),
            tuple(Rejected(g, tried[g].verification) for g in groups if g not in kept),
        )


def unverified(head: Tree, groups: Sequence[EditGroup]) -> Outcome:
    """What edits come to where nothing is verified: to see what verification is worth.

    Nothing of it is offered. Edits that fit nowhere beside the others are left out.
    """
    kept: tuple[EditGroup, ...] = ()
    left: list[Rejected] = []
    nothing = Verification(VerificationStatus.NOT_RUN, reason="verification was left out")
    tree = head
    for group in dict.fromkeys(groups):
        try:
            tree = edits.apply(head, (*kept, group))
        except edits.EditError as e:
            left.append(Rejected(group, replace(nothing, reason=str(e))))
            continue
        kept = (*kept, group)
    patch = unified_diff(head, tree)
    return Outcome(Revision(kept, tree, patch, nothing) if patch else None, (), tuple(left))


def _edited(head: Tree, groups: Sequence[EditGroup]) -> Tree:
    """The files that edits name. A link beside them need not be written, nor can it be edited."""
    named = {edit.path for group in groups for edit in group.edits}
    files = head.files.items()
    return Tree({p: f for p, f in files if p in named and f.mode in REGULAR_MODES})


def _passed(revision: Revision) -> bool:
    return revision.verification.status is VerificationStatus.PASSED


_Key = tuple[tuple[str, File | None], ...]


@dataclass(frozen=True)
class _Bench:
    """Where sets of groups are tried. The same set, or the same code, is looked at once."""

    change: Change
    findings: tuple[Finding, ...]
    analyzers: tuple[Analyzer, ...]
    gather: Gather
    trials: Trials
    copy: Path
    """A clean copy of the head, as far as it is edited."""
    git: str
    """Its name and version."""
    tried: dict[tuple[EditGroup, ...], Revision] = field(default_factory=dict)
    seen: dict[_Key, tuple[Finding, ...] | ToolError] = field(default_factory=dict)

    @cached_property
    def known(self) -> Mapping[str, Finding]:
        return {finding.fingerprint: finding for finding in self.findings}

    @cached_property
    def words(self) -> Words:
        return Words.of(self.change)

    @cached_property
    def static(self) -> tuple[Finding, ...]:
        """The findings that an analyzer can see again, or miss."""
        return tuple(f for f in self.findings if {e.tool for e in f.evidence} - RUNNERS)

    def worst_first(self, groups: Sequence[EditGroup]) -> list[EditGroup]:
        def worst(group: EditGroup) -> int:
            ranks = (self.known[f].severity.rank for f in group.fixes if f in self.known)
            return max(ranks, default=-1)

        return sorted(groups, key=worst, reverse=True)

    def examine(self, groups: tuple[EditGroup, ...]) -> Revision:
        if groups not in self.tried:
            self.tried[groups] = self._revise(groups)
        return self.tried[groups]

    def _revise(self, groups: tuple[EditGroup, ...]) -> Revision:
        head = self.change.after
        fixes = tuple(dict.fromkeys(f for group in groups for f in group.fixes))
        if unknown := [f for f in fixes if f not in self.known]:
            check = outcome("finding-gone", [f"no finding is {f}" for f in unknown], "", 0, 0)
            return Revision(groups, head, "", self._verdict(head, "", (check,)))
        try:
            revised = edits.apply(head, groups)
        except edits.EditError as e:
            check = outcome("applies", [str(e)], "", 0, 0)
            return Revision(groups, head, "", self._verdict(head, "", (check,)))
        patch = unified_diff(head, revised)
        candidate = Candidate(head, revised, tuple(self.known[f] for f in fixes))
        verdict = self._verdict(revised, patch, self._check(candidate, patch))
        return Revision(groups, revised, patch, verdict)

    def _check(self, candidate: Candidate, patch: str) -> tuple[Check, ...]:
        first = (applies(candidate, patch, self.copy), parses(candidate))
        if any(check.status is CheckStatus.FAILED for check in first):
            return first  # what does not parse, no later check can read
        read = (
            *first,
            *self._findings(candidate),
            function_kept(candidate),
            names_bound(candidate),
            imports_known(candidate),
            no_suppressions(candidate),
            no_echoes(candidate, self.words),
        )
        if any(check.status is CheckStatus.FAILED for check in read):
            return read  # it is not offered anyway: no need to run it
        return (*read, *self.trials.checks(candidate))

    def _findings(self, candidate: Candidate) -> tuple[Check, Check]:
        seen = tuple(f for f in candidate.fixes if f in self.static)
        static = replace(candidate, fixes=seen)
        left = self._look(candidate)
        blind = str(left) if isinstance(left, ToolError) else blind_spot(static, self.analyzers)
        if blind or isinstance(left, ToolError):
            names = ("finding-gone", "nothing-new")
            return (skipped(names[0], blind, needed=True), skipped(names[1], blind, needed=True))
        return finding_gone(static, self.static, left), nothing_new(static, self.static, left)

    def _look(self, candidate: Candidate) -> tuple[Finding, ...] | ToolError:
        """What the analyzers say of the revised code, or why one of them could not look."""
        if not candidate.touched:
            return self.static
        key = tuple((path, candidate.revised.files.get(path)) for path in candidate.touched)
        if key not in self.seen:
            before, after = self.change.before, candidate.revised
            try:
                observed = [o for a in self.analyzers for o in a.examine(before, after)]
                self.seen[key] = self.gather(observed, after)
            except ToolError as e:
                self.seen[key] = e
        return self.seen[key]

    def _verdict(self, revised: Tree, patch: str, checks: tuple[Check, ...]) -> Verification:
        failed = [check for check in checks if check.status is CheckStatus.FAILED]
        blind = [check for check in checks if check.needed]
        status = VerificationStatus.PASSED
        if failed or blind:
            status = VerificationStatus.FAILED if failed else VerificationStatus.NOT_RUN
        reason = "; ".join(f"{check.name}: {check.detail}" for check in failed or blind)
        digest = hashlib.sha256(patch.encode("utf-8", "surrogateescape")).hexdigest()
        image = self.trials.image if any(c.name == "tests" for c in checks) else None
        receipt = Receipt(digest, self._tools(revised), checks, image)
        return Verification(status, checks, receipt, reason)

    def _tools(self, revised: Tree) -> tuple[str, ...]:
        touched = Candidate(self.change.after, revised).touched
        readers = dict.fromkeys(v for path in touched for v in syntax.versions(of_path(path)))
        return (self.git, *(f"{a.name} {a.version}" for a in self.analyzers), *readers)
