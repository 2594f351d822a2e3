"""The check run: what is green, what is not, and what a person reads of it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indict_review.change import Coverage, FileChange, Status
from indict_review.evidence import Severity, Side, Skipped
from indict_review.publishers.check import MOST, check
from indict_review.review import Accounts, Usage
from indict_review.scope import Paths
from tests.rendering import hostile
from tests.samples import SAMPLES, blocking, clean, dismissed, harmful, incomplete, stricter
from tests.test_formats import is_space, poisoned

SNAPSHOTS = Path(__file__).parent / "snapshots"


def made(review, fail_on=Severity.HIGH):
    return check(review, fail_on)


def covering(**how):
    """A clean review whose files were looked at like that."""
    files = tuple(FileChange(path, None, Status.ADDED, None, 1, 0) for path in how)
    coverage = {path: each for path, each in how.items() if each}
    return replace(clean(), change=replace(clean().change, files=files), coverage=coverage)


@pytest.mark.parametrize("sample", ["clean", "blocking", "incomplete"])
def test_the_check_is_as_it_was(sample):
    run = made(SAMPLES[sample]())
    notes = "\n".join(map(repr, run.annotations))
    text = f"{run.conclusion}\n{run.title}\n\n{run.summary}\n{notes}\n"

    kept = SNAPSHOTS / f"{sample}.check.md"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.write_text(text)
    assert text == kept.read_text()


@pytest.mark.parametrize(
    ("review", "conclusion", "title"),
    [
        (clean(), "success", "Passed: no findings; 1 of 1 file reviewed"),
        (dismissed(), "success", "Passed: no findings; 2 dismissed; 1 of 2 files reviewed"),
        (incomplete(), "neutral", "Incomplete: 1 finding, medium; 0 of 1 file reviewed"),
        (blocking(), "failure", "Blocked: 2 findings: 1 critical, 1 high; 1 of 2 files reviewed"),
        (stricter(), "failure", "Blocked: 1 finding, medium; 1 of 1 file reviewed"),
        (harmful(), "failure", "Harmful task: no findings; 1 of 1 file reviewed"),
    ],
)
def test_the_conclusion_follows_the_verdict_and_the_title_says_it(review, conclusion, title):
    assert (made(review).conclusion, made(review).title) == (conclusion, title)


@pytest.mark.parametrize(
    ("how", "conclusion"),
    [
        ({"a": Coverage.REVIEWED}, "success"),
        ({"a": Coverage.REVIEWED, "b": Coverage.NOT_APPLICABLE}, "neutral"),
        ({"a": Coverage.REVIEWED, "b": Coverage.SKIPPED}, "neutral"),
        ({"a": Coverage.REVIEWED, "b": None}, "neutral"),
        ({"a": Coverage.NOT_APPLICABLE}, "neutral"),
        ({"a": None}, "neutral"),
        ({}, "neutral"),
    ],
)
def test_it_is_green_only_if_something_was_looked_at_and_nothing_was_missed(how, conclusion):
    assert made(covering(**how)).conclusion == conclusion


def test_a_review_that_looked_at_nothing_says_so():
    assert made(covering(a=Coverage.NOT_APPLICABLE)).title == (
        "Nothing here that a tool covers: no findings; 0 of 1 file reviewed"
    )


def test_what_the_settings_leave_out_and_what_has_no_lines_may_go_unseen():
    review = covering(a=Coverage.REVIEWED, b=Coverage.NOT_APPLICABLE, c=Coverage.NOT_APPLICABLE)
    *files, picture = review.change.files
    files.append(replace(picture, added=0, binary=True))
    review = replace(review, change=replace(review.change, files=tuple(files)))

    assert made(review).title.startswith("Nothing blocks, and no tool looked at 1 file")
    assert check(review, Severity.HIGH, Paths(exclude=("b",))).conclusion == "success"


def test_a_skip_never_hides_what_blocks():
    review = replace(blocking(), skipped=(Skipped("tests", "docker is not running"),))

    assert made(review).conclusion == "failure"


def test_annotations_are_at_their_lines_the_worst_first():
    shell, sql = made(blocking()).annotations

    assert (shell.path, shell.start_line, shell.end_line) == ("app/users.py", 17, 17)
    assert (sql.start_line, sql.end_line, sql.level) == (11, 12, "failure")
    assert shell.title == "Command injection (CWE-78)"
    assert "Remedy: Pass a list of arguments" in shell.message


def test_the_level_tells_what_blocks():
    assert made(incomplete()).annotations[0].level == "warning"
    assert made(incomplete(), Severity.LOW).annotations[0].level == "failure"
    low = replace(incomplete().findings[0], severity=Severity.LOW)
    assert made(replace(incomplete(), findings=(low,))).annotations[0].level == "notice"


def test_a_deleted_line_is_annotated_where_it_was_taken_out():
    finding = blocking().findings[0]
    where = replace(finding.location, start_line=2, end_line=3, side=Side.LEFT)

    (note,) = made(replace(blocking(), findings=(replace(finding, location=where),))).annotations

    assert note.start_line == note.end_line
    assert "(before the change, line 2)" in note.message


def test_the_same_outcome_has_the_same_name_whatever_it_cost():
    dearer = replace(blocking(), accounts=Accounts({"actor": "x"}, Usage(1, 2, 3, 4, 5.0), 6.0))

    assert made(dearer).external_id == made(blocking()).external_id
    assert made(dearer).summary != made(blocking()).summary
    assert made(blocking(), Severity.CRITICAL).external_id != made(blocking()).external_id
    assert made(clean()).external_id != made(dismissed()).external_id


def test_a_thousand_annotations_are_the_most_and_the_rest_is_counted():
    finding = blocking().findings[0]
    many = tuple(replace(finding, fingerprint=f"{n:016x}") for n in range(MOST + 7))

    run = made(replace(blocking(), findings=many))

    assert len(run.annotations) == MOST
    assert run.summary.endswith("7 findings without an annotation: 1,000 are the most.\n")


@settings(max_examples=50, deadline=None)
@given(hostile(), st.sampled_from(["blocking", "incomplete", "stricter"]))
@example("\x1b]8;;\x07\ud800\u202e\n::error::", "blocking")
@example("\U000e0100" * 40, "incomplete")
def test_annotations_are_plain_text_in_lines_of_ours(text, sample):
    clean_one = SAMPLES[sample]()
    run = made(poisoned(clean_one, text))

    for note, before in zip(run.annotations, made(clean_one).annotations, strict=True):
        assert note.message.count("\n") == before.message.count("\n")
        shown = note.title + note.message.replace("\n", "")
        assert not [c for c in shown if not (c.isprintable() or is_space(c))]
        note.path.encode()
    assert len(run.title) <= 255
    run.title.encode()


@pytest.mark.parametrize("noise", ["x", "é", "日", "\U0001f4a9", "\U000e0100", "`", "@ "])
def test_everything_fits(noise):
    finding = blocking().findings[0]
    loud = replace(
        finding,
        title=noise * 3000,
        message=noise * 9_000,
        remedy=noise * 9_000,
        ident=noise * 900,
    )
    many = tuple(replace(loud, fingerprint=f"{n:016x}") for n in range(99))
    skips = tuple(Skipped(noise * 500, noise * 5000) for _ in range(100))
    notes = tuple(noise * n for n in range(300, 400))

    run = made(replace(blocking(), findings=many, skipped=skips, notes=notes))

    assert len(run.summary.encode()) <= 65_535
    assert "left out for want of room" in run.summary
    for note in run.annotations:
        assert len(note.title) <= 255
        assert len(note.message.encode()) < 64 * 1024
