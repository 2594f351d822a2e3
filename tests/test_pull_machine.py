"""Runs, pushes, people and faults in any order: no comment twice, and none lost."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from indict_review.errors import HostError
from indict_review.publishers import markers
from tests.github_stand_in import StandIn
from tests.pulling import BOT, Demo, Killed, Killing, planted

LINES = ("high = eval(one)", "low = eval(two)", "low = eval(three)", "harmless = 1")
CODE = st.builds(
    planted, st.sampled_from(LINES), st.sampled_from(LINES), at=st.sampled_from((10, 22))
)
PUSH = st.dictionaries(st.sampled_from(("a.py", "b.py")), CODE)
POSTS = (r"POST .*/pulls/\d+/reviews$", r"POST .*/issues/\d+/comments", r"POST .*/events$")
REQUESTS = st.sampled_from(
    (
        *POSTS * 3,
        r"PATCH .*/issues/comments",
        r"POST .*/check-runs",
        r"DELETE .*/reviews/",
        r"/graphql .*minimize",
        r"GET .*/pulls/\d+$",
        r"GET .*/pulls/\d+/comments",
        r"GET .*/issues/\d+/comments",
        r"GET .*/pulls/\d+/reviews",
    )
)
FAULT = st.sampled_from(
    (
        {"status": 502, "after": True},
        {"drop": True, "after": True},
        {"status": 502},
        {"drop": True},
        {"status": 429, "headers": {"retry-after": "1"}},
        {"status": 403, "body": {"message": "Resource not accessible by integration"}},
    )
)
TIMES = st.sampled_from((1, 1, 2, 4))
SAID = st.sampled_from(("Why?", "/indict dismiss it is a test", "/indict undo"))


class PullRequest(RuleBasedStateMachine):
    """Of `octo/demo`; what it has of files is reviewed by hand."""

    @initialize(code=CODE)
    def begin(self, code):
        self.folder = tempfile.TemporaryDirectory()
        self.hub = StandIn()
        self.hub.__enter__()
        self.demo = Demo.begin(self.hub, Path(self.folder.name, "repo"), {"a.py": code})
        self.theirs: dict[int, str] = {}
        self.pending: int | None = None
        self.unfolded = self.pushed_over = False

    def run(self, **options):
        try:
            self.demo.run("installation-contents", **options)
        except (HostError, Killed):
            pass  # it could not read, so that nothing was posted, and the command says so

    @rule(push=PUSH, match=REQUESTS, fault=FAULT, times=TIMES)
    def run_with_a_fault(self, push, match, fault, times):
        self.demo.push(push)
        self.unfolded |= "graphql" in match
        self.hub.fail(match, times=times, **fault)
        self.run()
        self.hub.calm()

    @rule(
        push=PUSH, writes=st.integers(1, 4), after=st.booleans(), seconds=st.just(0) | st.just(700)
    )
    def run_that_is_killed(self, push, writes, after, seconds):
        self.demo.push(push)
        self.run(killed=Killing(writes, after))
        self.demo.pass_time(seconds)

    @rule(push=PUSH, match=REQUESTS, meanwhile=PUSH)
    def run_with_another_in_between(self, push, match, meanwhile):
        def other():
            if meanwhile:
                self.demo.push(meanwhile)
                self.pushed_over = True
            self.run()

        self.demo.push(push)
        self.hub.before(match, other)
        self.run()
        self.hub.calm()

    @rule(push=PUSH, skipped=st.booleans())
    def run_in_peace(self, push, skipped):
        self.demo.push(push)
        self.run(skipped=[("semgrep", "it could not be started")] if skipped else [])

    @rule(pick=st.integers(0, 3), text=SAID, by=st.sampled_from(("alice", "mallory")))
    def somebody_answers(self, pick, text, by):
        if begun := self.demo.ours():
            self.theirs[self.hub.reply(begun[pick % len(begun)].id, text, by)] = text

    @rule()
    def somebody_types_our_markers(self):
        for remark in self.demo.ours()[:1]:
            made = self.hub.remark(self.demo.number, "a.py", 11, remark.body, "mallory")
            self.theirs[made] = remark.body
        for sticky in self.demo.stickies()[:1]:
            made = self.hub.comment(self.demo.number, sticky.body, "mallory")
            self.theirs[made] = sticky.body

    @rule()
    def somebody_begins_a_review_with_our_account(self):
        if not self.demo.seen.pending:
            self.pending = self.hub.begin_review(self.demo.number, "not yet", BOT)

    @invariant()
    def nothing_is_said_twice(self):
        issue = self.hub.issues[self.demo.number]
        said = [markers.key(remark.body) for remark in self.demo.ours()]
        # One that could not be folded when its line was gone comes back with its line.
        assert len(said) == len(set(said)) or self.unfolded, "a comment stands twice"
        stickies = [c for c in issue.comments.values() if c.author == BOT]
        # Where a person holds the lock, or a push ends it, two at once may begin one each.
        assert len(stickies) <= 1 or self.pending or self.pushed_over, "there are two summaries"
        assert self.hub.invalid == []

    def teardown(self):
        try:
            self.demo.pass_time(11 * 60)
            self.demo.run("installation-contents", fresh=None)
            self.all_is_told_once()
        finally:
            self.hub.__exit__()
            self.folder.cleanup()

    def all_is_told_once(self):
        demo, review, seen = self.demo, self.demo.last.review, self.demo.seen
        shown, stickies = [markers.key(r.body) for r in demo.ours()], demo.stickies()
        findings = {finding.fingerprint for finding in review.findings}

        assert len(shown) == len(set(shown)), "a comment stands twice"
        assert set(shown) <= findings, "a comment on what is gone still stands"
        assert len(stickies) == 1 or not (findings or stickies), "there is not one summary"
        for finding in findings - set(shown):
            # Of a run that was killed when it had folded a comment, nobody knows that it did.
            folded = [r for r in seen.remarks if r.author == BOT and finding in r.body]
            linked = any(f"discussion_r{r.id})" in stickies[0].body for r in folded)
            assert linked or finding in stickies[0].body, "a finding is lost"
        left = [r.id for r in seen.pending]
        assert left == ([self.pending] if self.pending else []), "a pending review is left"
        texts = {c.id: c.body for c in (*seen.comments, *seen.remarks)}
        assert self.theirs.items() <= texts.items(), "somebody's text was touched"
        assert not self.theirs.keys() & {*seen.minimized}, "somebody's text was folded"
        blocks = any("high" in finding.location.quote for finding in review.findings)
        checks = [check for check in seen.checks if check.head == demo.head]
        if review.change.files:
            assert checks[-1].conclusion == ("failure" if blocks else "success")

        self.hub.requests.clear()
        demo.run("installation-contents")
        assert self.pending or demo.writes() == [], "a second run wrote something"


PullRequest.TestCase.settings = settings(
    max_examples=18,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
test_any_order_of_runs_pushes_people_and_faults = PullRequest.TestCase
