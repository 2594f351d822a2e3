"""A comment on a line: what a person reads, what a click does, what nobody can make of it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from indict_review.change import File, Tree
from indict_review.critique import ClaimStatus
from indict_review.evidence import Severity, Side
from indict_review.finding import Dispute, Suggestion
from indict_review.github.interface import Anchor, PullFile
from indict_review.output import masked
from indict_review.publishers import markers
from indict_review.publishers.comments import ROOM, claim_key, claimed, inline
from tests.rendering import hostile, pull_files, said_by_nobody_else, tokens
from tests.samples import SAMPLES, USERS_AFTER, blocking, harmful, location, receipt, stricter
from tests.test_formats import poisoned

HIGH = Severity.HIGH
SNAPSHOTS = Path(__file__).parent / "snapshots"


def comment(review, number=0, files=None):
    finding = review.findings[number]
    return inline(finding, review, HIGH, files or pull_files(review.change))


def with_fix(start, end, replacement, after=USERS_AFTER):
    """A review of one finding, with that suggestion."""
    review = blocking()
    change = replace(review.change, after=review.change.after.with_text("app/users.py", after))
    fix = Suggestion(start, end, replacement, receipt("a patch"))
    return replace(
        review, change=change, findings=(replace(review.findings[0], suggestion=fix),), claims=()
    )


def clicked(review, made):
    """The file after GitHub's button, as its documentation has it: the lines give way."""
    (block,) = (t for t in tokens(made.body) if t.type == "fence" and t.info == "suggestion")
    lines = review.change.after.text(made.anchor.path).split("\n")
    lines[made.anchor.start_line - 1 : made.anchor.line] = block.content.split("\n")[:-1]
    return "\n".join(lines)


@pytest.mark.parametrize("sample", ["blocking", "incomplete", "stricter"])
def test_the_comments_are_as_they_were(sample):
    review = SAMPLES[sample]()
    shown = [comment(review, n).body for n in range(len(review.findings))]
    shown += [made.body for c in review.claims if (made := claimed(c, pull_files(review.change)))]

    kept = SNAPSHOTS / f"{sample}.comments.md"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.write_text("\n\n---\n\n".join(shown) + "\n")
    assert "\n\n---\n\n".join(shown) + "\n" == kept.read_text()


def test_the_marker_is_first_and_names_the_finding():
    made = comment(blocking())

    assert markers.key(made.body) == made.key == blocking().findings[0].fingerprint


def test_a_click_makes_the_lines_that_were_verified():
    review = blocking()
    fix = review.findings[0].suggestion
    lines = USERS_AFTER.split("\n")
    lines[10:12] = fix.replacement.split("\n")

    made = comment(review)

    assert made.anchor == Anchor("app/users.py", 11, 12)
    assert clicked(review, made) == "\n".join(lines)
    assert "<details><summary>Receipt</summary>" in made.body


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("`~ab\t <>*_#\\&|é"), max_size=12), max_size=8),
    st.integers(10, 15),
    st.integers(0, 3),
)
@example(["```", "", "````suggestion", "</details>"], 11, 1)
@example([], 17, 0)
@example(["\tx\t", "    ", "  y  "], 11, 0)
def test_whatever_is_one_click_is_to_the_letter(rows, start, more):
    code = "\n".join(rows)
    assume(not code or code.strip())
    review = with_fix(start, start + more, code)
    made = comment(review)

    lines = USERS_AFTER.split("\n")
    lines[start - 1 : start + more] = code.split("\n") if code else []
    assert clicked(review, made) == "\n".join(lines)


@pytest.mark.parametrize(
    ("replacement", "after", "why"),
    [
        ("x\u202ey", USERS_AFTER, "characters that cannot be seen"),
        ("x\u200by", USERS_AFTER, "characters that cannot be seen"),
        ("x\x1b[2J", USERS_AFTER, "characters that cannot be seen"),
        ("x\udcff", USERS_AFTER, "characters that cannot be seen"),
        ("x\ry", USERS_AFTER, "characters that cannot be seen"),
        ("x", USERS_AFTER.replace("\n", "\r\n"), "do not end in LF alone"),
        ("x = '<secret-1>'", USERS_AFTER, "a secret in it is masked"),
        ("\n".join(USERS_AFTER.split("\n")[10:12]), USERS_AFTER, "it changes nothing"),
        ("x\n" * 4000, USERS_AFTER, "it is too long"),
        ("\n \n", USERS_AFTER, "nothing but white space"),
    ],
)
def test_what_a_click_would_not_keep_is_a_difference(replacement, after, why):
    made = comment(with_fix(11, 12, replacement, after))

    assert "It cannot be one click: " in made.body
    assert why in made.body
    assert "suggestion\n" not in made.body
    assert made.anchor == Anchor("app/users.py", 11, 12)


def test_a_secret_is_masked_and_so_its_line_is_not_one_click():
    secret = "AKIA" + "Q7" * 8
    review = masked(with_fix(11, 12, f'    key = "{secret}"', USERS_AFTER + f"# {secret}\n"))

    body = comment(review).body

    assert secret not in body
    assert "a secret in it is masked" in body


def test_a_fix_that_leaves_its_hunk_is_a_difference_at_the_finding():
    files = {"app/users.py": PullFile("app/users.py", None, "@@ -11 +11 @@\n-x\n+y")}

    made = comment(blocking(), files=files)

    assert "its lines are not all in one part of the difference" in made.body
    assert "```diff\n-    query" in made.body
    assert made.anchor == Anchor("app/users.py", 11, 11)
    assert "in `app/users.py:11-12`" in made.body


