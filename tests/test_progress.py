"""Progress: a line that is drawn over on a terminal, plain lines elsewhere."""

import io
import time

import pytest

from indict_review.events import Ended, Started, Transferred, Writing
from indict_review.progress import _Now, drawn


def text_of(line):
    return "".join(span.text for span in line.body)


def test_elsewhere_each_step_is_a_line_when_it_begins_and_when_it_ends():
    out = io.StringIO()

    with drawn(out, is_live=False, colour=False) as hear:
        hear(Started("semgrep"))
        hear(Ended("semgrep", 0.31, "2 findings"))
        hear(Started("safety critic"))
        hear(Writing("safety critic", 120, 10.0))
        hear(Ended("safety critic", 75.2, ""))

    assert out.getvalue().splitlines() == [
        "semgrep …",
        "semgrep: 2 findings (0.3 s)",
        "safety critic …",
        "safety critic (1 min 15 s)",
    ]


def test_elsewhere_a_download_is_told_by_tenths():
    out = io.StringIO()

    with drawn(out, is_live=False, colour=False) as hear:
        for done in range(0, 1_000_000_001, 1_000_000):
            hear(Transferred("model", done, 1_000_000_000))

    lines = out.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0] == "model: 10% of 1,000 MB"
    assert lines[-1] == "model: 100% of 1,000 MB"


def test_elsewhere_nothing_but_text_is_written():
    out = io.StringIO()

    with drawn(out, is_live=False, colour=True, unicode=False) as hear:
        hear(Started("a\x1b[2Jb\u202ec\nd"))

    assert out.getvalue() == "a\\x1b[2Jb<U+202E>c d ...\n"


def test_the_line_says_who_is_at_work_how_fast_and_for_how_long():
    now = _Now(iter([100.0, 112.0, 112.5]).__next__)

    now.hear(Started("safety critic, round 1"))
    now.hear(Writing("safety critic, round 1", 144, 12.0))

    assert text_of(now.line()) == "safety critic, round 1 · 144 tokens, 12 a second · 12.0 s"


def test_the_step_inside_another_is_the_one_shown():
    now = _Now(lambda: 0.0)

    now.hear(Started("preemptive dialogue"))
    now.hear(Started("helpfulness critic"))
    assert text_of(now.line()).startswith("helpfulness critic")
    now.hear(Ended("helpfulness critic", 1.0, ""))
    assert text_of(now.line()).startswith("preemptive dialogue")
    now.hear(Ended("preemptive dialogue", 1.0, ""))
    assert text_of(now.line()) == ""


def test_a_resumed_download_counts_only_what_came_now():
    now = _Now(iter([0.0, 10.0]).__next__)

    now.hear(Transferred("model", 500_000_000, 1_000_000_000))
    now.hear(Transferred("model", 600_000_000, 1_000_000_000))

    line = text_of(now.line())
    assert "━" * 14 + "─" * 10 in line
    assert " 60% of 1,000 MB · 10.0 MB/s · 10.0 s" in line


def test_a_download_of_nothing_is_done():
    now = _Now(lambda: 0.0)
    now.hear(Transferred("empty", 0, 0))

    assert "100%" in text_of(now.line())


def live(out, error=None):
    with drawn(out, is_live=True, colour=False) as hear:
        hear(Started("safety \x1b[31mcritic"))
        deadline = time.monotonic() + 5
        while "safety" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.05)
        if error:
            raise error


@pytest.mark.parametrize("error", [None, KeyboardInterrupt()])
def test_the_line_is_gone_and_the_cursor_back_whatever_happens(error):
    out = io.StringIO()

    if error:
        with pytest.raises(KeyboardInterrupt):
            live(out, error)
    else:
        live(out)

    written = out.getvalue()
    assert "safety ␛[31mcritic" in written
    assert "\x1b[31m" not in written
    assert written.index("\x1b[?25l") < written.rindex("\x1b[?25h")
    # The last thing done to the line is to erase it.
    assert "\x1b[2K" in written[written.rindex("critic") :]
