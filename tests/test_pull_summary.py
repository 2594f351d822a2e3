"""The sticky comment: all of the review that stands at no line, and nothing where nothing is."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indict_review.critique import Phase, Turn
from indict_review.evidence import Severity, Skipped
from indict_review.publishers import markers
from indict_review.publishers.summary import Told, summary
from tests.rendering import hostile, said_by_nobody_else, tokens
from tests.samples import (
    SAMPLES,
    SHELL,
    SQL,
    USERS_AFTER,
    blocking,
    clean,
    dismissed,
    harmful,
    incomplete,
    revised,
)
from tests.test_formats import poisoned

COMMENT = 65_536
"""Characters that GitHub takes."""
SNAPSHOTS = Path(__file__).parent / "snapshots"
PLACE = "https://github.com/octo/demo/pull/7#discussion_r"
BOTH = {SQL: f"{PLACE}1", SHELL: f"{PLACE}2"}


def shown(review, fail_on=Severity.HIGH, **told):
    return summary(review, fail_on, Told(**told))


MUCH_TOLD = Told(
    comments={SQL: f"{PLACE}1", SHELL: None},
    since="a" * 40,
    new=frozenset({SQL}),
    resolved=2,
    notes=("@ada may not push, so her dismissal does not count",),
    reported=("3 passed, 1 failed: </details> @x",),
)


@pytest.mark.parametrize("sample", ["blocking", "incomplete", "revised", "harmful", "dismissed"])
def test_the_summary_is_as_it_was(sample):
    told = MUCH_TOLD if sample == "blocking" else Told()
    text = summary(SAMPLES[sample](), Severity.HIGH, told)

    kept = SNAPSHOTS / f"{sample}.summary.md"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.write_text(text + "\n")
    assert text + "\n" == kept.read_text()
    said_by_nobody_else(text, ("https://cwe.mitre.org/", PLACE))


def test_where_there_is_nothing_to_say_nothing_is_said():
    assert shown(clean(), notes=("x",)) == ""


@pytest.mark.parametrize(
    ("review", "told"),
    [
        (clean(), {"resolved": 1}),
        (replace(clean(), skipped=(Skipped("semgrep", "it is gone"),)), {}),
        (dismissed(), {}),
        (harmful(), {}),
        (replace(clean(), claims=blocking().claims), {}),
        (replace(revised(), findings=()), {}),
    ],
)
def test_what_a_person_has_to_know_is_said(review, told):
    assert shown(review, **told)


def test_the_marker_is_first_and_keeps_what_was_reviewed():
    text = shown(blocking())

    assert text.startswith(markers.of_summary() + "\n\n## indict-review: fail\n")
    assert markers.is_summary(text)


def test_each_finding_is_in_the_table_worst_first_with_its_place():
    text = shown(blocking(), comments=BOTH)

    rows = [line for line in text.split("\n") if line.startswith("| **")]
    assert len(rows) == 2
    assert rows[0].startswith("| **critical** | Command injection (CWE-78) | [`app/users.py:17`](")
    assert f"({PLACE}1) | verified |" in rows[1]
    assert "###" not in text.split("| verified |")[0]


def test_what_has_no_comment_stands_in_full():
    text = shown(blocking(), comments={SHELL: None})

    assert "### HIGH: SQL injection" in text
    assert "```diff\n-    query" in text
    assert f"`{SQL}`" in text
    assert "### CRITICAL" not in text
    assert "| **critical** | Command injection (CWE-78) | `app/users.py:17` |" in text


def test_an_address_that_is_none_is_no_link():
    for url in ("javascript:x", "https://x.y/)[a](b", "https://x.y z", "//x.y"):
        text = shown(blocking(), comments={SQL: url, SHELL: None}, revision_url=url)
        assert not any(t.type == "link_open" for t in tokens(text))


def test_from_run_to_run_it_says_what_changed():
    text = shown(blocking(), comments=BOTH, resolved=3, since="abc123" * 7, new=frozenset({SQL}))

    assert "3 earlier findings resolved." in text
    assert "Critics looked at what is new since `abc123abc123`, tools at all of it." in text
    assert text.count(", new |") == 1


def test_reported_tests_and_notes_are_text():
    text = shown(blocking(), notes=("@ada ![i](//c)",), reported=("1 failed: @x <b>",))

    assert "- Note: `@ada` `![i](//c)`" in text
    assert "### Tests\n\n- Reported: 1 failed: `@x` `<b>`" in text


def test_without_a_model_it_says_so():
    assert "No model took part: tools only." in shown(dismissed())
    assert "Model `local`: 9 calls" in shown(blocking())


def test_it_says_how_to_dismiss_where_there_is_something_to_dismiss():
    assert "replies `/indict dismiss reason`" in shown(blocking())
    assert "/indict dismiss" not in shown(dismissed())


def test_a_larger_revision_can_be_copied_and_applied(tmp_path):
    (tmp_path / "app").mkdir()
    target = tmp_path / "app" / "users.py"
    target.write_text(USERS_AFTER)
    review = revised()

    text = shown(review, comments={SQL: None})
    (patch,) = (t.content for t in tokens(text) if t.type == "fence" and t.info == "diff")
    subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=tmp_path, check=True)

    assert target.read_text() == review.revision.tree.text("app/users.py")
    assert "`git apply` takes it" in text


@pytest.mark.parametrize("change", ["x\u202ey", "<secret-1>", "y" * 10_000])
def test_a_patch_that_is_not_what_was_verified_is_not_to_be_copied(change):
    review = revised()
    made = replace(review.revision, patch=review.revision.patch + f"# {change}\n")

    text = shown(replace(review, revision=made), comments={SQL: None})

    assert "git apply" not in text
    assert "Not shown to the letter." in text
    assert "`indict-review apply review.json` has all of it" in text


def test_a_branch_with_the_revision_is_linked_in_its_place():
    url = "https://github.com/octo/demo/pull/8"

    text = shown(revised(), comments={SQL: None}, revision_url=url)

    assert f"[a pull request against this one]({url})" in text
    assert "```" not in text


def test_a_harmful_task_gets_no_code():
    review = replace(revised(), task_assessment=harmful().task_assessment)
    text = shown(review)

    assert "withheld: the task is harmful" in text
    assert "diff" not in text


def test_what_the_critics_said_is_folded():
    text = shown(incomplete())

    assert "<details><summary>What the critics said, in 1 turn</summary>\n\n- **safety**," in text


@settings(max_examples=60, deadline=None)
@given(hostile(), st.sampled_from(["blocking", "incomplete", "revised", "harmful", "dismissed"]))
@example("@admin </details> | a | b |\n<!-- indict-review:summary -->", "blocking")
@example("@all ![i](//c) <img src=x> https://d www.e.f #1 o/r#2 GH-3 [a](b)", "revised")
@example("```\n</details>\n# no\n@all\n````\n", "dismissed")
@example("::error::x\n||\n|---|\n| deadbeef1 me@here.org :smile: $x$ &#64;y", "blocking")
def test_nothing_of_a_change_breaks_out(text, sample):
    review = poisoned(SAMPLES[sample](), text)
    told = Told(
        comments={f.fingerprint: text for f in review.findings[:1]},
        since=text,
        notes=(text,),
        revision_url=text,
        reported=(text,),
    )

    said = summary(review, Severity.HIGH, told)

    said_by_nobody_else(said)
    count = [t.type for t in tokens(said)].count("td_open")
    assert count == 4 * len(review.findings)


@pytest.mark.parametrize("noise", ["x", "`", "@ ", "\u200b", "\U0001f4a9", "\U000e0100"])
@pytest.mark.parametrize("inline", [True, False])
def test_it_fits_and_says_what_does_not(noise, inline):
    review = blocking()
    finding = review.findings[0]
    many = tuple(
        replace(
            finding,
            fingerprint=f"{n:016x}",
            message=noise * 3000,
            location=replace(finding.location, path=noise * 300),
        )
        for n in range(200)
    )
    worst = replace(finding, severity=Severity.CRITICAL, title="The worst")
    loud = replace(
        review,
        findings=(*many, worst),
        skipped=tuple(Skipped(noise * 500, noise * 5000) for _ in range(100)),
        dismissed=tuple(replace(dismissed().dismissed[0], finding=each) for each in many),
        dialogue=tuple(Turn(Phase.PREEMPTIVE, 1, "safety", noise * 3000) for _ in range(90)),
        claims=tuple(replace(review.claims[1], text=noise * 3000) for _ in range(90)),
        doubts=tuple(replace(review.claims[1], text=noise * 3000) for _ in range(90)),
        revision=replace(
            review.revision, patch=f"+{noise * 300}\n" * 500, tree=revised().change.after
        ),
        notes=tuple(noise * n for n in range(500, 600)),
        coverage=dict.fromkeys([noise * n for n in range(90)], clean().coverage["app/users.py"]),
    )
    comments = {f.fingerprint: None for f in many} if inline else {}

    text = shown(loud, comments=comments, notes=loud.notes, reported=loud.notes)

    assert len(text) < COMMENT - 500
    assert "| **critical** | The worst" in text
    assert "### CRITICAL: The worst" in text
    assert "more findings, left out for want of room" in text
    assert "/indict dismiss fingerprint reason` here" in text.splitlines()[-1]


def test_what_critics_said_before_is_told_on_once_and_bounded():
    first = summary(blocking(), Severity.HIGH, Told())
    said = markers.argued(first)
    assert "### Unproven" in said
    assert "What the critics said" in said

    quiet = replace(blocking(), claims=(), dialogue=())
    second = summary(quiet, Severity.HIGH, Told(earlier=said))
    assert said in markers.argued(second)
    assert markers.argued(first) == markers.argued(summary(blocking(), Severity.HIGH, Told()))

    long = summary(quiet, Severity.HIGH, Told(earlier="x" * 20_000))
    assert "left out for want of room" in markers.argued(long)
    assert markers.argued(summary(quiet, Severity.HIGH, Told())) == ""
