"""What is to be said, given what was said: no comment twice, and no finding without a place."""

from dataclasses import replace

import pytest

from indict_review.change import Coverage
from indict_review.critique import Claim, ClaimStatus, Phase, Turn
from indict_review.decision import DecidedIn, Decision, Dismissed
from indict_review.evidence import Concern, Severity, Skipped
from indict_review.github.interface import Account, Comment, PullFile, Remark
from indict_review.publishers import markers
from indict_review.publishers.comments import claim_key
from indict_review.publishers.interface import History
from indict_review.publishers.planning import Plan
from indict_review.review import Review
from tests.changing import change
from tests.pulling import weaknesses

A = "high = eval(one)\nlow = eval(two)\nlow = eval(three)\n"
B = "low = eval(four)\n"
FOUND = (*weaknesses("a.py", A), *weaknesses("b.py", B))
KEYS = [finding.fingerprint for finding in FOUND]
FILES = {
    "a.py": PullFile("a.py", None, "@@ -0,0 +1,2 @@\n+high = eval(one)\n+low = eval(two)"),
    "b.py": PullFile("b.py", None, "@@ -0,0 +1 @@\n+low = eval(four)"),
}
"""The third line of a.py is in no hunk: it can stand at no line."""
ME = Account("bot", True)
URL = "https://github.com/octo/demo/pull/1"


def review(found=FOUND, **fields):
    made = replace(change({}, {"a.py": A, "b.py": B}), head="c" * 40)
    coverage = dict.fromkeys(("a.py", "b.py"), Coverage.REVIEWED)
    return Review(made, "tools-only", tuple(found), coverage=coverage, **fields)


def plan(made=None, **options):
    return Plan(made or review(), Severity.HIGH, FILES, url=URL, **options)


def posted(*keys, line=1, first=1, kind="finding", path="a.py"):
    return {
        key: Remark(
            number,
            "node",
            ME,
            markers.of_finding(key, kind),
            f"{URL}#r{number}",
            "",
            path,
            line,
            None,
        )
        for number, key in enumerate(keys, start=first)
    }


def sticky(post):
    return Comment(99, "node", ME, post.summary, "url", "")


def after(post, **fields):
    """The history that this post makes, had all of it been done."""
    kept = markers.summary(post.summary)[0]
    known = History(
        "bot",
        posted=posted(*(comment.key for comment in post.comments)),
        summary=sticky(post),
        reviewed=kept.reviewed,
        outcome=kept.outcome,
    )
    return replace(known, **fields)


def keys(post):
    return [comment.key for comment in post.comments]


def test_what_has_lines_in_the_difference_is_a_comment_worst_first_and_the_rest_is_in_full():
    post = plan()(History("bot"))

    assert keys(post) == [KEYS[0], KEYS[1], KEYS[3]]
    assert post.summary.count("/files#diff-") == 3
    assert KEYS[2] in post.summary
    assert f"{URL}/files#diff-" in post.summary


def test_when_all_is_done_nothing_is_left_to_say():
    post = plan()(History("bot"))

    left = plan()(after(post))

    assert (left.comments, left.summary, left.gone) == ((), "", ())
    assert left.check.external_id == post.check.external_id


def test_only_files_that_are_new_get_comments_but_the_verdict_is_of_all():
    post = plan(fresh=frozenset({"b.py"}))(History("bot", posted=posted(KEYS[0])))

    assert keys(post) == [KEYS[3]]
    assert f"{URL}#r1" in post.summary  # the comment that stands
    assert KEYS[1] in post.summary  # it never had one
    assert post.check.conclusion == "failure"


@pytest.mark.parametrize("history", [{"line": None}, {"line": 1, "folded": {1}}])
def test_a_comment_that_nobody_sees_any_more_is_followed_by_a_new_one(history):
    known = History("bot", posted=posted(KEYS[0], line=history["line"]))
    known = replace(known, folded=frozenset(history.get("folded", ())))

    post = plan()(known)

    assert KEYS[0] in keys(post)
    # The old one is put away, lest a push bring its line back.
    assert [r.id for r in post.gone] == ([] if known.folded else [1])
    assert keys(plan(fresh=frozenset())(known)) == []
    assert KEYS[0] in plan(fresh=frozenset())(known).summary


def test_what_is_gone_is_put_away_once_and_only_by_a_review_without_skips():
    known = History("bot", posted=posted(KEYS[0], KEYS[1]), answered=frozenset({KEYS[0]}))
    clean = review(FOUND[2:])

    post = plan(clean)(known)
    assert [r.id for r in post.gone] == [1, 2]
    assert [r.id for r in post.settled] == [2]

    skipped = replace(clean, skipped=(Skipped("semgrep", "it is not installed"),))
    assert plan(skipped)(known).gone == ()
    assert plan(clean)(replace(known, folded=frozenset({1, 2}))).gone == ()


def test_what_somebody_dismissed_is_settled_even_if_a_step_was_skipped():
    decision = Decision(DecidedIn.REPLY, "it is a test", "carol")
    made = review(FOUND[1:], dismissed=(Dismissed(FOUND[0], decision),))
    made = replace(made, skipped=(Skipped("semgrep", "it is not installed"),))
    known = History("bot", posted=posted(*KEYS), answered=frozenset(KEYS))

    post = plan(made)(known)

    assert [r.id for r in post.gone] == [r.id for r in post.settled] == [1]