def test_a_finding_off_the_difference_has_no_comment():
    files = {"app/users.py": PullFile("app/users.py", None, "@@ -1 +1 @@\n-x\n+y")}

    assert comment(blocking(), files=files) is None
    assert comment(blocking(), files={"other.py": files["app/users.py"]}) is None


def test_a_fix_can_stand_where_its_finding_cannot():
    review = with_fix(11, 12, "    return None")
    far = replace(review.findings[0], location=location(USERS_AFTER, "app/users.py", 17, 17))
    files = {"app/users.py": PullFile("app/users.py", None, "@@ -11,2 +11,2 @@\n-x\n+y\n z")}

    made = inline(far, review, HIGH, files)

    assert made.anchor == Anchor("app/users.py", 11, 12)
    assert "in `app/users.py:17`" in made.body


def test_without_verified_code_there_is_prose():
    body = comment(SAMPLES["incomplete"]()).body

    assert "**Remedy**: Use `yaml.safe_load`." in body
    assert "```" not in body


def test_no_code_is_offered_for_a_harmful_task():
    review = replace(blocking(), task_assessment=harmful().task_assessment)

    assert "```" not in comment(review).body


def test_a_folder_that_is_stricter_says_why_it_blocks():
    assert "it blocks: `payments/` allows nothing from low on" in comment(stricter()).body


def test_a_deleted_line_is_commented_on_the_left():
    review = blocking()
    where = replace(review.findings[0].location, start_line=2, end_line=2, side=Side.LEFT)
    finding = replace(review.findings[0], location=where, suggestion=None)
    files = {"new.py": PullFile("new.py", "app/users.py", "@@ -1,2 +1 @@\n a\n-b")}

    assert inline(finding, review, HIGH, files).anchor == Anchor("new.py", 2, 2, "LEFT")


def test_a_comment_stays_short_and_says_what_it_left_out():
    review = blocking()
    finding = review.findings[0]
    seen = replace(finding.evidence[0], tool="tests", summary="@x " * 900, detail="y" * 190 + "\n")
    loud = replace(
        finding,
        title="a_b " * 900,
        message="@x " * 900,
        evidence=(replace(seen, detail=seen.detail * 90),) * 30,
        disputes=(Dispute("helpfulness", "#1 " * 900),) * 30,
        suggestion=replace(finding.suggestion, replacement="z" * 190 + "\n" * 9000),
    )

    body = inline(loud, review, HIGH, pull_files(review.change)).body

    assert len(body) < ROOM
    assert "Left out for want of room: " in body
    assert "- and 28 more saw it" in body
    assert "- and 28 more disputes" in body


@settings(max_examples=60, deadline=None)
@given(hostile(), st.sampled_from(["blocking", "incomplete", "stricter"]))
@example("``` ```suggestion\n@admin </details> <!-- indict-review:finding 0 -->", "blocking")
@example("@everyone ![i](//c) <img src=x> https://d www.e.f #1 o/r#2 GH-3 [a](b)", "blocking")
@example("```\n</details>\n# no\n@all\n````\n", "stricter")
@example("0" * 10 + "\x80" * 5 + "\U00018cd6\U0002ebe1\U0003134b\U00100000\r0", "blocking")
def test_nothing_of_a_change_breaks_out(text, sample):
    clean = SAMPLES[sample]()
    review = poisoned(clean, text)
    for finding, before in zip(review.findings, clean.findings, strict=True):
        where = replace(finding.location, path=before.location.path)
        finding = replace(finding, fingerprint=before.fingerprint, location=where, cwe=before.cwe)
        made = inline(finding, review, HIGH, pull_files(clean.change))

        assert markers.key(made.body) == before.fingerprint
        said_by_nobody_else(made.body)


def test_a_claim_says_that_it_is_unproven_and_how_to_check_it():
    review = blocking()
    claim = next(c for c in review.claims if c.status is ClaimStatus.UNPROVEN)

    made = claimed(claim, pull_files(review.change))

    assert made.anchor == Anchor("app/users.py", 17, 17)
    assert markers.key(made.body) == made.key == claim_key(claim)
    assert "**Unproven, [CWE-22]" in made.body
    assert "**To check it**: Call `export()` with a target outside the data folder." in made.body
    assert "suggestion" not in made.body


def test_a_claim_keeps_its_key_when_its_line_moves():
    claim = blocking().claims[1]
    moved = replace(claim, quote=f"  {claim.quote.strip()} ", text="said in other words",
                    location=replace(claim.location, start_line=99))  # fmt: skip

    assert claim_key(moved) == claim_key(claim)
    assert claim_key(replace(claim, cwe="CWE-1")) != claim_key(claim)


def test_only_unproven_claims_in_the_difference_are_comments():
    review = blocking()
    made = [claimed(claim, pull_files(review.change)) for claim in review.claims]

    assert [each is not None for each in made] == [False, True, False, False]
    assert not any(claimed(claim, {}) for claim in review.claims)


def test_a_poisoned_claim_stays_text():
    claim = blocking().claims[1]
    bad = poisoned(claim, " </details> @x ![i](http://c) <!-- indict-review:finding 0 -->")
    bad = replace(bad, location=claim.location, cwe=claim.cwe)

    said_by_nobody_else(claimed(bad, pull_files(blocking().change)).body)


def test_a_file_that_is_gone_from_the_head_is_no_trouble():
    review = blocking()
    files = pull_files(review.change)
    gone = replace(review, change=replace(review.change, after=Tree({"x": File(b"")})))

    assert inline(review.findings[0], gone, HIGH, files) is not None
