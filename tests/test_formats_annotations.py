"""Workflow commands: GitHub's limits, and what a change could slip in."""

import re
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from indict_review.evidence import Severity, Side, Skipped
from indict_review.formats import FORMATS, Look
from tests.samples import SAMPLES, blocking, clean, dismissed, location, stricter
from tests.test_formats import poisoned

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-zA-Z]+=[^,:\r\n]*,?)+)::([^\r\n]*)")


def shown(review, **look):
    return FORMATS["annotations"](review, Look(**look))


def commands(review, **look):
    """(level, properties, message) as the runner reads them."""
    lines = shown(review, **look).removesuffix("\n").split("\n")
    assert not lines[0].startswith((":", "#"))
    read = []
    for line in lines[1:]:
        level, properties, message = COMMAND.fullmatch(line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        read.append((level, {k: unescaped(v) for k, v in pairs.items()}, unescaped(message)))
    return read


def unescaped(text):
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def findings(count, severity):
    finding = replace(blocking().findings[0], severity=severity)
    return tuple(replace(finding, fingerprint=f"{severity.value}{n}") for n in range(count))


def test_a_clean_review_annotates_nothing():
    assert shown(clean()) == "indict-review pass: no findings; 1 of 1 file reviewed\n"


def test_properties_and_messages_are_escaped_as_the_runner_reads_them():
    finding = blocking().findings[0]
    where = replace(finding.location, path="a,b:c%.py")
    finding = replace(finding, location=where, title="1,2:3%", message="100%: a, b\r\n::error::c")

    [(level, properties, message)] = commands(replace(blocking(), findings=(finding,)))

    assert level == "error"
    assert properties == {
        "file": "a,b:c%.py", "line": "11", "endLine": "12", "title": "1,2:3% (CWE-89)",
    }  # fmt: skip
    assert message.startswith("100%: a, b ::error::c\nRemedy: ")


@settings(max_examples=50, deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("\r\n:,%#[]=\x85\u2028"))),
       st.sampled_from(list(SAMPLES)))  # fmt: skip
@example("\n::stop-commands::x\n##[error]\r::set-output name=a::b", "blocking")
@example("%0A::add-mask::x", "dismissed")
def test_no_line_of_a_change_is_a_command(text, sample):
    commands(poisoned(SAMPLES[sample](), text))


def test_what_blocks_is_an_error_and_what_does_not_is_none():
    review = replace(blocking(), findings=findings(1, Severity.MEDIUM) + findings(1, Severity.LOW))

    assert [c[0] for c in commands(review)] == ["warning", "notice"]
    assert [c[0] for c in commands(review, fail_on=Severity.LOW)] == ["error", "error"]
    assert [c[0] for c in commands(stricter())] == ["error"]


def test_a_skipped_step_is_a_warning():
    read = commands(replace(clean(), skipped=(Skipped("semgrep", "it is not here"),)))

    assert read == [("warning", {"title": "Not run: semgrep"}, "it is not here")]


def test_dismissed_findings_are_told_in_a_notice():
    [(level, properties, message)] = commands(dismissed())

    assert level == "notice"
    assert properties["title"] == "indict-review: no findings; 2 dismissed; 1 of 2 files reviewed"
    assert "ledger, ada, until 2027-01-31: only the nightly job calls it" in message
    assert "inline, nosec B602" in message


def test_no_level_has_more_than_ten_and_the_rest_is_counted():
    review = replace(
        blocking(),
        findings=findings(13, Severity.LOW)
        + findings(11, Severity.MEDIUM)
        + findings(12, Severity.HIGH),
        skipped=(Skipped("semgrep", "it is not here"),) * 2,
    )

    read = commands(review)

    levels = [level for level, _, _ in read]
    assert {level: levels.count(level) for level in levels} == {
        "error": 10, "warning": 10, "notice": 10,
    }  # fmt: skip
    # 11 + 2 warnings, 12 errors, and 13 notices of which one has to give way to the last.
    assert "not shown: 2 errors, 3 warnings, 4 notices, for GitHub" in read[-1][2]
    assert any(p["title"] == "Not run: semgrep" for _, p, _ in read)


def test_ten_of_a_level_need_no_last_notice():
    assert len(commands(replace(blocking(), findings=findings(10, Severity.LOW)))) == 10


def test_a_finding_in_the_base_is_shown_at_the_head_and_says_where_it_was():
    finding = blocking().findings[0]
    where = replace(location("import sqlite3\n", "app/users.py", 5, 5), side=Side.LEFT)

    [(_, properties, message)] = commands(
        replace(blocking(), findings=(replace(finding, location=where),))
    )

    assert properties["line"] == "6"  # `return sqlite3.connect(path)`, one line further down
    assert "(before the change, line 5)" in message
