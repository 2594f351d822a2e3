"""What is sent to GitHub: once, whatever fails."""

import pytest

from indict_review.critique import Phase, Turn
from indict_review.errors import HostError
from indict_review.publishers import markers
from tests.github_stand_in import StandIn
from tests.pulling import BOT, Demo, dialogue, planted

HIGH = "high = eval(argument)"
LOW = "low = eval(argument)"
REVIEWS, EVENTS = r"POST .*/pulls/1/reviews$", r"POST .*/events$"
COMMENTS, EDITS, CHECKS = r"POST .*/issues/1/comments", r"PATCH .*/comments", r"POST .*/check-runs"
MUTATIONS = r"/graphql .*minimizeComment"


@pytest.fixture
def hub():
    with StandIn() as hub:
        yield hub
        assert hub.invalid == []


@pytest.fixture
def demo(hub, tmp_path):
    return Demo.begin(hub, tmp_path / "repo", {"a.py": planted(HIGH), "b.py": planted(LOW)})


def once_and_for_all(demo, me=BOT):
    """The two findings, told once each, and one of everything else."""
    assert sorted((r.path, r.line) for r in demo.ours(me)) == [("a.py", 11), ("b.py", 11)]
    assert len([r for r in demo.seen.reviews if markers.run(r.body)]) == 1
    assert len(demo.stickies(me)) == 1
    assert demo.seen.pending == ()
    assert [c.conclusion for c in demo.seen.checks] == ["failure"]


def test_one_review_has_all_comments_and_one_summary_the_rest(demo):
    posted = demo.run()

    assert posted.notes == ()
    assert (posted.comments, posted.review) == (2, True)
    assert (posted.summary, posted.check) == ("posted", True)
    once_and_for_all(demo)
    assert [r.state for r in demo.seen.reviews] == ["COMMENTED"]
    assert markers.summary(demo.stickies()[0].body)[0].reviewed == demo.head


def test_a_second_run_on_the_same_head_only_reads(demo, hub):
    demo.run()
    hub.requests.clear()

    posted = demo.run()

    assert demo.writes() == []
    assert (posted.check, posted.notes) == (True, ())


def test_a_hundred_findings_in_thirty_files_take_twelve_requests(hub, tmp_path):
    files = {f"f{n}.py": "".join(f"v{k} = eval(v)\n" for k in range(4)) for n in range(30)}
    files = dict(list(files.items())[:20]) | {
        path: text.rsplit("\n", 3)[0] + "\n" for path, text in list(files.items())[20:]
    }
    demo = Demo.begin(hub, tmp_path / "repo", files)

    posted = demo.run()

    assert posted.notes == ()
    assert posted.comments == len(demo.last.review.findings) == 100
    assert len(hub.requests) <= 12

    hub.requests.clear()
    demo.run()
    assert demo.writes() == []


def test_more_than_a_hundred_are_in_the_summary_and_it_says_so(hub, tmp_path):
    demo = Demo.begin(
        hub, tmp_path / "r", {"a.py": planted(*(f"v{k} = eval(v)" for k in range(130)))}
    )

    assert demo.run().comments == 100

    assert "30 more comments would not fit" in demo.stickies()[0].body
    assert demo.run().comments == 0


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("how", [{"status": 502}, {"drop": True}])
@pytest.mark.parametrize("match", [REVIEWS, EVENTS, COMMENTS, CHECKS])
def test_a_failure_before_or_after_the_effect_does_not_make_two(demo, hub, match, how, after):
    hub.fail(match, after=after, **how)

    posted = demo.run()

    assert posted.notes == ()
    once_and_for_all(demo)


@pytest.mark.parametrize("match", [REVIEWS, EVENTS, COMMENTS, CHECKS])
def test_two_runs_at_once_do_not_make_two(demo, hub, match):
    hub.before(match, demo.run)

    demo.run()

    if match == CHECKS:  # both had seen none, and the same one twice is the same outcome
        assert {c.external_id for c in demo.seen.checks} == {demo.seen.checks[0].external_id}
        hub.repositories["octo/demo"].checks.popitem()
    once_and_for_all(demo)


def test_a_run_that_finds_another_at_it_waits_and_then_leaves_it_to_that(demo, hub):
    other = []
    hub.before(EVENTS, lambda: other.append(demo.run()))

    demo.run()

    assert other[0].comments == 0
    assert any("another run is posting" in note for note in other[0].notes)
    assert demo.waits == sorted(demo.waits)
    assert sum(demo.waits) == 120


