"""How far a run is and how long the rest takes, as it is drawn; and `bench list`."""

import io
import json

import pytest

from indict_review.bench.engines.interface import Drafted, Failed, Task
from indict_review.bench.interface import Answer, Answered, Look, Sample, Write
from indict_review.bench.runs.progress import Progress
from indict_review.bench.runs.watching import _Log, _Now, drawn, minutes
from indict_review.bench.strategies.table import STRATEGIES
from indict_review.bench.suites.table import SUITES
from indict_review.cli import run
from indict_review.formats.interface import Look as Style
from indict_review.review import Usage

WRITES = Sample("s", "w", "task", Write("a.py"))
LOOKS = Sample("s", "l", "task", Look(b""))
BOTH = ("direct", "indict-review")


def answer(seconds, tokens=1):
    return Answer(usage=Usage(1, tokens, 0, tokens), seconds=seconds)


def text_of(line):
    return "".join(span.text for span in line.body)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def expecting(count, sample=WRITES, strategies=BOTH, draft=None):
    progress = Progress(count * len(strategies), clock=Clock())
    progress.expect([Task(sample, strategies, draft)] * count)
    return progress


def written(progress, direct=2.0, review=10.0):
    draft = answer(direct, 5)
    progress.hear(Drafted(WRITES, draft))
    progress.hear(Answered(WRITES, "direct", draft, draft))
    whole = Answer(usage=draft.usage + Usage(3, 7, 0, 8), seconds=direct + review)
    progress.hear(Answered(WRITES, "indict-review", whole, draft))


def test_no_time_is_named_before_each_strategy_was_seen():
    progress = expecting(3)
    assert progress.seconds_left(1) is None
    progress.hear(Drafted(WRITES, answer(2.0)))

    assert progress.seconds_left(1) is None


def test_the_time_left_is_what_is_left_of_each_at_its_mean():
    progress = expecting(5)
    written(progress, direct=2.0, review=10.0)
    written(progress, direct=4.0, review=20.0)

    assert progress.seconds_left(1) == pytest.approx(3 * 3.0 + 3 * 15.0)
    assert progress.seconds_left(3) == pytest.approx((3 * 3.0 + 3 * 15.0) / 3)
    assert progress.seconds_left(64) == progress.seconds_left(3)  # three are left


def test_a_draft_is_counted_once_in_time_and_in_cost():
    progress = expecting(1)
    written(progress)

    assert progress.spent == Usage(4, 12, 0, 13)
    assert {name: (s.left, s.seconds) for name, s in progress.steps.items()} == {
        "direct": (0, [2.0]),
        "indict-review": (0, [10.0]),
    }
    assert progress.seconds_left(1) == 0


def test_a_draft_that_was_kept_is_not_waited_for():
    kept = answer(100.0)
    progress = expecting(2, strategies=("indict-review",), draft=kept)
    progress.hear(Answered(WRITES, "indict-review", answer(130.0), kept))

    assert progress.seconds_left(1) == pytest.approx(30.0)


def test_what_failed_is_not_left_costs_and_has_no_time():
    progress = expecting(2, sample=LOOKS)
    progress.hear(Answered(LOOKS, "direct", answer(2.0)))
    progress.hear(Failed(LOOKS, "indict-review", "no", Usage(2, 9, 0, 1)))

    assert progress.seconds_left(1) is None  # nobody has seen the other strategy yet
    assert progress.spent == Usage(3, 10, 0, 2)
    progress.hear(Answered(LOOKS, "direct", answer(4.0)))
    progress.hear(Failed(LOOKS, "indict-review", "no"))
    assert progress.seconds_left(1) == 0


def log(width=100, unicode=True):
    stream = io.StringIO()
    clock = Clock()
    return _Log(stream, Style(width=width, unicode=unicode), 1, clock), stream, clock


def test_a_log_has_a_line_for_five_percent_and_not_for_each_answer():
    lines, stream, _ = log()
    progress = Progress(1000, clock=Clock())
    for progress.done in range(1001):
        lines.hear(progress, None)
    told = stream.getvalue().splitlines()

    assert len(told) == 21
    assert told[:2] == ["0 of 1,000 (0%) · 0 s", "50 of 1,000 (5%) · 0 s"]
    assert told[-1] == "1,000 of 1,000 (100%) · 0 s"


def test_a_slow_log_has_a_line_a_minute():
    lines, stream, clock = log()
    progress = Progress(1000, clock=clock)
    for progress.done in range(41):
        clock.now += 20.0
        lines.hear(progress, None)

    assert len(stream.getvalue().splitlines()) == 14


def test_a_log_is_plain_text_whatever_the_terminal():
    stream = io.StringIO()
    progress = expecting(2)
    written(progress)
    progress.done = 2
    with drawn(stream, Style(colour=True, unicode=False), 1, is_live=False) as watch:
        watch(progress, None)

    assert stream.getvalue() == "2 of 4 (50%) - 0 s - about 12 s left\n"


def test_the_bar_fills_and_says_what_failed():
    now = _Now(1)
    assert text_of(now.line()) == ""
    progress = expecting(4)
    written(progress)
    progress.done = 4
    progress.failed.append(Failed(LOOKS, "direct", "no"))
    now.hear(progress, None)

    assert text_of(now.line()) == (
        "━" * 12 + "─" * 12 + " 4 of 8 (50%) · 1 failed · 0 s · about 36 s left"
    )


def test_a_terminal_is_left_clean():
    stream = io.StringIO()
    with drawn(stream, Style(width=60), 1, is_live=True) as watch:
        watch(expecting(4), None)
    text = stream.getvalue()

    assert "0 of 8 (0%)" in text
    assert "\x1b[2K" in text  # erased
    assert not any(code in text for code in ("\x1b[3", "\x1b[1m"))  # no colour was asked for


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.4, "0 s"), (59, "59 s"), (61, "1 min"), (3599, "60 min"), (3600, "1 h 00 min"),
     (5400, "1 h 30 min"), (90061, "25 h 01 min")],
)  # fmt: skip
def test_time_is_told_as_people_need_it(seconds, told):
    assert minutes(seconds) == told


def test_the_list_names_every_suite_and_strategy_and_fits_a_terminal(capsys):
    assert run(["bench", "list"]) == 0
    text = capsys.readouterr().out

    assert max(map(len, text.splitlines())) <= 100
    for suite in SUITES.values():
        assert suite.name in text
        assert suite.about.licence in text
    assert all(name in text for name in STRATEGIES)
    assert "--data" in text


def test_the_list_is_there_for_programs_too(capsys):
    assert run(["bench", "list", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert [suite["name"] for suite in told["suites"]] == list(SUITES)
    assert {"published", "licence", "size", "data", "measures"} <= set(told["suites"][0])
    assert [s["name"] for s in told["strategies"]] == list(STRATEGIES)
