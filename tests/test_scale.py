"""300 files and 20,000 lines: nothing is dropped, limits are kept, what is cut is counted."""

import re
import time

import pytest

from indict_review.publishers import markers
from tests.github_stand_in import StandIn
from tests.pulling import Demo

FILES, LINES = 300, 70
WEAK = {20: "low", 60: "high"}
"""Two findings in each file."""


def text(n: int) -> str:
    rows = [f"value_{n}_{k} = compute({n}, {k})" for k in range(LINES)]
    for at, kind in WEAK.items():
        rows[at] = f"{kind}_{n}_{at} = eval(argument)"
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with StandIn() as hub:
        files = {f"pkg{n % 20:02}/m{n:03}.py": text(n) for n in range(FILES)}
        yield Demo.begin(hub, tmp_path_factory.mktemp("scale") / "repo", files)
        assert hub.invalid == []


@pytest.fixture(scope="module")
def posted(demo):
    plan, known, desk = demo.prepared()
    began = time.process_time()
    plan(known)
    assert time.process_time() - began < 3  # planning, alone
    return demo.send(plan, known, desk)


def test_every_finding_is_in_a_comment_or_in_the_summary_or_counted_there(demo, posted):
    findings = demo.last.review.findings
    body = demo.stickies()[0].body
    said = {markers.key(remark.body) for remark in demo.ours()}
    # Of a table only what it links to is told elsewhere; what stands below it is told here.
    below = body[body.rindex("\n| ") :]
    told = {f.fingerprint for f in findings if f.fingerprint in below}
    left_out = int(re.search(r"\*\*\.\.\. and (\d+) more findings, left out", body)[1])

    assert len(findings) == 2 * FILES
    assert posted.notes == ()
    assert posted.comments == len(said) == 100
    assert said <= {f.fingerprint for f in findings}
    assert not said & told
    assert len(told) > 20
    assert len(said) + len(told) + left_out == len(findings)
    assert f"{FILES * 2} findings" in body


def test_the_worst_are_at_their_lines(demo, posted):
    at_lines = {markers.key(remark.body) for remark in demo.ours()}
    severities = [f.severity.value for f in demo.last.review.findings if f.fingerprint in at_lines]

    assert severities == ["high"] * 100


def test_all_limits_of_size_are_kept(demo, posted):
    seen = demo.seen
    (check,) = seen.checks

    assert len(check.annotations) == 2 * FILES
    assert len(check.summary) <= 65_535
    assert max(len(c.body) for c in (*seen.comments, *seen.remarks, *seen.reviews)) <= 65_536
    sent = [r.body["output"] for r in demo.hub.requests if r.body and "output" in r.body]
    assert [len(each["annotations"]) for each in sent] == [50] * (2 * FILES // 50)


def test_a_second_run_posts_nothing(demo, posted):
    demo.hub.requests.clear()

    assert demo.run().comments == 0
    assert demo.writes() == []
