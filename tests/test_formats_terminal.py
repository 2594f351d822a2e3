"""The terminal view: what a person sees of each kind of review."""

import re
from dataclasses import replace

import pytest

from indict_review.change import Tree
from indict_review.evidence import Severity, Side
from indict_review.finding import Suggestion
from indict_review.formats import terminal
from indict_review.revision import VerificationStatus
from tests.samples import (
    USERS_AFTER,
    blocking,
    clean,
    dismissed,
    fixed_users,
    harmful,
    incomplete,
    location,
    revised,
    stricter,
)


def shown(review, width=100, **look):
    return terminal.render(review, Severity.HIGH, width=width, colour=False, **look)


def test_a_clean_review_is_quiet():
    assert 1 <= len(shown(clean()).splitlines()) <= 3


def test_a_clean_review_with_a_dialogue_stays_quiet():
    review = blocking()
    review = replace(
        clean(), dialogue=review.dialogue, accounts=review.accounts, coverage=review.coverage
    )

    assert 1 <= len(shown(review).splitlines()) <= 3


def test_findings_come_worst_first():
    text = shown(blocking())

    assert text.index("Command injection") < text.index("SQL injection")


def test_the_line_meant_is_marked_and_its_neighbours_are_not():
    text = shown(blocking())

    assert re.search(r"^  ▶ 17 │ +subprocess\.run\(f", text, re.M)
    assert re.search(r"^    18 │ +return target", text, re.M)


def test_a_finding_on_the_left_shows_the_base():
    review = blocking()
    where = location("import sqlite3\n", "app/users.py", 1, 1)
    finding = replace(review.findings[0], location=replace(where, side=Side.LEFT), suggestion=None)

    text = shown(replace(review, findings=(finding,), revision=None))

    assert "app/users.py:1 (before the change)" in text
    assert "▶ 1 │ import sqlite3" in text
    assert "import subprocess" not in text


def test_a_location_outside_the_file_shows_its_quote():
    finding = blocking().findings[0]
    where = replace(finding.location, start_line=900, end_line=901)

    text = shown(replace(blocking(), findings=(replace(finding, location=where, suggestion=None),)))

    assert re.search(r"▶ 900 │ +query = f", text)


def test_a_dispute_stands_beside_its_finding():
    assert "disputes it: `target` comes from" in shown(blocking())


def test_a_claim_that_was_not_tried_says_why():
    review = blocking()
    claims = tuple(replace(c, reason="not tried: nothing here runs go") for c in review.claims)

    assert "not tried: nothing here runs go" not in shown(review)
    assert "not tried: nothing here runs go" in shown(replace(review, claims=claims), width=120)


def test_an_unproven_claim_stands_beside_how_to_check_it_and_a_disputed_one_does_not_show():
    text = " ".join(shown(blocking()).split())

    assert "a caller can overwrite any file. · check: Call export()" in text
    assert "Nobody uses" not in text
    assert "The transaction stays open" not in text


def test_a_receipt_says_what_was_not_run():
    text = " ".join(shown(blocking()).split())

    assert "✓ verified: applies, parses, finding gone, nothing new, function kept" in text
    assert "tests not run · sha256" in text


def test_the_revision_is_shown_only_when_the_fixes_do_not_tell_all():
    assert "Revision · the fixes above, together" in shown(blocking())
    assert "@@" not in shown(blocking())
    assert "+from pathlib import Path" in shown(revised())


@pytest.mark.parametrize("status", [VerificationStatus.FAILED, VerificationStatus.NOT_RUN])
def test_a_revision_that_was_not_verified_is_not_shown(status):
    review = incomplete()
    proof = replace(review.revision.verification, status=status)
    text = shown(replace(review, revision=replace(review.revision, verification=proof)))

    assert "is not offered" in text
    assert "eval(text)" not in text


def test_no_fix_of_a_harmful_task_is_shown():
    review = replace(blocking(), task_assessment=harmful().task_assessment)

    text = shown(review)

    assert "HARMFUL TASK" in text
    assert "Revision withheld" in text
    assert "(name,)" not in text
    assert "verified" not in text


def test_a_harmful_task_is_told_with_its_lines():
    text = shown(harmful())

    assert "covert surveillance" in text
    assert 'send("203.0.113.7", key)' in text
    assert "rejected (exit 1): the task is harmful" in text


def test_what_was_skipped_says_why_and_is_no_pass():
    text = shown(incomplete())

    assert "semgrep: it read 0 of the 1 file" in text
    assert "incomplete: 2 steps did not happen" in text
    assert "not decided (exit 3): the review is incomplete" in text


@pytest.mark.parametrize("width", [40, 80, 100, 120])
@pytest.mark.parametrize("unicode", [True, False])
def test_no_row_is_wider_than_the_terminal(width, unicode):
    for review in (blocking(), revised(), incomplete(), harmful()):
        text = shown(review, width=width, unicode=unicode)
        assert max(map(len, text.splitlines())) <= width


def test_colour_adds_nothing_but_colour():
    for review in (blocking(), revised(), incomplete(), harmful()):
        coloured = terminal.render(review, Severity.HIGH, width=100, colour=True)
        assert "\x1b[" in coloured
        plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
        assert [r.rstrip() for r in plain.split("\n")] == shown(review).split("\n")


