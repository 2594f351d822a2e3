"""What running the code shows: the project's tests and the critics' checks, on every state of it.

This is the dynamic half of verification. Nothing here runs anything: the suite and the interpreter
do, in a sandbox, and each state is run once.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from indict_review.change import Change, Tree
from indict_review.checks.candidate import Candidate, outcome, skipped
from indict_review.errors import ToolError
from indict_review.evidence import Observed
from indict_review.revision import Check
from indict_review.runs import CaseOutcome, Checked, CheckOutcome, Snippet, SuiteRun
from indict_review.tools.blame import blame
from indict_review.tools.comparing import broken, observe, settle
from indict_review.tools.interface import Interpreter, Suite

NO_TESTS = "no tests to run"
NONE_PASSES = "no test passes, so they show nothing: see that they run, e.g. with --test-env DIR"


@dataclass
class Trials:
    """The runs of one review."""

    change: Change
    suite: Suite | None = None
    """None where nobody gave one."""
    interpreter: Interpreter | None = None
    """None where no check can be run."""
    require_tests: bool = False
    """Whether a project without tests gets no verified code."""
    proofs: dict[str, list[Snippet]] = field(default_factory=dict)
    """The checks behind each finding that one made, by fingerprint."""
    checks_on_draft: list[Snippet] = field(default_factory=list)
    """Checks that failed on a draft and not on the head."""
    flaky: set[str] = field(default_factory=set)
    """Tests that came out otherwise when they were run again: named, and blamed on nobody."""
    _image: str | None = None

    def observe(self) -> list[Observed]:
        """What the tests say of the change. Raises `ToolError` if they cannot be run."""
        if self.suite is None:
            return []
        runs = ThreadPoolExecutor(2)  # neither run needs the other
        try:
            base = runs.submit(self._run, self.suite, "base", self.change.before)
            head = runs.submit(self._run, self.suite, "change", self.change.after)
            pair = _both(base.result(), head.result())
        finally:  # who interrupts does not wait: the sandbox is closed under them
            runs.shutdown(wait=False, cancel_futures=True)
        if pair is None:
            return []
        if pair[0].results and not any(map(_passing, pair)):
            raise ToolError(NONE_PASSES)
        before, after = pair
        lost = broken(before, after)
        new = after.named(CaseOutcome.FAILED) - before.results.keys()
        flaky = settle(self.suite, self.change.after, lost | new)
        self.flaky |= flaky
        places = blame(self.change, self.suite, lost - flaky)
        return list(observe(before, after, self.change, flaky, places))

    def checks(self, candidate: Candidate) -> Iterator[Check]:
        """`tests`, and `checks-hold` where there are checks."""
        yield self._tests(candidate)
        if self.interpreter is not None and (self.proofs or self.checks_on_draft):
            yield self._checks(candidate, self.interpreter)

    @property
    def image(self) -> str | None:
        """What the tests ran in, once they did."""
        return self._image

    def _run(self, suite: Suite, side: str, tree: Tree) -> SuiteRun | None:
        try:
            ran = suite.run(tree)
        except ToolError as e:
            raise type(e)(f"on the {side}: {e}") from e
        self._image = ran.sandbox if ran else self._image
        return ran

    def _tests(self, candidate: Candidate) -> Check:
        """What passed on the head still passes; what the change broke, and this is to mend, too."""
        if self.suite is None:
            return skipped("tests", "not run: no test suite was given", needed=self.require_tests)
        try:
            pair = _both(
                self._run(self.suite, "change", candidate.head),
                self._run(self.suite, "revision", candidate.revised),
            )
            if pair is None:
                return self._no_tests(self.suite)
            before, after = pair
            if not any(map(_passing, pair)):
                base = self._run(self.suite, "base", self.change.before)
                if base is None or not _passing(base):
                    return skipped("tests", NONE_PASSES, needed=True)
            suspects = broken(before, after)
            # Only what is not sure on the head either: else the revision made it so.
            unsure = settle(self.suite, candidate.revised, suspects)
            flaky = settle(self.suite, candidate.head, unsure)
        except ToolError as e:
            return skipped("tests", str(e), needed=True)
        failures = [f"passed before, and not now: {name}" for name in sorted(suspects - flaky)]
        passing = _passing(after)
        failures += [f"still fails: {n}" for n in sorted(self._to_mend(candidate) - passing)]
        passed = f"{after.command}: {len(passing)} passed"
        if flaky:
            passed += f"; flaky, so not counted: {', '.join(sorted(flaky))}"
        counts = len(_passing(before)), len(passing)
        return outcome("tests", failures, passed, *counts)

    def _no_tests(self, suite: Suite) -> Check:
        """Neither side has any. If the base has, the change has taken them away."""
        if self._run(suite, "base", self.change.before) is not None:
            return skipped("tests", "the change leaves no tests to run", needed=True)
        return skipped("tests", NO_TESTS, needed=self.require_tests)

    def _to_mend(self, candidate: Candidate) -> frozenset[str]:
        """The tests behind the findings that this candidate says it removes."""
        seen = (e for f in candidate.fixes for e in f.evidence if e.tool == "tests")
        return frozenset(name for e in seen for name in e.cases)

    def _checks(self, candidate: Candidate, interpreter: Interpreter) -> Check:
        """A critic's failing check passes now, and none fails that did not fail before."""
        fixed = {f.fingerprint for f in candidate.fixes}
        wanted = [s for finding, proofs in self.proofs.items() if finding in fixed for s in proofs]
        known = [s for proofs in self.proofs.values() for s in proofs]
        failures, holding = [], 0
        try:
            for snippet in dict.fromkeys((*known, *self.checks_on_draft)):
                now = interpreter.run(snippet, candidate.revised)
                holding += now.outcome is CheckOutcome.HOLDS
                if snippet in wanted and now.outcome is not CheckOutcome.HOLDS:
                    failures.append(f"the check still {now.outcome.value}: {_last(now)}")
                elif now.outcome is CheckOutcome.FAILS:
                    was = interpreter.run(snippet, candidate.head)
                    if was.outcome is not CheckOutcome.FAILS:
                        failures.append(f"a check fails that did not before: {_last(now)}")
        except ToolError as e:
            return skipped("checks-hold", str(e), needed=True)
        return outcome("checks-hold", failures, "the critics' checks hold", len(wanted), holding)


def _passing(run: SuiteRun) -> frozenset[str]:
    return run.named(CaseOutcome.PASSED)


def _both(before: SuiteRun | None, after: SuiteRun | None) -> tuple[SuiteRun, SuiteRun] | None:
    """Both runs, a side that has no tests as one without results; None if neither has any."""
    known = before or after
    if known is None:
        return None
    nothing = replace(known, results={})
    return before or nothing, after or nothing


def _last(checked: Checked) -> str:
    return checked.output.strip().split("\n")[-1][:200]
