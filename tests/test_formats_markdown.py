"""Markdown: what a person reads, and what nothing of a change can do to it."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indict_review.evidence import Severity, Skipped
from indict_review.finding import Suggestion
from indict_review.formats import FORMATS, Look
from indict_review.formats.markup import Pen
from tests.rendering import tokens
from tests.samples import SAMPLES, blocking, clean, dismissed, harmful, revised, stricter
from tests.test_formats import poisoned

COMMENT = 65_536
"""Characters that GitHub takes."""


def shown(review, **look):
    return FORMATS["markdown"](review, Look(**look))


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("`````~~~<>[]()!*_#@&|\\:/.-+=1 \n\n\t$x"),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, st.sampled_from(list(SAMPLES)))
@example(
    "`@admin` ``x`` [a](http://b) ![i](//c) <img src=x> https://d www.e.f #1 o/r#2 GH-3", "blocking"
)
@example("```\n</details>\n# no\n@all\n````\n", "dismissed")
@example("a_`b`c` `` ` ``` @x", "incomplete")
@example("deadbeef1 me@here.org :smile: $x$ &#64;y a|b *c* ~~d~~ \\@z", "harmful")
def test_nothing_of_a_change_breaks_out(text, sample):
    for token in tokens(shown(poisoned(SAMPLES[sample](), text))):
        if token.type == "link_open":
            assert token.attrs["href"].startswith("https://cwe.mitre.org/data/definitions/")
        if token.type == "html_block":
            for line in token.content.splitlines():
                assert line == "</details>" or line.startswith("<details><summary>")
        assert token.type not in {"image", "html_inline", "code_block", "s_open", "table_open"}
        if token.type == "text":
            assert not set(token.content) & set("@<>#[]&$_*|\\~`"), token.content
            assert "://" not in token.content
            assert "www." not in token.content.lower()


@given(HOSTILE)
@settings(max_examples=60, deadline=None)
@example("``` `` `")
@example(" ` ")
def test_code_and_prose_read_as_they_were_written(text):
    pen = Pen()
    words = " ".join(text.split())
    if not words.isprintable() or "<U+" in pen.code(words):
        return

    for written in (f"x {pen.code(words)} y", f"x {pen.prose(words)} y"):
        read = "".join(t.content for t in tokens(written) if t.type in {"text", "code_inline"})
        # Marks of code in prose are read as such, and touching spans are set apart.
        assert bare(read) == bare(f"x {words} y")


def bare(text):
    return text.replace("`", "").replace(" ", "")


def test_plain_words_stay_plain_and_marked_code_stays_code():
    assert Pen().prose("Call `f(x)`, then (see app.py): 50% done!") == (
        "Call `f(x)`, then (see app.py): 50% done!"
    )
    assert Pen().prose("see !12 and %3, gh-4, 0123abc.") == "see `!12` and `%3`, `gh-4`, `0123abc`."
    assert Pen().prose("ask @ada, or a_b.") == "ask `@ada`, or `a_b`."


def test_a_fence_is_longer_than_any_in_the_code():
    assert Pen().fence(["a", "````", "b"], "python").startswith("`````python\n")
    assert Pen().fence(["a"], "py\n@x").startswith("```\n")


def test_the_worst_comes_first_with_its_fix_and_the_receipt_folded():
    text = shown(blocking())

    assert text.startswith("## indict-review: fail\n\n**2 findings: 1 critical, 1 high;")
    assert text.index("### CRITICAL: Command injection") < text.index("### HIGH: SQL injection")
    assert '```diff\n-    subprocess.run(f"sqlite3' in text
    assert "<details><summary>Receipt</summary>" in text
    assert "Unproven" in text
    assert "Nobody uses" not in text


def test_dismissed_findings_are_counted_and_folded():
    text = shown(dismissed())

    assert "no findings; 2 dismissed" in text.lower()
    assert "<details><summary>2 findings dismissed</summary>" in text
    assert "Ledger, ada, until 2027-01-31: only the nightly job calls it" in text


def test_a_finding_that_blocks_only_in_its_folder_says_so():
    text = shown(stricter())

    assert "It blocks: `payments/` allows nothing from low on" in text
    assert "1 finding at or above low, which blocks in payments/" in text
    assert "`indict-review apply` puts the verified code" in text


def test_no_code_is_offered_for_a_harmful_task():
    review = replace(blocking(), task_assessment=harmful().task_assessment)

    assert "```diff" not in shown(review)
    assert "withheld: the task is harmful" in shown(review)


def test_a_revision_is_shown_only_when_the_fixes_do_not_tell_all():
    assert "+from pathlib import Path" in shown(revised())
    assert "the verified fixes, together" in shown(blocking())


def test_a_clean_review_is_three_lines():
    assert len(shown(clean()).split("\n\n")) == 3
    assert shown(clean()).endswith("\n\nNo model took part: tools only.\n")


def test_many_findings_begin_with_a_table_of_them():
    finding = blocking().findings[0]
    many = tuple(replace(finding, title=f"Weak | `{n}` ||") for n in range(4))

    found = tokens(shown(replace(blocking(), findings=many)))

    assert [t.type for t in found].count("td_open") == 4 * 4
    assert not any(t.type == "table_open" for t in tokens(shown(blocking())))


@pytest.mark.parametrize("noise", ["x", "`", "\u200b", "\U000e0100"])
def test_it_fits_into_a_comment_and_says_what_does_not(noise):
    finding = blocking().findings[0]
    long = Suggestion(11, 12, f"{noise * 500}\n" * 5000, finding.suggestion.receipt)
    many = tuple(
        replace(finding, fingerprint=f"{n:016}", message=noise * 5000, suggestion=long)
        for n in range(150)
    )
    skips = tuple(Skipped(noise * 500, noise * 5000) for _ in range(100))
    hidden = tuple(replace(dismissed().dismissed[0], finding=each) for each in many)
    worst = replace(finding, severity=Severity.CRITICAL, title="The worst")

    text = shown(replace(blocking(), findings=(*many, worst), skipped=skips, dismissed=hidden))

    assert len(text) < COMMENT
    assert text.count("\n### CRITICAL: The worst\n") == 1
    brief = text.count("\n### HIGH: SQL injection\n")
    assert f"... and {150 - brief} more findings, left out" in text
    assert "more, left out for want of room" in text
    assert "<summary>150 findings dismissed</summary>" in text