def test_an_incomplete_review_does_not_count_as_one_of_this_head():
    made = review(skipped=(Skipped("semgrep", "it is not installed"),))

    post = plan(made)(History("bot", reviewed="d" * 40))

    assert markers.summary(post.summary)[0].reviewed == "d" * 40


def test_an_incomplete_review_of_the_same_head_tells_nothing_twice():
    many = "".join(f"v{n} = eval(x)\n" for n in range(150))
    files = {
        "a.py": PullFile("a.py", None, "@@ -0,0 +1,150 @@\n+" + many[:-1].replace("\n", "\n+"))
    }
    made = review(weaknesses("a.py", many), skipped=(Skipped("tests", "no docker"),))

    post = Plan(made, Severity.HIGH, files)(History("bot"))
    assert len(post.comments) == 100
    assert "50 more comments would not fit" in post.summary

    left = Plan(made, Severity.HIGH, files)(after(post))
    assert (left.comments, left.summary) == ((), "")


def test_a_clean_review_says_nothing_until_something_was_said():
    clean = review(())
    assert plan(clean)(History("bot")).summary == ""

    before = after(plan(review(skipped=(Skipped("semgrep", "no"),), found=()))(History("bot")))

    assert "pass" in plan(clean)(before).summary
    assert plan(clean)(before).check.conclusion == "success"


def test_where_the_lock_is_a_persons_all_is_in_full_and_tried_again():
    known = History("bot", blocked="carol has a review pending")

    post = plan()(known)

    assert post.comments == ()
    assert all(key in post.summary for key in KEYS)
    assert "carol has a review pending" in post.summary
    assert len(plan()(replace(after(post), blocked="")).comments) == 3


def test_what_github_refused_is_in_the_body_and_in_full_in_the_summary():
    post = plan()(History("bot", refused="GitHub refused it"))

    assert (post.comments, post.told) == ((), (KEYS[0], KEYS[1], KEYS[3]))
    assert all(key in post.body for key in post.told)
    assert all(key in post.summary for key in KEYS)
    assert plan()(History("bot", told=frozenset(post.told))).comments == ()


def test_a_body_has_room_for_what_it_has_and_counts_the_rest():
    many = "".join(f"v{n} = eval(x)\n" for n in range(100))
    files = {
        "a.py": PullFile("a.py", None, "@@ -0,0 +1,100 @@\n+" + many[:-1].replace("\n", "\n+"))
    }
    found = [
        replace(f, message="word " * 2000, remedy="way " * 2000) for f in weaknesses("a.py", many)
    ]

    post = Plan(review(found), Severity.HIGH, files)(History("bot", refused="no"))

    assert len(post.body) < 63_000
    assert "more findings: in the summary" in post.body


def claim(quote="low = eval(four)"):
    where = FOUND[3].location
    return Claim("safety", Concern.SAFETY, where, quote, "It runs input.", "Call it.")


def test_claims_stand_at_lines_only_if_asked_for_and_behind_all_findings():
    made = review(claims=(claim(),))

    assert claim_key(claim()) not in keys(plan(made)(History("bot")))
    assert keys(plan(made, unproven_inline=True)(History("bot")))[-1] == claim_key(claim())


@pytest.mark.parametrize(
    ("fresh", "argued", "gone"),
    [(None, True, True), ({"b.py"}, True, True), ({"a.py"}, True, False), (None, False, False)],
)
def test_a_claim_is_gone_only_if_critics_looked_at_its_file_again(fresh, argued, gone):
    turns = (Turn(Phase.PREEMPTIVE, 1, "safety", "Nothing."),) if argued else ()
    known = History("bot", posted=posted(claim_key(claim()), kind="claim", path="b.py"))

    post = plan(review(dialogue=turns), fresh=None if fresh is None else frozenset(fresh))(known)

    assert bool(post.gone) is gone


def test_a_disputed_claim_is_no_claim():
    made = review(claims=(replace(claim(), status=ClaimStatus.DISPUTED),))

    assert claim_key(claim()) not in keys(plan(made, unproven_inline=True)(History("bot")))


def test_changes_are_asked_for_once_and_not_of_oneself():
    asking = plan(request_changes=True)

    assert asking(History("bot")).request_changes
    assert not asking(History("bot", requests=(7,))).request_changes
    assert not plan(request_changes=True, author="bot")(History("bot")).request_changes
    assert not plan()(History("bot")).request_changes
    assert plan(review(()), request_changes=True)(History("bot", requests=(7,))).take_back == (7,)
    assert asking(History("bot", requests=(7,))).take_back == ()


def test_the_summary_keeps_what_was_folded_within_githubs_limit():
    folded = frozenset(range(10**9, 10**9 + 20_000))

    post = plan()(History("bot", summary=Comment(1, "n", ME, "old", "u", ""), folded=folded))

    kept = markers.summary(post.summary)[0].folded
    assert len(post.summary) < 65_536
    assert kept == tuple(sorted(folded)[-len(kept) :])
    assert len(kept) > 1_000


def test_a_new_dialogue_on_the_same_head_is_told():
    first = after(plan()(History("bot")))
    argued = review(dialogue=(Turn(Phase.PREEMPTIVE, 1, "safety", "It runs input."),))

    post = plan(argued)(first)

    assert "It runs input" in post.summary
    assert post.comments == ()