@pytest.mark.parametrize("match", [REVIEWS, COMMENTS, EVENTS, CHECKS])
def test_a_run_that_broke_off_is_completed_by_a_later_one(demo, hub, match):
    hub.fail(match, times=9)
    first = demo.run()
    hub.calm()
    demo.pass_time(11 * 60)

    assert first.notes
    assert demo.run().notes == ()

    once_and_for_all(demo)
    assert "stands at" not in demo.stickies()[0].body


def test_a_review_that_was_prepared_and_never_shown_is_taken_away_when_it_is_stale(demo, hub):
    hub.fail(EVENTS, times=9)
    hub.fail(EDITS, times=9)  # the summary promises comments, and cannot be put right
    demo.run()
    hub.calm()
    assert len(demo.seen.pending) == 1
    assert demo.ours() == []

    assert any("another run is posting" in note for note in demo.run().notes)
    demo.pass_time(11 * 60)
    demo.run()

    once_and_for_all(demo)


def test_a_persons_pending_review_with_the_same_account_is_never_touched(demo, hub):
    theirs = hub.begin_review(demo.number, "not yet", BOT)

    posted = demo.run()

    assert [r.id for r in demo.seen.pending] == [theirs]
    assert demo.seen.pending[0].body == "not yet"
    assert demo.ours() == []
    assert posted.comments == 0
    text = demo.stickies()[0].body
    assert "a person began" in text
    for finding in demo.last.review.findings:
        assert finding.fingerprint in text
    assert markers.summary(text)[0].reviewed is None
    hub.requests.clear()
    demo.run()
    assert {f"{r.method} {r.status}" for r in hub.requests if r.writes} <= {"POST 422"}


def test_comments_that_github_refuses_stand_in_the_reviews_body_once(demo, hub):
    no = {"message": "Unprocessable Entity", "errors": ["Path could not be resolved"]}
    hub.fail(REVIEWS, 422, body=no)

    demo.run()

    (review,) = demo.seen.reviews
    for finding in demo.last.review.findings:
        assert finding.fingerprint in review.body
        assert f"{finding.location.path}:{finding.location.start_line}" in review.body
        assert finding.fingerprint in demo.stickies()[0].body
    assert "Path could not be resolved" in demo.stickies()[0].body

    demo.push({"a.py": planted(HIGH, at=12), "b.py": planted(LOW, at=12)})
    hub.fail(REVIEWS, 422, body=no)
    demo.run(fresh=None)

    assert len(demo.seen.reviews) == 1


def test_a_token_that_may_only_read_leaves_it_to_annotations(demo):
    posted = demo.run("installation-read")

    assert (posted.comments, posted.review, posted.summary, posted.check) == (0, False, "", False)
    assert len(posted.notes) == 2
    assert all("Resource not accessible by integration" in note for note in posted.notes)
    assert (demo.seen.reviews, demo.seen.comments, demo.seen.checks) == ((), (), ())


def test_a_persons_token_posts_no_check_and_says_so(demo, hub):
    posted = demo.run("write")

    assert (posted.comments, posted.check) == (2, False)
    assert len(posted.notes) == 1
    assert len(demo.ours("carol")) == 2
    assert len(hub.requests) <= 12


def test_a_head_that_moved_gets_no_comments_of_the_old_one_but_its_check(demo, hub):
    old = demo.head
    hub.before(r"GET .*/files", lambda: demo.push({"c.py": planted(LOW)}))

    posted = demo.run()

    assert (demo.ours(), demo.stickies()) == ([], [])
    assert "moved" in posted.notes[0]
    assert [c.head for c in demo.seen.checks] == [old]


def test_what_is_gone_is_folded_and_resolved_and_the_rest_stays(demo):
    demo.run()
    (gone,) = [r for r in demo.ours() if r.path == "a.py"]
    demo.push({"a.py": planted("fine = 1")})

    demo.run("installation-contents")

    assert set(demo.seen.minimized) == {gone.id}
    assert demo.seen.resolved == {gone.id}
    assert [r.path for r in demo.ours()] == ["b.py"]
    assert "1 earlier finding resolved" in demo.stickies()[0].body
    assert demo.seen.checks[-1].conclusion == "success"


def test_a_thread_that_somebody_wrote_in_is_not_resolved(demo, hub):
    demo.run()
    (gone,) = [r for r in demo.ours() if r.path == "a.py"]
    hub.reply(gone.id, "Why is that?", "mallory")
    demo.push({"a.py": planted("fine = 1")})

    demo.run("installation-contents")

    assert set(demo.seen.minimized) == {gone.id}
    assert demo.seen.resolved == frozenset()


def test_a_finding_that_comes_back_gets_a_comment_again(demo):
    demo.run()
    demo.push({"a.py": planted("fine = 1")})
    demo.run()
    demo.push({"a.py": planted(HIGH)})

    assert demo.run().comments == 1

    assert sorted(r.path for r in demo.ours()) == ["a.py", "b.py"]
    assert demo.run().comments == 0