def test_without_utf8_all_is_ascii_and_code_is_spelt_out():
    after = USERS_AFTER.replace("return target", "return 'Grüße · ✓'")
    review = blocking()
    change = replace(review.change, after=review.change.after.with_text("app/users.py", after))

    text = shown(replace(review, change=change), unicode=False)

    assert text.isascii()
    assert "Gr<U+00FC><U+00DF>e <U+00B7> <U+2713>" in text


def test_a_finding_shows_what_to_dismiss_it_by():
    assert re.search(r"app/users.py:17 · b82e6d10f3a94c57$", shown(blocking()), re.M)


def test_dismissed_findings_are_counted_even_where_all_else_is_clean():
    text = " ".join(shown(dismissed()).split())

    assert text.startswith("indict-review PASS · no findings · 2 dismissed · 1 of 2 files")
    assert (
        "dismissed 2: CWE-89 in app/users.py:11-12 (ledger, ada, until 2027-01-31: "
        "only the nightly job calls it), CWE-78 in app/users.py:17 (inline, nosec B602: "
    ) in text
    assert "dismissed" not in shown(clean())


def test_of_many_dismissed_findings_the_first_are_named_and_all_are_counted():
    many = dismissed().dismissed * 20

    text = " ".join(shown(replace(dismissed(), dismissed=many)).split())

    assert "40 dismissed" in text
    assert text.count("CWE-89 in") == 2
    assert ", and 37 more" in text


def test_a_finding_that_blocks_only_in_its_folder_looks_as_if_it_did():
    text = shown(stricter(), width=120)

    assert "Unsafe deserialisation · CWE-502 · blocks: payments/ allows nothing from low on" in text
    assert "fail (exit 1): 1 finding at or above low, which blocks in payments/" in text
    assert "blocks" not in shown(replace(stricter(), stricter=()))
    assert "blocks" not in terminal.render(stricter(), Severity.LOW, width=100, colour=False)


def test_who_commits_is_told_the_way_to_the_fix_and_the_way_around():
    last = shown(stricter(), width=120).splitlines()[-3:]

    assert last[0].split() == "apply indict-review apply puts the verified code in place".split()
    fingerprint = stricter().findings[0].fingerprint[:8]
    assert last[1].strip() == f"to keep a finding: indict-review dismiss {fingerprint} --reason …"
    assert last[2].strip() == (
        "to commit all the same: git commit --no-verify (or SKIP=indict-review with pre-commit)"
    )


@pytest.mark.parametrize("source", ["commits", "patch"])
def test_where_nobody_commits_there_is_no_way_around(source):
    review = stricter()
    review = replace(review, change=replace(review.change, source=source))

    assert "no-verify" not in shown(review)
    assert ("indict-review apply" in shown(review)) == (source == "commits")


def test_a_passed_commit_and_a_withheld_revision_get_no_hint():
    passing = replace(stricter(), stricter=(), revision=None)
    assert "no-verify" not in shown(passing)
    assert "indict-review apply" not in shown(passing)

    withheld = replace(stricter(), task_assessment=harmful().task_assessment)
    assert "indict-review apply" not in shown(withheld)


def test_a_note_of_the_change_is_shown_once():
    review = replace(blocking(), notes=(*blocking().change.notes, "another"))

    assert shown(review).count("repaired") == 1
    assert "another" in shown(review)


def test_markup_in_content_is_text():
    finding = replace(blocking().findings[0], title="[bold red]not[/] [link=x]markup[/link]")

    assert "[bold red]not[/] [link=x]markup[/link]" in shown(
        replace(blocking(), findings=(finding,))
    )


def test_a_path_cannot_forge_a_second_line():
    finding = blocking().findings[0]
    where = replace(finding.location, path="a.py\npass (exit 0)\x1b[1A")

    text = shown(replace(blocking(), findings=(replace(finding, location=where),)))

    assert not re.search(r"^pass \(exit 0\)", text, re.M)
    assert "␛[1A" in text


def test_a_long_fix_is_cut_and_it_is_said():
    finding = blocking().findings[0]
    long = Suggestion(11, 12, "\n".join(["    pass"] * 5000), finding.suggestion.receipt)

    text = shown(replace(blocking(), findings=(replace(finding, suggestion=long),)))

    assert "… 4,922 lines more" in text
    assert len(text.splitlines()) < 300


def test_a_fix_that_takes_lines_away_or_adds_blank_ones_shows_just_that():
    finding = blocking().findings[0]

    def fix(replacement):
        made = Suggestion(12, 12, replacement, finding.suggestion.receipt)
        text = shown(replace(blocking(), findings=(replace(finding, suggestion=made),)))
        return re.findall(r"^  ([+-] \d+ │.*)", text, re.M)

    old = "- 12 │     return db.execute(query).fetchone()"
    assert fix("") == [old]
    assert fix("    return None\n") == [old, "+ 12 │     return None", "+ 13 │"]


def test_fixes_of_a_file_with_crlf_tell_its_revision():
    review = blocking()
    crlf = {
        path: replace(file, content=file.content.replace(b"\n", b"\r\n"))
        for path, file in review.change.after.files.items()
        if path.endswith(".py")
    }
    tree = Tree(crlf)
    made = tree.with_text("app/users.py", fixed_users().replace("\n", "\r\n"))

    text = shown(
        replace(
            review,
            change=replace(review.change, after=tree),
            revision=replace(review.revision, tree=made),
        )
    )

    assert "Revision · the fixes above, together" in text
    assert "␍" not in text
