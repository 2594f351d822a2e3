"""The method, on one screen: INDICT (arXiv 2407.02518) with evidence, and with verification.

static   = tools that read the change                     -> Observed | Skipped
observed = the project's tests, on base and change        -> Observed | Skipped
advice   = dialogue(PREEMPTIVE, change, all of that)      -> Critique; checks that prove claims
draft    = the actor's edits, those that verify           -> Outcome
verdict  = dialogue(POST_HOC, draft, what runs showed)    -> Critique; checks that prove claims
revision = the actor's last word on what was proved       -> Outcome
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from indict_review.change import Change, Status
from indict_review.closing import Minutes
from indict_review.critics.findings import gather
from indict_review.critique import Critique, Phase
from indict_review.errors import NotWanted, StepError, ToolError
from indict_review.events import Ended, Listener, Started, silent
from indict_review.evidence import Observed, Severity, Skipped
from indict_review.review import GATED, Accounts, Review, Usage
from indict_review.revision import EditGroup, Revision, Verification, VerificationStatus
from indict_review.scope import EVERYTHING, Paths, only
from indict_review.together import side_by_side

if TYPE_CHECKING:  # the hook has half a second: what only a model or a sandbox needs comes late
    from indict_review.ledger.interface import Decisions
    from indict_review.models.asking import Asker
    from indict_review.offers.interface import Offers
    from indict_review.sources.interface import Project
    from indict_review.tools.interface import Analyzer, Interpreter, Lookup, Suite
    from indict_review.verify import Outcome


NOTHING_NEW = "nothing here is new to the critics: no model was asked"


class Strategy(str, Enum):
    """How critics and actor work together."""

    INDICT_REVIEW = "indict-review"
    INDICT_PAPER = "indict-paper"
    """The published algorithm, for comparison: nothing of it is verified."""


@dataclass(frozen=True)
class Reviewer:
    """Reviews changes with the tools and the model it was given."""

    analyzers: Sequence[Analyzer]
    lookups: Sequence[Lookup] = ()
    suite: Suite | None = None
    """The project's tests; None: nothing of the change is tested."""
    project: Project | None = None
    """What is around the change; None: no test is proposed."""
    interpreter: Interpreter | None = None
    """Where critics may prove their claims."""
    require_tests: bool = False
    decisions: Decisions | None = None
    """What people dismissed; None: nothing."""
    offers: Sequence[Offers] = ()
    """Code that is known without a model; tried before the actor is asked."""
    stricter: tuple[tuple[str, Severity], ...] = ()
    """See `Review.stricter`."""
    paths: Paths = EVERYTHING
    """What critics are shown; an analyzer that is to see no more is given as `Narrowed`."""
    fresh: frozenset[str] | None = None
    """Of the change's files, those that critics have not seen before; None: all of them. Tools look
    at the others all the same, and what they see there counts; it is not argued about again."""
    asker: Asker | None = None
    """The model behind critics and actor; None: tools only."""
    strategy: Strategy = Strategy.INDICT_REVIEW
    rounds: int = 1
    """Exchanges in a dialogue, at most (indict-paper: trials)."""
    without: frozenset[str] = frozenset()
    """Parts of the method that are left out, to see what each is worth: `config.settings.PARTS`.
    Analyzers among them are those that are not given."""
    listen: Listener = silent
    notes: tuple[str, ...] = ()
    """Shown with every review."""

    def review(self, change: Change) -> Review:
        """Review one change. What cannot be done is in `Review.skipped`; raises `ReviewError`."""
        if self.asker and self.fresh is not None and not self._argued_about(change):
            without = replace(self, asker=None, notes=(*self.notes, NOTHING_NEW))
            return without.review(change)
        began = time.monotonic()
        trials = (change, *self._runners(), self.require_tests)
        minutes = Minutes(trials, self.decisions)
        with self._phase("static", minutes):
            self._examine(change, minutes)
        with self._phase("tests", minutes):
            self._test(change, minutes)
        if self.asker is not None and self.strategy is Strategy.INDICT_PAPER:
            with self._phase("published", minutes):
                self._publish(change, self.asker, minutes)
        elif self.asker is not None:
            self._discuss(change, self.asker, minutes)
        else:
            self._offer(change, minutes)
        accounts = Accounts(
            models=self._models(),
            total=self.asker.usage if self.asker else Accounts().total,
            seconds=time.monotonic() - began,
            phases=minutes.phases,
            spent=minutes.spent,
        )
        strategy = self.strategy.value if self.asker else "tools-only"
        review = minutes.close(change, strategy, self.analyzers, accounts, self._notes(change))
        return replace(review, stricter=self.stricter)

    def _runners(self) -> tuple[Suite | None, Interpreter | None]:
        """What runs the change, less what is left out."""
        suite = None if "tests" in self.without else self.suite
        return suite, None if "proofs" in self.without else self.interpreter

    def _asked(self) -> Iterator[Lookup]:
        """What critics may look things up in."""
        return (lookup for lookup in self.lookups if lookup.name not in self.without)

    def _argued_about(self, change: Change) -> frozenset[str]:
        """Its files that critics and actor are shown, as far as they fit."""
        paths = self.paths.looked_at(change)
        return paths if self.fresh is None else paths & self.fresh

    def _notes(self, change: Change) -> tuple[str, ...]:
        if self.asker is None:
            return self.notes
        told = (*self.notes, *self.asker.notes)
        if self.fresh is None:
            return told
        count = len(self._argued_about(change))
        new = f"{count} of {len(change.files)} files are new to the critics: they saw no others"
        return (*told, new)

    def _discuss(self, change: Change, asker: Asker, minutes: Minutes) -> None:
        """Late, since it takes a while to load and most commits need none of it."""
        from indict_review.discussion import Discussion

        suite, interpreter = self._runners()
        Discussion(
            change,
            self._argued_about(change),
            asker,
            minutes,
            verify=lambda groups: self._verify(change, groups, minutes),
            lookups=tuple(self._asked()),
            offers=self.offers,
            suite=suite,
            project=self.project,
            interpreter=interpreter,
            rounds=self.rounds,
            without=self.without,
            phase=lambda name: self._phase(name, minutes),
        ).hold()

    def _verify(self, change: Change, groups: Sequence[EditGroup], minutes: Minutes) -> Outcome:
        from indict_review.verify import unverified, verify

        if "verification" in self.without:
            return unverified(change.after, groups)
        with self._phase("verify", minutes):
            return verify(change, groups, minutes.findings, self.analyzers, gather, minutes.trials)

    def _offer(self, change: Change, minutes: Minutes) -> None:
        """What is known without a model, where it holds: the rest is not shown."""
        if not (groups := minutes.known(change, self.offers)):
            return
        with self._step("fixes"):
            try:
                minutes.offered = self._verify(change, groups, minutes)
            except StepError as e:
                minutes.skipped.append(Skipped("fixes", str(e)))

    def _examine(self, change: Change, minutes: Minutes) -> None:
        """Everything that reads the change and runs nothing of it, side by side."""
        looked = side_by_side([partial(self._look, each, change) for each in self.analyzers])
        for analyzer, (seen, trouble) in zip(self.analyzers, looked, strict=True):
            minutes.seen += seen
            if trouble:
                minutes.skipped.append(Skipped(analyzer.name, trouble))
                minutes.blind.add(analyzer.name)
        for path, reason in _unread(change):
            covering = [a.name for a in self.analyzers if a.covers(path)]
            # What is about to land has to be known, whatever it is.
            if covering or change.source in GATED:
                step = covering[0] if covering else change.source
                minutes.skipped.append(Skipped(step, f"{path!a} was not read: {reason}"))
        minutes.findings = gather(minutes.seen, change.after)
        if self.asker is not None:
            self._look_up(change, minutes)

    def _look(self, analyzer: Analyzer, change: Change) -> tuple[list[Observed], str]:
        """What it saw, and why that is not all, or nothing."""
        seen: list[Observed] = []
        with self._step(analyzer.name):
            try:
                seen.extend(analyzer.examine(change.before, change.after))
            except ToolError as e:
                return seen, str(e)
        return seen, ""

    def _look_up(self, change: Change, minutes: Minutes) -> None:
        """What is known of such a change, beyond what the findings say themselves."""
        told = {f.cwe for f in minutes.findings if f.cwe and f.remedy}
        for lookup in self._asked():
            try:
                minutes.background.extend(lookup.about(change, told))
            except ToolError as e:  # noqa: PERF203 - one look-up's failure is not the next one's
                minutes.skipped.append(Skipped(lookup.name, str(e)))

    def _test(self, change: Change, minutes: Minutes) -> None:
        """Run the project's tests on base and change."""
        suite, _ = self._runners()
        if suite is None:
            return
        with self._step(suite.name):
            try:
                seen = minutes.trials.observe()
            except NotWanted as e:
                if change.source in GATED:  # it may land on the word of this review alone
                    minutes.notes.append(f"the tests were not run: {e}")
                return
            except ToolError as e:
                minutes.skipped.append(Skipped(suite.name, str(e)))
                return
        minutes.seen += seen
        minutes.findings = gather(minutes.seen, change.after)
        if self.asker is not None:
            self.asker.conceal("\n".join(each.detail for each in seen))

    def _publish(self, change: Change, asker: Asker, minutes: Minutes) -> None:
        from indict_review.critics.published import published
        from indict_review.patches.render import unified_diff

        change = only(change, self._argued_about(change))
        rewrite = published(change, asker, tuple(self._asked()), self.analyzers, self.rounds)
        minutes.critiques.append(Critique(Phase.POST_HOC, turns=rewrite.turns))
        minutes.skipped += rewrite.skipped
        patch = unified_diff(change.after, rewrite.tree)
        nothing = Verification(
            VerificationStatus.NOT_RUN, reason="the published algorithm verifies nothing"
        )
        minutes.revision = Revision((), rewrite.tree, patch, nothing) if patch else None

    def _models(self) -> dict[str, str]:
        if self.asker is None:
            return {}
        return {r: name for r, name in self.asker.models.items() if r not in self.without}

    @contextmanager
    def _phase(self, name: str, minutes: Minutes) -> Iterator[None]:
        began, before = time.monotonic(), self.asker.usage if self.asker else Usage()
        try:
            yield
        finally:
            seconds = time.monotonic() - began
            minutes.phases[name] = minutes.phases.get(name, 0.0) + seconds
            cost = self.asker.usage.since(before) if self.asker else Usage()
            if cost.calls or cost.kept:
                minutes.spent[name] = minutes.spent.get(name, Usage(cost_usd=0.0)) + cost

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        self.listen(Started(name))
        yield
        self.listen(Ended(name, time.monotonic() - began, "done"))


def _unread(change: Change) -> Iterator[tuple[str, str]]:
    """Files of the change whose content nobody saw. Code in a binary patch is code all the same."""
    yield from change.unread
    told = {path for path, _ in change.unread} | change.after.files.keys()
    for file in change.files:
        if file.status is not Status.DELETED and file.path not in told:
            yield file.path, "the change does not say what is in it"