def test_what_could_not_be_folded_is_folded_by_the_next_run(demo, hub):
    demo.run()
    demo.push({"a.py": planted("fine = 1")})
    hub.fail(MUTATIONS, times=9)
    assert "could not be put away" in demo.run().notes[0]
    hub.calm()
    assert demo.seen.minimized == {}

    demo.run()
    hub.requests.clear()
    demo.run()

    assert len(demo.seen.minimized) == 1
    assert demo.writes() == []


def test_a_run_with_skips_folds_nothing_and_is_neutral(demo):
    demo.run()
    demo.push({"a.py": planted("fine = 1")})

    demo.run(skipped=[("semgrep", "it is not installed")])

    assert demo.seen.minimized == {}
    assert demo.seen.checks[-1].conclusion == "neutral"
    assert markers.summary(demo.stickies()[0].body)[0].reviewed != demo.head


def test_a_clean_change_gets_nothing_but_its_check(hub, tmp_path):
    demo = Demo.begin(hub, tmp_path / "repo", {"a.py": planted("fine = 1")})

    posted = demo.run()

    assert (demo.seen.comments, demo.seen.reviews) == ((), ())
    assert (posted.summary, posted.check) == ("", True)
    hub.requests.clear()
    demo.run()
    assert demo.writes() == []


def test_a_harmless_push_turns_nothing_green(demo):
    demo.run()
    demo.push({"c.py": planted("fine = 1")})

    posted = demo.run()

    assert posted.comments == 0
    assert [c.conclusion for c in demo.seen.checks] == ["failure", "failure"]
    assert len(demo.ours()) == 2


def test_a_summary_is_begun_under_the_lock_even_where_nothing_stands_at_a_line(demo, hub):
    others = []
    hub.before(COMMENTS, lambda: others.append(demo.run(files={})))

    demo.run(files={})

    assert len(demo.stickies()) == 1
    assert demo.seen.pending == ()
    assert demo.seen.reviews == ()
    for finding in demo.last.review.findings:
        assert finding.fingerprint in demo.stickies()[0].body


def test_two_summaries_become_one_again(demo, hub):
    demo.run()
    hub.comment(demo.number, demo.stickies()[0].body, BOT)
    assert len(demo.stickies()) == 2

    demo.run()
    hub.requests.clear()
    demo.run()

    assert len(demo.stickies()) == 1
    assert demo.writes() == []


def test_changes_are_asked_for_once_and_taken_back_when_nothing_blocks(demo, hub):
    demo.run(request_changes=True)
    demo.run(request_changes=True)
    assert [r.state for r in demo.seen.reviews] == ["CHANGES_REQUESTED"]

    demo.push({"c.py": planted(LOW)})
    demo.run(request_changes=True)
    assert [r.state for r in demo.seen.reviews] == ["CHANGES_REQUESTED", "COMMENTED"]

    demo.push({"a.py": planted("fine = 1")})
    demo.run(request_changes=True, skipped=[("semgrep", "it is not installed")])
    assert demo.seen.reviews[0].state == "CHANGES_REQUESTED"
    demo.run(request_changes=True)
    assert demo.seen.reviews[0].state == "DISMISSED"


def test_nobody_asks_themselves_for_changes(demo):
    demo.run("author", request_changes=True)

    assert [r.state for r in demo.seen.reviews] == ["COMMENTED"]


def test_what_was_argued_stays_in_the_summary_when_nothing_is_new(demo, hub):
    turn = Turn(Phase.PREEMPTIVE, 1, "safety", "It runs what it is given.")
    demo.run(change=lambda review: dialogue(review, turn))
    said = demo.stickies()[0].body
    assert "It runs what it is given" in said
    hub.requests.clear()

    demo.run()

    assert demo.stickies()[0].body == said
    assert demo.writes() == []


def test_a_marker_of_somebody_else_holds_nothing_back(demo, hub):
    demo.run("write")
    for remark in demo.ours("carol"):
        hub.remark(demo.number, remark.path, 11, remark.body, "mallory")
    hub.comment(demo.number, demo.stickies("carol")[0].body, "mallory")

    posted = demo.run()

    assert (posted.comments, posted.summary) == (2, "posted")


def test_a_host_that_is_down_is_an_error_of_reading_alone(demo, hub):
    plan, known, desk = demo.prepared()
    hub.fail(".", times=999)

    posted = demo.send(plan, known, desk)

    assert (posted.comments, posted.check) == (0, False)
    assert posted.notes
    with pytest.raises(HostError):
        demo.run()
